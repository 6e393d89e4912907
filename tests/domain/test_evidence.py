"""Evidence: the running counts are what one would count by hand, and say no more than they know."""

import contextlib
import random
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from domain import analytics, consent, correcting, feedback, recommendation, recounting
from domain.consent import ConsentInput
from domain.correcting import FeedbackChange
from domain.errors import Conflict
from domain.events import Audience
from domain.evidence import LEAST_MOVE, PATIENT_EVERY, PATIENT_MINIMUM, estimate, refresh_priors
from domain.feedback import FeedbackInput
from domain.gate import Judgement, Verdict
from domain.ledger import Change, utc_now
from domain.recommendation import StopInput
from domain.services import Services
from domain.statistics import MAX_STRENGTH, MIN_STRENGTH, Pool, posterior
from storage import evidence as cell_rows
from storage.evidence import Cell
from storage.tables import Diagnosis, Evidence, EvidenceDay, EvidenceOfPractitioner, EvidenceTogether, Recommendation
from tests.conftest import Begun, over
from tests.support.clock import with_clock
from tests.support.databases import Databases
from tests.support.house import Course, House, approve, diagnose, under_treatment
from tests.support.recount import alarms_kept, alarms_recounted, beside_kept, beside_recounted, kept, recounted
from tests.support.snapshots import messages_after

ANSWERS = st.fixed_dictionaries(
    {"rating": st.integers(1, 5)},
    optional={
        "symptom": st.integers(0, 10),
        "improvement": st.integers(1, 5),
        "stopped": st.booleans(),
        "comment": st.sampled_from(("Better.", "I have chest pain.")),
        "side_effects": st.lists(
            st.fixed_dictionaries(
                {"term": st.sampled_from(("nausea", "Nausea", "NAUSEA ", "rash"))},
                optional={"serious": st.booleans(), "severity": st.integers(0, 4), "stopped": st.booleans()},
            ),
            min_size=1,
            max_size=2,
        ),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 9), ANSWERS),
    st.tuples(st.just("prescribe"), st.integers(0, 2), st.booleans()),
    st.tuples(st.just("correct"), st.integers(0, 9), st.integers(1, 5)),
    st.tuples(st.just("edit"), st.integers(0, 9), ANSWERS),
    st.tuples(st.just("withdraw"), st.integers(0, 9), st.none()),
    st.tuples(st.just("seen"), st.integers(0, 9), st.none()),
    st.tuples(st.just("stop"), st.integers(0, 9), st.none()),
    st.tuples(st.just("consent"), st.just(0), st.booleans()),
    st.tuples(st.just("a day passes"), st.integers(1, 40), st.none()),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEPS, min_size=3, max_size=12))
def test_the_counts_are_what_one_would_count_by_hand(
    databases: Databases, begun: Callable[[str], Begun], kind: str, steps: list[tuple[str, int, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        furnished, there = begun(kind).furnished()
        services, clock = with_clock(over(begun(kind).services, databases.copy(furnished, Path(folder))))
        house = replace(there, services=services)
        approve(services, house.leila, house.proposed("fennel"))
        house.share_with(house.chen)
        diagnoses = house.diagnosis_id, diagnose(services, house.chen, house.mina, "t-spqi")
        plans = [(diagnoses[0], house.ginger), (diagnoses[0], house.proposed("fennel"))]
        answers: list[int] = []
        for what, number, how in steps:
            diagnosis_id, plan = plans[number % len(plans)]
            if what == "answer":
                said = FeedbackInput.model_validate({"recommendation_id": plan, **how})
                answers.append(feedback.submit(services, house.mina, diagnosis_id, said)["id"])
            elif what == "prescribe":
                plans.append(
                    (diagnoses[how], prescribe(services, diagnoses[how], ("ginger", "fennel", "clove")[number]))
                )
            elif what == "correct" and answers:
                with contextlib.suppress(Conflict):
                    correcting.set_rating(services, house.leila, answers[number % len(answers)], how)
            elif what == "edit" and answers:
                with contextlib.suppress(Conflict):  # withdrawn before
                    change = FeedbackChange.model_validate(how)
                    correcting.edit(services, house.mina, answers[number % len(answers)], change)
            elif what == "seen" and answers:
                with contextlib.suppress(Conflict):
                    correcting.mark_seen(services, house.leila, answers[number % len(answers)])
            elif what == "withdraw" and answers:
                with contextlib.suppress(Conflict):
                    correcting.withdraw(services, house.mina, answers[number % len(answers)])
            elif what == "consent":
                consent.say(services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=how))
            elif what == "stop":
                with contextlib.suppress(Conflict):  # stopped before
                    recommendation.stop(services, house.leila, plan, StopInput(reason="Enough."))
            elif what == "a day passes":
                clock.move(timedelta(days=number))
        with services.database.read() as session:
            assert kept(session) == recounted(session)
            assert beside_kept(session) == beside_recounted(session)
            assert alarms_kept(session) == alarms_recounted(session)
        again = list(recounting.rebuild(services, recounting.cells(services)))
        assert again
        assert not [one for one in again if one.corrected], "counting again finds what the running counts hold"
        services.database.close()
        databases.drop(Path(folder))


def prescribe(services: Services, diagnosis_id: int, item_id: str) -> int:
    """Prescribe a herb that was chosen elsewhere, also a second time."""

    def act(change: Change) -> int:
        row = change.session.get_one(Diagnosis, diagnosis_id)
        plan = recommendation.prescribe(
            change,
            row,
            kind="herb",
            item_id=item_id,
            name=item_id,
            judgement=Judgement(Verdict.NOTHING_DOCUMENTED, ()),
            reasons=[],
            override_reason="",
        )
        return plan.id or 0

    return services.ledger.write(act)


@pytest.mark.parametrize("at_once", [1, 500])
def test_wrong_counts_are_made_right_and_everybody_is_told(
    house: House, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "AT_ONCE", at_once)
    course = under_treatment(house.services, house.leila, name="Another")
    answer(house, course, 2)
    with house.services.database.read() as session:
        right, beside = kept(session), beside_kept(session)

    def spoil(change: Change) -> None:
        for row in change.session.exec(select(Evidence)):
            row.answered, row.improved, row.prescribed = row.answered + 7, row.improved + 3, 0
        for day in change.session.exec(select(EvidenceDay)):
            day.answered += 1
        for whose in change.session.exec(select(EvidenceOfPractitioner)):
            whose.improved += 1
        change.session.add(EvidenceTogether(evidence_id=1, other_item_id="clove", together=3))
        plan = change.session.get_one(Recommendation, course.recommendation_id)
        plan.outcome_counted = False

    house.services.ledger.write(spoil)
    done = list(recounting.rebuild(house.services, recounting.cells(house.services)))
    assert {one.item_id for one in done if one.corrected} == {"ginger"}
    with house.services.database.read() as session:
        assert (kept(session), beside_kept(session)) == (right, beside)
        assert session.get_one(Recommendation, course.recommendation_id).outcome_counted is True
    assert not any(one.corrected for one in recounting.rebuild(house.services, recounting.cells(house.services)))
    messages = messages_after(house.services, course.diagnosis_id, Audience.PRACTICE, 0)
    newest = [one["data"] for one in messages if one["type"] == "effectiveness_update"][-1]
    assert (newest["answered"], newest["improved"]) == (1, 1)


def answer(house: House, course: Course, symptom: int, services: Services | None = None) -> None:
    said = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=symptom)
    feedback.submit(services or house.services, course.patient, course.diagnosis_id, said)


def ginger(house: House) -> Evidence:
    with house.services.database.read() as session:
        return session.exec(select(Evidence).where(Evidence.item_id == "ginger")).one()


def test_a_number_about_others_reaches_a_patient_late_rounded_and_seldom(house: House) -> None:
    services, clock = with_clock(house.services)

    def shown() -> float | None:
        return analytics.of_recommendation(services, house.mina, house.ginger).effectiveness

    courses = [under_treatment(services, house.leila, name=f"Patient {number}") for number in range(12)]
    for course in courses[: PATIENT_MINIMUM - 1]:
        answer(house, course, 2, services)
        assert shown() is None
    answer(house, courses[PATIENT_MINIMUM - 1], 2, services)
    first = shown()
    assert first is not None
    assert round(first / 0.05, 6) == round(first / 0.05), "in steps of five percent"
    told = analytics.of_recommendation(services, house.mina, house.ginger)
    assert (told.answered, told.improved, told.prescribed, told.confidence) == (None, None, None, None)
    for course in courses:
        answer(house, course, 7, services)
    assert shown() == first, "not within the hour, or one could tell whose answer it was"
    clock.move(PATIENT_EVERY)
    answer(house, courses[0], 7, services)
    assert (shown() or 1) < first
    assert analytics.of_recommendation(services, house.leila, house.ginger).improved == 0


def test_the_prior_lies_within_its_bounds_and_follows_the_practice(house: House) -> None:
    for item_id in ("fennel", "clove", "ginger"):
        for number in range(3):
            answer(house, under_treatment(house.services, house.leila, item_id, name=f"{item_id} {number}"), 7)
    assert MIN_STRENGTH <= ginger(house).prior_strength <= MAX_STRENGTH
    assert 0 < ginger(house).prior_mean < 0.6, "nothing else helped anybody either"
    with house.services.database.read() as session:
        assert kept(session) == recounted(session), "a prior is no count"


def test_the_prior_is_that_of_the_model_over_the_counts_as_they_stand(house: House) -> None:
    dice = random.Random(5)
    now = utc_now()

    def elsewhere(change: Change) -> None:
        for herb in ("ginger", "fennel", "clove", "thyme"):
            for condition in ("colic", "cough", "bloating"):
                answered = dice.randint(5, 30)
                cell = Cell(0, house.leila.practice_id, herb, herb, condition, 0.6, 10.0, now)
                cell.prescribed, cell.answered, cell.improved = answered, answered, dice.randint(0, answered)
                cell_rows.add(change.rows, cell)

    house.services.ledger.write(elsewhere)
    for symptom in (7, 2, 2):
        answer(house, under_treatment(house.services, house.leila, name=f"Patient {symptom}"), symptom)
    with house.services.database.read() as session:
        cells = {(cell.item_id, cell.condition_id): cell for cell in cell_rows.cells(session, house.leila.practice_id)}
    counts = {where: (cell.improved, cell.answered) for where, cell in cells.items()}
    [answered] = [where for where, cell in cells.items() if cell.updated > now]
    prior = Pool.of(counts).prior(answered[1], {where[1]: one for where, one in counts.items() if where[0] == "ginger"})
    assert answered[0] == "ginger"
    assert counts[answered] == (2, 3)
    assert (cells[answered].prior_mean, cells[answered].prior_strength) == pytest.approx((prior.mean, prior.strength))
    assert prior.strength != 10
    # The others follow when they are brought up: all as one would compute them now, or less than is shown from it.
    house.services.ledger.write(lambda change: refresh_priors(change, house.leila.practice_id))
    with house.services.database.read() as session:
        for cell in cell_rows.cells(session, house.leila.practice_id):
            prior = Pool.of(counts).prior(
                cell.condition_id, {where[1]: one for where, one in counts.items() if where[0] == cell.item_id}
            )
            known = estimate(cell)
            assert known is not None
            assert known.mean == pytest.approx(posterior(cell.improved, cell.answered, prior).mean, abs=LEAST_MOVE)


def test_another_practice_learns_nothing_from_it(house: House) -> None:
    answer(house, Course(house.mina, house.diagnosis_id, house.ginger), 2)
    theirs = under_treatment(house.services, house.stranger)
    told = analytics.of_recommendation(house.services, house.stranger, theirs.recommendation_id)
    assert (told.prescribed, told.answered, told.effectiveness) == (1, 0, None)
