"""Grafana's files: each panel says what it shows and in which unit, and asks for what there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.metric_table import METRICS, SERIES, Kind
from tests.deploy.test_alerts import OWN, asked_for, labels_of

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "grafana"
BOARD: dict[str, Any] = json.loads((FOLDER / "vervain.json").read_text(encoding="utf-8"))
Panel = dict[str, Any]
PANELS: list[Panel] = [one for one in BOARD["panels"] if one["type"] != "row"]
UNITS = {"_seconds": "s", "_bytes": "bytes"}


def provisioned(kind: str) -> Any:
    return yaml.safe_load((FOLDER / kind / "vervain.yml").read_text(encoding="utf-8"))


def expressions(panel: Panel) -> list[str]:
    return [one["expr"] for one in panel["targets"]]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel: Panel) -> None:
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    bounds = [step["value"] for step in steps]
    assert bounds[0] is None
    assert bounds[1:] == sorted(bounds[1:])
    assert expressions(panel)
    known = {"instance", "job", *(label for one in METRICS for label in one.labels)}
    for asked in expressions(panel):
        assert asked_for(asked) - SERIES - OWN == set(), "it asks for a metric that there is not"
        assert labels_of(asked) <= known
        assert asked.count("(") == asked.count(")")
        assert "$instance" in asked or "up{" in asked


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_the_unit_is_the_one_of_the_metrics(panel: Panel) -> None:
    unit = panel["fieldConfig"]["defaults"]["unit"]
    for asked in expressions(panel):
        if "/" in asked or "_total{" in asked or "_count{" in asked:
            continue  # of a share, or of how many a second
        for name in asked_for(asked):
            ending = next((end for end in UNITS if name.removesuffix("_bucket").endswith(end)), "")
            assert unit == UNITS.get(ending, unit), name


def test_no_panel_lies_on_another_and_none_has_anothers_number() -> None:
    numbers = [one["id"] for one in BOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    titles = [one["title"] for one in PANELS]
    assert len(set(titles)) == len(titles)
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        here = set(cells(panel["gridPos"]))
        assert not here & taken, panel["title"]
        assert all(x < 24 for x, _ in here)
        taken |= here


def cells(place: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Give the squares of the grid that a panel takes."""
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y


def test_what_matters_is_shown() -> None:
    shown = {name for panel in PANELS for asked in expressions(panel) for name in asked_for(asked)}
    left_out = {one.name for one in METRICS if not one.samples & shown}
    assert left_out <= {
        "vervain_acks_total", "vervain_acks_waiting", "vervain_alarms_unseen", "vervain_audit_chain_entries",
        "vervain_audit_verified_seconds", "vervain_bus_overflows_total", "vervain_bus_passing_lost_messages_total",
        "vervain_bus_unreadable_messages_total", "vervain_gaps_total", "vervain_hub_followers", "vervain_job_restarts_total",
        "vervain_outbound_messages",
        "vervain_processes", "vervain_published_events_total", "vervain_sent_bytes_total", "vervain_unscored_diagnoses",
        "vervain_updates_pushed_total",
    }  # fmt: skip
    assert {one.name for one in METRICS if one.kind is Kind.HISTOGRAM} & left_out == set()


def test_it_is_there_without_a_hand() -> None:
    [source] = provisioned("datasources")["datasources"]
    assert source["type"] == "prometheus"
    used = [one["datasource"]["uid"] for panel in PANELS for one in (panel, *panel["targets"])]
    assert {*used, BOARD["templating"]["list"][0]["datasource"]["uid"]} == {source["uid"]}
    [provider] = provisioned("dashboards")["providers"]
    assert provider["options"]["path"] == "/etc/grafana/provisioning"
    assert (BOARD["uid"], BOARD["title"]) == ("vervain", "Vervain")
    [variable] = BOARD["templating"]["list"]
    assert (variable["name"], variable["multi"], variable["includeAll"]) == ("instance", True, True)
