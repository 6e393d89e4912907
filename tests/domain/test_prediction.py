"""Predictions: shown, kept, and renewed only where the number changes."""

from typing import Any

from sqlmodel import select

from domain import consent, correcting, diagnosis, feedback
from domain.consent import ConsentInput
from domain.feedback import FeedbackInput
from domain.predicting import PastOutcome
from domain.prediction import LEAST_CHANGE, history_of
from storage.tables import Event, Prediction
from tests.support.house import House, approve, under_treatment


def of_ginger(house: House) -> list[Prediction]:
    with house.services.database.read() as session:
        statement = select(Prediction).where(Prediction.recommendation_id == house.ginger).order_by("id")
        return list(session.exec(statement))


def test_every_herb_that_is_proposed_has_a_probability(house: House) -> None:
    snapshot = diagnosis.read(house.services, house.leila, house.diagnosis_id)
    predicted = {one["recommendation_id"]: one for one in snapshot["predictions"]}
    for one in snapshot["recommendations"]:
        assert (one["id"] in predicted) == (one["kind"] in ("herb", "formula"))
    for one in predicted.values():
        assert 0 <= one["low"] <= one["probability"] <= one["high"] <= 1
        assert one["basis"]


def test_an_answer_moves_it_and_the_old_value_is_kept(house: House) -> None:
    before = of_ginger(house)
    for symptom in (2, 1, 0):
        other = under_treatment(house.services, house.leila, name=f"Somebody {symptom}")
        said = FeedbackInput(recommendation_id=other.recommendation_id, rating=5, symptom=symptom)
        feedback.submit(house.services, other.patient, other.diagnosis_id, said)
    said = FeedbackInput(recommendation_id=house.ginger, rating=5, symptom=2)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    after = of_ginger(house)
    assert [one.id for one in after[: len(before)]] == [one.id for one in before], "what was shown is frozen"
    assert after[-1].probability > before[-1].probability


def test_who_is_in_no_statistics_has_a_past_all_the_same(house: House) -> None:
    mine = house.mina.patient_id or 0
    approve(house.services, house.leila, house.proposed("fennel"))

    def say(recommendation_id: int, **more: Any) -> int:
        said = FeedbackInput(recommendation_id=recommendation_id, rating=3, **more)
        return int(feedback.submit(house.services, house.mina, house.diagnosis_id, said)["id"])

    def past(*, beside: int | None = None) -> set[PastOutcome]:
        with house.services.database.read() as session:
            return set(history_of(session, mine, "t-stcold", beside=beside))

    say(house.ginger, symptom=2)
    say(house.ginger, symptom=7)
    say(house.proposed("fennel"), improvement=4)
    before = past()
    assert before == {PastOutcome("ginger", "t-stcold", False), PastOutcome("fennel", "t-stcold", True)}
    consent.say(house.services, house.mina, mine, ConsentInput(granted=False))
    assert past() == before
    assert past(beside=house.ginger) == {PastOutcome("fennel", "t-stcold", True)}
    newest = say(house.ginger, symptom=1, stopped=False)
    assert PastOutcome("ginger", "t-stcold", True) in past()
    correcting.withdraw(house.services, house.mina, newest)
    assert past() == before


def test_what_changes_nothing_is_not_told(house: House) -> None:
    def told() -> int:
        with house.services.database.read() as session:
            return len(session.exec(select(Event).where(Event.type == "prediction_update")).all())

    said = FeedbackInput(recommendation_id=house.ginger, rating=5, symptom=2)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    before, count = of_ginger(house)[-1], told()
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    assert told() == count
    assert of_ginger(house)[-1].id == before.id
    assert LEAST_CHANGE == 0.005


def test_advice_is_not_predicted(house: House) -> None:
    wanted = next(
        one["id"]
        for one in diagnosis.read(house.services, house.leila, house.diagnosis_id)["recommendations"]
        if one["kind"] == "diet"
    )
    approve(house.services, house.leila, wanted)
    said = FeedbackInput(recommendation_id=wanted, rating=5, symptom=2)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    with house.services.database.read() as session:
        assert session.exec(select(Prediction).where(Prediction.recommendation_id == wanted)).all() == []
