"""A model on another server: what it is asked, what counts as an answer, and that nobody waits for what is none."""

import asyncio
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from domain.predictors import breaker as breakers
from domain.predictors import remote as asked_by
from domain.predictors.breaker import Breaker
from domain.predictors.features import NAMES, Features
from domain.predictors.remote import MOST_BYTES, Remote, Unanswered, probabilities, question
from domain.predictors.shelf import Predictors
from domain.updating import update_recommendations
from storage.tables import Consent, Prediction
from tests.domain.predictors.made_up import made_up
from tests.support.house import House, diagnose, new_patient, recommended
from tests.support.inference import Body, Served, inference, proba
from tests.support.nobody import nobody
from tests.support.waiting import ANSWER_SECONDS


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for an answer as long as a busy machine takes; the limit has a test of its own."""
    monkeypatch.setattr(asked_by, "LIMIT_SECONDS", ANSWER_SECONDS)


def rows(count: int = 3) -> list[Features]:
    return [one.features for one in made_up(count)]


async def asked(served: Served, count: int = 3) -> list[float] | None:
    remote = Remote(served.address)
    try:
        found = await remote.predict(rows(count))
    finally:
        await remote.close()
    return None if found is None else [one.value for one in found]


@pytest.mark.usefixtures("unhurried")
async def test_what_is_asked_and_answered() -> None:
    async with inference() as served:
        served.answer = lambda _asked: proba(0.2, 0.5, 0.9)
        remote = Remote(served.address)
        found = await remote.predict(rows())
        assert found is not None
        assert await remote.predict([]) == []
        await remote.close()
    assert [one.value for one in found] == [0.2, 0.5, 0.9]
    assert all(one.low < one.value < one.high for one in found)
    assert "vervain at 127.0.0.1" in found[0].basis
    assert remote.name == "remote-vervain"
    [body] = served.asked
    assert [one["name"] for one in body["inputs"]] == list(NAMES)
    columns = {one["name"]: one for one in body["inputs"]}
    assert columns["age"]["data"] == [row.age for row in rows()]
    assert columns["match"]["data"] == [row.match for row in rows()], "what is missing is null"
    assert columns["item"]["datatype"] == "BYTES"
    assert body["outputs"] == [{"name": "predict_proba"}]


def test_the_question_is_json_without_what_names_anybody() -> None:
    unknown = replace(rows()[0], age=None, match=None)
    text = json.dumps(question([unknown]), allow_nan=False)
    assert set(json.loads(text)) == {"parameters", "inputs", "outputs"}
    assert "patient" not in text


def output(**values: Any) -> Body:
    whole = {"name": "predict_proba", "shape": [3, 2], "datatype": "FP64", "data": [0.5] * 6} | values
    return {"outputs": [whole]}


@pytest.mark.parametrize(
    "answer",
    [
        proba(0.1, float("nan"), 0.3),
        proba(0.1, 1.7, 0.3),
        proba(0.1, -0.1, 0.3),
        proba(0.1, 0.2),
        proba(),
        output(shape=[3, 3], data=[0.3] * 9),
        output(shape=[6]),
        output(data=[0.5] * 5),
        output(data=["0.5"] * 6),
        output(data=[True] * 6),
        output(data=None),
        output(data={"0": 0.5}),
        output(datatype="INT64", data=[0, 1] * 3),
        output(name="predict"),
        {"outputs": []},
        {"outputs": ["predict_proba"]},
        {"error": "no such model"},
        [],
        None,
        0.5,
    ],
    ids=str,
)
def test_whatever_else_comes_back_is_no_answer(answer: Any) -> None:
    with pytest.raises(Unanswered):
        probabilities(answer, 3)


@pytest.mark.parametrize(
    "answer",
    [
        output(shape=[3], data=[0.1, 0.2, 0.3]),
        output(shape=[3, 1], data=[[0.1], [0.2], [0.3]]),
        output(data=[[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]]),
        output(datatype="FP32", data=[0.9, 0.1, 0.8, 0.2, 0.7, 0.3]),
    ],
    ids=str,
)
def test_the_shapes_that_servers_have(answer: Body) -> None:
    assert probabilities(answer, 3) == [0.1, 0.2, 0.3]


def dying(at: int) -> Callable[[Served], None]:
    def spoil(served: Served) -> None:
        served.answer, served.dies = lambda _asked: proba(0.1, 0.2, 0.3), at

    return spoil


def raw(content: bytes, status: str = "200 OK") -> Callable[[Served], None]:
    def spoil(served: Served) -> None:
        served.answer, served.status = lambda _asked: content, status

    return spoil


def dripping(served: Served) -> None:
    served.answer, served.drips = lambda _asked: proba(0.1, 0.2, 0.3), True


def silent(served: Served) -> None:
    served.waits = asyncio.Event()


FAULTS = {
    "dies before the answer": dying(0),
    "dies in its head": dying(10),
    "dies in its body": dying(80),
    "says nothing": silent,
    "drips": dripping,
    "an empty body": raw(b""),
    "no JSON": raw(b"<html>"),
    "NaN": raw(json.dumps(proba(0.1, float("nan"), 0.3)).encode()),
    "1.7": raw(json.dumps(proba(0.1, 1.7, 0.3)).encode()),
    "not found": raw(b"{}", "404 Not Found"),
    "an error": raw(json.dumps(proba(0.1, 0.2, 0.3)).encode(), "500 Internal Server Error"),
    "elsewhere": raw(b"", "307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/"),
    "too much": raw(b" " * (MOST_BYTES + 1)),
    "no text": raw(b"\xff\xfe"),
    "huge": raw(json.dumps(proba(0.1, 10**400, 0.3)).encode()),
    "packed": raw(gzip.compress(b" " * 1_000_000), "200 OK\r\ncontent-encoding: gzip"),
    "deep": raw(b'{"outputs":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_who_does_not_answer_is_not_waited_for(fault: str) -> None:
    async with inference() as served:
        FAULTS[fault](served)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        assert await asked(served) is None
        assert loop.time() - begun < 5, "the limit is 0.3 s, and the machine may be busy"
        if served.waits is not None:
            served.waits.set()


async def test_nobody_there() -> None:
    with nobody() as port:
        assert await Remote(f"http://127.0.0.1:{port}/v2/models/x").predict(rows()) is None


@pytest.mark.usefixtures("unhurried")
async def test_who_fails_again_and_again_is_not_asked() -> None:
    async with inference() as served:
        remote = Remote(served.address)
        for _ in range(breakers.FAILURES + 3):
            assert await remote.predict(rows()) is None
        assert len(served.asked) == breakers.FAILURES
        await remote.close()


def test_the_breaker_tries_one_after_a_rest() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    assert [breaker.failed() for _ in range(breakers.FAILURES)] == [False] * (breakers.FAILURES - 1) + [True]
    assert not breaker.lets_through
    now = breakers.REST_SECONDS
    assert [breaker.lets_through, breaker.lets_through] == [True, False], "one tries, the others wait for it"
    breaker.failed()
    now *= 1.5
    assert not breaker.lets_through
    now *= 2
    assert breaker.lets_through
    breaker.went_well()
    assert [breaker.lets_through] * 3 == [True] * 3
    assert not breaker.failed()


@pytest.fixture
def asking(house: House) -> Callable[[Served], House]:
    """Let the house ask a server."""

    def put(served: Served) -> House:
        services = house.services
        predictors = Predictors(services.database, services.predictors.folder(0).parent, Remote(served.address))
        return replace(house, services=replace(services, predictors=predictors))

    return put


def newest(house: House, recommendation_id: int) -> Prediction:
    with house.services.database.read() as session:
        statement = select(Prediction).where(Prediction.recommendation_id == recommendation_id)
        return session.exec(statement.order_by(col(Prediction.id).desc())).all()[0]


@pytest.mark.usefixtures("unhurried")
async def test_it_is_asked_first_and_the_rules_speak_where_it_does_not(asking: Callable[[Served], House]) -> None:
    async with inference() as served:
        house = asking(served)
        there = diagnose(house.services, house.leila, new_patient(house.services, house.leila))
        fennel = recommended(house.services, there, "fennel")
        served.answer = lambda body: proba(*[0.91] * body["inputs"][0]["shape"][0])
        assert await update_recommendations(there, house.services)
        assert (newest(house, fennel).predictor, newest(house, fennel).probability) == ("remote-vervain", 0.91)
        served.answer = lambda body: proba(*[1.7] * body["inputs"][0]["shape"][0])
        assert await update_recommendations(there, house.services)
        assert newest(house, fennel).predictor == "rules-1"
        remote = house.services.predictors.remote
        assert remote is not None
        await remote.close()


async def test_who_wants_to_be_in_no_statistics_is_told_to_no_other_server(asking: Callable[[Served], House]) -> None:
    async with inference() as served:
        house = asking(served)
        served.answer = lambda body: proba(*[0.91] * body["inputs"][0]["shape"][0])
        who = new_patient(house.services, house.leila)
        there = diagnose(house.services, house.leila, who)
        refused = Consent(patient_id=who.patient_id or 0, kind="statistics", granted=False, at=datetime.now(UTC))
        house.services.ledger.write(lambda change: change.session.add(refused))
        assert not await update_recommendations(there, house.services)
        assert served.asked == []
        assert newest(house, recommended(house.services, there, "fennel")).predictor == "rules-1"
