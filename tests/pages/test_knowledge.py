"""The Knowledge page: every row can be read, says where it comes from, and is never more than it is."""

import asyncio
from typing import Any

import pytest
from nicegui import ui

from domain import case_history, own_knowledge, reading
from domain.library import Library
from pages.class_words import CLASSES, class_name
from pages.elements.fact import FactCard
from pages.elements.notes import Notes
from pages.elements.shelf import Shelf
from pages.fact import fact_of
from pages.fact_titles import listed
from pages.fact_words import OTHER_POPULATIONS, SCRIPTS, SETS, Words
from pages.language import Language
from pages.said import ENGLISH, LATIN
from pages.terms import POPULATIONS
from storage.knowledge import SETS as ALL_SETS
from tests.domain.test_library import another_process
from tests.pages.conftest import Visit
from tests.pages.test_gate_words import ABBREVIATED, MARKED
from tests.support.house import House
from tests.support.own_files import LEAF, history
from tests.support.pages import Visitor
from tests.support.waiting import eventually


def test_every_set_and_every_word_has_its_name(house: House) -> None:
    assert set(SETS) == set(ALL_SETS)
    knowledge = house.services.library.shared.knowledge
    assert {one.population for one in knowledge.cautions} <= {*POPULATIONS, *OTHER_POPULATIONS}
    named = (knowledge.herbs, knowledge.conditions, knowledge.findings, knowledge.formulas)
    assert {script for rows in named for row in rows.values() for script in row.names} <= set(SCRIPTS)


async def test_every_row_of_every_set_can_be_read(house: House, visitor: Visit) -> None:
    """The whole base through the page's own eyes: nothing is missing a title, a review status, a source."""
    known = house.services.library.shared
    for code in ("en", "fa"):
        words = Words(known.knowledge, Language(code))
        for file in SETS:
            for one in reading.every(known, file, {}):
                shown, fact = listed(one, words), fact_of(one, {}, words)
                assert shown["title"], one
                assert fact["title"], one
                assert shown["review"], one
                assert shown["review"] == fact["review"]
                assert fact["sources"] or file == "sources.yaml", one


def test_what_rows_say_of_harm_is_persian_on_a_persian_page_and_what_is_english_is_marked(house: House) -> None:
    known, words = house.services.library.shared, Words(house.services.library.shared.knowledge, Language("fa"))
    rows = [
        one
        for file in ("interactions.csv", "cautions.csv", "contradictions.csv", "stacking.csv")
        for one in reading.every(known, file, {})
    ]
    english = [ABBREVIATED.sub("", MARKED.sub("", listed(one, words)["more"])) for one in rows]
    assert [text for text in english if LATIN.search(text)] == []
    marked = [listed(one, words)["more"] for one in rows if ENGLISH.search(listed(one, words)["more"])]
    assert 0 < len(marked) < len(rows) / 100, "nearly all of it is Persian"
    for one in rows:
        fact = fact_of(one, {}, words)
        assert all(ENGLISH.fullmatch(source["title"]) for source in fact["sources"])
        assert not fact["note"] or ENGLISH.fullmatch(fact["note"])


async def test_a_list_that_is_searched_and_turned(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge")
    shelf = leila.the(Shelf, "shelf")
    assert len(shelf.leaf["items"]) == 30
    total = len(house.services.library.shared.knowledge.herbs)
    assert shelf.leaf["count"] == f"1–30 of {total}"
    assert {one["review"] for one in shelf.leaf["items"]} == {"Not reviewed by a clinician"}
    first = shelf.leaf["items"][0]["key"]
    leila.user.find(Shelf).trigger("turn", shelf.leaf["next"])
    await eventually(lambda: shelf.leaf["count"] == f"31–60 of {total}")
    leila.user.find(Shelf).trigger("turn", shelf.leaf["before"])
    await eventually(lambda: shelf.leaf["items"][0]["key"] == first)
    leila.the(ui.input, "search").value = "زعفران"
    await eventually(lambda: [one["key"] for one in shelf.leaf["items"]] == ["saffron"])
    leila.the(ui.input, "search").value = "zzzzzz"
    await eventually(lambda: shelf.leaf["items"] == [])
    assert (shelf.leaf["count"], shelf.leaf["others"]) == ("", [])
    leila.the(ui.select, "set").value = "interactions.csv"
    leila.the(ui.input, "search").value = "warfarin"
    await eventually(lambda: shelf.leaf["items"] and "warfarin" in shelf.leaf["items"][0]["title"])
    assert all(one["chip"] in ("block", "major", "moderate", "minor") for one in shelf.leaf["items"])


async def test_a_search_says_in_which_other_sets_there_is_something(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge")
    shelf = leila.the(Shelf, "shelf")
    leila.the(ui.input, "search").value = "warfarin"
    await eventually(lambda: shelf.leaf["others"])
    others = {one["set"]: one["text"] for one in shelf.leaf["others"]}
    assert others["drugs.csv"] == "Medicines (1)"
    assert "herbs.yaml" not in others
    leila.user.find(Shelf).trigger("other", "interactions.csv")
    await eventually(lambda: all("× warfarin" in one["title"] for one in shelf.leaf["items"]))
    assert leila.the(ui.select, "set").value == "interactions.csv"
    assert others["interactions.csv"] == f"Interactions ({shelf.leaf['count'].rpartition(' ')[2]})"


async def test_two_names_mean_the_rows_that_speak_of_both(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge?set=interactions")
    shelf = leila.the(Shelf, "shelf")
    leila.the(ui.input, "search").value = "ginseng warfarin"
    await eventually(lambda: shelf.leaf["items"] and len(shelf.leaf["items"]) < 30)
    titles = [one["title"] for one in shelf.leaf["items"]]
    assert titles
    assert all("ginseng" in one and "warfarin" in one for one in titles)


async def test_a_herb_with_all_that_is_said_of_it(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge?set=herbs&row=gan-cao")
    fact = leila.the(FactCard, "fact").fact
    assert fact is not None
    names = {one["label"]: one for one in fact["names"]}
    assert (names["Chinese characters"]["text"], names["Chinese characters"]["lang"]) == ("甘草", "zh-Hans")
    assert (names["Persian name"]["dir"], names["Pinyin"]["text"]) == ("rtl", "gān cǎo")
    doses = section(fact, "Doses")
    rows = house.services.library.shared.knowledge.doses["gan-cao"]
    assert len(doses["lines"]) == len(rows), "a line a row"
    assert f"{rows[0].min:g}–{rows[0].max:g} {rows[0].unit} per {rows[0].per}" in doses["lines"][0]["text"]
    severities = [one["chip"] for one in section(fact, "Interactions")["lines"]]
    assert severities == sorted(severities, key=["block", "major", "moderate", "minor"].index), "the worst first"
    uses = section(fact, "Uses")
    assert "no proof that it works" in uses["remark"]
    assert "Traditional use, no proof that it works" in uses["lines"][0]["more"]
    for one in fact["sections"]:
        assert all("Not reviewed by a clinician" in line["more"] for line in one["lines"])
    assert fact["review"] == "Not reviewed by a clinician"
    assert {one["said"] for one in fact["sources"]} <= {
        "Read at this source",
        "Recalled: still to be checked at this source",
    }


async def test_sources_that_disagree_stand_side_by_side(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge?set=herbs&row=ashwagandha")
    fact = leila.the(FactCard, "fact").fact
    rows = house.services.library.shared.knowledge.doses["ashwagandha"]
    doses = section(fact, "Doses")
    assert len(doses["lines"]) == len(rows) > 1
    assert doses["remark"] == "As each source says it, side by side; nothing is averaged."


async def test_a_regulated_herb_shows_no_dose_and_says_why(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge?set=herbs&row=fu-zi")
    fact = leila.the(FactCard, "fact").fact
    why = house.services.library.shared.knowledge.herbs["fu-zi"].regulated
    assert fact is not None
    assert (fact["warning"], fact["why"]) == ("The safety gate blocks it, and no dose is shown.", why)
    assert [one["text"] for one in fact["marks"]] == ["Blocked", "Toxic"]
    assert section(fact, "Doses") == {"title": "Doses", "remark": "It is blocked: no dose is shown.", "lines": []}
    shelf = leila.the(Shelf, "shelf")
    leila.the(ui.input, "search").value = "fu zi"
    await eventually(lambda: shelf.leaf["items"][0]["key"] == "fu-zi")
    in_list = shelf.leaf["items"][0]
    assert (in_list["chip"], in_list["more"].split(" · ")[:2]) == ("block", ["fù zǐ", "附子"])


async def test_nothing_documented_is_never_safe(house: House, visitor: Visit) -> None:
    knowledge = house.services.library.shared.knowledge
    spoken = {one.herb for one in knowledge.interactions} | {
        one.other.removeprefix("herb:") for one in knowledge.interactions
    }
    quiet = next(one for one in knowledge.herbs if one not in spoken)
    leila = await at(house, visitor, f"/knowledge?set=herbs&row={quiet}")
    interactions = section(leila.the(FactCard, "fact").fact, "Interactions")
    assert interactions["lines"] == []
    assert interactions["remark"] == "Nothing documented here. That does not mean that nothing can happen."
    assert "safe" not in str(leila.the(FactCard, "fact").fact).casefold().replace("safety", "")


async def test_a_condition_with_its_signs_its_code_and_what_is_used(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge?set=conditions&row=t-spqi")
    fact = leila.the(FactCard, "fact").fact
    assert fact is not None
    condition = house.services.library.shared.knowledge.conditions["t-spqi"]
    assert len(section(fact, "Speaks for it")["lines"]) == len(condition.supporting)
    assert section(fact, "Speaks for it")["lines"][0]["beside"] == "nearly defining"
    assert len(section(fact, "Speaks against it")["lines"]) == len(condition.contrary)
    assert dict(fact["facts"])["ICD-11"].startswith(f"{condition.icd11} ")
    assert section(fact, "Uses")["lines"]
    assert section(fact, "Diet, lifestyle, protocols")["lines"]


async def test_one_reads_on_from_row_to_row(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge")
    shelf, card = leila.the(Shelf, "shelf"), leila.the(FactCard, "fact")
    assert card.fact is None
    leila.user.find(Shelf).trigger("choose", "huang-qi")
    await eventually(lambda: card.fact and card.fact["key"] == "herbs.yaml huang-qi")
    assert shelf.leaf["chosen"] == "huang-qi"
    leila.user.find(FactCard).trigger("open", ["conditions.yaml", "t-qi"])
    await eventually(lambda: card.fact and card.fact["key"] == "conditions.yaml t-qi")
    assert leila.the(ui.select, "set").value == "conditions.yaml"
    assert shelf.leaf["items"][0]["href"].startswith("/knowledge?set=conditions&row=")
    leila.user.find(FactCard).trigger("open", ["spells.yaml", "x"])
    leila.user.find(Shelf).trigger("choose", "no-such-row")
    await eventually(lambda: card.fact is None)


@pytest.mark.parametrize("address", ["/knowledge?set=spells", "/knowledge?set=herbs&row=nothing", "/knowledge?row=%00"])
async def test_an_address_that_means_nothing_shows_the_list(house: House, visitor: Visit, address: str) -> None:
    leila = await at(house, visitor, address)
    assert leila.the(Shelf, "shelf").leaf["items"]
    assert leila.the(FactCard, "fact").fact is None


async def test_what_is_brought_in_comes_in_live(house: House, visitor: Visit) -> None:
    services = house.services
    leila = await at(house, visitor, "/knowledge?set=herbs&row=our-leaf")
    stranger = await at(house, visitor, "/knowledge?set=herbs&row=our-leaf", of="stranger")
    card, own = leila.the(FactCard, "fact"), leila.the(Notes, "own")
    assert card.fact is None
    command = another_process(services)
    kept = await asyncio.to_thread(own_knowledge.bring_in, command, house.leila, "ours.yaml", LEAF)
    await eventually(lambda: card.fact is not None)
    assert card.fact is not None
    assert card.fact["origin"].startswith("Added by this practice from ours.yaml on ")
    assert card.fact["note"] == "Grown behind the house."
    assert section(card.fact, "Doses")["lines"][0]["text"].startswith("2–4 g per day · infusion · leaf")
    await eventually(lambda: "ours.yaml · 3 rows" in str(own.notes))
    await asyncio.to_thread(own_knowledge.forget, command, house.leila, kept.id)
    await eventually(lambda: card.fact is None)
    assert stranger.the(FactCard, "fact").fact is None
    assert "ours.yaml" not in str(stranger.the(Notes, "own").notes)
    assert isinstance(services.library, Library)


async def test_the_card_of_what_was_learnt_comes_in_live(house: House, visitor: Visit) -> None:
    leila = await at(house, visitor, "/knowledge")
    own = leila.the(Notes, "own")
    assert "it takes 50 cases" in str(own.notes)
    text = history(60)
    cases = case_history.read("h.csv", text)
    await asyncio.to_thread(case_history.bring_in, house.services, house.leila, "h.csv", text, cases)
    await eventually(lambda: "Learns from 61 cases" in str(own.notes))
    said = str(own.notes)
    assert "h.csv · 60 cases" in said
    assert "It says nothing about what helped" in said


async def test_the_page_speaks_persian(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.http.get("/language/fa")
    await leila.open("/knowledge?set=herbs&row=saffron")
    fact = leila.the(FactCard, "fact").fact
    assert fact is not None
    assert fact["title"] == "زعفران"
    assert fact["review"] != "Not reviewed by a clinician"


async def at(house: House, visitor: Visit, address: str, *, of: str = "leila") -> Visitor:
    """Open an address as somebody of the house."""
    one = await visitor(getattr(house, of))
    return await one.open(address)


def section(fact: dict[str, Any] | None, title: str) -> dict[str, Any]:
    """Find a section of a fact."""
    assert fact is not None
    [found] = [one for one in fact["sections"] if one["title"] == title]
    return dict(found)


def test_every_class_of_medicines_has_a_name(house: House) -> None:
    classes = {one for drug in house.services.library.shared.knowledge.drugs.values() for one in drug.classes}
    assert set(CLASSES) == classes
    said = {one: class_name(one, Language("fa")) for one in classes}
    assert [one for one, name in said.items() if ENGLISH.search(name)] == []
    assert len(set(said.values())) == len(classes)
    assert class_name("vitamin_k_antagonist", Language("en")) == "vitamin K antagonist"
    assert class_name("our_own_class", Language("fa")) == "\u2066our own class\u2069"
