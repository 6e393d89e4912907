"""Replies over the API: written, changed, taken back and seen, and what is refused."""

from typing import Any

import httpx2
import pytest

from domain.feedback import FeedbackInput, submit
from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient


@pytest.fixture
def here(house: House) -> str:
    """Where the reply to an answer of Mina's is."""
    given = submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=2, comment="It burns."))
    return f"/api/feedback/{given['id']}/reply"


async def test_a_reply_from_its_first_word_to_the_last(client: Client, house: House, here: str) -> None:
    leila, mina = bearer(house.services, house.leila), bearer(house.services, house.mina)
    once = leila | {"Idempotency-Key": "r1"}
    sent = await client.post(here, json={"text": " Take half of it. "}, headers=once)
    again = await client.post(here, json={"text": " Take half of it. "}, headers=once)
    assert (sent.status_code, again.json()) == (201, sent.json())
    assert sent.json()["reply"]["text"] == "Take half of it."
    snapshot = (await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=mina)).json()
    assert snapshot["feedback"][0]["reply"] == sent.json()["reply"]
    changed = await client.put(here, json={"text": "Stop it."}, headers=leila)
    assert (changed.status_code, changed.json()["reply"]["text"]) == (200, "Stop it.")
    shown = {"as_of": changed.json()["reply"]["updated"]}
    seen = await client.post(f"{here}/seen", json=shown, headers=mina)
    assert seen.json()["reply"]["seen"] is not None
    assert "red_flags" not in seen.json(), "as a patient may see it"
    gone = await client.delete(here, headers=leila)
    assert (gone.status_code, gone.json()["reply"]) == (200, None)
    for reader in (leila, mina):
        told = (await client.get(f"{here}/history", headers=reader)).json()["items"]
        assert [(one["what"], one["text"]) for one in told] == [
            ("changed", "Take half of it."),
            ("withdrawn", "Stop it."),
        ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": ""},
        {"text": " \n "},
        {"text": "x" * 1_001},
        {"text": None},
        {"text": 5},
        {"text": "Bell\u0007"},
        {"text": "Yes.", "by": "Somebody else"},
        {"text": "Yes.", "as_of": "2026-11-29"},
        {"text": "Yes.", "as_of": "2026-11-29T12:00:00"},
    ],
)
async def test_what_is_no_reply_changes_nothing(client: Client, house: House, here: str, wrong: dict[str, Any]) -> None:
    leila = bearer(house.services, house.leila)
    before = rows(house.services)
    for method in ("POST", "PUT"):
        refused(await client.request(method, here, json=wrong, headers=leila), 422, "invalid")
    assert rows(house.services) == before


async def test_what_is_refused_says_why(client: Client, house: House, here: str) -> None:
    leila, mina = bearer(house.services, house.leila), bearer(house.services, house.mina)
    long_ago = {"as_of": "2026-01-01T00:00:00Z"}
    refused(await client.put(here, json={"text": "Yes."}, headers=leila), 409, "no_reply")
    refused(await client.delete(here, headers=leila), 409, "no_reply")
    refused(await client.post(f"{here}/seen", json=long_ago, headers=mina), 409, "no_reply")
    refused(await client.post(here, json={"text": "Yes."} | long_ago, headers=leila), 409, "changed_meanwhile")
    await client.post(here, json={"text": "Yes."}, headers=leila)
    before = rows(house.services)
    refused(await client.post(here, json={"text": "No."}, headers=leila), 409, "already_replied")
    refused(await client.put(here, json={"text": "No."} | long_ago, headers=leila), 409, "changed_meanwhile")
    refused(await client.post(f"{here}/seen", json=long_ago, headers=mina), 409, "changed_meanwhile")
    refused(await client.post(f"{here}/seen", json={}, headers=mina), 422, "invalid")
    refused(await client.post(f"{here}/seen", json=long_ago, headers=leila), 403, "not_allowed")
    refused(await client.post(here, json={"text": "No."}, headers=mina), 404, "not_found")
    assert rows(house.services) == before
