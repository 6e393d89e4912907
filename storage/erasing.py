"""Taking everything of a patient out of the database; what other rows and the audit point to stays as an empty row.

Ids are never given out again, so the rows that are pointed to from outside stay: the patient, their diagnoses, recommendations
and answers, the person they signed in as, and their sign-ins. Every other row that points to one of these goes, in whatever
table: a new table is erased without being named here. Reasons that were typed point to the audit, which stays: they are named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, update
from sqlmodel import Session, col, select

from storage.tables import (
    AuditReason,
    Diagnosis,
    Feedback,
    IdempotencyKey,
    Patient,
    Person,
    Recommendation,
    SignIn,
    metadata,
)

Ids = Mapping[str, list[int]]
"""By table, what belongs to the patient."""
KEPT_BY_LAW = "audit_entry"
"""Who did what to which record: numbers and words of ours; its hashes hang on it."""
ANSWERS_AT_ONCE = 200
"""Kept answers that are read in one go: some have a whole profile in them, and a practice has thousands."""
_NOTHING_COUNTED = {"prescribed_counted": False, "outcome_counted": None, "rating_counted": None, "counted_on": None}
EMPTY: dict[str, dict[str, Any]] = {
    "patient": {
        "name": "", "born": None, "sex": "", "pregnant": None, "pregnant_since": None, "lactating": None,
        "surgery_on": None, "allergies": [], "conditions": [], "medicines": [],
    },
    "diagnosis": {
        "tradition": "none", "condition_id": None, "status": "closed", "complaint": "", "symptom": "", "baseline": None,
        "second_symptom": "", "second_baseline": None, "activity": "", "activity_baseline": None,
    },
    "recommendation": {
        "kind": "protocol", "item_id": "", "condition_id": "", "name": "", "text": "", "dose": None, "rank": 0, "score": None,
        "reasons": [], "verdict": "unknown", "verdict_reasons": [], "judged_by": "", "override_reason": "", "accepted": [],
        "worsened": None, "duration_days": None, "follow_up_days": None, "follow_up_on": None, "status": "stopped",
        "stop_reason": "", "approved": None, "stopped": None, "told_seq": None, "told_at": None, **_NOTHING_COUNTED,
    },
    # A rating has to be there; with everything else gone, and withdrawn, the least one says nothing.
    "feedback": {
        "rating": 1, "comment": "", "symptom": None, "second_symptom": None, "activity": None, "improvement": None,
        "adherence": None, "ease_of_use": None, "stopped": False, "red_flags": [], "seen": None, "seen_by": None,
    },
    "person": {"name": "", "login": None, "password_hash": None, "disabled": True},
    "sign_in": {"device": "", "address": "", "last_seen": None},
}  # fmt: skip
"""What is left of a row that stays."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that belongs to a patient."""

    ids: Ids
    live_sign_ins: list[tuple[int, int]]
    """Sign-in and person, of those that nobody has ended."""


def whole(session: Session, patient: Patient) -> Whole:
    """Find what belongs to a patient."""
    patient_id = patient.id or 0
    ids: dict[str, list[int]] = {"patient": [patient_id]}
    for table in (Diagnosis, Recommendation, Feedback):
        ids[str(table.__tablename__)] = _ids(session, select(table.id).where(col(table.patient_id) == patient_id))
    ids["person"] = [] if patient.person_id is None else [patient.person_id]
    ids["sign_in"] = _ids(session, select(SignIn.id).where(col(SignIn.person_id).in_(ids["person"])))
    statement = select(SignIn.id, SignIn.person_id).where(
        col(SignIn.person_id).in_(ids["person"]), col(SignIn.revoked).is_(None)
    )
    return Whole(ids, [(int(one), person) for one, person in session.exec(statement) if one is not None])


def erase(session: Session, found: Whole, now: datetime) -> None:
    """Delete what belongs to a patient and empty what has to stay."""
    session.flush()
    for table, name, ids in _pointing(found.ids):
        session.execute(delete(table).where(table.c[name].in_(ids)))
    session.execute(delete(AuditReason).where(col(AuditReason.patient_id).in_(found.ids["patient"])))
    for name, ids in found.ids.items():
        table = metadata.tables[name]
        session.execute(update(table).where(table.c.id.in_(ids)).values(EMPTY[name] | _marked(name, now)))
    signed_in = metadata.tables["sign_in"]
    still = signed_in.c.id.in_(found.ids["sign_in"]) & signed_in.c.revoked.is_(None)
    session.execute(update(signed_in).where(still).values(revoked=now))
    _forget_answers(session, found.ids)
    session.expire_all()


def another_plan(session: Session, practice_id: int, item_id: str, condition_id: str) -> Recommendation | None:
    """Find the newest prescription of an item for a condition: those who look at it have to be told what is counted."""
    statement = select(Recommendation).where(
        Recommendation.practice_id == practice_id,
        Recommendation.item_id == item_id,
        Recommendation.condition_id == condition_id,
        col(Recommendation.approved).is_not(None),
    )
    return session.exec(statement.order_by(col(Recommendation.id).desc()).limit(1)).first()


def _pointing(ids: Ids) -> Iterator[tuple[Table, str, list[int]]]:
    """Yield the columns by which other tables point to what belongs to the patient, children before their parents."""
    for table in reversed(metadata.sorted_tables):
        if table.name not in (*ids, KEPT_BY_LAW):
            for key in table.foreign_keys:
                theirs = ids.get(key.column.table.name)
                if theirs:
                    yield table, key.parent.name, theirs


def _marked(name: str, now: datetime) -> dict[str, Any]:
    if name == "patient":
        return {"erased": now, "restricted": None}
    return {"withdrawn": now, "updated": now} if name == "feedback" else {}


def _forget_answers(session: Session, ids: Ids) -> None:
    """Delete what other people of the practice were answered about the patient, kept in case they repeat a request."""
    practice = select(Patient.practice_id).where(col(Patient.id).in_(ids["patient"])).scalar_subquery()
    statement = (
        select(IdempotencyKey.id, IdempotencyKey.answer)
        .join(Person, col(Person.id) == col(IdempotencyKey.person_id))
        .where(Person.practice_id == practice, Person.role != "patient")
        .order_by(col(IdempotencyKey.id))
        .limit(ANSWERS_AT_ONCE)
    )
    last = 0
    while some := session.exec(statement.where(col(IdempotencyKey.id) > last)).all():
        last = some[-1][0] or 0
        about = [one for one, answer in some if _about(answer, ids)]
        session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(about)))


def _about(answer: Any, ids: Ids) -> bool:
    if isinstance(answer, list):
        return any(_about(one, ids) for one in answer)
    if not isinstance(answer, dict):
        return False
    own = answer.get("patient_id") in ids["patient"] or answer.get("diagnosis_id") in ids["diagnosis"]
    profile = "medicines" in answer and answer.get("id") in ids["patient"]
    return own or profile or any(_about(one, ids) for one in answer.values())


def _ids(session: Session, statement: Any) -> list[int]:
    return [int(one) for one in session.exec(statement)]
