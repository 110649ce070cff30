"""`poolaudit report`, killed at random moments: no run is half-written, no report lost, and none sent twice.

$POOLAUDIT_TEST_KILLS says how often, where 40 times are not enough.
"""

import os
import sys
from pathlib import Path

import pytest

from tests.cli.killed import killed

KILLS = int(os.environ.get("POOLAUDIT_TEST_KILLS", "40"))


@pytest.mark.slow
def test_whatever_kills_it_every_report_is_delivered_and_none_twice(tmp_path: Path) -> None:
    counts = killed(KILLS, tmp_path)
    sys.stdout.write(f"{counts}\n")
    assert counts.is_sound
    assert counts.halves == 0
    assert counts.delivered == counts.letters == counts.runs * 3
    assert counts.unexplained == 0
    assert counts.kills == KILLS
