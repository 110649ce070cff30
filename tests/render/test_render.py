"""One function for every format, and nothing imported that a format does not need."""

import subprocess
import sys

import pytest

from poolaudit.render import FORMATS, render
from tests.render.past import ALL
from tests.render.samples import incident_0a


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ALL)
def test_every_report_in_every_format(form: str, name: str) -> None:
    text = render(ALL[name](), form, width=None, color=False)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_without_a_width_a_terminal_has_80_columns() -> None:
    assert render(incident_0a(), "terminal", width=None, color=False) == render(
        incident_0a(), "terminal", width=80, color=False
    )


def test_an_unknown_format_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        render(incident_0a(), "sarif-2", width=None, color=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "kept_out"),
    [
        ("json", {"rich", "tabulate", "unicodedata"}),
        ("terminal", {"rich.console", "rich.table", "rich.style", "rich.text", "tabulate", "poolaudit.render.plain"}),
        ("plain", {"rich", "poolaudit.render.terminal"}),
        ("sarif", {"rich", "tabulate"}),
        ("github", {"rich", "tabulate"}),
        ("junit", {"rich", "tabulate"}),
        ("markdown", {"rich", "tabulate", "jinja2"}),
        ("html", {"rich", "tabulate", "matplotlib"}),
        ("nagios", {"rich", "tabulate", "jinja2"}),
        ("openmetrics", {"rich", "tabulate", "jinja2"}),
    ],
)
def test_a_format_imports_only_what_it_needs(form: str, kept_out: set[str]) -> None:
    program = (
        "import sys; from poolaudit.render import render; from tests.render.samples import healthy;"
        f"render(healthy(), {form!r}, width=80, color=True); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not kept_out & set(done.stdout.split())
