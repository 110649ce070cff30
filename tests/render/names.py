"""Strategies for text that a server or a file may hold, and reports that are full of it."""

from datetime import timedelta
from unicodedata import category

from hypothesis import settings
from hypothesis import strategies as st

from poolaudit.facts.missing import Missing
from poolaudit.facts.pool import PoolUrl
from poolaudit.facts.setting import Place, Setting
from poolaudit.facts.usage import Usage
from poolaudit.report import (
    Changes,
    Finding,
    Ignore,
    Ignored,
    Report,
    Resolved,
    Severity,
    Standing,
    Unanswered,
)
from tests.facts_toml import TAKEN_AT
from tests.render.samples import deployment, facts_of, finding, pool, report, server

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

# A report is large: a hundred of them would take longer than the rest of the tests together.
a_few = settings(deadline=None, max_examples=30)

# Any code point at all, and often those that do harm: escape sequences, markup, bidi marks, wide and combining letters.
HARMFUL = [
    "\x1b[2J", "\x1b]0;x\x07", "\n", "\r", "\x00", "\x9b", "\u202e", "\u2028", "\u200b", "\udc80", "\ufe0f", "\u0301",
    "\u3164", "[bold red]", "[/]", ":smile:", "%s{0}", "\\x1b", "  ", "a" * 200, "中文", "🚀", "עברית",
    "::error::", "%0A::set-env name=x::", "##[error]", "%", ",", ":", "]]>", "<!--", "<script>", "&amp;", "&#60;",
    "|", "\\|", "`", "``", "\\", "*", "__", "~~", "[x](https://evil.example)", "![x](y)", "<https://evil.example>",
    "@octocat", "#123", "https://evil.example/", "www.evil.example", "a@b.example", "GH-1", "$x$", "deadbeef", "{0}",
    "](1)", "\uffff", '"', "'", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "{% raw %}", "=", "javascript:alert(1)",
]  # fmt: skip
texts = st.lists(
    st.one_of(st.sampled_from(HARMFUL), st.text(st.characters(exclude_categories=()), max_size=8)), max_size=4
).map("".join)


numbers = st.one_of(st.none(), st.integers(0, 10**6))


def is_clean(text: str) -> bool:
    """Whether a text has nothing invisible but newlines."""
    return not any(category(character) in INVISIBLE and character != "\n" for character in text)


@st.composite
def places(draw: st.DrawFn) -> Place:
    """Make a place: a file, a line, or a value in it."""
    file, line = draw(texts), draw(st.one_of(st.none(), st.integers(1, 10**6)))
    if line is None or draw(st.booleans()):
        return Place(file, line)
    column = draw(st.integers(1, 200))
    return Place(file, line, column, column + draw(st.integers(1, 20)))


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Make a finding whose every text is somebody's."""
    return finding(
        "PA201", "idle-in-transaction", draw(st.sampled_from(Severity)), draw(texts), why=draw(texts), fix=draw(texts),
        about=draw(texts), subject=draw(st.sampled_from(["db1:3306", "a\x1bb"])),
        evidence={"some_sessions": draw(st.one_of(texts, st.integers(), st.floats(), st.none()))},
        at=draw(st.one_of(st.none(), places())),
    )  # fmt: skip


@st.composite
def reports_with_past(draw: st.DrawFn) -> Report:
    """Make such a report with a past: looks at its server, findings that are new, that stand, and that are gone."""
    one = draw(reports())
    stamped = tuple(found._replace(fingerprint=f"{number:016x}") for number, found in enumerate(one.findings))
    (host,) = one.facts.servers
    looks = tuple(
        Usage(TAKEN_AT - timedelta(hours=9 - hour), draw(numbers), draw(numbers), draw(numbers), draw(numbers))
        for hour in range(draw(st.integers(0, 9)))
    )
    gone = draw(st.lists(findings(), max_size=2))
    standing = Standing(TAKEN_AT - timedelta(days=draw(st.integers(1, 500))), draw(st.integers(1, 10**6)))
    changes = Changes(
        draw(st.sampled_from([None, TAKEN_AT - timedelta(days=1)])),
        {found.fingerprint: standing for found in stamped},
        frozenset(found.fingerprint for found in stamped if draw(st.booleans())),
        tuple(
            Resolved(each.code, each.rule, each.severity, each.subject, each.message, "f", standing) for each in gone
        ),
    )
    facts = one.facts._replace(usage={host.label: looks}, taken_at=TAKEN_AT)
    return one._replace(facts=facts, findings=stamped, changes=changes)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Make a report of one server whose names, statements, findings, gaps and ignores are such texts."""
    rows = [
        {"id": number, "user": draw(texts), "host": draw(texts), "time_seconds": draw(st.integers(0, 10**9))}
        for number in range(draw(st.integers(0, 5)))
    ]
    one = server(
        address=draw(texts),
        version=draw(texts),
        processlist=rows,
        programs=[{"id": row["id"], "name": draw(texts), "pid": draw(st.integers(0, 10**7))} for row in rows],
        transactions=[{"id": row["id"], "age_seconds": 7} for row in rows if draw(st.booleans())],
        statements=[{"id": row["id"], "kind": "select", "digest": draw(texts), "text": draw(texts)} for row in rows],
    )
    web = pool(name=draw(texts), url=Setting(PoolUrl("mysql", user=draw(texts))), size=Setting(unknown=draw(texts)))
    elsewhere = pool(name=draw(texts), url=Setting(PoolUrl(draw(texts))))
    found = tuple(draw(st.lists(findings(), max_size=3)))
    gap = Unanswered("PA202", "idle-blocker", draw(texts), Missing(draw(texts), draw(texts), draw(texts)))
    ignored = Ignored(draw(findings()), Ignore("idle-in-transaction", draw(texts), draw(st.one_of(st.none(), texts))))
    return report(facts_of(one, deployment(web), deployment(elsewhere)), found, (gap,), (ignored,))
