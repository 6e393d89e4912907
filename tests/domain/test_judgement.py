"""The gate looks again whenever something changes, and what has become dangerous stays loud until somebody has decided."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import select

from domain import alert, diagnosis, profile, recommendation
from domain.alert import AcknowledgeInput
from domain.calendar import judge_before_surgery
from domain.diagnosis import FindingInput
from domain.errors import Conflict, Invalid, NotFound
from domain.events import Audience
from domain.judgement import profile_for, reason_of
from domain.messages import RecommendationState
from domain.patient import PatientInput
from domain.patient import trimester as trimester_of
from domain.recommendation import ApproveInput, DoseInput, StopInput
from storage.tables import AlertAcknowledgement, AuditEntry, AuditReason, Diagnosis, Event, Recommendation
from tests.support.house import House, approve
from tests.support.snapshots import follows, messages_after

WHY = "The cardiologist knows and agrees."


def state(house: House, recommendation_id: int) -> RecommendationState:
    rows = diagnosis.read(house.services, house.leila, house.diagnosis_id)["recommendations"]
    return RecommendationState.model_validate(next(one for one in rows if one["id"] == recommendation_id))


def becomes(house: House, **more: object) -> None:
    given = PatientInput.model_validate({"name": "Mina Farahani", **more})
    with follows(house.services, house.diagnosis_id):
        profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


def test_a_new_medicine_makes_what_is_approved_dangerous_and_everybody_is_told(house: House) -> None:
    assert state(house, house.ginger).worsened is None
    becomes(house, medicines=["warfarin"])
    now = state(house, house.ginger)
    assert now.verdict == "major"
    assert now.worsened is not None
    with house.services.database.read() as session:
        told = session.exec(select(Event).where(Event.type == "recommendation_update")).all()
        last = [one for one in told if one.data.startswith(f'{{"recommendation_id":{house.ginger},')][-1]
    assert '"change":"changed"' in last.data
    assert '"verdict"' in last.data[last.data.index("changed_fields") :]
    becomes(house)
    assert state(house, house.ginger).worsened is None, "the medicine is gone"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"medicines": ["apixaban"]}, "stacking"),
        ({"pregnant": True, "pregnant_since": datetime.now(UTC).date() - timedelta(weeks=8)}, "population"),
        ({"allergies": ["ginger"]}, "allergy"),
    ],
)
def test_what_makes_it_dangerous(house: House, more: dict[str, object], rule: str) -> None:
    becomes(house, **more)
    now = state(house, house.ginger)
    assert now.worsened is not None
    assert rule in {one.rule for one in now.verdict_reasons if one.verdict in ("major", "block")}


def test_what_was_accepted_at_approval_is_not_new(house: House) -> None:
    clove = house.proposed("clove")
    approve(house.services, house.leila, clove, WHY)
    assert state(house, clove).verdict == "major", "beside ginger"
    becomes(house, sex="female")
    assert state(house, clove).worsened is None
    becomes(house, medicines=["warfarin"])
    assert state(house, clove).worsened is not None, "another reason of the same weight is a new one"


def test_what_is_approved_beside_it_is_judged_too(house: House) -> None:
    approve(house.services, house.leila, house.proposed("clove"), WHY)
    assert state(house, house.ginger).worsened is not None, "clove and ginger thin the blood twice"


def test_it_goes_on_only_with_what_an_approval_would_want(house: House) -> None:
    becomes(house, medicines=["warfarin"])
    with pytest.raises(Invalid, match="give a reason"):
        recommendation.go_on(house.services, house.leila, house.ginger, ApproveInput())
    assert state(house, house.ginger).worsened is not None
    with follows(house.services, house.diagnosis_id):
        recommendation.go_on(house.services, house.leila, house.ginger, ApproveInput(override_reason=WHY))
    now = state(house, house.ginger)
    assert (now.worsened, now.override_reason, now.verdict) == (None, WHY, "major")
    with house.services.database.read() as session:
        [entry] = session.exec(select(AuditEntry.id).where(AuditEntry.action == "go on")).all()
        assert session.get_one(AuditReason, entry).text == WHY
    becomes(house, medicines=["warfarin", "aspirin"])
    assert state(house, house.ginger).worsened is not None, "aspirin was not accepted"


def test_who_may_decide_that_it_goes_on(house: House) -> None:
    given = ApproveInput(override_reason=WHY, confirmed=True)
    for who in (house.stranger, house.chen, house.mina, house.ida):
        with pytest.raises(NotFound):
            recommendation.go_on(house.services, who, house.ginger, given)
    with pytest.raises(Conflict, match="proposed"):
        recommendation.go_on(house.services, house.leila, house.proposed("fennel"), given)
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Enough."))
    with pytest.raises(Conflict, match="stopped"):
        recommendation.go_on(house.services, house.leila, house.ginger, given)


def test_what_was_overruled_is_there_for_the_next_visit(house: House) -> None:
    clove = house.proposed("clove")
    approve(house.services, house.leila, clove, WHY)
    patient_id = house.mina.patient_id or 0
    seen = recommendation.overruled(house.services, house.leila, patient_id)
    assert [(one.name, one.override_reason) for one in seen if one.id == clove] == [(state(house, clove).name, WHY)]
    with pytest.raises(NotFound):
        recommendation.overruled(house.services, house.stranger, patient_id)


# --- what was read ---


def open_keys(house: House, recommendation_id: int) -> list[str]:
    reasons = state(house, recommendation_id).verdict_reasons
    return [one.key for one in reasons if one.verdict != "block" and not one.acknowledged]


def test_a_reason_that_was_read_stays_read_until_the_regimen_changes(house: House) -> None:
    becomes(house, medicines=["warfarin"])
    before = state(house, house.ginger).verdict
    keys = open_keys(house, house.ginger)
    assert keys
    with follows(house.services, house.diagnosis_id):
        alert.acknowledge(house.services, house.leila, house.ginger, AcknowledgeInput(reasons=keys))
    assert open_keys(house, house.ginger) == []
    assert state(house, house.ginger).verdict == before, "reading changes what is shown, never the verdict"
    assert state(house, house.ginger).worsened is not None, "nor that somebody has to decide"
    alert.acknowledge(house.services, house.leila, house.ginger, AcknowledgeInput(reasons=keys))
    with house.services.database.read() as session:
        assert len(session.exec(select(AlertAcknowledgement)).all()) == len(set(keys)), "noted once"
    becomes(house, medicines=["warfarin", "metformin"])
    assert open_keys(house, house.ginger), "another medicine makes it a question again"
    becomes(house, medicines=["Warfarin"])
    assert open_keys(house, house.ginger) == [], "it is the regimen that was read, however it is written"


def test_a_block_cannot_be_read_away(house: House) -> None:
    becomes(house, allergies=["ginger"])
    block = next(one for one in state(house, house.ginger).verdict_reasons if one.verdict == "block")
    with pytest.raises(Invalid, match="not a reason"):
        alert.acknowledge(house.services, house.leila, house.ginger, AcknowledgeInput(reasons=[block.key]))
    with pytest.raises(Invalid, match="not a reason"):
        alert.acknowledge(house.services, house.leila, house.ginger, AcknowledgeInput(reasons=["stacking||x"]))
    with pytest.raises(NotFound):
        alert.acknowledge(house.services, house.stranger, house.ginger, AcknowledgeInput(reasons=[block.key]))
    with pytest.raises(ValidationError):
        AcknowledgeInput(reasons=[])


def test_a_reason_is_kept_so_that_it_can_be_read_again(house: House) -> None:
    becomes(house, medicines=["warfarin"], pregnant=True)
    with house.services.database.read() as session:
        kept = session.get_one(Recommendation, house.ginger).verdict_reasons
    for one in kept:
        assert reason_of(one).key == one["key"]
    assert reason_of({"verdict": "minor", "rule": "dose", "message": "From before."}).about == ()


# --- doses that are typed ---


def typed(house: House, item_id: str, **dose: object) -> RecommendationState:
    given = ApproveInput(dose=DoseInput.model_validate({"amount": 2, "unit": "g", "per": "day", **dose}))
    return recommendation.approve(house.services, house.leila, house.proposed(item_id), given)


def test_a_typed_dose_is_judged_and_given(house: House) -> None:
    with follows(house.services, house.diagnosis_id):
        approved = typed(house, "fennel", amount=4, preparation="decoction", duration_days=10)
    assert approved.dose is not None
    assert (approved.dose.amount, approved.dose.unit, approved.duration_days) == (4, "g", 10)
    assert approved.dose.source == []


def test_a_dose_far_above_what_is_documented_is_not_approved_with_a_click(house: House) -> None:
    fennel = house.proposed("fennel")
    with pytest.raises(Invalid, match="gate"):
        typed(house, "fennel", amount=400, preparation="decoction")
    assert state(house, fennel).status == "proposed"
    dose = state(house, fennel).dose
    assert dose is not None
    assert dose.amount < 400


def test_the_dose_of_what_is_taken_is_changed_and_its_patient_is_told(house: House) -> None:
    approved = typed(house, "fennel", amount=4, preparation="decoction")

    def with_dose(amount: float, **more: object) -> RecommendationState:
        dose = DoseInput(amount=amount, unit="g", per="day", preparation="decoction", duration_days=14)
        given = ApproveInput.model_validate({"dose": dose, **more})
        return recommendation.go_on(house.services, house.leila, approved.id, given)

    with follows(house.services, house.diagnosis_id):
        changed = with_dose(5)
    assert changed.dose is not None
    assert (changed.dose.amount, changed.duration_days, changed.status) == (5, 14, "approved")
    told = [
        message["data"]
        for message in messages_after(house.services, house.diagnosis_id, Audience.PATIENT, 0)
        if message["type"] == "recommendation_update" and not message["data"].get("withheld")
    ]
    assert {"dose", "duration_days"} <= set(told[-1]["changed_fields"])
    with pytest.raises(Invalid, match="gate"):
        with_dose(400)
    stands = state(house, approved.id).dose
    assert stands is not None
    assert stands.amount == 5, "what the gate refuses changes nothing"
    overruled = with_dose(400, override_reason="Weighed with the patient.", confirmed=True)
    assert (overruled.verdict, overruled.worsened, overruled.override_reason) == (
        "block", None, "Weighed with the patient.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dose", "sentence"),
    [
        ({"amount": 20, "unit": "drops"}, "how many drops"),
        ({"unit": "spoonfuls"}, "spoonfuls"),
    ],
)
def test_a_dose_that_cannot_be_used_is_refused_in_one_sentence(
    house: House, dose: dict[str, object], sentence: str
) -> None:
    fennel = house.proposed("fennel")
    with pytest.raises(Invalid, match=sentence) as refused:
        typed(house, "fennel", **dose)
    assert refused.value.message.count(".") == 1
    assert state(house, fennel).status == "proposed", "nothing half-done"


def test_drops_whose_size_is_known_are_compared(house: House) -> None:
    assert typed(house, "fennel", amount=20, unit="drop", per="dose", drops_per_ml=20).status == "approved"


@pytest.mark.parametrize("amount", [0, -1, float("nan"), float("inf"), 10**9])
def test_an_amount_that_is_none(amount: float) -> None:
    with pytest.raises(ValidationError):
        DoseInput(amount=amount, unit="g", per="day")


def test_advice_has_no_dose(house: House) -> None:
    rows = diagnosis.read(house.services, house.leila, house.diagnosis_id)["recommendations"]
    advice = next(one for one in rows if one["kind"] == "diet" and one["status"] == "proposed")
    given = ApproveInput(dose=DoseInput(amount=1, unit="g", per="day"))
    with pytest.raises(Invalid, match="Only herbs and formulas"):
        recommendation.approve(house.services, house.leila, advice["id"], given)


# --- other occasions ---


def test_another_condition_is_an_occasion(house: House) -> None:
    def advised_against() -> list[str]:
        return [one.message for one in state(house, house.ginger).verdict_reasons if one.rule == "tradition"]

    assert advised_against() == []
    with follows(house.services, house.diagnosis_id):
        diagnosis.confirm(house.services, house.leila, house.diagnosis_id, "t-kiyin")
    assert advised_against(), "a hot herb where there is heat from lack of yin"


def test_findings_are_an_occasion(house: House) -> None:
    given = [FindingInput(finding_id="sweat-spontaneous"), FindingInput(finding_id="nausea", severity=0)]
    with follows(house.services, house.diagnosis_id):
        diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, given)
    with house.services.database.read() as session:
        judged = profile_for(session, session.get_one(Diagnosis, house.diagnosis_id))
    assert (judged.findings, judged.absent, judged.tradition) == (("sweat-spontaneous",), ("nausea",), "tcm")
    assert judged.patterns == ("t-stcold",)


def test_a_surgery_that_has_come_near_is_noticed_without_a_click(house: House) -> None:
    today = datetime.now(UTC).date()
    becomes(house, surgery_on=(today + timedelta(days=40)).isoformat())
    assert "surgery" not in {one.rule for one in state(house, house.ginger).verdict_reasons}
    judge_before_surgery(house.services, today)
    assert "surgery" not in {one.rule for one in state(house, house.ginger).verdict_reasons}, "it is still far"
    becomes(house, surgery_on=(today + timedelta(days=10)).isoformat())
    assert "surgery" in {one.rule for one in state(house, house.ginger).verdict_reasons}


def test_a_profile_that_stays_the_same_tells_nobody(house: House) -> None:
    becomes(house, medicines=["warfarin"])
    with house.services.database.read() as session:
        before = len(session.exec(select(Event.position)).all())
    becomes(house, medicines=["warfarin"])
    with house.services.database.read() as session:
        assert len(session.exec(select(Event.position)).all()) == before


def test_who_may_change_a_profile(house: House) -> None:
    for who in (house.stranger, house.chen, house.mina, house.ida):
        with pytest.raises(NotFound):
            profile.change(house.services, who, house.mina.patient_id or 0, PatientInput(name="Somebody"))


@pytest.mark.parametrize(
    ("weeks", "trimester"), [(0, 1), (13, 1), (14, 2), (27, 2), (28, 3), (43, 3), (44, None), (None, None)]
)
def test_the_trimester(weeks: int | None, trimester: int | None) -> None:
    today = datetime.now(UTC).date()
    since = None if weeks is None else today - timedelta(weeks=weeks)
    assert trimester_of(since, today) == trimester
    assert trimester_of(today + timedelta(days=1), today) is None
