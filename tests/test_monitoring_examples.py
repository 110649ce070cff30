"""The examples for Prometheus and Grafana use metrics and labels that there are, and hold together."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from poolaudit.render.openmetrics import families_of
from tests.render.past import several, week

FOLDER = Path(__file__).parent.parent / "examples" / "monitoring"
ALERTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text("utf-8"))

# Every label that a metric may carry, by the metric's name.
LABELS: dict[str, set[str]] = {}
for report in (week(), several()):
    for family in families_of(report):
        found = LABELS.setdefault(family.name, set())
        found |= {name for labels, _ in family.samples for name, _ in labels}
SELECTOR = re.compile(r"(poolaudit_\w+)(?:\{([^}]*)\})?")
GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")


def queries(panel: dict[str, Any]) -> Iterator[str]:
    yield from (target["expr"] for target in panel["targets"])


EXPRESSIONS = [rule["expr"] for rule in ALERTS] + [one for panel in DASHBOARD["panels"] for one in queries(panel)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_only_metrics_and_labels_that_there_are(expression: str) -> None:
    selected = SELECTOR.findall(expression)
    assert selected
    known: set[str] = set()
    for name, matchers in selected:
        assert name in LABELS
        assert {one.partition("=")[0].strip() for one in matchers.split(",") if one} <= LABELS[name]
        known |= LABELS[name]
    for group in GROUPING.findall(expression):
        assert {label.strip() for label in group.split(",")} <= known
    assert expression.count("(") == expression.count(")")


def test_every_metric_is_shown_or_watched() -> None:
    used = {name for expression in EXPRESSIONS for name, _ in SELECTOR.findall(expression)}
    shown_as_list = {"poolaudit_up"}
    assert set(LABELS) - used - shown_as_list <= {"poolaudit_uptime_seconds", "poolaudit_ignored_findings"}


def test_alerts_say_whom_they_are_about() -> None:
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)
    for rule in ALERTS:
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert "$labels." in rule["annotations"]["summary"]
        named = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        metrics = {name for name, _ in SELECTOR.findall(rule["expr"])}
        assert named <= set.intersection(*(LABELS[name] for name in metrics)) | {"use"}


def test_the_dashboard_holds_together() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        assert panel["datasource"]["uid"] == "${datasource}"
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references)
        legends = [target["legendFormat"] for target in panel["targets"]]
        for target, legend in zip(panel["targets"], legends, strict=True):
            names = {label for name, _ in SELECTOR.findall(target["expr"]) for label in LABELS[name]}
            assert set(re.findall(r"\{\{(\w+)\}\}", legend)) <= names
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(panels)))
    assert used <= variables
