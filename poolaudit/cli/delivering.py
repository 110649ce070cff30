"""The outbox at work: what is due goes out, and what came of it is noted, letter by letter."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from poolaudit.cli.letters import HOOK, Address, hooks_by_key
from poolaudit.cli.say import remark
from poolaudit.errors import PoolauditError
from poolaudit.history import Due, Letter
from poolaudit.history.store import History
from poolaudit.mail.addresses import MailTo, PostTo, address_of
from poolaudit.mail.delivery import Delivered, DeliveryError

if TYPE_CHECKING:
    from poolaudit.mail.settings import MailSettings  # which brings smtplib

KEPT_FOR = timedelta(days=7)
"""After so long a letter is given up: what it says is old, and the history has it."""


class Outlets(NamedTuple):
    """By which ways this run can deliver."""

    mail: Callable[[], "MailSettings"]
    hooks: Mapping[str, PostTo]


def outlets_of(addresses: tuple[Address, ...], mail: Callable[[], "MailSettings"]) -> Outlets:
    """Give the ways of a run; `mail` is asked where a letter is to be sent, for an older run may have left one."""
    return Outlets(mail, hooks_by_key(addresses))


def deliver_due(history: History, outlets: Outlets, now: datetime | None = None) -> bool:
    """Deliver all that is due; whether all of it was. Whatever happens, no letter is lost and none goes twice.

    HistoryError where it cannot be noted what came of a letter: the rest of them stay for the next run.
    """
    at = now or datetime.now(UTC)
    done = [_deliver(history, due, outlets, at) for due in history.take_due(now)]
    return all(done)


def _deliver(history: History, due: Due, outlets: Outlets, at: datetime) -> bool:
    try:
        done = _sent(due, outlets)
    except PoolauditError as error:
        _note_failure(history, due, error, at)
        return False
    # The others have it: what is left is a letter of its own, to those who have not.
    rest = due.letter._replace(target=str(MailTo(tuple(done.later)))) if done.later else None
    history.mark_delivered(due, at, rest)
    for address, answer in done.refused.items():
        remark(f"poolaudit: warning: {due.letter.subject}: {address} was refused for good: {answer}")
    if rest is not None:
        remark(f"poolaudit: warning: {due.letter.subject}: {rest.target} is to be tried again: {_answers(done.later)}")
    return not done.refused and not done.later


def _answers(later: Mapping[str, str]) -> str:
    return "; ".join(later.values())


def _sent(due: Due, outlets: Outlets) -> Delivered:
    letter = due.letter
    if letter.target.startswith(HOOK):
        return _posted(letter, outlets)
    settings, address = outlets.mail(), address_of(letter.target)
    if not isinstance(address, MailTo):
        raise DeliveryError("it is for nobody that a letter can be sent to", is_lasting=True)
    message = _as_late(due) if due.late else letter.message
    return settings.way.send(message, settings.sender, address.recipients)


def _as_late(due: Due) -> bytes:
    from poolaudit.mail.letter import as_late  # noqa: PLC0415 - email is for letters alone

    return as_late(due.letter.message, due.created_at)


def _posted(letter: Letter, outlets: Outlets) -> Delivered:
    from poolaudit.mail.hook import Hook  # noqa: PLC0415 - urllib3 is for hooks alone

    to = outlets.hooks.get(letter.target)
    if to is None:
        raise DeliveryError("the hook that it is for is not named any more; its URL is not kept")
    return Hook(to.url).post(letter.message, letter.message_id)


def _note_failure(history: History, due: Due, error: PoolauditError, at: datetime) -> None:
    """Keep a letter for the next run, unless it would fail for ever; say which."""
    is_lasting = isinstance(error, DeliveryError) and error.is_lasting
    is_over = is_lasting or at - due.created_at > KEPT_FOR
    if is_over:
        history.give_up(due.id, error.message, at)
    else:
        history.mark_failed(due.id, error.message)
    fate = "it is given up" if is_over else "it is kept, and goes with the next report"
    lines = [f"poolaudit: warning: {due.letter.subject}: not delivered, {fate}: {error.message}"]
    remark(*lines, *([f"  {error.hint}"] if error.hint else []))
