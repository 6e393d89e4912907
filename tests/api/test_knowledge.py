"""The knowledge base over the API."""

import httpx2
import pytest

from tests.support.house import House, bearer
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
