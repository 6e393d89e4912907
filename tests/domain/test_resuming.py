"""Taking a stop back: everything stands as if nobody had stopped it, whoever was told is told otherwise, and only for a while."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain import diagnosis, feedback, profile, recommendation, restriction, sharing
from domain.deciding import Overruling
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.patient import PatientInput
from domain.recommendation import ApproveInput, StopInput
from domain.restriction import RestrictionInput
from domain.resuming import RESUME_WITHIN, resume
from domain.services import Services
from domain.sharing import ShareInput
from storage.tables import AuditEntry, Diagnosis
from tests.support.clock import with_clock
from tests.support.house import House, approve
from tests.support.recount import beside_kept, beside_recounted, kept, recounted
from tests.support.snapshots import follows, follows_from_nothing, messages_after, state_of

SLIP = StopInput(reason="The wrong card.")
PLAIN = Overruling()


def stop(house: House, recommendation_id: int) -> RecommendationState:
    return recommendation.stop(house.services, house.leila, recommendation_id, SLIP)


def undo(house: House, recommendation_id: int, given: Overruling = PLAIN) -> RecommendationState:
    return resume(house.services, house.leila, recommendation_id, given)


def answer(house: House, recommendation_id: int, **more: Any) -> None:
    said = FeedbackInput.model_validate({"recommendation_id": recommendation_id, "rating": 4, **more})
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)


def counted(house: House) -> object:
    """Read all counts that there are; they are what counting everything anew would give."""
    with house.services.database.read() as session:
        assert (kept(session), beside_kept(session)) == (recounted(session), beside_recounted(session))
        return kept(session), beside_kept(session)


def test_it_goes_on_as_if_nobody_had_stopped_it(house: House) -> None:
    answer(house, house.ginger, symptom=3)
    before, numbers = state_of(house.services, house.diagnosis_id, Audience.PATIENT), counted(house)
    stop(house, house.ginger)
    assert diagnosis.read(house.services, house.mina, house.diagnosis_id)["check_in"]["due"] is None
    with follows(house.services, house.diagnosis_id):
        again = undo(house, house.ginger)
    assert (again.status, again.stopped, again.stop_reason) == ("approved", None, "")
    after = state_of(house.services, house.diagnosis_id, Audience.PATIENT)
    for part in ("recommendations", "check_in", "effectiveness", "feedback"):
        assert after[part] == before[part], part
    assert counted(house) == numbers
    follows_from_nothing(house.services, house.diagnosis_id)


@pytest.mark.parametrize("seed", range(3))
def test_no_count_shows_that_it_was_stopped_whatever_else_is_done(house: House, seed: int) -> None:
    dice = random.Random(seed)
    plans = [house.ginger, house.proposed("fennel"), house.proposed("black-pepper")]
    for plan in plans[1:]:
        approve(house.services, house.leila, plan)
    for _ in range(4):
        one, other = dice.sample(plans, 2)
        if dice.random() < 0.5:
            answer(house, one, symptom=dice.randint(0, 9))
        numbers = counted(house)
        stop(house, one)
        if dice.random() < 0.5:
            stop(house, other)
            counted(house)
            undo(house, other)
        undo(house, one)
        assert counted(house) == numbers


def test_phone_and_pages_hear_of_it_as_of_an_approval(house: House) -> None:
    stop(house, house.ginger)
    seq = state_of(house.services, house.diagnosis_id, Audience.PATIENT)["seq"]
    undo(house, house.ginger)
    for audience in Audience:
        told = messages_after(house.services, house.diagnosis_id, audience, seq)
        [said] = [one["data"] for one in told if one["data"].get("recommendation_id") == house.ginger]
        assert (said["change"], said["old"]["status"], said["new"]["status"]) == ("approved", "stopped", "approved")
        assert said["check_in"]["due"] is not None


def test_a_rejected_proposal_is_a_proposal_again_and_the_patient_hears_nothing(house: House) -> None:
    fennel = house.proposed("fennel")
    stop(house, fennel)
    seq = state_of(house.services, house.diagnosis_id, Audience.PATIENT)["seq"]
    with follows(house.services, house.diagnosis_id):
        assert undo(house, fennel).status == "proposed"
    told = messages_after(house.services, house.diagnosis_id, Audience.PATIENT, seq)
    assert [one for one in told if not one["data"].get("withheld")] == []
    assert approve(house.services, house.leila, fennel).status == "approved"


def test_it_goes_through_the_gate_again(house: House) -> None:
    clove = house.proposed("clove")
    reason = "She has taken it for years."
    recommendation.approve(house.services, house.leila, clove, ApproveInput(override_reason=reason, confirmed=True))
    stop(house, clove)
    assert undo(house, clove).override_reason == reason, "what was accepted stays accepted"
    stop(house, clove)
    stop(house, house.ginger)
    given = PatientInput(name="Mina Farahani", medicines=["warfarin"], allergies=["ginger"])
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)
    with pytest.raises(Invalid) as refused:
        undo(house, house.ginger)
    assert refused.value.code == "needs_reason"
    assert refused.value.details["reasons"]
    with pytest.raises(Invalid) as refused:
        undo(house, house.ginger, Overruling(override_reason="It was no allergy."))
    assert refused.value.code == "needs_confirmation"
    again = undo(house, house.ginger, Overruling(override_reason="It was no allergy.", confirmed=True))
    assert (again.status, again.worsened, again.override_reason) == ("approved", None, "It was no allergy.")


def test_it_is_done_for_half_an_hour_and_no_longer(house: House) -> None:
    services, clock = with_clock(house.services)
    recommendation.stop(services, house.leila, house.ginger, SLIP)
    clock.move(RESUME_WITHIN - timedelta(minutes=1))
    resume(services, house.leila, house.ginger, PLAIN)
    recommendation.stop(services, house.leila, house.ginger, SLIP)
    clock.move(RESUME_WITHIN + timedelta(seconds=1))
    with pytest.raises(Conflict) as refused:
        resume(services, house.leila, house.ginger, PLAIN)
    assert refused.value.code == "too_late"


def restrict(house: House) -> None:
    given = RestrictionInput(restricted=True, reason="She asks for it.")
    restriction.restrict(house.services, house.leila, house.mina.patient_id or 0, given)


def close(house: House) -> None:
    def act(change: Change) -> None:
        row = change.session.get_one(Diagnosis, house.diagnosis_id)
        row.status = "closed"
        change.session.add(row)

    house.services.ledger.write(act)


@pytest.mark.parametrize("happens", [restrict, close, lambda house: undo(house, house.ginger)])
def test_not_where_nothing_may_be_planned_nor_where_it_runs(house: House, happens: Callable[[House], object]) -> None:
    stop(house, house.ginger)
    happens(house)
    with pytest.raises(Conflict):
        undo(house, house.ginger)


def test_only_who_may_treat(house: House) -> None:
    stop(house, house.ginger)
    for who in (house.chen, house.stranger, house.ida, house.omar, house.mina):
        with pytest.raises(NotFound):
            resume(house.services, who, house.ginger, PLAIN)
    given = ShareInput(person_id=house.chen.person_id, level="read")
    sharing.share(house.services, house.leila, house.mina.patient_id or 0, given)
    with pytest.raises(NotAllowed):
        resume(house.services, house.chen, house.ginger, PLAIN)


def test_a_repeated_request_does_it_once_and_both_are_audited(house: House) -> None:
    stop(house, house.ginger)
    services: Services = house.services
    first = resume(services, house.leila, house.ginger, PLAIN, repeat_key="again")
    assert resume(services, house.leila, house.ginger, PLAIN, repeat_key="again") == first
    with services.database.read() as session:
        done = session.exec(select(AuditEntry.action).order_by(col(AuditEntry.id))).all()
    assert [one for one in done if "stop" in one] == ["stop", "undo stop"]
