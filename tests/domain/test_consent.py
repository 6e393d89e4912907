"""What a patient allows: a no takes all of theirs out of every number, a yes brings it back."""

from typing import Any

import pytest
from sqlmodel import Session

from domain import consent, diagnosis, feedback, recommendation, restriction
from domain.consent import ConsentInput
from domain.errors import Conflict, NotAllowed, NotFound
from domain.feedback import FeedbackInput
from domain.ledger import utc_now
from domain.predictors.examples import examples_of
from domain.recommendation import ApproveInput, DoseInput, StopInput
from domain.restriction import RestrictionInput
from storage import events as log
from storage.practice_rows import refused_statistics
from tests.support.house import House, approve, diagnose, under_treatment
from tests.support.recount import Counts, kept
from tests.support.snapshots import follows

YES, NO = ConsentInput(granted=True), ConsentInput(granted=False)


def ginger(house: House) -> Counts | None:
    with house.services.database.read() as session:
        cells, _ = kept(session)
    return next((counts for (item, _condition), counts in cells.items() if item == "ginger"), None)


def test_a_no_takes_everything_out_and_a_yes_brings_it_back(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    other = under_treatment(services, house.leila, name="Another")
    given = FeedbackInput(recommendation_id=other.recommendation_id, rating=2, symptom=8)
    feedback.submit(services, other.patient, other.diagnosis_id, given)
    alone = ginger(house)
    said = FeedbackInput(recommendation_id=house.ginger, rating=5, symptom=1)
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    both = ginger(house)
    assert alone
    assert both
    assert both.answered == alone.answered + 1
    with follows(services, house.diagnosis_id):
        state = consent.say(services, house.mina, mine, NO)
    assert (state.granted, state.kind) == (False, "statistics")
    counts = ginger(house)
    assert counts is not None
    assert (counts.prescribed, counts.answered, counts.rating_sum) == (1, 1, 2), "only the other one is left"
    feedback.submit(services, house.mina, house.diagnosis_id, said)
    assert ginger(house) == counts, "a new answer does not count either"
    with follows(services, house.diagnosis_id):
        consent.say(services, house.leila, mine, YES)
    assert ginger(house) == both


def test_saying_the_same_again_changes_nothing(house: House) -> None:
    mine = house.mina.patient_id or 0
    first = consent.say(house.services, house.mina, mine, NO)
    assert consent.say(house.services, house.mina, mine, NO) == first
    assert [one.granted for one in consent.listing(house.services, house.leila, mine) if one.kind == "statistics"] == [
        False
    ]


def test_it_is_for_the_patient_and_their_practitioner(house: House) -> None:
    mine = house.mina.patient_id or 0
    for stranger in (house.omar, house.stranger, house.chen):
        with pytest.raises((NotFound, NotAllowed)):
            consent.say(house.services, stranger, mine, NO)
    assert consent.say(house.services, house.leila, mine, NO).granted is False


def test_without_consent_to_care_nothing_new_is_planned_and_what_runs_goes_on(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    proposed = next(one["id"] for one in plan(house) if one["status"] == "proposed")
    with services.database.read() as session:
        before = log.top_position(session)
    with follows(services, house.diagnosis_id):
        state = consent.say(services, house.mina, mine, NO, kind="care")
    assert (state.granted, state.by) == (False, "patient")
    with services.database.read() as session:
        told = {one.type for one in log.after_position(session, before, limit=100) if one.patient_id == mine}
    assert "patient_update" in told, "the practitioner's pages are told"
    assert [(one["id"], one["status"]) for one in plan(house)] == [(house.ginger, "approved")]
    with pytest.raises((Conflict, NotFound)):
        approve(services, house.leila, proposed)
    for refused in (
        lambda: diagnose(services, house.leila, house.mina),
        lambda: diagnosis.set_findings(services, house.leila, house.diagnosis_id, []),
        lambda: diagnosis.confirm(services, house.leila, house.diagnosis_id, "t-stcold"),
        lambda: recommendation.go_on(services, house.leila, house.ginger, another_dose()),
    ):
        with pytest.raises(Conflict) as error:
            refused()
        assert error.value.code == "care_withdrawn"
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, comment="Chest pain"))
    assert consent.say(services, house.leila, mine, YES, kind="care").by == "practitioner"
    assert any(one["status"] == "proposed" for one in plan(house)), "they are proposed anew"
    consent.say(services, house.leila, mine, NO, kind="care")
    stopped = recommendation.stop(services, house.leila, house.ginger, StopInput(reason="With the patient"))
    assert stopped.status == "stopped"
    said = [(one.kind, one.granted, one.by) for one in consent.history(services, house.mina, mine)]
    assert said == [("care", False, "patient"), ("care", True, "practitioner"), ("care", False, "practitioner")]


def test_a_restricted_record_is_read_and_used_for_nothing(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=5, symptom=1))
    counted, reason = ginger(house), "The patient disputes a finding"
    with services.database.read() as session:
        examples = outcomes_counted(session, house)
    given = RestrictionInput(restricted=True, reason=reason)
    with follows(services, house.diagnosis_id):
        state = restriction.restrict(services, house.leila, mine, given)
    assert state.restricted is not None
    assert ginger(house) is None, "in no number"
    with services.database.read() as session:
        assert refused_statistics(session, house.leila.practice_id) == {mine}, "and in no fit"
        assert (examples, outcomes_counted(session, house)) == (1, 0)
    with pytest.raises(Conflict) as error:
        diagnose(services, house.leila, house.mina)
    assert error.value.code == "restricted"
    assert [one["status"] for one in plan(house)] == ["approved"], "readable, with what runs and nothing new"
    consent.say(services, house.leila, mine, YES)
    assert ginger(house) is None, "a yes to statistics does not lift it"
    with pytest.raises(NotFound):
        restriction.restrict(services, house.mina, mine, RestrictionInput(restricted=False, reason=reason))
    with follows(services, house.diagnosis_id):
        restriction.restrict(services, house.leila, mine, RestrictionInput(restricted=False, reason=reason))
    assert ginger(house) == counted
    assert any(one["status"] == "proposed" for one in plan(house))


def plan(house: House) -> list[dict[str, Any]]:
    recommendations: list[dict[str, Any]] = diagnosis.read(house.services, house.leila, house.diagnosis_id)[
        "recommendations"
    ]
    return recommendations


def another_dose() -> ApproveInput:
    dose = DoseInput(amount=1, unit="g", per="day", preparation="powder")
    return ApproveInput(dose=dose, override_reason="Less of it", confirmed=True)


def outcomes_counted(session: Session, house: House) -> int:
    knowledge = house.services.library.of(house.leila.practice_id).knowledge
    return len(examples_of(session, house.leila.practice_id, knowledge, until=utc_now()))
