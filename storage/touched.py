"""The open diagnoses that something concerns: newest first, and never more than are asked for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Integer, bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.database import connection_of
from storage.prepared import Prepared
from storage.tables import Diagnosis, Patient, Recommendation

UNDECIDED = or_(
    col(Recommendation.status) == "proposed",
    (col(Recommendation.status) == "approved") & col(Recommendation.outcome_counted).is_(None),
)
"""A prediction of these can still be of use: nobody knows yet what becomes of them."""


def by_evidence(
    session: Session, practice_id: int, item_id: str, condition_id: str, *, limit: int
) -> list[tuple[int, bool]]:
    """List the open diagnoses in which this item is proposed, or taken without an outcome yet, for this condition.

    Each with whether its patient can sign in, and so follow it.
    """
    given = {"practice": practice_id, "item": item_id, "condition": condition_id}
    found = _BY_EVIDENCE.run(connection_of(session), most=limit, **given)
    return [(int(one), bool(follows)) for one, follows in found]


def beside(session: Session, diagnosis_ids: Sequence[int], *, limit: int) -> list[int]:
    """List the open diagnoses of the patients whose diagnoses these are, with a herb or formula that is undecided."""
    theirs = select(Diagnosis.patient_id).where(col(Diagnosis.id).in_(diagnosis_ids))
    return _open_ones(session, col(Diagnosis.patient_id).in_(theirs), limit)


def by_practice(session: Session, practice_id: int, *, limit: int) -> list[int]:
    """List the open diagnoses of a practice in which a herb or formula is proposed, or taken without an outcome yet."""
    return _open_ones(session, col(Diagnosis.practice_id) == practice_id, limit)


def _open_ones(session: Session, which: ColumnElement[bool], limit: int) -> list[int]:
    statement = (
        select(Diagnosis.id)
        .join(Recommendation, col(Recommendation.diagnosis_id) == col(Diagnosis.id))
        .where(which, Diagnosis.status == "open", col(Recommendation.kind).in_(("herb", "formula")), UNDECIDED)
        .distinct()
        .order_by(col(Diagnosis.id).desc())
        .limit(limit)
    )
    return [int(one) for one in session.exec(statement) if one is not None]


_BY_EVIDENCE = Prepared(
    columns(col(Diagnosis.id), col(Patient.person_id).is_not(None).label("follows"))
    .join(Recommendation, col(Recommendation.diagnosis_id) == col(Diagnosis.id))
    .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
    .where(
        col(Recommendation.practice_id) == bindparam("practice"),
        col(Recommendation.item_id) == bindparam("item"),
        col(Recommendation.condition_id) == bindparam("condition"),
        col(Diagnosis.status) == "open",
        UNDECIDED,
    )
    .distinct()
    .order_by(col(Diagnosis.id).desc())
    .limit(bindparam("most", type_=Integer()))
)
