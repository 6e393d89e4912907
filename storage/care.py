"""Reading patients, diagnoses, recommendations and feedback."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, delete, or_, select

from storage.readable import Readable
from storage.tables import (
    AlertAcknowledgement,
    Consent,
    Diagnosis,
    Feedback,
    FeedbackVersion,
    Finding,
    Match,
    Patient,
    Prediction,
    Recommendation,
    SideEffect,
)

STANDS = col(Feedback.withdrawn).is_(None)
"""Of feedback: nobody has taken it back."""
REPORTED = or_(col(SideEffect.severity).is_(None), col(SideEffect.severity) > 0, col(SideEffect.serious))
"""Of a side effect: it was there. A severity of 0 says that it was not, unless it is called serious all the same."""


def patients(
    session: Session, readable: Readable, *, after: int = 0, limit: int = 50, newest: bool = False, search: str = ""
) -> list[Patient]:
    """List readable patients from behind ``after``, oldest or newest first, those whose name contains ``search``."""
    statement = select(Patient).where(col(Patient.id).in_(readable), col(Patient.id) > after)
    if search:
        statement = statement.where(col(Patient.name).icontains(search, autoescape=True))
    order = col(Patient.id).desc() if newest else col(Patient.id)
    return list(session.exec(statement.order_by(order).limit(limit)))


def diagnoses(session: Session, readable: Readable, *, before: int | None, limit: int) -> list[Diagnosis]:
    """List diagnoses of readable patients, newest first, from before the id ``before``."""
    statement = select(Diagnosis).where(col(Diagnosis.patient_id).in_(readable))
    if before is not None:
        statement = statement.where(col(Diagnosis.id) < before)
    return list(session.exec(statement.order_by(col(Diagnosis.id).desc()).limit(limit)))


def approved_of_patient(session: Session, patient_id: int) -> list[Recommendation]:
    """List everything that was ever approved for a patient, in any diagnosis."""
    statement = select(Recommendation).where(
        Recommendation.patient_id == patient_id, col(Recommendation.approved).is_not(None)
    )
    return list(session.exec(statement.order_by(col(Recommendation.id))))


def feedback_of_patient(session: Session, patient_id: int) -> list[Feedback]:
    """List all that a patient has ever answered and not taken back, oldest first."""
    statement = select(Feedback).where(Feedback.patient_id == patient_id, STANDS)
    return list(session.exec(statement.order_by(col(Feedback.id))))


def findings(session: Session, diagnosis_id: int) -> list[Finding]:
    """List the findings of a diagnosis in the order in which they were recorded."""
    return list(session.exec(select(Finding).where(Finding.diagnosis_id == diagnosis_id).order_by(col(Finding.id))))


def findings_of_each(session: Session, diagnosis_ids: Sequence[int]) -> dict[int, list[Finding]]:
    """Read the findings of several diagnoses in one statement, each in the order in which they were recorded."""
    found: dict[int, list[Finding]] = {one: [] for one in diagnosis_ids}
    statement = select(Finding).where(col(Finding.diagnosis_id).in_(diagnosis_ids)).order_by(col(Finding.id))
    for row in session.exec(statement):
        found[row.diagnosis_id].append(row)
    return found


def matches(session: Session, diagnosis_id: int) -> list[Match]:
    """List the matches of a diagnosis, best first."""
    return list(session.exec(select(Match).where(Match.diagnosis_id == diagnosis_id).order_by(col(Match.rank))))


def recommendations(session: Session, diagnosis_id: int) -> list[Recommendation]:
    """List the recommendations of a diagnosis, in rank."""
    statement = (
        select(Recommendation)
        .where(Recommendation.diagnosis_id == diagnosis_id)
        .order_by(col(Recommendation.rank), col(Recommendation.id))
    )
    return list(session.exec(statement))


def open_diagnoses(session: Session, patient_id: int) -> list[Diagnosis]:
    """List the open diagnoses of a patient."""
    statement = select(Diagnosis).where(Diagnosis.patient_id == patient_id, Diagnosis.status == "open")
    return list(session.exec(statement.order_by(col(Diagnosis.id))))


def newest_diagnosis_with_findings(session: Session, patient_id: int) -> Diagnosis | None:
    """Read the newest diagnosis of a patient for which something was found or looked for."""
    recorded = select(Finding.diagnosis_id)
    statement = select(Diagnosis).where(Diagnosis.patient_id == patient_id, col(Diagnosis.id).in_(recorded))
    newest_first = (col(Diagnosis.created).desc(), col(Diagnosis.id).desc())
    return session.exec(statement.order_by(*newest_first).limit(1)).first()


def running_recommendations(session: Session, patient_id: int) -> list[Recommendation]:
    """List what is approved for a patient over all open diagnoses."""
    statement = (
        select(Recommendation)
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(Recommendation.patient_id == patient_id, Recommendation.status == "approved", Diagnosis.status == "open")
        .order_by(col(Recommendation.id))
    )
    return list(session.exec(statement))


def left_running(session: Session, patient_id: int) -> list[Recommendation]:
    """List what was approved for a patient in diagnoses that are closed by now and never stopped."""
    statement = (
        select(Recommendation)
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(Recommendation.patient_id == patient_id, Recommendation.status == "approved", Diagnosis.status != "open")
        .order_by(col(Recommendation.id))
    )
    return list(session.exec(statement))


def feedback(session: Session, diagnosis_id: int) -> list[Feedback]:
    """List the feedback of a diagnosis, oldest first."""
    statement = select(Feedback).where(Feedback.diagnosis_id == diagnosis_id, STANDS)
    return list(session.exec(statement.order_by(col(Feedback.id))))


def latest_feedback(session: Session, recommendation_id: int) -> Feedback | None:
    """Read the answer that counts for a recommendation."""
    statement = select(Feedback).where(Feedback.recommendation_id == recommendation_id, STANDS)
    return session.exec(statement.order_by(col(Feedback.id).desc()).limit(1)).first()


def newest_feedback(session: Session, readable: Readable, *, limit: int) -> list[Feedback]:
    """List the newest feedback of readable patients, newest first."""
    statement = select(Feedback).where(col(Feedback.patient_id).in_(readable), STANDS)
    newest_first = (col(Feedback.created).desc(), col(Feedback.id).desc())
    return list(session.exec(statement.order_by(*newest_first).limit(limit)))


def feedback_by_id(session: Session, feedback_ids: Sequence[int], readable: Readable) -> list[Feedback]:
    """Read several feedbacks of readable patients, in the order of their ids."""
    statement = select(Feedback).where(
        col(Feedback.id).in_(feedback_ids), col(Feedback.patient_id).in_(readable), STANDS
    )
    return list(session.exec(statement.order_by(col(Feedback.id))))


def feedback_versions(session: Session, feedback_id: int) -> list[FeedbackVersion]:
    """List what a feedback said before each change, oldest first."""
    statement = select(FeedbackVersion).where(FeedbackVersion.feedback_id == feedback_id)
    return list(session.exec(statement.order_by(col(FeedbackVersion.id))))


def replace_side_effects(session: Session, feedback: Feedback, effects: Sequence[SideEffect]) -> None:
    """Keep these side effects of a feedback in the place of those that stood there."""
    session.execute(delete(SideEffect).where(col(SideEffect.feedback_id) == feedback.id))
    session.add_all(effects)
    session.flush()


def recommended(session: Session, recommendation_ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Read what several recommendations are of: kind, item id and name, by recommendation."""
    row = Recommendation
    statement = select(row.id, row.kind, row.item_id, row.name).where(col(row.id).in_(recommendation_ids))
    return {int(id_): (kind, item_id, name) for id_, kind, item_id, name in session.exec(statement) if id_ is not None}


def side_effects(session: Session, feedback_ids: Sequence[int]) -> dict[int, list[SideEffect]]:
    """Read the side effects of several feedbacks, by feedback."""
    found: dict[int, list[SideEffect]] = {feedback_id: [] for feedback_id in feedback_ids}
    statement = select(SideEffect).where(col(SideEffect.feedback_id).in_(feedback_ids)).order_by(col(SideEffect.id))
    for row in session.exec(statement):
        found[row.feedback_id].append(row)
    return found


def newest_predictions(session: Session, recommendation_ids: Sequence[int]) -> dict[int, Prediction]:
    """Read the prediction that stands for each recommendation."""
    statement = (
        select(Prediction).where(col(Prediction.recommendation_id).in_(recommendation_ids)).order_by(col(Prediction.id))
    )
    return {row.recommendation_id: row for row in session.exec(statement)}


def patients_with_open_diagnoses(session: Session, practice_id: int) -> list[int]:
    """List the ids of the patients of a practice who have an open diagnosis."""
    statement = select(Diagnosis.patient_id).where(Diagnosis.practice_id == practice_id, Diagnosis.status == "open")
    return sorted(set(session.exec(statement)))


def practices_with_plans(session: Session) -> list[int]:
    """List the practices in which something is approved."""
    statement = select(Recommendation.practice_id).where(Recommendation.status == "approved").distinct()
    return sorted(session.exec(statement))


def judged_by_others(session: Session, practice_id: int, version: str) -> list[int]:
    """List the patients of a practice, made-up ones aside, whose running plan was judged by knowledge of another version."""
    statement = (
        select(Recommendation.patient_id)
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .where(
            Recommendation.practice_id == practice_id,
            Recommendation.status == "approved",
            Recommendation.judged_by != version,
            Diagnosis.status == "open",
            col(Patient.synthetic).is_(False),
        )
        .distinct()
    )
    return sorted(session.exec(statement))


def acknowledged(session: Session, patient_id: int) -> set[tuple[str, str, str]]:
    """Read which reasons of the gate were acknowledged for a patient, each with the regimen and the verdict of then."""
    statement = select(AlertAcknowledgement.reason, AlertAcknowledgement.regimen, AlertAcknowledgement.verdict)
    return set(session.exec(statement.where(AlertAcknowledgement.patient_id == patient_id)).all())


def overruled(session: Session, patient_id: int) -> list[Recommendation]:
    """List what was approved for a patient against the gate, newest first."""
    statement = select(Recommendation).where(
        Recommendation.patient_id == patient_id,
        col(Recommendation.approved).is_not(None),
        Recommendation.override_reason != "",
    )
    return list(session.exec(statement.order_by(col(Recommendation.approved).desc())))


def newest_consent(session: Session, patient_id: int, kind: str) -> Consent | None:
    """Read a patient's newest word on something."""
    statement = select(Consent).where(Consent.patient_id == patient_id, Consent.kind == kind)
    return session.exec(statement.order_by(col(Consent.id).desc()).limit(1)).first()


def surgery_between(session: Session, first: date, last: date) -> list[int]:
    """List the patients whose surgery is planned within these days, both included."""
    statement = select(Patient.id).where(col(Patient.surgery_on) >= first, col(Patient.surgery_on) <= last)
    return [int(one) for one in session.exec(statement) if one is not None]


def patients_of(session: Session, practice_id: int, diagnoses: set[int]) -> dict[int, int]:
    """Give whose diagnosis each of these is, of those of one practice."""
    statement = select(Diagnosis.id, Diagnosis.patient_id).where(Diagnosis.practice_id == practice_id)
    found = session.exec(statement.where(col(Diagnosis.id).in_(diagnoses)))
    return {int(diagnosis_id): patient_id for diagnosis_id, patient_id in found if diagnosis_id is not None}
