"""``/metrics`` after a busy session: every metric, named as Prometheus asks, in its documentation, and nobody in it."""

import asyncio
import json
import re
import threading
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from prometheus_client import Metric as Family
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from api.channels import Channels
from api.counted_requests import ELSEWHERE, METHODS, Requests
from api.metric_table import BESIDE, BY_COUNT, METRICS, PROCESS, SERIES, Kind, Metric
from api.metrics import Metrics
from api.status import Scrapers
from domain.security_log import Event
from domain.services import Services
from tests.api.test_broadcast import token_for
from tests.support.databases import Databases
from tests.support.house import House, signed_in
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS, until

DOCS = (Path(__file__).parent.parent.parent / "docs" / "metrics.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].strip("`"): cells
    for cells in (
        [cell.strip() for cell in line.split("|")[1:-1]] for line in DOCS.splitlines() if line.startswith("| `")
    )
}
ALONE = {one.count for one in METRICS if one.count.startswith("bus_")}
"""What only several processes have."""
UNKNOWN = {"pages_open", "backup_age_seconds", "audit_whole", "audit_verified_seconds", "loop_lag_seconds"}
"""What nobody can know of a program that has just begun, and has no pages."""


@pytest.fixture
def scraped(server: Server, house: House) -> dict[str, Family]:
    """Let the house be busy for a moment, rightly and wrongly, and read what was counted."""
    services = house.services
    leila, mina = (signed_in(services, one)[1] for one in (house.leila, house.mina))
    with httpx2.Client(base_url=server.http, timeout=ANSWER_SECONDS) as client:
        as_leila = {"Authorization": f"Bearer {leila}"}
        at = f"/api/diagnosis/{house.diagnosis_id}"
        with connect(
            f"{server.ws}/ws/{house.diagnosis_id}",
            additional_headers={"Authorization": f"Bearer {mina}"},
            open_timeout=ANSWER_SECONDS,
        ) as one:
            while (got := json.loads(one.recv(timeout=ANSWER_SECONDS)))["type"] != "snapshot":
                pass
            said = {"recommendation_id": house.ginger, "rating": 4, "symptom": 3, "comment": "Much better"}
            assert client.post(f"{at}/feedback", json=said, headers=as_leila).status_code in (201, 403)
            client.post(f"{at}/feedback", json=said, headers={"Authorization": f"Bearer {mina}"})
            while (got := json.loads(one.recv(timeout=ANSWER_SECONDS)))["type"] != "feedback_update":
                pass
            one.send(json.dumps({"type": "ack", "seq": got["seq"]}))
            one.send(json.dumps({"type": "ping"}))
            while json.loads(one.recv(timeout=ANSWER_SECONDS))["type"] != "pong":
                pass
        client.get("/api/nothing", headers=as_leila)
        client.get(f"{at}/feedback", headers={"Authorization": "Bearer made-up"})
        client.post("/api/auth/refresh", json={"refresh_token": "made-up-token"})
        client.post("/api/auth/token", json={"login": "leila@clinic", "password": "a wrong one"})
        client.request("BREW", "/api/diagnosis/4711")
        live = services.running.counts
        until(lambda: live()["connections_closed"], what="the end of the connection")
        answer = client.get("/metrics", headers=token_for(house, "status", name="Watcher"))
    assert answer.headers["content-type"].startswith("text/plain")
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def test_every_metric_is_there_and_no_other(scraped: dict[str, Family], house: House) -> None:
    unknown = UNKNOWN if house.services.database.is_sqlite else UNKNOWN | {"journal_bytes"}
    there = {one.family for one in METRICS if one.count not in ALONE | unknown}
    known = {one.family for one in METRICS} | {name.removesuffix("_total") for name in PROCESS}
    assert there - set(scraped) == set()
    assert set(scraped) - known == set()
    samples = {sample.name for family in scraped.values() for sample in family.samples}
    assert samples - SERIES == set()
    counts = house.services.running.counts()
    assert set(counts) - set(BY_COUNT) - BESIDE == set(), "what is counted is exposed, or said why not"
    exact = {
        "vervain_connects_total": {("accepted",): 1},
        "vervain_recoveries_total": {("resumed",): 0, ("snapshot",): 0, ("new",): 1},
        "vervain_token_refreshes_total": {("refused",): 1, ("renewed",): 0, ("repeated",): 0, ("reused",): 0},
        "vervain_acks_total": {(): 1},
        "vervain_database_up": {(): 1},
        "vervain_connections": {("patient",): 0, ("practitioner",): 0, ("admin",): 0, ("service",): 0},
    }
    for name, expected in exact.items():
        family = scraped[name.removesuffix("_total")]
        assert {tuple(one.labels.values()): one.value for one in family.samples} == expected, name
    refused = scraped["vervain_security_refusals"].samples
    assert {("sign_in_refused", "refresh_token"), ("sign_in_refused", "wrong_password")} <= {
        (one.labels["event"], one.labels["reason"]) for one in refused
    }
    counted = {name: value_of(scraped, f"vervain_{name}_seconds", "_count") for name in ("delivery", "confirmation")}
    assert counted["delivery"] >= 1
    assert counted["confirmation"] == 1


def test_histograms_are_whole(scraped: dict[str, Family]) -> None:
    for metric in (one for one in METRICS if one.kind is Kind.HISTOGRAM and one.family in scraped):
        series: dict[tuple[str, ...], dict[str, list[float]]] = {}
        for one in scraped[metric.family].samples:
            labels = tuple(value for name, value in one.labels.items() if name != "le")
            by = series.setdefault(labels, {})
            by.setdefault(one.name.removeprefix(metric.name), []).append(one.value)
        for labels, by in series.items():
            assert set(by) == {"_bucket", "_sum", "_count"}, (metric.name, labels)
            assert by["_bucket"] == sorted(by["_bucket"]), "cumulative"
            assert by["_bucket"][-1] == by["_count"][0]
            assert (by["_sum"][0] > 0) == (by["_count"][0] > 0), metric.name


def test_nobody_is_in_a_label(scraped: dict[str, Family], house: House, app: FastAPI) -> None:
    """Every label is one of few, and every value a word of ours, a code or a bound."""
    words = {event.value.removeprefix("security.") for event in Event}
    seen: dict[str, set[str]] = {}
    for family in scraped.values():
        for sample in family.samples:
            for label, value in sample.labels.items():
                seen.setdefault(label, set()).add(value)
    assert set(seen) == {name for one in METRICS for name in one.labels} | {"le"}
    assert seen["event"] <= words
    assert seen["code"] <= {"1000", "1001", "1005", "1006", "1008", "4001"}
    assert seen["method"] <= METHODS | {"OTHER"}
    assert seen["status"] <= {"2xx", "3xx", "4xx", "5xx"}
    assert seen["route"] - {ELSEWHERE, "/api/{path:path}"} <= {*app.openapi()["paths"], "/metrics"}
    assert seen["version"] | seen["process"] == {
        house.services.running.version or "unknown",
        house.services.running.name,
    }
    for label in ("kind", "result", "outcome", "reason", "predictor"):
        assert all(re.fullmatch(r"[a-z][a-z_ ]*", one) for one in seen[label]), label
    said = " ".join(value for values in seen.values() for value in values).casefold()
    for word in ("mina", "leila", "watcher", "sunrise", "better", "made-up", "4711", "brew", "clinic"):
        assert word not in said


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.name)
def test_a_metric_is_named_as_prometheus_asks(metric: Metric) -> None:
    assert re.fullmatch(r"vervain_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert not re.search(r"_(ms|minutes|hours|kib|mib|bytes_sent)(_|$)", metric.name), "base units, at the end"
    assert metric.help.endswith(".")
    assert metric.family.removeprefix("vervain_").split("_")[-1] not in ("bucket", "sum", "count")
    name, unit, labels, means, normal = ROWS[metric.name]
    ends = {"_seconds": "seconds", "_bytes": "bytes"}
    assert unit == next((unit for end, unit in ends.items() if metric.family.endswith(end)), unit) != "", name
    assert re.findall(r"`(\w+)`", labels) == list(metric.labels)
    assert means.endswith(".")
    assert normal


def test_no_metric_is_documented_that_is_not_there() -> None:
    assert set(ROWS) == {one.name for one in METRICS} | PROCESS
    assert len(BY_COUNT) == len(METRICS) == len({one.name for one in METRICS})


async def test_it_says_so_when_the_database_is_away(
    client: httpx2.AsyncClient, house: House, databases: Databases, tmp_path: Path
) -> None:
    watcher, stranger = token_for(house, "status"), token_for(house, "status", name="Other")
    assert "vervain_database_up 1.0" in (await client.get("/metrics", headers=watcher)).text
    house.services.database.close()
    await asyncio.to_thread(databases.ruin, tmp_path)
    away = await client.get("/metrics", headers=watcher)
    assert away.status_code == 200
    assert "vervain_database_up 0.0" in away.text
    assert "vervain_database_bytes" not in away.text, "what cannot be known is left out"
    assert (await client.get("/metrics", headers=stranger)).status_code == 503, "who never came is not known"


def test_who_was_let_in_is_forgotten_after_ten_minutes() -> None:
    now = [0.0]
    scrapers = Scrapers(lambda: now[0])
    scrapers.let_in("one")
    now[0] = 599
    assert scrapers.knows("one")
    assert not scrapers.knows("other")
    assert not scrapers.knows(None)
    now[0] = 601
    assert not scrapers.knows("one")
    scrapers.let_in("one")
    scrapers.forget("one")
    assert not scrapers.knows("one"), "who was refused since is not let in"


async def test_a_database_that_hangs_takes_one_thread(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, begun = threading.Event(), list[int]()

    def hangs(_services: Services) -> dict[str, float]:
        begun.append(1)
        hanging.wait(30)
        return {"database_up": 1}

    monkeypatch.setattr("api.status.observe", hangs)
    scrapers = Scrapers()
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(scrapers.observed(house.services), 0.01)
    hanging.set()
    assert await scrapers.observed(house.services) == {"database_up": 1}
    assert len(begun) == 1


@pytest.mark.parametrize(
    ("template", "path", "route"),
    [
        ("/diagnosis/{diagnosis_id}", "/api/diagnosis/7", "/api/diagnosis/{diagnosis_id}"),
        ("/api/{path:path}", "/api/what/ever", "/api/{path:path}"),
        ("/healthz", "/healthz", "/healthz"),
        ("/patient/{number}", "/patient/7", "/patient/{number}"),
        ("", "/wp-admin/7", ELSEWHERE),
    ],
)
def test_a_request_is_counted_by_the_template_of_its_route(template: str, path: str, route: str) -> None:
    requests = Requests()
    scope = {"method": "GET", "path": path}
    if template:
        scope["route"] = type("Route", (), {"path": template})()
    requests.answered(scope, 503, 0.2)
    requests.answered(scope | {"method": "BREW"}, 200, 0.2)
    assert list(requests.counts()["GET"]) == [route]
    assert list(requests.counts()["OTHER"][route]) == ["2xx"]
    assert requests.failed == 1


def test_what_waits_for_nobody_is_counted_as_nothing(house: House) -> None:
    waiting = Channels(house.services.hub, Metrics()).unsent()
    assert waiting == {"clients_behind": 0, "outbound_messages": 0, "outbound_bytes": 0}


def value_of(scraped: dict[str, Family], name: str, ending: str) -> float:
    """Find the one value of a series without labels."""
    return next(one.value for one in scraped[name].samples if one.name == f"{name}{ending}")
