"""The command line: the only user of click; one short module a command, errors and exit codes in one place."""


def main() -> int:
    """Run the command line on sys.argv and give its exit code; `poolaudit` calls this."""
    try:
        from poolaudit.cli.errors import guarded  # noqa: PLC0415 - so that an interrupt while importing is caught too
        from poolaudit.cli.program import run  # noqa: PLC0415 - the same
    except KeyboardInterrupt:
        return 130
    return guarded(run)
