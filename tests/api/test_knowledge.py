"""The knowledge base over the API."""

from typing import Any

import httpx2
import pytest

from domain import case_history, own_knowledge, service
from domain.services import Services
from storage.knowledge import SETS
from tests.support.house import House, bearer
from tests.support.own_files import LEAF, history
from tests.support.problems import refused

Client = httpx2.AsyncClient


async def test_searching_in_any_language(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    for words, kind, wanted in (
        ("ginger", "herb", "ginger"),
        ("gingr", "herb", "ginger"),
        ("زنجبیل", "herb", "ginger"),
        ("warfarin", "drug", "warfarin"),
        ("nausea", "finding", "nausea"),
    ):
        found = await client.get("/api/knowledge/search", params={"q": words, "kind": kind}, headers=leila)
        assert wanted in [one["id"] for one in found.json()["items"]], words


@pytest.mark.parametrize(
    "wrong", [{}, {"q": ""}, {"q": "x" * 101}, {"q": "x", "kind": "spell"}, {"q": "x", "limit": 0}]
)
async def test_a_search_for_nothing(client: Client, house: House, wrong: dict[str, str | int]) -> None:
    answer = await client.get(
        "/api/knowledge/search",
        params=wrong,
        headers=bearer(house.services, house.leila),
    )
    refused(answer, 422, "invalid")


@pytest.mark.parametrize("words", ["\x00", "%", "' OR 1=1 --", "😀", "\u202e", "  "])
async def test_a_search_for_strange_things_finds_what_it_finds(client: Client, house: House, words: str) -> None:
    leila = bearer(house.services, house.leila)
    answer = await client.get("/api/knowledge/search", params={"q": words}, headers=leila)
    assert answer.status_code in (200, 422), answer.text


async def test_the_side_effects_that_a_phone_offers(client: Client) -> None:
    items = (await client.get("/api/knowledge/side-effects")).json()["items"]
    assert all(set(one) == {"id", "group", "names", "serious"} for one in items)
    assert all({"en", "fa"} <= set(one["names"]) for one in items)
    assert any(one["serious"] for one in items)


async def test_a_plan_in_another_language(client: Client) -> None:
    items = (await client.get("/api/knowledge/names", params={"language": "fa"})).json()["items"]
    named = {(one["kind"], one["id"]): one for one in items}
    assert named["herb", "ginger"]["english"] == "ginger"
    assert named["condition", "t-stcold"]["name"].isascii() is False
    assert {one["kind"] for one in items} == {"herb", "formula", "diet", "lifestyle", "protocol", "condition"}
    assert all(one["name"] and bool(one["text"]) == bool(one["english_text"]) for one in items)
    assert (await client.get("/api/knowledge/names", params={"language": "xx"})).json() == {"items": []}
    refused(await client.get("/api/knowledge/names", params={"language": "../"}), 422, "invalid")


async def test_the_sets_with_their_counts(client: Client, house: House) -> None:
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    told = (await client.get("/api/knowledge/sets", headers=bearer(house.services, house.leila))).json()
    knowledge = house.services.library.of(house.leila.practice_id).knowledge
    assert told["version"] == knowledge.version
    counts = {one["file"]: (one["rows"], one["own"]) for one in told["items"]}
    assert list(counts) == list(SETS)
    assert counts["herbs.yaml"] == (len(knowledge.herbs), 1)
    assert counts["interactions.csv"] == (len(knowledge.interactions), 0)
    other = (await client.get("/api/knowledge/sets", headers=bearer(house.services, house.stranger))).json()
    assert next(one for one in other["items"] if one["file"] == "herbs.yaml")["own"] == 0
    assert other["version"] == house.services.library.shared.knowledge.version


async def test_every_row_can_be_read_page_by_page(client: Client, house: House) -> None:
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    leila = bearer(house.services, house.leila)
    for file in SETS:
        items: list[dict[str, object]] = []
        cursor: int | None = 0
        while cursor is not None:
            asked: dict[str, str | int] = {"file": file, "cursor": cursor, "limit": 200}
            page = (await client.get("/api/knowledge/rows", params=asked, headers=leila)).json()
            items, cursor = items + page["items"], page["next"]
        assert len(items) == len(house.services.library.of(house.leila.practice_id).files.of(SETS[file]))
        assert len({one["id"] for one in items}) == len(items), "each has an id of its own"
    herb = await row(client, leila, "herbs.yaml", "our leaf")
    assert herb["row"]["note"] == "Grown behind the house."
    assert (herb["from"]["import_id"], herb["from"]["name"]) == (1, "ours.yaml")
    assert (await row(client, leila, "doses.csv", "our leaf"))["id"] == "1.1"
    assert (await row(client, leila, "herbs.yaml", "gan-cao"))["from"] == "base"


async def row(client: Client, header: dict[str, str], file: str, words: str) -> dict[str, Any]:
    """Ask for rows, and take the first."""
    asked = await client.get("/api/knowledge/rows", params={"file": file, "q": words, "limit": 1}, headers=header)
    [one] = asked.json()["items"]
    return dict(one)


@pytest.mark.parametrize(
    ("file", "words", "field", "wanted"),
    [
        ("herbs.yaml", "زعفران", "id", "saffron"),
        ("herbs.yaml", "gan cao", "id", "gan-cao"),
        ("herbs.yaml", "safron", "id", "saffron"),
        ("doses.csv", "saffron", "herb", "saffron"),
        ("interactions.csv", "warfarin", "other", "warfarin"),
        ("cautions.csv", "licorice", "herb", "gan-cao"),
        ("conditions.yaml", "cold in the stomach", "id", "t-stcold"),
        ("sources.yaml", "Lancet", "key", "L00"),
        ("codes.csv", "SE90", "id", "SE90"),
        ("stacking.csv", "blood sugar", "first", "hypoglycaemic"),
    ],
)
async def test_a_search_finds_rows_that_speak_of_it(
    client: Client, house: House, file: str, words: str, field: str, wanted: str
) -> None:
    found = await row(client, bearer(house.services, house.leila), file, words)
    assert found["row"][field] == wanted


async def test_a_search_for_nothing_that_is_there(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    asked = await client.get("/api/knowledge/rows", params={"file": "codes.csv", "q": "zzzzzz"}, headers=leila)
    assert asked.json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"file": "spells.yaml"}, 404, "not_found"),
        ({"file": "../settings.py"}, 404, "not_found"),
        ({"file": "herbs.yaml", "limit": 0}, 422, "invalid"),
        ({"file": "herbs.yaml", "cursor": -1}, 422, "invalid"),
        ({"file": "herbs.yaml", "q": "x" * 101}, 422, "invalid"),
    ],
)
async def test_a_wrong_question(
    client: Client, house: House, wrong: dict[str, str | int], status: int, code: str
) -> None:
    leila = bearer(house.services, house.leila)
    refused(await client.get("/api/knowledge/rows", params=wrong, headers=leila), status, code)


async def test_cases_and_what_was_learnt(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    assert (await client.get("/api/cases", headers=leila)).json() == {"items": [], "cases": 0, "card": None}
    text = history(60)
    kept = case_history.bring_in(house.services, house.leila, "h.csv", text, case_history.read("h.csv", text))
    house.services.learned.learn(house.leila.practice_id)
    told = (await client.get("/api/cases", headers=leila)).json()
    assert [(one["import_id"], one["name"], one["rows"]) for one in told["items"]] == [(kept.id, "h.csv", 60)]
    assert (told["cases"], told["card"]["cases"]) == (60, 61)
    assert 0 <= told["card"]["measures"]["p@5"] <= 1
    other = await client.get("/api/cases", headers=bearer(house.services, house.stranger))
    assert other.json() == {"items": [], "cases": 0, "card": None}


@pytest.mark.parametrize("path", ["/api/knowledge/sets", "/api/knowledge/rows?file=herbs.yaml", "/api/cases"])
async def test_who_may_read(client: Client, house: House, services: Services, path: str) -> None:
    refused(await client.get(path), 401, "not_signed_in")
    refused(await client.get(path, headers=bearer(services, house.mina)), 403, "not_allowed")
    assert (await client.get(path, headers=bearer(services, house.ida))).status_code == 200
    for scope, status in (("knowledge", 200), ("follow", 403), ("status", 403)):
        token = service.issue(services, "Reader", scopes=[scope], days=1, practice=str(house.leila.practice_id)).token
        answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status, scope
