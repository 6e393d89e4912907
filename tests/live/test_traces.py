"""A change traced from the request to the last client, as a collector gets it over OTLP; and a collector that is away."""

import ast
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

import main
from bench.ports import free_port
from domain.telemetry import ATTRIBUTES, Telemetry
from settings import Settings
from tests.support.collector import Collector, attributes, collecting
from tests.support.house import House, bearer, signed_in
from tests.support.phone import phone
from tests.support.server import Server, serving, without_pages
from tests.support.waiting import ANSWER_SECONDS, eventually, until
from tests.test_architecture import imports

STEPS = (
    "POST /api/diagnosis/{diagnosis_id}/feedback",
    "change feedback",
    "queue",
    "transaction",
    "commit",
    "publish",
    "fan-out",
)
WORDS = "It burns less zqxmark"
CARRIED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Run = Callable[..., Server]


@pytest.fixture
def run(house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Start the program with its traces sent to an address."""
    monkeypatch.setattr("domain.telemetry.EVERY_MS", 50)
    with ExitStack() as ends:

        def start(url: str, *, share: float = 1.0, **more: Any) -> Server:
            telemetry = Telemetry(url, share=share, version="9")
            ends.callback(telemetry.close)
            parts = replace(house.services, tracing=telemetry)
            return ends.enter_context(serving(without_pages(settings.model_copy(update=more), parts)))

        yield start


@contextmanager
def asking(server: Server, house: House) -> Iterator[httpx2.Client]:
    with httpx2.Client(
        base_url=server.http, headers=bearer(house.services, house.mina), timeout=ANSWER_SECONDS
    ) as client:
        yield client


def answer(client: httpx2.Client, house: House, **headers: str) -> httpx2.Response:
    given = {"recommendation_id": house.ginger, "rating": 4, "improvement": 4, "comment": WORDS}
    said = client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=given, headers=headers)
    assert said.status_code == 201, said.text
    return said


async def test_one_answer_is_one_tree_up_to_the_clients(house: House, run: Run) -> None:
    _, token = signed_in(house.services, house.mina)
    with collecting() as collector:
        server = run(collector.url)
        async with phone(server.ws, house.diagnosis_id, token) as caller:
            await caller.expect("snapshot")
            with asking(server, house) as client:
                answer(client, house)
            await caller.until("feedback_update")
            await eventually(lambda: set(STEPS) <= set(collector.names), what="a span of each step")
            await eventually(lambda: len(told(collector)) == 3, what="a span of each message")
        spans = collector.named(*STEPS)
        root = spans[STEPS[0]]
        assert root.parent_span_id == b""
        assert {span.trace_id for span in spans.values()} == {root.trace_id}
        assert [parent_of(collector, spans[step]) for step in STEPS[1:]] == [
            STEPS[0], "change feedback", "change feedback", "change feedback", "change feedback", "publish",
        ]  # fmt: skip
        assert attributes(root) == {
            "http.request.method": "POST", "http.route": "/api/diagnosis/{diagnosis_id}/feedback",
            "http.response.status_code": 201,
        }  # fmt: skip
        assert {one["vervain.event_type"] for one in told(collector)} == {
            "feedback_update", "effectiveness_update", "prediction_update",
        }  # fmt: skip
        assert [(one["vervain.audience"], one["vervain.clients"]) for one in told(collector)] == [("patient", 1)] * 3
        for span in collector.spans:
            assert span.end_time_unix_nano >= span.start_time_unix_nano
            assert set(attributes(span)) <= set(ATTRIBUTES.values())
        assert collector.resource["service.name"] == "vervain"
        for never in (WORDS, token, house.mina.name, house.leila.name, "zqxmark"):
            assert never.encode() not in collector.raw


async def test_what_fails_says_of_what_kind_it_is_and_not_what_it_says(house: House, run: Run) -> None:
    with collecting() as collector, asking(run(collector.url), house) as client:
        refused = {"recommendation_id": 999_999, "rating": 4, "comment": WORDS}
        assert client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=refused).status_code == 422
        until(lambda: {"transaction", STEPS[0]} <= set(collector.names), what="the spans")
        spans = collector.named("transaction", STEPS[0])
    assert attributes(spans["transaction"]) == {"error.type": "Invalid"}
    assert [list(span.events) for span in collector.spans if span.events or span.status.message] == []
    assert b"zqxmark" not in collector.raw


@pytest.mark.parametrize(
    ("proxies", "believes", "goes_on"),
    [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("10.0.0.1", True, False)],
)
async def test_a_stranger_chooses_no_trace(
    house: House, run: Run, proxies: str, *, believes: bool, goes_on: bool
) -> None:
    with collecting() as collector:
        server = run(collector.url, trusted_proxies=proxies, traces_from_proxies=believes)
        with asking(server, house) as client:
            answer(client, house, traceparent=CARRIED)
            answer(client, house, traceparent="00-zz")
        until(lambda: collector.names.count(STEPS[0]) and len(roots(collector)) == 2, what="both requests")
    assert (CARRIED[3:35] in [span.trace_id.hex() for span in roots(collector)]) is goes_on


async def test_of_many_a_share_is_kept_and_the_others_cost_no_span(house: House, run: Run) -> None:
    with collecting() as collector:
        server = run(collector.url, share=0.0, trusted_proxies="127.0.0.1", traces_from_proxies=True)
        with asking(server, house) as client:
            answer(client, house)
            answer(client, house, traceparent=CARRIED)
        await eventually(lambda: len(roots(collector)) == 1, what="the one that the proxy has chosen")
    assert roots(collector)[0].trace_id.hex() == CARRIED[3:35]


async def test_a_collector_that_is_away_is_said_once_and_holds_nothing_up(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("domain.telemetry.SEND_SECONDS", 0.7)  # less than the pause before it would be tried once more
    caplog.set_level("INFO")
    port = free_port()
    with asking(run(f"http://127.0.0.1:{port}/v1/traces"), house) as client:
        for _ in range(3):
            answer(client, house)
            await eventually(lambda: lines(caplog), what="the line")
        assert lines(caplog) == ["traces cannot be sent, and are dropped until they can"]
        with collecting(port) as back:
            for _ in range(10):  # what a busy machine takes too long to send is dropped like the others
                answer(client, house)
                with suppress(AssertionError):
                    await eventually(lambda: len(lines(caplog)) == 2 and roots(back), within=3)
                    break
            assert roots(back)
    assert lines(caplog)[1] == "traces are sent again"


def test_a_trace_goes_on_in_another_process() -> None:
    with collecting() as collector:
        here, there = Telemetry(collector.url), Telemetry(collector.url)
        request = here.request("POST")
        assert request is not None
        hop = there.resumed(request.carried())
        assert hop is not None
        hop.begin("fan-out").end()
        request.end()
        assert [there.resumed(carried) for carried in ("", "00-1-2-01", request.carried()[:-2] + "00")] == [None] * 3
        here.close()
        there.close()
    assert parent_of(collector, collector.named("fan-out")["fan-out"]) == "POST"


def test_nothing_of_it_is_imported_where_it_is_off() -> None:
    at_once = [node for node in ast.parse(Path(main.__file__).read_text()).body if not isinstance(node, ast.If)]
    named = set(imports(ast.Module([node for node in at_once if isinstance(node, ast.Import | ast.ImportFrom)], [])))
    assert "domain.services.Services" in named
    assert [name for name in named if "telemetry" in name] == []


def roots(collector: Collector) -> list[Span]:
    return [span for span in collector.spans if span.name == STEPS[0]]


def told(collector: Collector) -> list[dict[str, Any]]:
    return [attributes(span) for span in collector.spans if span.name == "fan-out"]


def parent_of(collector: Collector, span: Span) -> str:
    return next((one.name for one in collector.spans if one.span_id == span.parent_span_id), "")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if "telemetry" in record.name]
