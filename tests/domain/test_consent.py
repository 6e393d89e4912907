"""What a patient allows: a no takes all of theirs out of every number, a yes brings it back."""

from typing import Any

import pytest
from sqlmodel import Session, select

from domain import consent, diagnosis, feedback, overview, recommendation, restriction, sharing
from domain.consent import ConsentInput
from domain.errors import Conflict, NotAllowed, NotFound
from domain.feedback import FeedbackInput
from domain.inbox import Risk, Withdrawn
from domain.ledger import utc_now
from domain.permission import Actor
from domain.predictors.examples import examples_of
from domain.recommendation import ApproveInput, DoseInput, StopInput
from domain.restriction import RestrictionInput
from domain.sharing import ShareInput
from storage import events as log
from storage.practice_rows import refused_statistics
from storage.tables import AuditEntry, Consent
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


def withdrawn(house: House, actor: Actor) -> list[Withdrawn | None]:
    waiting = overview.read(house.services, actor).inbox
    return [one.withdrawn for one in waiting if one.risk is Risk.WITHDRAWN]


def test_consent_to_care_that_was_withdrawn_waits_until_it_is_seen(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    consent.say(services, house.mina, mine, NO)  # to be counted: nobody has to act
    assert withdrawn(house, house.leila) == []
    consent.say(services, house.mina, mine, NO, kind="care")
    (item,) = withdrawn(house, house.leila)
    assert item is not None
    assert item.by_patient
    assert withdrawn(house, house.chen) == []
    with pytest.raises(NotFound):
        consent.know(services, house.chen, item.consent_id)
    sharing.share(services, house.leila, mine, ShareInput(person_id=house.chen.person_id))
    assert withdrawn(house, house.chen) == [item]
    with pytest.raises(NotAllowed):
        consent.know(services, house.chen, item.consent_id)
    for nobody in (house.mina, house.ida, house.stranger):
        with pytest.raises(NotFound):
            consent.know(services, nobody, item.consent_id)
    for _ in range(2):
        consent.know(services, house.leila, item.consent_id)
    assert withdrawn(house, house.leila) == []
    with services.database.read() as session:
        known = session.exec(select(AuditEntry).where(AuditEntry.action == "know of withdrawn consent")).all()
    assert [(one.person_id, one.patient_id) for one in known] == [(house.leila.person_id, mine)]


def test_a_yes_takes_it_out_of_the_inbox_and_who_noted_the_no_knows_it(house: House) -> None:
    services, mine = house.services, house.mina.patient_id or 0
    consent.say(services, house.mina, mine, NO, kind="care")
    consent.say(services, house.mina, mine, YES, kind="care")
    assert withdrawn(house, house.leila) == []
    consent.say(services, house.leila, mine, NO, kind="care")
    assert withdrawn(house, house.leila) == []
    consent.say(services, house.leila, mine, YES, kind="care")
    treating = ShareInput(person_id=house.chen.person_id, level="treat")
    sharing.share(services, house.leila, mine, treating)
    consent.say(services, house.chen, mine, NO, kind="care")
    (item,) = withdrawn(house, house.leila)
    assert item is not None
    assert not item.by_patient
    statistics = next(one.id for one in rows_of(house, "care") if one.granted)
    for consent_id in (statistics or 0, 999_999):
        with pytest.raises(NotFound):
            consent.know(services, house.leila, consent_id)


def rows_of(house: House, kind: str) -> list[Consent]:
    with house.services.database.read() as session:
        return list(session.exec(select(Consent).where(Consent.kind == kind)))
