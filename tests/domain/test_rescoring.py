"""Re-scoring: what a change of evidence touches is told where a number changes, and nothing else is."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from domain import consent, diagnosis, feedback, patient, rescoring
from domain.consent import ConsentInput
from domain.errors import NotAllowed
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput
from domain.ledger import utc_now
from domain.patient import PatientInput
from domain.permission import Actor
from domain.predictors import keeping, report, versions
from domain.predictors.shelf import Predictors
from domain.predictors.versions import Version
from domain.rescoring import Rescoring
from domain.updating import update_recommendations
from storage import care
from storage.tables import Diagnosis, Event, Prediction, Recommendation
from tests.support.house import House, approve, diagnose, new_patient, recommended, under_treatment
from tests.support.outcomes import fitting_in_a_moment, past_outcomes
from tests.support.snapshots import follows
from tests.support.waiting import eventually


def told(house: House, diagnosis_id: int, kind: str) -> list[dict[str, Any]]:
    with house.services.database.read() as session:
        statement = (
            select(Event).where(Event.diagnosis_id == diagnosis_id, Event.type == kind).order_by(col(Event.position))
        )
        return [json.loads(one.data) for one in session.exec(statement)]


def undecided(house: House) -> int:
    """Open a diagnosis with everything still to decide."""
    who = patient.record(house.services, house.leila, PatientInput(name="Undecided"))  # who cannot sign in yet
    actor = Actor(0, house.leila.practice_id, "patient", who.name, patient_id=who.id)
    return diagnose(house.services, house.leila, actor)


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
    job = asyncio.create_task(rescoring.rescoring(services))
    try:
        await asyncio.sleep(0)
        before = len(told(house, there, "recommendation_update"))
        await asyncio.to_thread(answers, house, "fennel", (0, 1, 0))
        await eventually(lambda: len(told(house, there, "recommendation_update")) > before)
        await eventually(lambda: told(house, there, "prediction_update")[-1]["basis"].count("3 of 3"))
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
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
    services.hub.bind(asyncio.get_running_loop())
    job = asyncio.create_task(rescoring.rescoring(services))
    try:
        await asyncio.sleep(0)
        before = newest(house, fennel).probability
        said = FeedbackInput(recommendation_id=house.ginger, rating=1, symptom=7)
        await asyncio.to_thread(feedback.submit, services, house.mina, house.diagnosis_id, said)
        await eventually(lambda: "0 of 1 earlier outcomes of this patient" in newest(house, fennel).basis)
        assert newest(house, fennel).probability < before
    finally:
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


@pytest.fixture
def learnt(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with a fitted predictor in use: the older, the better it goes."""
    fitting_in_a_moment(monkeypatch)
    past_outcomes(house, 400)
    found = versions.train(house.services, house.leila.practice_id)
    assert isinstance(found, Version)
    assert found.status == "active", found.reason
    house.services.predictors.load(house.leila.practice_id)
    return house


def newest(house: House, recommendation_id: int) -> Prediction:
    with house.services.database.read() as session:
        statement = select(Prediction).where(Prediction.recommendation_id == recommendation_id)
        return session.exec(statement.order_by(col(Prediction.id).desc())).first()  # type: ignore[return-value]


async def test_a_fitted_predictor_speaks_before_the_rules_and_the_rules_after_it(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    old = new_patient(services, learnt.leila, "Old", born=date(utc_now().year - 78, 1, 1))
    young = new_patient(services, learnt.leila, "Young", born=date(utc_now().year - 21, 1, 1))
    theirs = [diagnose(services, learnt.leila, who) for who in (old, young)]
    fennels = [recommended(services, one, "fennel") for one in theirs]
    assert {newest(learnt, one).predictor for one in fennels} == {"rules-1"}, "the rules speak at once"
    for one in theirs:
        assert await update_recommendations(one, services)
    fitted = services.predictors.fitted(practice_id)
    assert fitted is not None
    high, low = (newest(learnt, one) for one in fennels)
    assert high.predictor == low.predictor == fitted.name
    assert high.probability > low.probability + 0.3
    assert "age 78 (+" in high.basis
    assert 0 <= high.low <= high.probability <= high.high <= 1
    with services.database.read() as session:
        row = session.get_one(Recommendation, fennels[0])
        match = services.predictors.made(practice_id, theirs[0])["fennel", "t-stcold"].probability.value
        assert row.score == pytest.approx(match * fit_of(learnt, theirs[0]), abs=0.006), "it ranks, too"

    approve(services, learnt.leila, fennels[0])
    frozen = newest(learnt, fennels[0])
    assert frozen.prescribed
    assert (frozen.features or {})["age"] == 78
    assert keeping.watched(services, practice_id) is not None

    versions.demote(services, practice_id, "Enough.", by_hand=True)
    assert services.predictors.made(practice_id, theirs[1]) == {}, "what it said counts no more, before anybody looks"
    for one in theirs:
        assert await update_recommendations(one, services)
    assert {newest(learnt, one).predictor for one in fennels} == {"rules-1"}


def fit_of(house: House, diagnosis_id: int) -> float:
    with house.services.database.read() as session:
        return next(one.score for one in care.matches(session, diagnosis_id) if one.condition_id == "t-stcold")


async def test_a_predictor_that_fails_leaves_the_rules(learnt: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services = learnt.services
    there = undecided(learnt)
    fitted = services.predictors.fitted(learnt.leila.practice_id)
    assert fitted is not None
    monkeypatch.setattr(fitted, "pipeline", None)
    assert not await update_recommendations(there, services), "the rules have spoken already"
    assert newest(learnt, recommended(services, there, "fennel")).predictor == "rules-1"


async def test_a_running_program_reads_uses_and_drops_a_predictor(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    services.predictors.forget(practice_id)
    there = undecided(learnt)
    fennel = recommended(services, there, "fennel")
    services.hub.bind(asyncio.get_running_loop())
    jobs = [asyncio.create_task(one(services)) for one in (rescoring.rescoring, keeping.keeping)]
    try:
        await eventually(lambda: newest(learnt, fennel).predictor.startswith("fitted-"), what="its word at the start")
        other = await asyncio.to_thread(undecided, learnt)
        theirs = recommended(services, other, "fennel")
        await eventually(lambda: newest(learnt, theirs).predictor.startswith("fitted-"), what="its word on what is new")
        await asyncio.to_thread(versions.demote, services, practice_id, "Enough.", by_hand=True)
        await eventually(lambda: newest(learnt, fennel).predictor == "rules-1", what="the rules' word afterwards")
        version = versions.listing(services, practice_id)[0].version
        file = services.predictors.folder(practice_id) / f"{version}.skops"
        await asyncio.to_thread(versions.promote, services, practice_id, version)
        await eventually(lambda: newest(learnt, fennel).predictor.startswith("fitted-"), what="its word once more")
        services.predictors.forget(practice_id)
        file.write_bytes(b"not what was written")
        await asyncio.to_thread(keeping._read, services, practice_id)
        assert "not the one that was written" in versions.listing(services, practice_id)[0].reason
        await eventually(lambda: newest(learnt, fennel).predictor == "rules-1", what="the rules' word without its file")
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    assert services.hub.follower_count() == 0


async def test_after_a_restart_it_speaks_again_without_anybody_looking(learnt: House) -> None:
    """In the newest diagnosis first, also in those that patients follow: nothing in it tells of anybody's answer."""
    last = undecided(learnt)
    shelf = Predictors(learnt.services.database, learnt.services.predictors.folder(0).parent)
    services = replace(learnt.services, predictors=shelf)
    assert not shelf.in_use(learnt.leila.practice_id), "nothing of before the restart is known"
    services.hub.bind(asyncio.get_running_loop())
    jobs = [asyncio.create_task(one(services)) for one in (rescoring.rescoring, keeping.keeping)]
    both = [recommended(services, there, "fennel") for there in (last, learnt.diagnosis_id)]
    try:
        await eventually(lambda: all(newest(learnt, one).predictor.startswith("fitted-") for one in both))
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    first, second = (newest(learnt, one).id or 0 for one in both)
    assert first < second, "the newest first"


def test_looking_after_one_that_does_not_hold(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    fitted = services.predictors.fitted(practice_id)
    assert fitted is not None
    assert not keeping.is_due(services, practice_id), "it is not a day old"
    keeping.look_after(services, practice_id)
    assert services.predictors.fitted(practice_id) is fitted
    with services.database.write() as session:  # what it said of those who are treated already was wrong
        for row in session.exec(select(Prediction).where(col(Prediction.prescribed))):
            row.predictor, row.probability = fitted.name, 0.97
            session.add(row)
    keeping.look_after(services, practice_id)
    assert services.predictors.fitted(practice_id) is None
    [one] = versions.listing(services, practice_id)
    assert one.status == "retired"
    assert one.reason.startswith("The evidence is used: of the last 100 outcomes")


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
