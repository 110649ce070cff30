"""`--baseline FILE`: what is known today is accepted, and only what is new fails.

The file is JSON, one finding a line, in an order that does not change, so that its history can be read. Findings are
known by their fingerprints, which outlive moved lines. A file that is named and is not there is an error, and is not
written: a pipeline with a wrong name would accept everything. `--write-baseline FILE` writes it.
"""

import json
import os
from typing import Any

from poolaudit.cli.files import write_file
from poolaudit.errors import UsageError
from poolaudit.facts.setting import Place
from poolaudit.policy import Baseline
from poolaudit.report import Finding, Ignore, Report, Severity

SCHEMA = 1
LARGEST_BYTES = 16 * 1024 * 1024
_HOW = "write it with --write-baseline"


def read_baseline(path: str) -> Baseline:
    """Read what was known; UsageError where the file is none that --write-baseline wrote."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name holds a NUL character"
        raise UsageError(f"the baseline {path} cannot be read: {why}", _HOW) from None
    ignore = Ignore("", f"known before ({path})", place=Place(path))
    try:
        document = json.loads(content[:LARGEST_BYTES])
        # One fingerprint may stand for several findings: the worst of them was known.
        known = dict(sorted((_known(entry) for entry in _entries(document)), key=lambda one: one[1]))
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UsageError(f"{path} is no baseline that --write-baseline wrote", _HOW) from None
    return Baseline(ignore, known)


def write_baseline(path: str, report: Report) -> int:
    """Write what was found, so that it is accepted from now on; give how many findings that is."""
    entries = {json.dumps(_entry(finding)) for finding in report.findings}
    entries |= {json.dumps(_entry(one.finding)) for one in report.ignored if not one.ignore.rule}
    lines = ",\n  ".join(sorted(entries))
    body = f"[\n  {lines}\n ]" if lines else "[]"
    write_file(path, f'{{\n "schema": {SCHEMA},\n "findings": {body}\n}}\n')
    return len(entries)


def _entry(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "rule": finding.rule,
        "subject": finding.about or finding.subject,
        "file": os.path.normpath(finding.at.file) if finding.at is not None else "",
        "severity": finding.severity.word,
        "fingerprint": finding.fingerprint,
    }


def _entries(document: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON of somebody's
    if document["schema"] != SCHEMA:
        raise ValueError
    found: list[dict[str, Any]] = document["findings"]
    return found


def _known(entry: dict[str, Any]) -> tuple[str, Severity]:
    return str(entry["fingerprint"]), Severity[entry["severity"].upper()]
