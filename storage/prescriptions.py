"""Reading what became of prescriptions, patient by patient, of those whose record somebody may read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from storage.care import STANDS
from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.readable import Readable
from storage.tables import Diagnosis, Feedback, Patient, Recommendation

COUNTED = col(Recommendation.prescribed_counted)
"""Of a recommendation: the practice's counts know it. Nothing is, of patients who said no to statistics."""


class OfPatient(NamedTuple):
    """How many counted prescriptions one patient has, was asked about and answered, and in which diagnosis the newest stands."""

    name: str
    patient_id: int
    prescribed: int
    answered: int
    improved: int
    last: date | None
    """The day of the last answer that is counted."""
    diagnosis_id: int


class Given(NamedTuple):
    """One counted prescription of a patient."""

    recommendation_id: int
    diagnosis_id: int
    item_id: str
    name: str
    condition_id: str
    status: str
    improved: bool | None
    """None where that is not known."""


def by_patient(
    session: Session,
    readable: Readable,
    *,
    search: str = "",
    silent_about: tuple[str, str] | None = None,
    limit: int | None = None,
) -> tuple[list[OfPatient], int]:
    """List readable patients with what was counted of them, the newest answer first; and how many there are without the limit.

    ``search``: part of the name. ``silent_about``: only those who have not said how this item for this condition went.
    """
    who = readable
    if search:
        who = who.where(col(Patient.name).icontains(search, autoescape=True))
    if silent_about is not None:
        about = aliased(Recommendation)
        who = who.where(
            columns(col(about.id))
            .where(
                col(about.patient_id) == col(Patient.id),
                col(about.item_id) == silent_about[0],
                col(about.condition_id) == silent_about[1],
                col(about.prescribed_counted),
                col(about.outcome_counted).is_(None),
            )
            .exists()
        )
    patient, last = col(Recommendation.patient_id), func.max(col(Recommendation.counted_on))
    found = session.execute(
        _counts()
        .add_columns(func.count().over())
        .where(patient.in_(who))
        .order_by(last.is_(None), last.desc(), patient.desc())
        .limit(limit)
    ).all()
    names = _names(session, [row[0] for row in found])
    return [OfPatient(names[row[0]], *row[:-1]) for row in found], (found[0][-1] if found else 0)


def of_patient(session: Session, readable: Readable, patient_id: int) -> OfPatient | None:
    """Read the same of one patient; None where nothing is counted of them, or their record may not be read."""
    patient = col(Recommendation.patient_id)
    row = session.execute(_counts().where(patient == patient_id, patient.in_(readable))).first()
    return None if row is None else OfPatient(_names(session, [patient_id])[patient_id], *row)


def given(session: Session, readable: Readable, patient_id: int) -> list[Given]:
    """List the counted prescriptions of a readable patient, newest first."""
    names = ("id", "diagnosis_id", "item_id", "name", "condition_id", "status", "outcome_counted")
    statement = (
        columns(*(col(getattr(Recommendation, name)) for name in names))
        .where(col(Recommendation.patient_id) == patient_id, col(Recommendation.patient_id).in_(readable), COUNTED)
        .order_by(col(Recommendation.approved).desc(), col(Recommendation.id).desc())
    )
    return [Given(*row) for row in session.execute(statement).all()]


def courses(session: Session, diagnosis_ids: Sequence[int]) -> dict[int, tuple[str, int | None, list[int]]]:
    """Read of each diagnosis what the patient scores, the score at the start, and every one since, oldest first."""
    statement = (
        columns(col(Diagnosis.id), col(Diagnosis.symptom), col(Diagnosis.baseline), col(Feedback.symptom))
        .outerjoin(
            Feedback, (col(Feedback.diagnosis_id) == col(Diagnosis.id)) & STANDS & col(Feedback.symptom).is_not(None)
        )
        .where(col(Diagnosis.id).in_(diagnosis_ids))
        .order_by(col(Feedback.id))
    )
    found: dict[int, tuple[str, int | None, list[int]]] = {}
    for diagnosis_id, symptom, baseline, score in session.execute(statement).all():
        course = found.setdefault(diagnosis_id, (symptom, baseline, []))[2]
        if score is not None:
            course.append(score)
    return found


def silent(through: Through, practice_id: int, item_id: str, condition_id: str, until: datetime) -> int:
    """Count the patients who were prescribed this before ``until``, and of whom it is not known how it went."""
    named = {"practice": practice_id, "item": item_id, "condition": condition_id, "until": until}
    return int(_SILENT.value(connection_of(through), **named) or 0)


def _counts() -> Any:
    outcome = col(Recommendation.outcome_counted)
    # Counted and not summed up: PostgreSQL's sums of such numbers are decimals.
    answered, improved = func.count(outcome), func.count(case((outcome.is_(True), 1)))
    return (
        columns(
            col(Recommendation.patient_id),
            func.count(),
            answered,
            improved,
            func.max(col(Recommendation.counted_on)),
            func.max(col(Recommendation.diagnosis_id)),
        )
        .where(COUNTED)
        .group_by(col(Recommendation.patient_id))
    )


def _names(session: Session, patient_ids: Sequence[int]) -> dict[int, str]:
    found = session.execute(columns(col(Patient.id), col(Patient.name)).where(col(Patient.id).in_(patient_ids)))
    return {int(patient_id): name for patient_id, name in found.all() if patient_id is not None}


_SILENT = Prepared(
    columns(func.count(func.distinct(col(Recommendation.patient_id)))).where(
        col(Recommendation.practice_id) == bindparam("practice"),
        col(Recommendation.item_id) == bindparam("item"),
        col(Recommendation.condition_id) == bindparam("condition"),
        COUNTED,
        col(Recommendation.outcome_counted).is_(None),
        col(Recommendation.approved) <= bindparam("until"),
    )
)
