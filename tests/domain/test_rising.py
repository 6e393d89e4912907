"""What was accepted or read counts for the severity it had: a worse reason of the same name is a new one."""

import pytest
from sqlmodel import select

from domain import alert, diagnosis, own_knowledge, profile, recommendation
from domain.alert import AcknowledgeInput
from domain.deciding import SeenReason
from domain.errors import Conflict, Invalid
from domain.gate import Verdict
from domain.ledger import Change
from domain.messages import RecommendationState
from domain.patient import PatientInput
from domain.recommendation import ApproveInput, StopInput
from storage.tables import AlertAcknowledgement, Recommendation
from tests.support.house import House, approve, diagnose, new_patient, recommended

METFORMIN = "herb,other,severity,effect,source,grade\nginger,metformin,{0},Our own observation ({0}): low blood sugar,RECALL,C\n"
"""Own interactions of one name: the file with each severity makes the same reason worse."""


def bring_in(house: House, severity: str) -> None:
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN.format(severity))
    patients = own_knowledge.patients_under_treatment(house.services, house.leila.practice_id)
    list(own_knowledge.judge_all(house.services, patients))


def on_metformin(house: House) -> int:
    """Take in a patient on metformin with ginger approved; returns the recommendation."""
    who = new_patient(house.services, house.leila, "Sara Lind", medicines=["metformin"], sex="male", born="1980-01-01")
    ginger = recommended(house.services, diagnose(house.services, house.leila, who), "ginger")
    approve(house.services, house.leila, ginger)
    return ginger


def state(house: House, recommendation_id: int) -> RecommendationState:
    with house.services.database.read() as session:
        diagnosis_id = session.get_one(Recommendation, recommendation_id).diagnosis_id
    rows = diagnosis.read(house.services, house.leila, diagnosis_id)["recommendations"]
    return RecommendationState.model_validate(next(one for one in rows if one["id"] == recommendation_id))


def the_reason(house: House, recommendation_id: int, verdict: str) -> str:
    reasons = state(house, recommendation_id).verdict_reasons
    [found] = [one.key for one in reasons if one.verdict == verdict and "Our own observation" in one.message]
    return found


def test_a_major_that_was_accepted_is_an_alarm_again_as_a_block(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "major")
    assert state(house, ginger).worsened is not None
    recommendation.go_on(house.services, house.leila, ginger, ApproveInput(override_reason="Watched closely."))
    assert state(house, ginger).worsened is None
    key = the_reason(house, ginger, "major")
    bring_in(house, "block")
    assert the_reason(house, ginger, "block") == key, "the same name"
    assert state(house, ginger).worsened is not None
    given = ApproveInput(override_reason="In hospital, on a drip.", confirmed=True)
    assert recommendation.go_on(house.services, house.leila, ginger, given).worsened is None


def test_what_was_read_is_unfolded_when_it_gets_worse(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "minor")
    key = the_reason(house, ginger, "minor")
    alert.acknowledge(house.services, house.leila, ginger, AcknowledgeInput(reasons=[key]))
    assert acknowledged(house, ginger, key) == {"minor": True}
    bring_in(house, "major")
    assert acknowledged(house, ginger, key) == {"minor": True, "major": False}
    alert.acknowledge(house.services, house.leila, ginger, AcknowledgeInput(reasons=[key]))
    assert acknowledged(house, ginger, key) == {"minor": True, "major": True}
    with house.services.database.read() as session:
        kept = session.exec(select(AlertAcknowledgement.verdict).where(AlertAcknowledgement.reason == key)).all()
    assert sorted(kept) == ["major", "minor"]


def test_a_reason_that_has_become_worse_since_the_page_was_shown_is_not_read_away(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "minor")
    key = the_reason(house, ginger, "minor")
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN.format("major"))
    with pytest.raises(Invalid, match="out of date"):
        alert.acknowledge(house.services, house.leila, ginger, AcknowledgeInput(reasons=[key]))
    assert acknowledged(house, ginger, key) == {"minor": False, "major": False}, "the page shows by now what is new"


def test_what_was_accepted_without_a_severity_covers_no_block(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "major")
    key = the_reason(house, ginger, "major")

    def as_before(change: Change) -> None:
        row = change.session.get_one(Recommendation, ginger)
        row.accepted = [key]
        change.session.add(row)

    house.services.ledger.write(as_before)
    patients = own_knowledge.patients_under_treatment(house.services, house.leila.practice_id)
    list(own_knowledge.judge_all(house.services, patients))
    assert state(house, ginger).worsened is None
    bring_in(house, "block")
    assert state(house, ginger).worsened is not None


def acknowledged(house: House, recommendation_id: int, key: str) -> dict[str, bool]:
    reasons = state(house, recommendation_id).verdict_reasons
    return {one.verdict: one.acknowledged for one in reasons if one.key == key}


def test_a_refused_going_on_leaves_the_new_verdict_behind(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "major")
    own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN.format("block"))
    with pytest.raises(Invalid, match="confirm a second time"):
        recommendation.go_on(house.services, house.leila, ginger, ApproveInput(override_reason="Watched closely."))
    assert state(house, ginger).verdict == "block", "the page learns why"
    assert state(house, ginger).worsened is not None


def test_what_was_stopped_alarms_nobody(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "major")
    assert state(house, ginger).worsened is not None
    recommendation.stop(house.services, house.leila, ginger, StopInput(reason="Too dangerous."))
    assert state(house, ginger).worsened is None


def test_somebody_else_s_reading_is_not_carried_over(house: House) -> None:
    """The same reason for two patients with one regimen: what was read for one is not read for the other."""
    one, other = on_metformin(house), on_metformin(house)
    bring_in(house, "moderate")
    key = the_reason(house, one, "moderate")
    assert the_reason(house, other, "moderate") == key
    alert.acknowledge(house.services, house.leila, one, AcknowledgeInput(reasons=[key]))
    assert acknowledged(house, one, key) == {"moderate": True}
    assert acknowledged(house, other, key) == {"moderate": False}


def test_what_was_typed_for_one_danger_overrules_no_other(house: House) -> None:
    """The dialog is open with one objection while a colleague records a medicine: the reason was not meant for that."""
    clove = house.proposed("clove")
    shown = [
        SeenReason(key=one.key, verdict=Verdict.MAJOR)
        for one in state(house, clove).verdict_reasons
        if one.verdict == "major"
    ]
    assert shown, "beside ginger"
    given = ApproveInput(override_reason="She has taken both for years.", seen=shown)
    profile.change(
        house.services,
        house.leila,
        house.mina.patient_id or 0,
        PatientInput(name="Mina Farahani", medicines=["warfarin"]),
    )
    with pytest.raises(Conflict, match="was not there when you decided") as refused:
        recommendation.approve(house.services, house.leila, clove, given)
    assert refused.value.code == "new_objection"
    assert any("warfarin" in one["message"].lower() for one in refused.value.details["reasons"])
    assert state(house, clove).status == "proposed"
    with pytest.raises(Conflict):
        recommendation.go_on(house.services, house.leila, house.ginger, given)
    assert state(house, house.ginger).worsened is not None
    known = [SeenReason(key=one["key"], verdict=one["verdict"]) for one in refused.value.details["reasons"]]
    approved = recommendation.approve(
        house.services,
        house.leila,
        clove,
        ApproveInput(override_reason="Both weighed, INR weekly.", confirmed=True, seen=known),
    )
    assert (approved.status, approved.worsened) == ("approved", None)


def test_a_block_is_not_overruled_by_who_saw_a_major(house: House) -> None:
    ginger = on_metformin(house)
    bring_in(house, "major")
    seen = [SeenReason(key=the_reason(house, ginger, "major"), verdict=Verdict.MAJOR)]
    bring_in(house, "block")
    given = ApproveInput(override_reason="Watched closely.", confirmed=True, seen=seen)
    with pytest.raises(Conflict, match="was not there"):
        recommendation.go_on(house.services, house.leila, ginger, given)
    assert state(house, ginger).worsened is not None
