"""What a patient has had before: what it did, and what should not be proposed to them again."""

from sqlmodel import Session

from domain.outcome import improved
from domain.patient import key
from storage import care
from storage.answer import Answer
from storage.record import Record
from storage.tables import Diagnosis, Feedback


def outcome_of(answer: Feedback | Answer, diagnosis: Diagnosis | Record) -> bool | None:
    """Say whether an answer counts as improved, by the rule that was declared beforehand."""
    return improved(
        baseline=diagnosis.baseline,
        symptom=answer.symptom,
        improvement=answer.improvement,
        stopped_for_side_effect=answer.stopped,
    )


def failed_or_harmed(session: Session, patient_id: int) -> set[str]:
    """List the items that failed or harmed this patient, in any diagnosis and whether or not it is counted for others.

    That is: what was approved and stopped, what the last answer says did not help, and what a serious side effect was
    told of.
    """
    answers = care.feedback_of_patient(session, patient_id)
    effects = care.side_effects(session, [key(answer) for answer in answers])
    newest = {answer.recommendation_id: answer for answer in answers}
    serious = {answer.recommendation_id for answer in answers if any(effect.serious for effect in effects[key(answer)])}
    failed = set()
    for row in care.approved_of_patient(session, patient_id):
        last = newest.get(key(row))
        helped = outcome_of(last, session.get_one(Diagnosis, last.diagnosis_id)) if last else None
        if row.status == "stopped" or helped is False or row.id in serious:
            failed.add(row.item_id)
    return failed
