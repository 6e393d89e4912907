"""What the sheet says of harm in Persian: as much as the catalogue has of it, and of no other herb than it means."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from domain import take_home
from domain.gate.naming import called
from domain.library import Knowledge
from domain.messages import VerdictReason
from domain.take_home import TakeHome
from pages.language import Language
from pages.said import drawn
from pages.sheet_pdf import blocks_of, drawable
from pages.sheet_words import Part, Sheet, sheet_of
from tests.support.house import House

FA = Language("fa")


@pytest.fixture
def home(house: House) -> TakeHome:
    return take_home.read(house.services, house.leila, house.diagnosis_id)


@pytest.fixture
def knowledge(house: House) -> Knowledge:
    return house.services.library.shared.knowledge


def warned(home: TakeHome, knowledge: Knowledge, messages: Iterable[str]) -> Sheet:
    """Write the sheet of one herb of which the gate says all of this."""
    reasons = [
        VerdictReason(verdict="moderate", rule="population", message=one, source=["HC"], mechanism="pregnancy", key=one)
        for one in messages
    ]
    item = home.items[0].model_copy(update={"verdict_reasons": reasons})
    return sheet_of(replace(home, items=(item,)), knowledge, FA)


def texts(sheet: Sheet) -> list[Part]:
    return [text for watch in sheet["groups"][0]["items"][0]["watch"] for text in watch["texts"]]


def test_herbs_that_share_a_persian_name_are_told_apart_by_their_latin_one(
    home: TakeHome, knowledge: Knowledge
) -> None:
    by_name: dict[str, list[str]] = {}
    for id_, herb in knowledge.herbs.items():
        by_name.setdefault(next(iter(herb.names.get("fa", ())), id_), []).append(id_)
    shared = [knowledge.herbs[one] for ids in by_name.values() if len(ids) > 1 for one in ids]
    assert len(shared) >= 13
    said = texts(warned(home, knowledge, [f"{called(herb)} (pregnancy): Bleeding." for herb in shared]))
    assert {one["lang"] for one in said} == {"fa"}
    assert len(said) == len({drawn(one["text"]) for one in said}) == len(shared), "no two herbs read the same"
    assert all(any(f"(\u2066{herb.latin}\u2069" in one["text"] for one in said) for herb in shared)
    assert all("(\u2066" in one["text"] for one in said)


def test_no_two_herbs_read_the_same_whatever_the_language_of_the_sentence(home: TakeHome, knowledge: Knowledge) -> None:
    messages = dict.fromkeys(f"{called(herb)} (pregnancy): Bleeding." for herb in knowledge.herbs.values())
    said = texts(warned(home, knowledge, messages))
    assert len(said) == len({drawn(one["text"]) for one in said}) == len(messages)
    assert {one["lang"] for one in said} == {"fa", "en"}


def test_a_sentence_with_english_in_it_is_quoted_whole(home: TakeHome, knowledge: Knowledge) -> None:
    kept = "basil, holy (fertility): Fertility tag."
    assert texts(warned(home, knowledge, [kept])) == [{"text": kept, "lang": "en", "dir": "ltr"}]


def test_a_source_stands_before_what_is_said_of_it_and_the_pdf_has_no_marks(
    home: TakeHome, knowledge: Knowledge
) -> None:
    sheet = warned(home, knowledge, ["ginger (pregnancy): Bleeding."])
    [watch] = sheet["groups"][0]["items"][0]["watch"]
    assert watch["source"].startswith("\u2066")
    lines = [line.text for block in blocks_of(drawable(sheet)) for line in block]
    assert f"{sheet['labels']['source']} {drawn(watch['source'])}" in lines
    assert all(drawn(line) == line for line in lines)


def test_the_condition_is_named_with_its_tradition(home: TakeHome, knowledge: Knowledge) -> None:
    facts = dict(sheet_of(home, knowledge, Language("en"))["facts"])
    assert facts["What it is called in this tradition"].endswith(" · Chinese")
