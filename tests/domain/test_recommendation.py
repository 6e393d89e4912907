"""Recommendations: approved with the care that the gate asks for, stopped with a reason."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import select

from domain import diagnosis, recommendation
from domain.deciding import objection
from domain.errors import Conflict, Invalid, NotFound
from domain.gate import Verdict
from domain.gate.verdict import GateReason, conclude
from domain.judgement import Judged
from domain.ledger import Change
from domain.recommendation import ApproveInput, StopInput
from domain.recommending import FOLLOW_UP_DAYS
from domain.rhythm import local_day
from storage.tables import AuditEntry, AuditReason, Diagnosis, Evidence, Patient, Recommendation
from tests.support.clock import in_zone
from tests.support.house import House

TYPED = "She has taken it for years, and we watch her pressure."


def approve(house: House, recommendation_id: int, *, reason: str | None = None, confirmed: bool = False) -> str:
    given = ApproveInput(override_reason=reason, confirmed=confirmed)
    return recommendation.approve(house.services, house.leila, recommendation_id, given).status


@pytest.mark.parametrize("zone", ["FIRST-14", "LAST12"])
def test_a_follow_up_is_counted_from_the_day_of_the_practice(house: House, zone: str) -> None:
    """In one of the zones with the first and the last midnight it is always another day than in UTC."""
    with in_zone(zone):
        approve(house, house.proposed("fennel"), reason=TYPED, confirmed=True)
        with house.services.database.read() as session:
            row = session.get_one(Recommendation, house.proposed("fennel"))
        assert row.approved is not None
        assert row.follow_up_on == local_day(row.approved) + timedelta(days=row.follow_up_days or FOLLOW_UP_DAYS)


@pytest.mark.parametrize(
    ("verdict", "plain", "with_a_reason", "confirmed_too"),
    [
        ("nothing_documented", True, True, True),
        ("unknown", True, True, True),
        ("minor", True, True, True),
        ("moderate", True, True, True),
        ("major", False, True, True),
        ("block", False, False, True),
    ],
)
def test_what_the_gate_asks_for(verdict: str, plain: bool, with_a_reason: bool, confirmed_too: bool) -> None:
    for reason, confirmed, passes in (
        (None, False, plain),
        (None, True, plain),
        (TYPED, False, with_a_reason),
        (TYPED, True, confirmed_too),
    ):
        found = Judged(conclude([GateReason(Verdict(verdict), "dose", "Too much.")]), "")
        missing = objection(found, ApproveInput(override_reason=reason, confirmed=confirmed))
        assert (missing is None) is passes


def test_what_is_approved_changes_the_verdict_of_what_is_not(house: House) -> None:
    """Ginger runs already; clove beside it thins the blood twice, which neither does alone."""
    clove = house.proposed("clove")
    with house.services.database.read() as session:
        row = session.get_one(Recommendation, clove)
        assert row.verdict == "major"
        assert any("ginger" in reason["message"].lower() for reason in row.verdict_reasons)
    with pytest.raises(Invalid, match="serious objection"):
        approve(house, clove)
    assert approve(house, clove, reason=TYPED) == "approved"


def test_it_is_judged_at_the_moment_of_approval(house: House) -> None:
    """Between the proposal and the click the patient was found to take warfarin."""
    clove = house.proposed("clove")

    def now_takes_warfarin(change: Change) -> None:
        who = change.session.get_one(Patient, house.mina.patient_id)
        who.medicines = ["warfarin"]
        change.session.add(who)

    house.services.ledger.write(now_takes_warfarin)
    with pytest.raises(Invalid, match="safety gate"):
        approve(house, clove)
    approve(house, clove, reason=TYPED, confirmed=True)
    with house.services.database.read() as session:
        messages = [reason["message"] for reason in session.get_one(Recommendation, clove).verdict_reasons]
    assert any("warfarin" in message for message in messages)


def test_going_against_the_gate_is_audited(house: House) -> None:
    wanted = house.proposed("clove")
    approve(house, wanted, reason=TYPED, confirmed=True)
    with house.services.database.read() as session:
        entry = session.exec(
            select(AuditEntry).where(AuditEntry.thing_id == wanted, AuditEntry.action == "approve")
        ).one()
        assert (entry.person_id, entry.patient_id) == (house.leila.person_id, house.mina.patient_id)
        assert session.get_one(AuditReason, entry.id).text == TYPED
        assert session.get_one(Recommendation, wanted).override_reason == TYPED


def test_nothing_new_is_approved_in_a_closed_diagnosis(house: House) -> None:
    def close(change: Change) -> None:
        row = change.session.get_one(Diagnosis, house.diagnosis_id)
        row.status = "closed"
        change.session.add(row)

    house.services.ledger.write(close)
    with pytest.raises(Conflict, match="closed"):
        approve(house, house.proposed("clove"), reason=TYPED)


@pytest.mark.parametrize("reason", ["", "  ", "ok", "x" * 501, "because\x00"])
def test_a_reason_is_typed(reason: str) -> None:
    with pytest.raises(ValidationError):
        ApproveInput(override_reason=reason)
    with pytest.raises(ValidationError):
        StopInput(reason=reason)


def test_the_patient_sees_what_is_approved_at_once(house: House) -> None:
    def plan() -> set[str]:
        seen = diagnosis.read(house.services, house.mina, house.diagnosis_id)
        return {one["item_id"] for one in seen["recommendations"]}

    assert plan() == {"ginger"}
    approve(house, house.proposed("clove"), reason=TYPED)
    assert plan() == {"ginger", "clove"}


def test_a_condition_is_confirmed_by_treating_it(house: House) -> None:
    given = diagnosis.DiagnosisInput.model_validate(
        {"patient_id": house.omar.patient_id, "tradition": "tcm", "findings": [{"finding_id": "pain-epigastric"}]}
    )
    snapshot = diagnosis.record(house.services, house.leila, given)
    first = snapshot["recommendations"][0]
    given_reason = ApproveInput(override_reason=TYPED, confirmed=True)
    recommendation.approve(house.services, house.leila, first["id"], given_reason)
    now = diagnosis.read(house.services, house.leila, snapshot["diagnosis"]["id"])
    assert now["diagnosis"]["condition_id"] == first["condition_id"]


def test_it_is_approved_once_and_counted_once(house: House) -> None:
    with pytest.raises(Conflict, match="approved already"):
        approve(house, house.ginger)
    with house.services.database.read() as session:
        assert [(one.item_id, one.prescribed) for one in session.exec(select(Evidence))] == [("ginger", 1)]


def test_stopping_keeps_the_reason_and_the_count(house: House) -> None:
    why = StopInput(reason="Heartburn.")
    stopped = recommendation.stop(house.services, house.leila, house.ginger, why)
    assert (stopped.status, stopped.stop_reason) == ("stopped", "Heartburn.")
    assert stopped.stopped is not None
    for attempt in (
        lambda: recommendation.stop(house.services, house.leila, house.ginger, why),
        lambda: approve(house, house.ginger),
    ):
        with pytest.raises(Conflict, match="stopped already"):
            attempt()
    with house.services.database.read() as session:
        assert session.exec(select(Evidence.prescribed)).one() == 1
    seen = diagnosis.read(house.services, house.mina, house.diagnosis_id)["recommendations"]
    assert [(one["item_id"], one["stop_reason"]) for one in seen] == [("ginger", "Heartburn.")]


def test_what_was_stopped_is_not_proposed_again(house: House) -> None:
    fennel = house.proposed("fennel")
    recommendation.stop(house.services, house.leila, fennel, StopInput(reason="She dislikes it."))
    snapshot = diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, [])
    assert [one["status"] for one in snapshot["recommendations"] if one["item_id"] == "fennel"] == ["stopped"]
    seen = diagnosis.read(house.services, house.mina, house.diagnosis_id)
    assert "fennel" not in str(seen), "the patient never saw it as a plan"


@pytest.mark.parametrize("who", ["chen", "stranger", "ida", "omar", "mina"])
def test_nobody_else_decides(house: House, who: str) -> None:
    for recommendation_id in (house.ginger, house.proposed("clove"), 999_999):
        with pytest.raises(NotFound, match="There is no such recommendation"):
            recommendation.approve(house.services, getattr(house, who), recommendation_id, ApproveInput())
        with pytest.raises(NotFound, match="There is no such recommendation"):
            recommendation.stop(house.services, getattr(house, who), recommendation_id, StopInput(reason="No more."))
