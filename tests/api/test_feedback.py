"""Feedback over the API: the main job, and everything that a phone could send wrong."""

from typing import Any

import httpx2
import pytest

from domain import alarm
from tests.support.house import House, approve, bearer, diagnose, new_patient, recommended, under_treatment
from tests.support.problems import refused, rows
from tests.support.recount import beside_kept, kept

Client = httpx2.AsyncClient


def path(house: House) -> str:
    return f"/api/diagnosis/{house.diagnosis_id}/feedback"


def said(house: House, **more: Any) -> dict[str, Any]:
    return {"recommendation_id": house.ginger, "rating": 4, **more}


def counts(house: House) -> Any:
    """What the practice counts, beside the cells too."""
    with house.services.database.read() as session:
        return kept(session), beside_kept(session)


async def test_an_answer_changes_the_evidence(client: Client, house: House) -> None:
    mina, leila = bearer(house.services, house.mina), bearer(house.services, house.leila)
    given = said(house, comment="Better.", symptom=3, adherence=90, side_effects=[{"term": "heartburn", "severity": 1}])
    answer = await client.post(path(house), json=given, headers=mina)
    assert answer.status_code == 201
    kept = answer.json()
    assert kept["advice"] == []
    assert (kept["rating"], kept["symptom"], kept["side_effects"][0]["term"]) == (4, 3, "heartburn")
    known = (await client.get(f"/api/recommendations/{house.ginger}/effectiveness", headers=leila)).json()
    assert (known["prescribed"], known["answered"], known["improved"]) == (1, 1, 1)
    listed = (await client.get(path(house), headers=leila)).json()
    assert [one["id"] for one in listed["items"]] == [kept["id"]]


async def test_stars_and_comment_are_corrected(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    kept = (await client.post(path(house), json=said(house), headers=mina)).json()
    rated = await client.put(f"/api/feedback/{kept['id']}/rating", json={"rating": 2}, headers=mina)
    assert (rated.status_code, rated.json()["rating"]) == (200, 2)
    given = {"comment": "بهتر شدم — really."}
    worded = await client.put(f"/api/feedback/{kept['id']}/comment", json=given, headers=mina)
    assert worded.json()["comment"] == given["comment"]
    assert worded.json()["updated"] > kept["updated"]


async def test_a_lost_answer_is_asked_for_again(client: Client, house: House) -> None:
    headers = bearer(house.services, house.mina) | {"Idempotency-Key": "b3c1f0"}
    first = await client.post(path(house), json=said(house), headers=headers)
    before = rows(house.services)
    again = await client.post(path(house), json=said(house), headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    refused(await client.post(path(house), json=said(house, rating=1), headers=headers), 409, "idempotency_key_reused")
    long = headers | {"Idempotency-Key": "x" * 101}
    refused(await client.post(path(house), json=said(house), headers=long), 422, "invalid")
    assert rows(house.services) == before


async def test_something_serious_is_answered_with_advice(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    answer = await client.post(path(house), json=said(house, comment="I have chest pain."), headers=mina)
    assert "call your practitioner now" in answer.json()["advice"][0]
    assert "red_flags" not in answer.json()


async def test_a_correction_that_says_something_serious_is_answered_with_advice(client: Client, house: House) -> None:
    mina, leila = bearer(house.services, house.mina), bearer(house.services, house.leila)
    kept = (await client.post(path(house), json=said(house), headers=mina)).json()
    here = f"/api/feedback/{kept['id']}"
    await client.post(f"{here}/seen", headers=leila)
    for place, more in (
        (f"{here}/comment", {"comment": "Now I have chest pain."}),
        (here, {"comment": "", "side_effects": [{"term": "wheeze"}]}),
    ):
        told = (await client.put(place, json=more, headers=mina)).json()
        assert "call your practitioner now" in told["advice"][0]
        assert (told["seen"], "red_flags" in told) == (None, False)
    assert (await client.put(here, json={"side_effects": []}, headers=mina)).json()["advice"] == []


async def test_a_list_by_pages(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    ids = [(await client.post(path(house), json=said(house), headers=mina)).json()["id"] for _ in range(3)]
    first = (await client.get(f"{path(house)}?limit=2", headers=mina)).json()
    rest = (await client.get(f"{path(house)}?limit=2&cursor={first['next']}", headers=mina)).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ids
    assert rest["next"] is None
    for wrong in ("limit=0", "limit=201", "limit=x", "cursor=-1"):
        refused(await client.get(f"{path(house)}?{wrong}", headers=mina), 422, "invalid")


WRONG: dict[str, tuple[Any, str]] = {
    "rating 6": ({"rating": 6}, "rating"),
    "rating 0": ({"rating": 0}, "rating"),
    "rating 4.5": ({"rating": 4.5}, "rating"),
    "rating as text": ({"rating": "5"}, "rating"),
    "rating true": ({"rating": True}, "rating"),
    "rating null": ({"rating": None}, "rating"),
    "symptom 11": ({"symptom": 11}, "symptom"),
    "adherence 101": ({"adherence": 101}, "adherence"),
    "improvement 0": ({"improvement": 0}, "improvement"),
    "a field that is not ours": ({"stars": 5}, "stars"),
    "a long comment": ({"comment": "x" * 2_001}, "comment"),
    "a NUL byte": ({"comment": "a\x00b"}, "comment"),
    "a side effect without a name": ({"side_effects": [{"term": " "}]}, "side_effects.0.term"),
    "21 side effects": ({"side_effects": [{"term": "x"}] * 21}, "side_effects"),
    "an onset that is no day": ({"side_effects": [{"term": "x", "onset": "soon"}]}, "side_effects.0.onset"),
    "a recommendation that is no number": ({"recommendation_id": "ginger"}, "recommendation_id"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_field_is_named_and_nothing_changes(client: Client, house: House, what: str) -> None:
    more, field = WRONG[what]
    mina = bearer(house.services, house.mina)
    before = rows(house.services)
    problem = refused(await client.post(path(house), json=said(house, **more), headers=mina), 422, "invalid")
    assert problem["errors"][0]["field"] == field
    assert rows(house.services) == before
    assert (await client.post(path(house), json=said(house), headers=mina)).status_code == 201


@pytest.mark.parametrize("measure", ["second_symptom", "activity"])
async def test_a_score_of_what_is_not_measured_changes_nothing(client: Client, house: House, measure: str) -> None:
    mina = bearer(house.services, house.mina)
    before = rows(house.services)
    problem = refused(await client.post(path(house), json=said(house, **{measure: 4}), headers=mina), 422, "invalid")
    assert problem["detail"].startswith("This diagnosis has no")
    assert rows(house.services) == before
    kept = (await client.post(path(house), json=said(house), headers=mina)).json()
    refused(await client.put(f"/api/feedback/{kept['id']}", json={measure: 4}, headers=mina), 422, "invalid")


async def test_side_effects_are_read_as_they_are_typed(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    effect = {
        "term": "تهوع، كبودي",
        "severity": 1,
        "onset": "2026-11-20",
        "stopped": True,
        "better_after_stopping": True,
    }
    kept = (await client.post(path(house), json=said(house, side_effects=[effect]), headers=mina)).json()
    assert kept["side_effects"] == [effect | {"term": term, "serious": False} for term in ("nausea", "bruising")]


@pytest.mark.parametrize("recommendation_id", [999_999, -1, 10**30])
async def test_an_unknown_recommendation(client: Client, house: House, recommendation_id: int) -> None:
    mina = bearer(house.services, house.mina)
    before = rows(house.services)
    given = said(house, recommendation_id=recommendation_id)
    refused(await client.post(path(house), json=given, headers=mina), 422, "invalid")
    assert rows(house.services) == before


async def test_the_recommendation_of_another_diagnosis_changes_nothing(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    others = under_treatment(house.services, house.leila)
    before = rows(house.services), counts(house)
    given = said(house, recommendation_id=others.recommendation_id)
    problem = refused(await client.post(path(house), json=given, headers=mina), 422, "invalid")
    assert problem["detail"] == "This recommendation is not one of this diagnosis."
    theirs = f"/api/diagnosis/{others.diagnosis_id}/feedback"
    refused(await client.post(theirs, json=given, headers=mina), 404, "not_found")
    assert (rows(house.services), counts(house)) == before


async def test_an_improvement_without_a_baseline_counts_as_the_patient_says(client: Client, house: House) -> None:
    who = new_patient(house.services, house.leila)
    diagnosis_id = diagnose(house.services, house.leila, who, baseline=None)
    plan = recommended(house.services, diagnosis_id, "ginger")
    approve(house.services, house.leila, plan)
    headers, at = bearer(house.services, who), f"/api/diagnosis/{diagnosis_id}/feedback"
    for more, answered, improved in (
        ({"symptom": 2}, 0, 0),
        ({"symptom": 9, "improvement": 4}, 1, 1),
        ({"improvement": 3}, 1, 0),
    ):
        answer = await client.post(at, json={"recommendation_id": plan, "rating": 4, **more}, headers=headers)
        assert answer.status_code == 201
        [cell] = [one for (item, _), one in counts(house)[0][0].items() if item == "ginger"]
        assert (cell.prescribed, cell.answered, cell.improved) == (2, answered, improved)


async def test_a_comment_of_emoji_and_of_letters_from_the_right_stays_as_it_is(client: Client, house: House) -> None:
    comment = "😀👩🏽‍⚕️ بهتر شدم، שלום (really) \u200f۳ بار"
    mina = bearer(house.services, house.mina)
    kept = (await client.post(path(house), json=said(house, comment=comment), headers=mina)).json()
    assert (kept["comment"], kept["advice"]) == (comment, [])
    listed = (await client.get(path(house), headers=bearer(house.services, house.leila))).json()
    assert listed["items"][0]["comment"] == comment


async def test_what_was_withdrawn_is_not_corrected_and_counts_stay(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    given = said(house, symptom=2, side_effects=[{"term": "nausea"}])
    kept = (await client.post(path(house), json=given, headers=mina)).json()
    here = f"/api/feedback/{kept['id']}"
    await client.delete(here, headers=mina)
    before = rows(house.services), counts(house)
    for place, more in (
        ("", {"symptom": 9}),
        ("/rating", {"rating": 1}),
        ("/comment", {"comment": "I have chest pain."}),
    ):
        problem = refused(await client.put(here + place, json=more, headers=mina), 409, "conflict")
        assert problem["detail"] == "This answer was withdrawn: give a new one."
    assert (rows(house.services), counts(house)) == before
    assert alarm.read(house.services, house.leila).count == 0


@pytest.mark.parametrize("rating", [0, 6, 4.5, "5", True, None])
async def test_a_correction_that_is_none(client: Client, house: House, rating: object) -> None:
    mina = bearer(house.services, house.mina)
    kept = (await client.post(path(house), json=said(house), headers=mina)).json()
    at = f"/api/feedback/{kept['id']}/rating"
    refused(await client.put(at, json={"rating": rating}, headers=mina), 422, "invalid")
    listed = (await client.get(path(house), headers=mina)).json()
    assert listed["items"][0]["updated"] == kept["updated"]
    assert (await client.put(at, json={"rating": 1}, headers=mina)).json()["rating"] == 1


async def test_a_proposal_is_not_answered(client: Client, house: House) -> None:
    given = said(house, recommendation_id=house.proposed("clove"))
    refused(await client.post(path(house), json=given, headers=bearer(house.services, house.leila)), 409, "conflict")
    refused(await client.post(path(house), json=given, headers=bearer(house.services, house.mina)), 422, "invalid")


async def test_an_answer_is_corrected_seen_and_withdrawn(client: Client, house: House) -> None:
    mina, leila = bearer(house.services, house.mina), bearer(house.services, house.leila)
    kept = (await client.post(path(house), json=said(house, symptom=6), headers=mina)).json()
    here = f"/api/feedback/{kept['id']}"
    changed = await client.put(here, json={"symptom": 2, "comment": "😀 بهتر"}, headers=mina)
    assert (changed.status_code, changed.json()["symptom"], changed.json()["rating"]) == (200, 2, 4)
    seen = await client.post(f"{here}/seen", headers=leila)
    assert seen.json()["seen"] is not None
    gone = await client.delete(here, headers=mina | {"Idempotency-Key": "w1"})
    again = await client.delete(here, headers=mina | {"Idempotency-Key": "w1"})
    assert (gone.status_code, again.status_code, again.json()) == (200, 200, gone.json())
    refused(await client.put(f"{here}/rating", json={"rating": 1}, headers=mina), 409, "conflict")
    refused(await client.delete(here, headers=mina), 409, "conflict")
    told = (await client.get(f"{here}/history", headers=leila)).json()["items"]
    assert [one["what"] for one in told] == ["changed", "withdrawn"]
    assert (await client.get(path(house), headers=leila)).json()["items"] == []


@pytest.mark.parametrize(
    "wrong", [{}, {"rating": None}, {"rating": 6}, {"symptom": 11}, {"activity": "۴"}, {"stars": 3}, {"rating": "4"}]
)
async def test_a_wrong_correction_changes_nothing(client: Client, house: House, wrong: dict[str, Any]) -> None:
    mina = bearer(house.services, house.mina)
    kept = (await client.post(path(house), json=said(house), headers=mina)).json()
    before = rows(house.services)
    refused(await client.put(f"/api/feedback/{kept['id']}", json=wrong, headers=mina), 422, "invalid")
    assert rows(house.services) == before
