"""What a patient has had before: what it did, and what should not be proposed to them again."""

from sqlmodel import Session

from domain.outcome import improved
from domain.patient import key
from domain.recommending import Answered
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


def answered(session: Session, patient_id: int) -> list[Answered]:
    """List what became of everything that this patient was given, in any diagnosis and whether or not it counts for others.

    The last answer to each counts; a serious side effect in any answer is harm.
    """
    answers = care.feedback_of_patient(session, patient_id)
    effects = care.side_effects(session, [key(answer) for answer in answers])
    newest = {answer.recommendation_id: answer for answer in answers}
    serious = {answer.recommendation_id for answer in answers if any(effect.serious for effect in effects[key(answer)])}
    found = []
    for row in care.approved_of_patient(session, patient_id):
        last = newest.get(key(row))
        helped = outcome_of(last, session.get_one(Diagnosis, last.diagnosis_id)) if last else None
        found.append(Answered(row.item_id, helped, stopped=row.status == "stopped", harmed=row.id in serious))
    return found
