"""`--diff` and `--fix`: the changes that findings come to, as a patch or made."""

import os
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from poolaudit.cli.files import replace_file
from poolaudit.errors import CannotAuditError
from poolaudit.facts.setting import Change, Place, as_yaml
from poolaudit.readers.again import Texts, split
from poolaudit.readers.edits import Edit, Edited, edited
from poolaudit.readers.excerpts import excerpt, is_harmless
from poolaudit.report import Finding

CONTEXT_LINES = 3
_REWRITES = "PA608"
"""The rule that wants a number's quotes gone, and leaves its value to others."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Fix(NamedTuple):
    """What is to be changed at one place, for which findings (codes, the worst first)."""

    change: Change
    codes: tuple[str, ...]

    @property
    def edit(self) -> Edit:
        """The edit of the text."""
        return Edit(self.change.place, self.change.value, unquoted=_REWRITES in self.codes)

    @property
    def words(self) -> str:
        """What it is, for a person."""
        value = f'"{self.change.value}"' if isinstance(self.change.value, str) else as_yaml(self.change.value)
        return f"{self.change.place}: {self.change.word} → {value} ({', '.join(self.codes)})"


class Fixes(NamedTuple):
    """The fixes by file, and a sentence for each change that gives way to another."""

    by_file: dict[str, tuple[Fix, ...]]
    given_way: tuple[str, ...]


def fixes_of(findings: Iterable[Finding]) -> Fixes:
    """Choose among the changes of findings, of which the worst come first.

    Of several for one place the worst finding's counts, but that the smaller of two numbers does for both, and that who
    only wants quotes gone has no say in the value. One that overlaps with another place's gives way.
    """
    wanted: dict[tuple[str, int | None, int | None, int | None], list[tuple[str, Change]]] = {}
    for finding in findings:
        for change in finding.changes:
            wanted.setdefault(change.place.exact, []).append((finding.code, change))
    by_file: dict[str, list[Fix]] = {}
    given_way: list[str] = []
    for candidates in wanted.values():
        fix = _chosen(candidates)
        given_way += _given_way(fix, candidates)
        beside = by_file.setdefault(fix.change.place.file, [])
        other = next((one for one in beside if _overlap(one.change.place, fix.change.place)), None)
        if other is None:
            beside.append(fix)
        else:
            given_way.append(f"{fix.words} gives way to {other.words}")
    return Fixes({file: tuple(found) for file, found in by_file.items()}, tuple(given_way))


def _chosen(candidates: list[tuple[str, Change]]) -> Fix:
    codes = tuple(dict.fromkeys(code for code, _ in candidates))
    changes = [change for code, change in candidates if code != _REWRITES] or [change for _, change in candidates]
    numbers = [change for change in changes if _is_number(change.value)]
    best = min(numbers, key=lambda one: float(one.value or 0)) if len(numbers) == len(changes) else changes[0]
    return Fix(best, codes)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _given_way(fix: Fix, candidates: list[tuple[str, Change]]) -> Iterator[str]:
    for code, change in candidates:
        if change.value != fix.change.value and code != _REWRITES:
            yield f"{Fix(change, (code,)).words} gives way to {as_yaml(fix.change.value)}"


def _overlap(one: Place, other: Place) -> bool:
    if one.line != other.line:
        return False
    return (one.column or 0) < (other.end_column or 0) and (other.column or 0) < (one.end_column or 0)


def patch_of(fixes: Fixes, texts: Texts) -> tuple[str, tuple[str, ...]]:
    """Give the fixes as a unified diff, and what is to be said of it.

    Shown around a change are only lines that hold nothing that would have to be hidden, so that the patch can be
    applied; a changed line that does is shown with that hidden, and then it cannot.
    """
    parts, remarks = [], list(fixes.given_way)
    for file, found in fixes.by_file.items():
        text = texts.text(file)
        if text is None:
            remarks.append(f"{file} cannot be read any more")
            continue
        result = edited(text, texts.kind(file), tuple(fix.edit for fix in found))
        remarks += _refusals(result)
        before, ends = split(text, texts.kind(file))
        after, _ = split(result.text, texts.kind(file))
        if result.changed_lines:
            names = [f"--- {_prefixed('a', file)}\n", f"+++ {_prefixed('b', file)}\n"]
            parts += [*names, *_hunks(before, after, ends, result.changed_lines)]
        if any(not is_harmless(before[number - 1]) for number in result.changed_lines):
            remarks.append(f"{file}: a changed line may hold a secret, which is hidden; --fix makes the change")
    return "".join(parts), tuple(remarks)


def _prefixed(side: str, file: str) -> str:
    shown = file.encode("unicode_escape").decode("ascii") if not file.isprintable() else file
    return shown if os.path.isabs(file) else f"{side}/{os.path.normpath(shown)}"


def _refusals(result: Edited) -> Iterator[str]:
    for edit in result.refused:
        yield f"{edit.place} is left as it is: what stands there is no literal that can be replaced"


def _hunks(before: list[str], after: list[str], ends: list[str], changed: tuple[int, ...]) -> Iterator[str]:
    """Write hunks of lines from 1; each change replaces a line by a line, so that the numbers stay."""
    shown = sorted({number for one in changed for number in _around(one, before)})
    runs: list[list[int]] = []
    for number in shown:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        yield f"@@ -{run[0]},{len(run)} +{run[0]},{len(run)} @@\n"
        for number in run:
            old, new, end = before[number - 1], after[number - 1], ends[number - 1]
            if old == new:
                yield _line(" ", old, end)
            else:
                yield _line("-", old, end) + _line("+", new, end)


def _around(number: int, lines: list[str]) -> Iterator[int]:
    """Give a line's number and those of its neighbours that can be shown whole."""
    yield number
    last = len(lines) if lines[-1] else len(lines) - 1
    for step in (-1, 1):
        for distance in range(1, CONTEXT_LINES + 1):
            other = number + step * distance
            if not 1 <= other <= last or not is_harmless(lines[other - 1]):
                break
            yield other


def _line(sign: str, line: str, end: str) -> str:
    shown = line if is_harmless(line) else excerpt(line).text
    return f"{sign}{shown}{end}" if end else f"{sign}{shown}\n\\ No newline at end of file\n"


def make_fixes(fixes: Fixes, texts: Texts, began_ns: int) -> tuple[int, tuple[str, ...]]:
    """Make the fixes, each file at once; give how many changes were made, and what is to be said of them.

    A file that was changed after `began_ns` (of time.time_ns), when reading began, is left as it is.
    """
    made, remarks = 0, list(fixes.given_way)
    for file, found in fixes.by_file.items():
        try:
            result = _fix_file(file, found, texts, began_ns)
        except (OSError, CannotAuditError, UnicodeError) as error:
            remarks.append(f"{file} is left as it is: {_why(error)}")
            continue
        remarks += _refusals(result)
        done = [
            fix for fix in found if fix.edit not in result.refused and fix.change.place.line in result.changed_lines
        ]
        made += len(done)
        remarks += [f"fixed {fix.words}" for fix in done]
    return made, tuple(remarks)


def _why(error: Exception) -> str:
    if isinstance(error, CannotAuditError):
        return error.message
    return getattr(error, "strerror", None) or "it is not text in UTF-8 or UTF-16"


def _fix_file(file: str, found: tuple[Fix, ...], texts: Texts, began_ns: int) -> Edited:
    with open(file, "rb") as opened:
        state = os.fstat(opened.fileno())
        content = opened.read()
    bom, encoding = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), (b"", "utf-8"))
    text = content[len(bom) :].decode(encoding)
    if state.st_mtime_ns > began_ns or text != texts.text(file):
        raise CannotAuditError("it was changed while it was read")
    result = edited(text, texts.kind(file), tuple(fix.edit for fix in found))
    if result.changed_lines:
        replace_file(file, bom + result.text.encode(encoding), unless_changed=state)
    return result
