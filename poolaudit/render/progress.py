"""How far a run over several servers is, for a person who waits for it; it leaves nothing behind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from poolaudit.render.text import safe

NAMED_SERVERS = 3


@contextmanager
def progress_on(stream: TextIO, *, no_color: bool = False) -> Iterator[Callable[[int, int, tuple[str, ...]], None]]:
    """Show a bar on a terminal while the block runs, and which servers it waits for longest; give what moves it.

    $NO_COLOR takes its colours too.
    """
    columns = (
        TextColumn("auditing"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        # Names are text, and no markup.
        TextColumn("{task.fields[waiting]}", markup=False),
    )
    with Progress(*columns, console=Console(file=stream, no_color=no_color or None), transient=True) as shown:
        task = shown.add_task("", total=None, waiting="")

        def move(done: int, total: int, reading: tuple[str, ...]) -> None:
            shown.update(task, completed=done, total=total, waiting=_waiting_for(reading))

        yield move


def _waiting_for(names: tuple[str, ...]) -> str:
    more = f", {len(names) - NAMED_SERVERS} more" if len(names) > NAMED_SERVERS else ""
    return f"waiting for {safe(', '.join(names[:NAMED_SERVERS]))}{more}" if names else ""
