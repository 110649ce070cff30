"""Looks for a secret in everything that an exception shows or leads to."""

from types import FrameType, TracebackType


def shown_anywhere(error: BaseException, secret: str) -> list[str]:
    """Name the places where a secret shows: words, attributes, causes, and locals of poolaudit's and libraries' frames.

    The frames of the test itself hold the secret; they are not looked at.
    """
    found, seen = [], set()
    ahead: list[tuple[str, BaseException]] = [(type(error).__name__, error)]
    while ahead:
        name, one = ahead.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        shown = {"str": str(one), "args": repr(one.args), "attributes": repr(vars(one)), **_locals(one.__traceback__)}
        found += [f"{name} {place}" for place, words in shown.items() if secret in words]
        ahead += [(f"{name}'s origin", other) for other in (one.__cause__, one.__context__) if other is not None]
    return found


def _locals(traceback: TracebackType | None) -> dict[str, str]:
    shown = {}
    while traceback is not None:
        frame: FrameType = traceback.tb_frame
        if "/tests/" not in frame.f_code.co_filename:
            shown[frame.f_code.co_qualname] = " ".join(_looked_into(value) for value in frame.f_locals.values())
        traceback = traceback.tb_next
    return shown


def _looked_into(value: object) -> str:
    """Show a value as a traceback with locals would, and what lies in an exception."""
    return repr(value) + (repr(vars(value)) if isinstance(value, BaseException) else "")
