"""The integration doors: nobody pushes what is not in the record, nothing goes round the gate, the law of live updates holds."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from domain import alarm, correcting, feedback, integration, recommendation
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.integration import EffectivenessNews, FeedbackNews, RecommendationNews
from domain.messages import EffectivenessUpdate, FeedbackUpdate, RecommendationUpdate
from domain.permission import Actor
from domain.recommendation import StopInput
from storage.tables import AuditEntry, Feedback, Recommendation
from tests.support.house import House, add_person
from tests.support.recount import kept, recounted
from tests.support.snapshots import follows, messages_after, state_of


@pytest.fixture
def pharmacy(house: House) -> Actor:
    """Another program of the practice, that may push."""
    person = add_person(house.services, house.leila.practice_id, "service", "Pharmacy")
    return replace(person, scopes=frozenset({"broadcast"}))


@pytest.fixture
def answered(house: House) -> int:
    """An answer of Mina's."""
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, symptom=4, comment="Better.")
    return int(feedback.submit(house.services, house.mina, house.diagnosis_id, said)["id"])


def newest(house: House, kind: str, audience: Audience = Audience.PRACTICE) -> dict[str, Any]:
    told = messages_after(house.services, house.diagnosis_id, audience, 0)
    return next(message for message in reversed(told) if message["type"] == kind)


def top(house: House) -> int:
    return int(state_of(house.services, house.diagnosis_id, Audience.PRACTICE)["seq"])


def counts_agree(house: House) -> None:
    with house.services.database.read() as session:
        assert kept(session) == recounted(session)


def push_recommendation(house: House, actor: Actor, **news: Any) -> dict[str, Any]:
    given = RecommendationNews.model_validate({"recommendation_id": house.ginger, "change": "changed"} | news)
    return integration.push_recommendation(house.services, actor, house.diagnosis_id, given)


def push_effectiveness(house: House, actor: Actor, **news: Any) -> dict[str, Any]:
    given = EffectivenessNews.model_validate({"recommendation_id": house.ginger} | news)
    return integration.push_effectiveness(house.services, actor, house.diagnosis_id, given)


def push_feedback(house: House, actor: Actor, key: str | None = None, **news: Any) -> dict[str, Any]:
    given = FeedbackNews.model_validate({"recommendation_id": house.ginger, "change": "added"} | news)
    return integration.push_feedback(house.services, actor, house.diagnosis_id, given, repeat_key=key)


def test_the_doors_take_the_data_of_the_messages(house: House, answered: int) -> None:
    assert set(RecommendationNews.model_fields) == set(RecommendationUpdate.model_fields)
    assert set(EffectivenessNews.model_fields) == set(EffectivenessUpdate.model_fields)
    assert set(FeedbackNews.model_fields) == set(FeedbackUpdate.model_fields)
    RecommendationNews.model_validate(newest(house, "recommendation_update")["data"])
    EffectivenessNews.model_validate(newest(house, "effectiveness_update")["data"])
    FeedbackNews.model_validate(newest(house, "feedback_update")["data"])


def test_a_recommendation_is_told_again_as_the_record_has_it(house: House, pharmacy: Actor) -> None:
    before = state_of(house.services, house.diagnosis_id, Audience.PRACTICE)
    with follows(house.services, house.diagnosis_id):
        pushed = push_recommendation(house, pharmacy, new=before["recommendations"][house.ginger])
    told = newest(house, "recommendation_update")
    assert pushed == {"seq": told["seq"], "id": told["id"]}
    assert told["seq"] == before["seq"] + 1
    assert (told["data"]["change"], told["data"]["changed_fields"]) == ("changed", [])
    assert told["data"]["old"] == told["data"]["new"] == before["recommendations"][house.ginger]
    assert "verdict" not in str(newest(house, "recommendation_update", Audience.PATIENT))


@pytest.mark.parametrize("field", ["dose", "text", "verdict", "name", "status", "score"])
def test_nobody_changes_a_recommendation_by_saying_so(house: House, pharmacy: Actor, field: str) -> None:
    stands = state_of(house.services, house.diagnosis_id, Audience.PRACTICE)["recommendations"][house.ginger]
    values = {
        "dose": None,
        "text": "Take ten times as much.",
        "verdict": "minor",
        "name": "x",
        "status": "stopped",
        "score": 1,
    }
    wrong = stands | {field: values[field]}
    before = top(house)
    for change in ("changed", "added", "approved"):
        with pytest.raises(Conflict, match=rf"new\.{field}") as refused:
            push_recommendation(house, pharmacy, change=change, new=wrong)
        assert refused.value.code == "not_the_record"
    if field != "status":
        with pytest.raises(Conflict, match=rf"new\.{field}"):
            push_recommendation(house, pharmacy, change="stopped", new=wrong, reason="Recalled.")
    with pytest.raises(Conflict, match=rf"old\.{field}"):
        push_recommendation(house, pharmacy, change="stopped", old=wrong, reason="Recalled.")
    assert top(house) == before


def test_an_approval_is_for_people(house: House, pharmacy: Actor) -> None:
    proposed = house.proposed("clove")
    before = top(house)
    for change in ("approved", "removed"):
        with pytest.raises(NotAllowed, match="practitioner"):
            push_recommendation(house, pharmacy, recommendation_id=proposed, change=change)
    with house.services.database.read() as session:
        assert session.get_one(Recommendation, proposed).status == "proposed"
    assert top(house) == before


def test_a_recall_stops_a_recommendation_as_a_practitioner_would(house: House, pharmacy: Actor) -> None:
    with pytest.raises(Invalid, match="Say why"):
        push_recommendation(house, pharmacy, change="stopped")
    with follows(house.services, house.diagnosis_id):
        pushed = push_recommendation(house, pharmacy, change="stopped", reason="The batch was recalled.")
    told = next(
        message for message in messages_after(house.services, house.diagnosis_id, Audience.PATIENT, pushed["seq"] - 1)
    )
    assert (told["id"], told["data"]["change"], told["data"]["reason"]) == (
        pushed["id"], "stopped", "The batch was recalled.",
    )  # fmt: skip
    with house.services.database.read() as session:
        assert session.get_one(Recommendation, house.ginger).status == "stopped"
        mine = session.exec(select(AuditEntry).where(AuditEntry.person_id == pharmacy.person_id)).all()
    assert [entry.action for entry in mine] == ["stop", "push"]
    assert mine[1].detail == f"recommendation_update {pushed['seq']}"
    with follows(house.services, house.diagnosis_id):
        push_recommendation(house, pharmacy, change="stopped")  # told again: it is stopped already
    with pytest.raises(Conflict, match="is stopped"):
        push_recommendation(house, pharmacy, change="approved")


def test_effectiveness_is_told_again_and_never_taken_over(house: House, pharmacy: Actor, answered: int) -> None:
    known = newest(house, "effectiveness_update")["data"]
    with follows(house.services, house.diagnosis_id):
        pushed = push_effectiveness(house, pharmacy, **{**known, "recommendation_id": house.ginger})
        push_effectiveness(house, pharmacy)
        push_effectiveness(house, pharmacy, effectiveness=None, tier=None)
    told = messages_after(house.services, house.diagnosis_id, Audience.PRACTICE, pushed["seq"] - 1)
    assert [one["data"] for one in told] == [known] * 3
    for name, value in (
        ("effectiveness", 0.99),
        ("answered", 500),
        ("tier", "plain"),
        ("herb", "cloves"),
        ("improved", 0),
    ):
        with pytest.raises(Conflict, match=name):
            push_effectiveness(house, pharmacy, **{name: value})
    counts_agree(house)


def test_nothing_is_told_where_nothing_is_known(house: House, pharmacy: Actor) -> None:
    with pytest.raises(Conflict, match="Nothing is known"):
        push_effectiveness(house, pharmacy, recommendation_id=house.proposed("fennel"))


def test_an_answer_that_comes_in_is_an_answer(house: House, pharmacy: Actor) -> None:
    with follows(house.services, house.diagnosis_id):
        pushed = push_feedback(
            house, pharmacy, rating=2, symptom=6, comment="My throat is swelling and I cannot breathe.",
            side_effects=[{"term": "wheeze", "severity": 4}],
        )  # fmt: skip
    assert "call your practitioner now" in pushed["advice"][0]
    with house.services.database.read() as session:
        row = session.get_one(Feedback, pushed["feedback_id"])
        assert (row.person_id, row.rating, bool(row.red_flags)) == (pharmacy.person_id, 2, True)
        actions = session.exec(select(AuditEntry.action).where(AuditEntry.person_id == pharmacy.person_id)).all()
    assert list(actions) == ["answer", "push"]
    assert newest(house, "effectiveness_update")["data"]["answered"] == 1
    counts_agree(house)


def test_what_comes_in_is_an_alarm_until_it_is_seen_and_again_when_it_is_corrected(
    house: House, pharmacy: Actor
) -> None:
    def open_ones() -> list[int]:
        return [one.feedback_id for one in alarm.read(house.services, house.leila, limit=9).worst]

    mine = push_feedback(house, pharmacy, rating=2, side_effects=[{"term": "fever, stiff neck"}])["feedback_id"]
    assert open_ones() == [mine]
    stands = newest(house, "feedback_update")["data"]
    push_feedback(house, pharmacy, **stands)
    assert open_ones() == [mine], "told again, it is not another one"
    correcting.mark_seen(house.services, house.leila, mine)
    seen = newest(house, "feedback_update")["data"]
    push_feedback(house, pharmacy, **seen)
    assert open_ones() == []
    said = {"feedback_id": mine, "change": "changed", "rating": 1, "comment": "I cannot breathe."}
    assert "call your practitioner now" in push_feedback(house, pharmacy, **said)["advice"][0]
    assert open_ones() == [mine]
    for nobody in (house.stranger, house.ida, house.chen):
        assert alarm.read(house.services, nobody).count == 0


def test_an_answer_is_not_brought_in_twice(house: House, pharmacy: Actor) -> None:
    first = push_feedback(house, pharmacy, key="sms-1", rating=5)
    before = top(house)
    assert push_feedback(house, pharmacy, key="sms-1", rating=5) == first
    with pytest.raises(Conflict):
        push_feedback(house, pharmacy, key="sms-1", rating=1)
    assert top(house) == before


def test_a_service_corrects_what_it_brought_in(house: House, pharmacy: Actor, answered: int) -> None:
    mine = push_feedback(house, pharmacy, rating=2, symptom=6)["feedback_id"]
    with follows(house.services, house.diagnosis_id):
        push_feedback(house, pharmacy, feedback_id=mine, change="changed", rating=5, comment="Much better.", symptom=6)
    told = newest(house, "feedback_update")["data"]
    assert (told["feedback_id"], told["rating"], told["comment"]) == (mine, 5, "Much better.")
    before = top(house)
    for refusal, given in (
        (Conflict, {"feedback_id": mine, "change": "changed", "symptom": 1}),
        (Conflict, {"feedback_id": mine, "change": "changed", "rating": None}),
        (Conflict, {"feedback_id": mine, "change": "added", "rating": 1}),
        (NotAllowed, {"feedback_id": answered, "change": "changed", "rating": 1}),
        (NotAllowed, {"feedback_id": answered, "change": "withdrawn"}),
        (Invalid, {"feedback_id": 999_999, "change": "changed", "rating": 1}),
        (Invalid, {"change": "changed", "rating": 1}),
        (Invalid, {"change": "added"}),
        (Invalid, {"change": "added", "rating": 3, "red_flags": []}),
        (Invalid, {"change": "added", "rating": 3, "created": "2026-01-01T00:00:00Z"}),
        (Conflict, {"change": "added", "rating": 3, "recommendation_id": house.proposed("fennel")}),
    ):
        with pytest.raises(refusal):
            push_feedback(house, pharmacy, **given)
    assert top(house) == before
    counts_agree(house)


def test_a_patients_answer_is_told_again_as_it_stands(house: House, pharmacy: Actor, answered: int) -> None:
    stands = newest(house, "feedback_update")["data"]
    with follows(house.services, house.diagnosis_id):
        pushed = push_feedback(house, pharmacy, **stands)
    told = messages_after(house.services, house.diagnosis_id, Audience.PRACTICE, pushed["seq"] - 1)
    assert [one["type"] for one in told] == ["feedback_update"], "nothing is counted again"
    assert told[0]["data"] == stands | {"change": "changed"}
    counts_agree(house)


def test_what_is_elsewhere(house: House, pharmacy: Actor, answered: int) -> None:
    foreign = replace(add_person(house.services, house.stranger.practice_id, "service", "Far"), scopes=pharmacy.scopes)
    without = replace(pharmacy, scopes=frozenset({"status", "follow"}))
    before = top(house)
    for push in (push_recommendation, push_effectiveness, push_feedback):
        with pytest.raises(NotFound):
            push(house, foreign)
        for nobody in (without, house.leila, house.mina, house.ida):
            with pytest.raises(NotAllowed, match="broadcast"):
                push(house, nobody)
        given: dict[str, Any] = {"rating": 3} if push is push_feedback else {}
        with pytest.raises(Invalid, match="not one of this"):
            push(house, pharmacy, recommendation_id=999_999, **given)
    with pytest.raises(NotFound):  # the verbs of people stay shut: a service treats nobody
        recommendation.stop(house.services, pharmacy, house.ginger, StopInput(reason="Recalled."))
    assert top(house) == before
