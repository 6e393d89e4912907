"""Re-scoring: what a change of evidence touches is told where a number changes, and nothing else is."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from domain import consent, diagnosis, feedback, rescoring
from domain.consent import ConsentInput
from domain.errors import NotAllowed
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput
from domain.predictors import report
from domain.rescoring import Rescoring
from domain.updating import update_recommendations
from storage.tables import Diagnosis, Event, Recommendation
from tests.support.house import House, diagnose, recommended, under_treatment
from tests.support.rescoring import newest, running, undecided
from tests.support.snapshots import follows
from tests.support.waiting import eventually


def told(house: House, diagnosis_id: int, kind: str) -> list[dict[str, Any]]:
    with house.services.database.read() as session:
        statement = (
            select(Event).where(Event.diagnosis_id == diagnosis_id, Event.type == kind).order_by(col(Event.position))
        )
        return [json.loads(one.data) for one in session.exec(statement)]


def answers(house: House, item_id: str, symptoms: tuple[int, ...]) -> None:
    for symptom in symptoms:
        course = under_treatment(house.services, house.leila, item_id)
        said = FeedbackInput(recommendation_id=course.recommendation_id, rating=3, symptom=symptom)
        feedback.submit(house.services, course.patient, course.diagnosis_id, said)


def order_of(house: House, diagnosis_id: int) -> list[str]:
    with house.services.database.read() as session:
        statement = (
            select(Recommendation.item_id)
            .where(Recommendation.diagnosis_id == diagnosis_id, Recommendation.kind == "herb")
            .order_by(col(Recommendation.rank))
        )
        return list(session.exec(statement))


def of_kind(kind: str, house: House, diagnosis_id: int, **data: Any) -> LoggedEvent:
    return LoggedEvent(
        position=1, id="x", practice_id=house.leila.practice_id, diagnosis_id=diagnosis_id, patient_id=None, seq=1,
        type=kind, timestamp="", data=json.dumps(data), patient_data=None,
    )  # fmt: skip


async def test_evidence_that_changes_changes_the_order_of_what_is_open(house: House) -> None:
    there = undecided(house)
    before = order_of(house, there)
    last = before[-1]
    answers(house, last, (0, 1, 0, 2, 1, 0, 1, 2))
    assert order_of(house, there) == before, "an answer does not wait for others' diagnoses"
    with follows(house.services, there):
        assert await update_recommendations(there, house.services)
    after = order_of(house, there)
    assert after.index(last) < before.index(last)
    changed = [one for one in told(house, there, "recommendation_update") if one["change"] == "changed"]
    assert {one["new"]["item_id"] for one in changed} >= {last}
    assert "8 of 8 patients here improved" in " ".join(
        reason for one in changed if one["new"]["item_id"] == last for reason in one["new"]["reasons"]
    )
    [prediction] = [
        one for one in told(house, there, "prediction_update")[-len(before) :]
        if one["recommendation_id"] == recommended(house.services, there, last) and "8 of 8" in one["basis"]
    ]  # fmt: skip
    assert prediction["probability"] > 0.6


async def test_what_changes_nothing_is_not_told(house: House) -> None:
    there = undecided(house)
    assert not await update_recommendations(there, house.services)
    answers(house, "fennel", (0, 7))
    await update_recommendations(there, house.services)
    seq = diagnosis.read(house.services, house.leila, there)["seq"]
    assert not await update_recommendations(there, house.services)
    assert diagnosis.read(house.services, house.leila, there)["seq"] == seq


async def test_what_is_taken_is_predicted_anew_until_its_outcome_is_there(house: House) -> None:
    answers(house, "ginger", (0, 0, 1, 0, 0))
    assert await update_recommendations(house.diagnosis_id, house.services)
    first = told(house, house.diagnosis_id, "prediction_update")[-1]
    assert first["recommendation_id"] == house.ginger
    feedback.submit(
        house.services,
        house.mina,
        house.diagnosis_id,
        FeedbackInput(recommendation_id=house.ginger, rating=3, symptom=0),
    )

    def of_ginger() -> list[dict[str, Any]]:
        every = told(house, house.diagnosis_id, "prediction_update")
        return [one for one in every if one["recommendation_id"] == house.ginger]

    count = len(of_ginger())
    answers(house, "ginger", (7, 7, 7, 7))
    await update_recommendations(house.diagnosis_id, house.services)
    assert len(of_ginger()) == count
    fennel = newest(house, recommended(house.services, house.diagnosis_id, "fennel"))
    assert "1 of 1 earlier outcomes of this patient (+" in fennel.basis, (
        "their own outcome says something of the others"
    )


async def test_what_is_closed_or_gone_is_left_alone(house: House) -> None:
    there = undecided(house)
    with house.services.database.write() as session:
        row = session.get_one(Diagnosis, there)
        row.status = "closed"
        session.add(row)
    answers(house, "fennel", (0, 0, 0))
    assert not await update_recommendations(there, house.services)
    assert not await update_recommendations(1_000_000, house.services)


async def test_an_answer_reaches_others_beside_the_program(house: House) -> None:
    services = house.services
    services.hub.bind(asyncio.get_running_loop())
    there = undecided(house)
    async with running(services, rescoring.rescoring):
        await asyncio.sleep(0)
        before = len(told(house, there, "recommendation_update"))
        await asyncio.to_thread(answers, house, "fennel", (0, 1, 0))
        await eventually(lambda: len(told(house, there, "recommendation_update")) > before)
        await eventually(lambda: told(house, there, "prediction_update")[-1]["basis"].count("3 of 3"))
    assert services.hub.follower_count() == 0


async def test_what_waits_is_one_for_each_the_newest_first_and_bounded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescoring, "MOST_WAITING", 3)
    first, second = undecided(house), undecided(house)
    waiting = Rescoring(house.services)
    for _ in range(5):
        waiting._notice(of_kind("effectiveness_update", house, 1_000_000, herb="fennel", condition="t-stcold"))
    await waiting._find_touched()
    assert list(waiting._waiting) == [first, second], "the last is the first to be re-scored"
    third, fourth = undecided(house), undecided(house)
    waiting._notice(of_kind("effectiveness_update", house, 1_000_000, herb="fennel", condition="t-stcold"))
    await waiting._find_touched()
    assert list(waiting._waiting) == [second, third, fourth]
    assert waiting.left_out == 1
    waiting._notice(of_kind("feedback_update", house, first, rating=3))
    assert list(waiting._cells) == []


async def test_who_follows_their_diagnosis_cannot_tell_when_others_answered(house: House) -> None:
    """What others' answers change is told there on the hour; what their own changes, at once."""
    there = undecided(house)
    waiting = Rescoring(house.services)
    waiting._notice(of_kind("effectiveness_update", house, there, herb="ginger", condition="t-stcold"))
    await waiting._find_touched()
    assert list(waiting._waiting) == [there], "Mina, who takes ginger, can follow hers"
    waiting.take_up_the_hour()
    assert list(waiting._waiting) == [there, house.diagnosis_id]
    waiting._waiting.clear()
    waiting._notice(of_kind("effectiveness_update", house, house.diagnosis_id, herb="ginger", condition="t-stcold"))
    await waiting._find_touched()
    assert set(waiting._waiting) == {there, house.diagnosis_id}


@pytest.mark.parametrize(
    ("at", "hour"), [((9, 0, 0), 10), ((9, 59, 59), 10), ((22, 30, 0), 23)], ids=["full", "nearly", "half"]
)
def test_when_the_next_hour_is(at: tuple[int, int, int], hour: int) -> None:
    assert rescoring.next_hour(datetime(2026, 1, 1, *at, tzinfo=UTC)) == datetime(2026, 1, 1, hour, tzinfo=UTC)


async def test_the_hour_that_strikes_while_something_is_done_is_not_missed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = iter([datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2126, 1, 1, tzinfo=UTC)])
    monkeypatch.setattr(rescoring, "next_hour", lambda _now: next(hours))
    waiting = Rescoring(house.services)
    done: list[int] = []

    async def note(diagnosis_id: int) -> None:
        done.append(diagnosis_id)

    monkeypatch.setattr(waiting, "_updated", note)
    waiting._on_the_hour[house.diagnosis_id] = None
    waiting._woken.set()  # somebody is busy as it strikes
    job = asyncio.create_task(waiting.run())
    await eventually(lambda: done == [house.diagnosis_id])
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)


async def test_one_that_cannot_be_re_scored_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    async def update(diagnosis_id: int, _services: object) -> bool:
        done.append(diagnosis_id)
        raise RuntimeError("broken")

    monkeypatch.setattr(rescoring, "update_recommendations", update)
    waiting = Rescoring(house.services)
    for one in (1, 2, 3):
        waiting._wait(one)
    waiting._woken.set()
    job = asyncio.create_task(waiting.run())
    await eventually(lambda: done == [3, 2, 1])
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)


async def test_an_own_outcome_reaches_all_that_the_patient_has_open(house: House) -> None:
    other = diagnose(house.services, house.leila, house.mina)
    waiting = Rescoring(house.services)
    waiting._notice(of_kind("effectiveness_update", house, house.diagnosis_id, herb="valerian", condition="t-stcold"))
    await waiting._find_touched()
    assert list(waiting._waiting) == [house.diagnosis_id, other], "nobody else's, and at once: it is their own answer"


async def test_an_own_outcome_that_is_counted_nowhere_reaches_what_the_patient_has_open(house: House) -> None:
    consent.say(house.services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False))
    services, fennel = house.services, house.proposed("fennel")
    async with running(services, rescoring.rescoring):
        await asyncio.sleep(0)
        before = newest(house, fennel).probability
        said = FeedbackInput(recommendation_id=house.ginger, rating=1, symptom=7)
        await asyncio.to_thread(feedback.submit, services, house.mina, house.diagnosis_id, said)
        await eventually(lambda: "0 of 1 earlier outcomes of this patient" in newest(house, fennel).basis)
        assert newest(house, fennel).probability < before


def test_what_was_shown_is_summed_up_without_who_wants_to_be_in_no_statistics(house: House) -> None:
    services = house.services
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3, symptom=0))
    [rules] = report.of_practice(services, house.leila).said
    assert (rules.predictor, rules.shown, rules.scored, rules.improved) == ("rules-1", 1, 1, 1)
    assert rules.brier == pytest.approx((1 - (rules.predicted or 0)) ** 2)
    consent.say(services, house.leila, house.mina.patient_id or 0, ConsentInput(granted=False))
    assert report.of_practice(services, house.leila).said == ()
    with pytest.raises(NotAllowed):
        report.of_practice(services, house.mina)
