"""What a client sees after following the events is what a new client is given, for every action there is."""

from collections.abc import Callable

import pytest

from domain import correcting, diagnosis, feedback, recommendation
from domain.correcting import FeedbackChange
from domain.diagnosis import FindingInput
from domain.events import Audience
from domain.feedback import FeedbackInput, SideEffectInput
from domain.permission import Actor
from domain.recommendation import ApproveInput, StopInput
from domain.services import Services
from tests.support.house import House, diagnose, recommended
from tests.support.snapshots import follows, follows_from_nothing, messages_after, state_of

Act = Callable[[House], object]


def answer(house: House, who: Actor, **given: object) -> int:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, **given})
    return int(feedback.submit(house.services, who, house.diagnosis_id, said)["id"])


def first_answer(house: House) -> None:
    answer(house, house.mina, symptom=6)


def approve(house: House, item_id: str, reason: str | None = None) -> None:
    recommendation.approve(
        house.services, house.leila, house.proposed(item_id), ApproveInput(override_reason=reason, confirmed=True)
    )


def stop(house: House, item_id: str) -> None:
    reason = StopInput(reason="It did not agree with her.")
    recommendation.stop(house.services, house.leila, house.proposed(item_id), reason)


def findings(house: House, *names: str) -> None:
    given = [FindingInput(finding_id=name, severity=2) for name in names]
    diagnosis.set_findings(house.services, house.leila, house.diagnosis_id, given)


ACTIONS: dict[str, tuple[Act, Act]] = {
    "findings are replaced": (lambda _: None, lambda house: findings(house, "fatigue", "bloating")),
    "all findings go": (lambda _: None, lambda house: findings(house)),
    "another condition is confirmed": (
        first_answer,
        lambda house: diagnosis.confirm(house.services, house.leila, house.diagnosis_id, "t-spqi"),
    ),
    "a proposal is approved": (lambda _: None, lambda house: approve(house, "black-pepper")),
    "a proposal is approved against advice": (
        lambda _: None,
        lambda house: approve(house, "clove", "She has taken it for years."),
    ),
    "a proposal is stopped": (lambda _: None, lambda house: stop(house, "fennel")),
    "a plan is stopped": (first_answer, lambda house: stop(house, "ginger")),
    "the patient answers": (lambda _: None, lambda house: answer(house, house.mina, symptom=3, adherence=90)),
    "the practitioner answers for the patient": (
        lambda _: None,
        lambda house: answer(house, house.leila, symptom=4, comment="By telephone."),
    ),
    "an answer with side effects": (
        lambda _: None,
        lambda house: answer(
            house,
            house.mina,
            stopped=True,
            comment="My throat is swelling and I cannot breathe.",
            side_effects=[SideEffectInput(term="wheeze", severity=4), SideEffectInput(term="Dreams of fish")],
        ),
    ),
    "a second answer": (first_answer, lambda house: answer(house, house.mina, symptom=2, improvement=5)),
    "the rating is corrected": (
        first_answer,
        lambda house: correcting.set_rating(house.services, house.mina, first_feedback(house), 2),
    ),
    "the comment is corrected": (
        first_answer,
        lambda house: correcting.set_comment(house.services, house.leila, first_feedback(house), "بهتر شدم."),
    ),
    "an answer that no longer counts is corrected": (
        lambda house: [answer(house, house.mina, symptom=symptom) for symptom in (6, 1)],
        lambda house: correcting.set_rating(house.services, house.mina, first_feedback(house), 1),
    ),
    "all of an answer is corrected": (
        first_answer,
        lambda house: correcting.edit(
            house.services,
            house.mina,
            first_feedback(house),
            FeedbackChange(symptom=None, improvement=1, stopped=True, side_effects=[SideEffectInput(term="nausea")]),
        ),
    ),
    "the only answer is withdrawn": (
        first_answer,
        lambda house: correcting.withdraw(house.services, house.mina, first_feedback(house)),
    ),
    "the latest answer is withdrawn": (
        lambda house: [answer(house, house.mina, symptom=symptom) for symptom in (6, 1)],
        lambda house: correcting.withdraw(house.services, house.mina, last_feedback(house)),
    ),
    "an answer is seen": (
        first_answer,
        lambda house: correcting.mark_seen(house.services, house.leila, first_feedback(house)),
    ),
}


def last_feedback(house: House) -> int:
    return int(feedback.listing(house.services, house.leila, house.diagnosis_id)[-1]["id"])


def first_feedback(house: House) -> int:
    return int(feedback.listing(house.services, house.leila, house.diagnosis_id)[0]["id"])


@pytest.mark.parametrize("action", ACTIONS)
def test_events_lead_from_one_snapshot_to_the_next(house: House, action: str) -> None:
    prepare, act = ACTIONS[action]
    prepare(house)
    before = state_of(house.services, house.diagnosis_id, Audience.PRACTICE)["seq"]
    with follows(house.services, house.diagnosis_id):
        act(house)
    assert state_of(house.services, house.diagnosis_id, Audience.PRACTICE)["seq"] > before, "it was told"
    follows_from_nothing(house.services, house.diagnosis_id)


def test_a_diagnosis_that_is_opened_while_others_have_experience(house: House) -> None:
    answer(house, house.mina, symptom=3)
    # Omar's proposals begin with what Mina's answer has taught the practice.
    omars = diagnose(house.services, house.leila, house.omar)
    follows_from_nothing(house.services, omars)
    known = state_of(house.services, omars, Audience.PRACTICE)["effectiveness"]
    assert known[recommended(house.services, omars, "ginger")]["answered"] == 1


def test_a_proposal_that_stays_for_another_condition_shows_what_is_known_for_that_one(house: House) -> None:
    # Ginseng is proposed for a weak spleen and for little qi: two conditions, two cells of evidence.
    mine = diagnose(house.services, house.leila, house.omar, "t-spqi")
    hers = diagnose(house.services, house.leila, house.mina, "t-spqi")
    plan = recommended(house.services, hers, "ren-shen")
    recommendation.approve(house.services, house.leila, plan, ApproveInput())
    feedback.submit(house.services, house.mina, hers, FeedbackInput(recommendation_id=plan, rating=5, improvement=5))
    diagnosis.set_findings(house.services, house.leila, mine, [FindingInput(finding_id="fatigue")])
    diagnosis.confirm(house.services, house.leila, mine, "t-spqi")
    for condition in ("t-qi", "t-spqi"):
        with follows(house.services, mine):
            diagnosis.confirm(house.services, house.leila, mine, condition)


def test_what_is_decided_in_one_diagnosis_is_followed_in_the_patients_other(house: House) -> None:
    # Her other diagnosis proposes what adds up with what is approved here: its proposals are judged anew.
    other = diagnose(house.services, house.leila, house.mina, "t-blstas")
    clove = house.proposed("clove")
    with follows(house.services, house.diagnosis_id), follows(house.services, other):
        recommendation.approve(
            house.services, house.leila, clove, ApproveInput(override_reason="For years.", confirmed=True)
        )
    follows_from_nothing(house.services, other)


def test_patients_are_not_told_what_is_not_theirs_to_see(house: House) -> None:
    first_answer(house)
    seen = str(messages_after(house.services, house.diagnosis_id, Audience.PATIENT, 0))
    assert "prediction_update" in seen, "it is counted"
    assert "probability" not in seen, "but not shown"
    assert "verdict" not in seen
    assert "score" not in seen
    snapshot = state_of(house.services, house.diagnosis_id, Audience.PATIENT)
    assert [one["item_id"] for one in snapshot["recommendations"].values()] == ["ginger"]
    assert snapshot["predictions"] == {}
    assert "verdict" not in str(snapshot)


def test_seq_is_contiguous_for_both_readers(services: Services, house: House) -> None:
    first_answer(house)
    practice, patient = (messages_after(services, house.diagnosis_id, audience, 0) for audience in Audience)
    assert [one["seq"] for one in practice] == list(range(1, len(practice) + 1))
    assert [(one["seq"], one["id"]) for one in patient] == [(one["seq"], one["id"]) for one in practice]
