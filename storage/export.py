"""Reading what a patient's export has beside the diagnoses, as JSON values; never a secret, nor a hash of one."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from storage.tables import (
    Alarm,
    CheckIn,
    Diagnosis,
    Feedback,
    FeedbackVersion,
    Patient,
    PatientShare,
    Person,
    Practice,
    Prediction,
    Recommendation,
    ReplyVersion,
    SignIn,
)

Values = dict[str, Any]


def practice(session: Session, practice_id: int) -> Values:
    """Name a practice."""
    return _shown(session.get_one(Practice, practice_id), "id", "name")


def practitioners(session: Session, person_ids: Collection[int]) -> list[Values]:
    """Name those who treat."""
    statement = select(Person).where(col(Person.id).in_(person_ids)).order_by(col(Person.id))
    return [_shown(row, "id", "name") for row in session.exec(statement)]


def answers_before(session: Session, patient_id: int) -> list[Values]:
    """List what answers said before they were changed or withdrawn, oldest first."""
    statement = (
        select(FeedbackVersion)
        .join(Feedback, col(Feedback.id) == col(FeedbackVersion.feedback_id))
        .where(Feedback.patient_id == patient_id)
        .order_by(col(FeedbackVersion.id))
    )
    return [_shown(row, "feedback_id", "what", "said", "person_id", "at") for row in session.exec(statement)]


def replies_before(session: Session, patient_id: int) -> list[Values]:
    """List what replies to the patient's answers said before they were changed or taken back, oldest first."""
    statement = (
        select(ReplyVersion)
        .join(Feedback, col(Feedback.id) == col(ReplyVersion.feedback_id))
        .where(Feedback.patient_id == patient_id)
        .order_by(col(ReplyVersion.id))
    )
    return [
        _shown(row, *(name for name in ReplyVersion.model_fields if name != "id")) for row in session.exec(statement)
    ]


def check_ins(session: Session, patient_id: int) -> list[Values]:
    """List where the check-ins stand, by diagnosis."""
    statement = (
        select(CheckIn)
        .join(Diagnosis, col(Diagnosis.id) == col(CheckIn.diagnosis_id))
        .where(Diagnosis.patient_id == patient_id)
        .order_by(col(CheckIn.diagnosis_id))
    )
    return [_shown(row, *CheckIn.model_fields) for row in session.exec(statement)]


def alarms(session: Session, patient_id: int) -> list[Values]:
    """List the answers that are an alarm at present."""
    statement = select(Alarm).where(Alarm.patient_id == patient_id).order_by(col(Alarm.feedback_id))
    return [_shown(row, "feedback_id", "urgency") for row in session.exec(statement)]


def predictions(session: Session, patient_id: int) -> list[Values]:
    """List every probability that was ever shown, oldest first."""
    statement = (
        select(Prediction)
        .join(Recommendation, col(Recommendation.id) == col(Prediction.recommendation_id))
        .where(Recommendation.patient_id == patient_id)
        .order_by(col(Prediction.id))
    )
    names = (name for name in Prediction.model_fields if name != "id")
    shown = tuple(names)
    return [_shown(row, *shown) for row in session.exec(statement)]


def devices(session: Session, patient: Patient) -> list[Values]:
    """List the devices and browsers with which the patient has come in."""
    statement = select(SignIn).where(SignIn.person_id == patient.person_id).order_by(col(SignIn.id))
    shown = ("kind", "device", "address", "created", "last_seen", "expires", "revoked")
    return [_shown(row, *shown) for row in session.exec(statement)]


def shared_with(session: Session, patient_id: int) -> list[Values]:
    """List the colleagues who may read the record, too."""
    statement = (
        select(Person.id, Person.name, PatientShare.created)
        .join(PatientShare, col(PatientShare.person_id) == col(Person.id))
        .where(PatientShare.patient_id == patient_id)
        .order_by(col(PatientShare.id))
    )
    return [{"id": one, "name": name, "since": at.isoformat()} for one, name, at in session.exec(statement)]


def _shown(row: SQLModel, *names: str) -> Values:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
