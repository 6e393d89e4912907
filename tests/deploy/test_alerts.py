"""Prometheus' files: every alert fires on the series meant for it, asks for what there is, and has its entry in the runbook."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.metric_table import SERIES

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy" / "prometheus"
RUNBOOK = ROOT / "docs" / "runbook.md"
OWN = frozenset({"up", "ALERTS"})
"""What Prometheus says itself."""
PARTS = ("What it means.", "What people feel.", "Look at first.", "Do.", "Leave alone.")
WORDS = frozenset(
    {"or", "unless", "on", "max", "min", "sum", "count", "rate", "increase", "delta", "changes", "topk"}
    | {"histogram_quantile"}
)
"""Of the language; what stands in brackets is taken out before."""
Rule = dict[str, Any]


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


RULES: list[Rule] = [rule for group in read("alerts.yml")["groups"] for rule in group["rules"]]
NAMES = [rule["alert"] for rule in RULES]
TESTS = {one["name"]: one for one in read("alerts_test.yml")["tests"]}
WELL = "all is well"


def asked_for(expression: str) -> set[str]:
    """Name the series that an expression of Prometheus reads."""
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"|\b(?:by|on) \([^)]*\)", " ", expression)
    return set(re.findall(r"[a-zA-Z_]\w*", bare)) - WORDS


def labels_of(expression: str) -> set[str]:
    """Name the labels by which an expression chooses."""
    return {name for inside in re.findall(r"\{([^}]*)\}", expression) for name in re.findall(r"(\w+)\s*=~?", inside)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_is_about(rule: Rule) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert asked_for(rule["expr"]) - SERIES - OWN == set(), "it asks for a metric that there is not"
    said = rule["annotations"]
    assert set(said) == {"summary", "description", "runbook_url"}
    assert said["description"].endswith(".")
    assert said["runbook_url"] == f"docs/runbook.md#{rule['alert'].lower()}"


def test_every_alert_has_its_entry_and_no_entry_is_left_over() -> None:
    assert len(set(NAMES)) == len(NAMES)
    text = RUNBOOK.read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)$", text, re.MULTILINE) == NAMES
    entries = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for entry in entries:
        assert tuple(re.findall(r"^- \*\*([^*]+)\*\* \S", entry, re.MULTILINE)) == PARTS, entry.splitlines()[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_tried_on_its_own_series_and_on_a_good_day(rule: Rule) -> None:
    [expected] = TESTS[rule["alert"]]["promql_expr_test"]
    assert expected["expr"] == 'count by (alertname) (ALERTS{alertstate="firing"})', "it fires, and no other"
    assert expected["exp_samples"] == [{"labels": f'{{alertname="{rule["alert"]}"}}', "value": 1}]
    healthy = {one["series"].split("{")[0] for one in TESTS[WELL]["input_series"]}
    assert asked_for(rule["expr"]) - healthy == set()


def test_the_series_of_the_tests_are_ours() -> None:
    assert set(TESTS) == {*NAMES, WELL}
    assert all(one["expr"] == "ALERTS" and one["exp_samples"] == [] for one in TESTS[WELL]["promql_expr_test"])
    series = {one["series"].split("{")[0] for test in TESTS.values() for one in test["input_series"]}
    assert series - SERIES - OWN == set()


def test_each_process_is_asked_with_a_token() -> None:
    [job] = read("prometheus.yml")["scrape_configs"]
    assert job["job_name"] == "vervain", "the alerts choose by it"
    assert job["authorization"]["credentials_file"]
    [targets] = job["static_configs"]
    assert len(set(targets["targets"])) == 3


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed here: make promtool")
@pytest.mark.parametrize(
    "asked",
    [
        ("check", "config", "--syntax-only", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_agrees(asked: tuple[str, ...]) -> None:
    said = subprocess.run(["promtool", *asked], cwd=DEPLOY, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "SUCCESS" in said.stdout
