"""The search on every page: what is found, what is said where nothing is, and that only the newest question is answered."""

import asyncio
import logging
from typing import Any

import pytest

from domain import searching
from domain.permission import Actor
from domain.services import Services
from pages.elements.search import Search
from tests.pages.conftest import Visit
from tests.support.house import House, new_patient
from tests.support.pages import Visitor
from tests.support.waiting import eventually


def watched(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> tuple[Search, list[tuple[int, dict[str, Any]]]]:
    """Give the search of the open page, and what it answers."""
    [search] = [one for one in visitor.page.elements.values() if isinstance(one, Search)]
    answers: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(search, "run_method", lambda _name, number, answer: answers.append((number, answer)))
    return search, answers


def titles(answer: dict[str, Any]) -> list[str]:
    return [item["title"] for group in answer["groups"] for item in group["items"]]


async def asked(visitor: Visitor, text: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    search, answers = watched(visitor, monkeypatch)
    visitor.happen(search, "ask", {"text": text, "number": 1})
    await eventually(lambda: answers)
    return answers[0][1]


async def test_patients_with_their_diagnoses_and_pages_are_found(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    found = await asked(leila, "MIN", monkeypatch)
    assert [group["label"] for group in found["groups"]] == ["Patients"]
    [mina, about] = found["groups"][0]["items"]
    assert (mina["title"], mina["href"]) == ("Mina Farahani", f"/patient/{house.mina.patient_id}")
    assert mina["more"] == "day of birth not known"
    assert (about["href"], about["under"]) == (f"/recommendations/{house.diagnosis_id}", True)
    assert found["said"] == "2 found"
    assert titles(await asked(leila, "intake", monkeypatch)) == ["Intake"]
    assert titles(await asked(leila, "emerg", monkeypatch)) == ["A patient who is not yours, in an emergency"]
    assert len(leila.page.elements) < 100


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zzz", "Nobody whose record you may read"),
        ("q", "Type one more letter"),
        ("<b>%", "Type one more letter"),
        ("x" * 500, "Nobody whose record you may read"),
    ],
)
async def test_where_nothing_is_found_it_is_said_why(
    text: str, said: str, house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    found = await asked(leila, text, monkeypatch)
    assert (found["groups"], found["said"].startswith(said)) == ([], True)


async def test_it_begins_with_the_pages_and_says_what_to_type(house: House, visitor: Visit) -> None:
    ida = await visitor(house.ida)
    await ida.open("/")
    [search] = [one for one in ida.page.elements.values() if isinstance(one, Search)]
    begin = {"groups": search.props["begin"]}
    assert titles(begin)[:2] == ["Overview", "Intake"]
    assert "A patient who is not yours, in an emergency" not in titles(begin), "an admin opens no record"
    assert "noted as seen" in search.props["labels"]["begin"]


async def test_an_admin_and_a_stranger_find_no_patient(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nobody in (house.ida, house.chen):
        page = await (await visitor(nobody)).open("/")
        assert (await asked(page, "mina", monkeypatch))["groups"] == []


async def test_only_the_newest_of_what_was_typed_meanwhile_is_answered(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_patient(house.services, house.leila, "Sara Lind")
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    search, answers = watched(leila, monkeypatch)
    times: list[str] = []
    found = searching.patients

    def slow(services: Services, actor: Actor, text: str, *, most: int) -> list[searching.FoundPatient]:
        times.append(text)
        return found(services, actor, text, most=most)

    monkeypatch.setattr(searching, "patients", slow)
    for number, text in enumerate(["mi", "min", "mina", "sa"]):
        leila.happen(search, "ask", {"text": text, "number": number})
    await eventually(lambda: answers)
    await asyncio.sleep(0)
    assert [(number, titles(answer)) for number, answer in answers] == [(3, ["Sara Lind"])]
    assert times == ["mi", "sa"]


async def test_nothing_that_is_typed_gets_into_the_log(
    house: House,
    visitor: Visit,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    caplog.set_level(logging.DEBUG)
    await asked(leila, "Xantippe", monkeypatch)
    logged = [*(record.getMessage() for record in caplog.records), *capsys.readouterr()]
    assert not [line for line in logged if "antippe" in line]
