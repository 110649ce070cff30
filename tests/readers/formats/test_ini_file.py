"""ini files: what ConfigParser reads, what oslo.config and ConfigObj write beyond it, and where."""

import configparser
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from poolaudit.errors import CannotAuditError
from poolaudit.readers.formats.bounds import MOST_VALUES
from poolaudit.readers.formats.ini_file import MOST_FILLED, parse
from poolaudit.readers.located import LONGEST_SETTING, Located, said
from tests.readers.formats.places import at, literal, plain

TEXT = """\
; a comment
top = 1
[DEFAULT]
User = shop
[database]
Max_Pool_Size: 5
  # a comment, indented
url = mysql://%(user)s:%(secret)s@%(HOST)s/shop
host = db
size = %(max_pool_size)s
pool_timeout = 30  ; thirty
hosts = db1
   db2

   db3
empty =
word
share = 50%%
[more]
size = ${database:max_pool_size}
user = ${user}
[database]
last = x
last = y
"""


def read(text: str, path: str = "conf/app.ini") -> Located:
    (root,) = parse(text, path)
    return root


@pytest.mark.parametrize(
    ("keys", "value", "line", "written"),
    [
        (["top"], "1", 2, "1"),
        (["DEFAULT", "user"], "shop", 4, "shop"),
        (["database", "max_pool_size"], "5", 6, "5"),
        (["database", "url"], "mysql://shop:%(secret)s@db/shop", 8, None),
        (["database", "size"], "5", 6, "5"),
        (["database", "pool_timeout"], "30  ; thirty", 11, "30  ; thirty"),
        (["database", "hosts"], "db1\ndb2\ndb3", 12, None),
        (["database", "empty"], "", 16, None),
        (["database", "word"], None, 17, None),
        (["database", "share"], "50%", 18, None),
        (["more", "size"], "5", 6, "5"),
        (["more", "user"], "${user}", 21, "${user}"),
        (["database", "last"], "y", 24, "y"),
    ],
)
def test_values_and_places(keys: list[str | int], value: str | None, line: int, written: str | None) -> None:
    found = at(read(TEXT), *keys)
    assert found.place is not None
    assert (found.value, found.place.line, literal(TEXT, found.place)) == (value, line, written)


def test_a_heading_said_twice_is_one_and_a_key_is_noted() -> None:
    assert at(read(TEXT), "database").place == at(read("\n\n\n\n[database]\n"), "database").place
    assert at(read(TEXT), "database", "last").note == "said more than once; line 24 is the last and counts"


def test_here_is_the_files_folder() -> None:
    text = "[a]\nurl = sqlite:///%(here)s/shop.db\n"
    assert at(read(text), "a", "url").value == "sqlite:///conf/shop.db"
    assert at(read(text, "app.ini"), "a", "url").value == "sqlite:///./shop.db"


def test_an_empty_value_is_not_said() -> None:
    assert set(said(read("[a]\nb =\nc = 1\n").table["a"].table)) == {"c"}


def test_configobjs_tables_in_tables() -> None:
    text = (
        '[Server]\n  Size = "5"  # five\n  [[Pool]]\n    recycle = 60 # s\n'
        "    [[[deep]]]\n    a = 'x # y'\n  [[other]]\n  b = \"\n"
    )
    root = read(text)
    assert plain(root) == {
        "Server": {"Size": "5", "Pool": {"recycle": "60", "deep": {"a": "x # y"}}, "other": {"b": '"'}}
    }
    assert literal(text, at(root, "Server", "Size").place) == '"5"'
    assert literal(text, at(root, "Server", "Pool", "recycle").place) == "60"


@pytest.mark.parametrize("heading", ["supervisord", "program:web", "uwsgi"])
def test_programs_that_cut_comments_off(heading: str) -> None:
    text = f"[{heading}]\nnumprocs = 4 ; four\nurl = a;b\nword ; x\nnone = ; y\n"
    assert plain(read(text))[heading] == {"numprocs": "4", "url": "a;b", "word": None, "none": ""}


def test_what_stands_under_a_templates_condition_is_unknown() -> None:
    branches = "{% if big %}\nsize = 5\n{% for x in y %}\nhost = 1\n{% endfor %}\nb = 1\n{%- endif -%}\n"
    text = f"[a]\n{branches}{{# c #}}\nc = {{{{ d }}}}\n"
    found = read(text).table["a"].table
    why = "stands under a condition of a template"
    assert [found[key].why_unknown for key in ("size", "host", "b", "c")] == [why, why, why, "filled in by a template"]
    assert found["size"].value is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = %(b)s\nb = %(a)s\n", "%(a)s"),
        ("a = x%(b)s\nb = %(c)s\n", "x%(c)s"),
        ("a = %(b)\n", "%(b)"),
        ("a = %(b)s\nb\n", "%(b)s"),
        ("a = ${b:c}\n", "${b:c}"),
        ("a = ${b:c}\n[b]\nc = 2\n", "2"),
        ("a = ${B}\nb = 2\n", "2"),
    ],
)
def test_what_cannot_be_filled_in_stays(text: str, value: str) -> None:
    found = at(read(f"[s]\n{text}"), "s", "a")
    assert isinstance(found.value, str)
    assert found.value.replace("b", "a") == value.replace("b", "a")


def test_values_that_fill_in_one_another_without_end_are_refused_soon() -> None:
    text = "[a]\n" + "".join(f"k{n} = {f'%(k{n + 1})s' * 300}\n" for n in range(9)) + "k9 = x\n"
    begun = time.process_time()
    with pytest.raises(CannotAuditError, match=r"app\.ini: its values fill in one another too often"):
        read(text)
    assert time.process_time() - begun < 5
    assert len(text) < MOST_FILLED


def test_a_value_over_many_lines_stays_within_bounds() -> None:
    found = at(read("[a]\nb = 1\n" + "  x\n" * 40_000), "a", "b")
    assert isinstance(found.value, str)
    assert len(found.value) <= LONGEST_SETTING + 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("server {\n  listen 80;\n}\n", "app.ini:1: this is no ini file that can be read"),
        ("[a]\nb = 1\nCANARY CANARY\n", "app.ini:3: this is no ini file that can be read"),
        ("[a]\n= CANARY\n", "app.ini:2: this is no ini file that can be read"),
        ("[a\nb = 1", "app.ini:1: this is no ini file that can be read"),
        ("word\n", "app.ini:1: this is no ini file that can be read"),
        ("[a]\n[[[b]]]\n", "app.ini:2: the file nests too deeply for a settings file"),
        ("[[a]]\nb = 1\n", "app.ini:1: the file nests too deeply for a settings file"),
        ("[" * 1000 + "]" * 1000, "app.ini:1: the file nests too deeply for a settings file"),
        (
            "[a]\n" + "b=1\n" * MOST_VALUES,
            f"app.ini:{MOST_VALUES + 1}: the file holds more than 50,000 values for a settings file",
        ),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(CannotAuditError) as caught:
        read(text, "app.ini")
    assert caught.value.message == message
    assert caught.value.__cause__ is None


LINES = st.lists(
    st.sampled_from(
        [
            *("[a]", "[ b c ]", "[DEFAULT]", "k = v", "K: v", "x=1=2", "y : a:b = c", "  z = 1", "   go on", "\tgo on"),
            *("", "  ", "# c", "; c", "  # c", "e =", "word", "  word", "p = %(k)s/%(x)s", "q = 5%%", "[a] # c"),
            *("k = %(p)s", "j = a ; b"),
        ]
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
@example(["k = v", "", "   go on"])
@example(["  z = 1", "k = v", "  go on"])
def test_what_configparser_reads_is_read_the_same(lines: list[str]) -> None:
    text = "[first]\n" + "\n".join(lines)
    expected = _by_configparser(text)
    found = plain(read(text)) if expected else {}
    for section, own in expected.items():
        ours = {key: value for key, value in found.get(section, {}).items() if key in own}
        assert {key: _lines(value) for key, value in ours.items()} == {key: _lines(value) for key, value in own.items()}


def _by_configparser(text: str) -> dict[str, dict[str, str | None]]:
    """Read a text by ConfigParser; nothing where it refuses it, or takes two words for a key without a value."""
    parser = configparser.ConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
        found = {section: dict(parser[section]) for section in ("DEFAULT", *parser.sections())}
    except (configparser.Error, AttributeError):  # the latter where 3.11 goes on with a key without a value
        return {}
    if any(" " in key for keys in found.values() for key in keys):
        return {}
    return {
        section.strip(): {key: value for key, value in keys.items() if _is_own(text, section, key)}
        for section, keys in found.items()
    }


def _is_own(text: str, section: str, key: str) -> bool:
    """Whether a section says a key itself: read as if there were no [DEFAULT]."""
    own = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="")
    own.read_string(text)
    return own.has_section(section) and own.has_option(section, key)


def _lines(value: str | None) -> str:
    return "\n".join(line for line in (value or "").split("\n") if line)
