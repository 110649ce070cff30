"""What can go wrong outside the rules, each with a sentence for a person and what to try."""


class PoolauditError(Exception):
    """The work cannot be done; `message` is one clear sentence, `hint` what to try (may be empty)."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(PoolauditError):
    """The command line or a settings file is wrong (exit code 2)."""


class CannotAuditError(PoolauditError):
    """No connection, no login, unreadable input (exit code 3)."""


class HistoryError(CannotAuditError):
    """The history cannot be opened, read or written; what was in it before is still there (exit code 3)."""
