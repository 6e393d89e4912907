"""Replies to answers: what stands, what was said before, and when a phone had it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from storage.tables import DeliveryMark, Feedback, Patient, Person, Reply, ReplyVersion, SignIn


@dataclass(frozen=True, slots=True)
class Standing:
    """A reply as it stands."""

    text: str
    by: str
    """The name of who wrote it."""
    created: datetime
    updated: datetime
    seen: datetime | None


STANDING = (
    col(Reply.feedback_id),
    col(Reply.text),
    col(Person.name),
    col(Reply.created),
    col(Reply.updated),
    col(Reply.seen),
)
"""The answer that a reply belongs to, and how the reply stands."""


def standing(session: Session, feedback_ids: Sequence[int]) -> dict[int, Standing]:
    """Read the replies to several answers, by answer; those without one are left out."""
    statement = (
        columns(*STANDING)
        .join(Person, col(Person.id) == col(Reply.person_id))
        .where(col(Reply.feedback_id).in_(feedback_ids))
    )
    return {feedback_id: Standing(*more) for feedback_id, *more in session.execute(statement)}


def is_outdated(replied: datetime, answered: datetime) -> bool:
    """Say whether a reply was last written before its answer was last changed; that somebody has seen it changes nothing."""
    return answered > replied


def delivered(session: Session, feedback_ids: Sequence[int]) -> dict[int, datetime]:
    """Read when a phone of the patient's first had the reply to each of these answers, as it stands, by answer."""
    statement = (
        columns(col(Reply.feedback_id), func.min(col(DeliveryMark.at)))
        .join(Feedback, col(Feedback.id) == col(Reply.feedback_id))
        .join(Patient, col(Patient.id) == col(Feedback.patient_id))
        .join(SignIn, col(SignIn.person_id) == col(Patient.person_id))
        .join(
            DeliveryMark,
            (col(DeliveryMark.sign_in_id) == col(SignIn.id))
            & (col(DeliveryMark.diagnosis_id) == col(Feedback.diagnosis_id))
            & (col(DeliveryMark.seq) >= col(Reply.told_seq)),
        )
        .where(col(Reply.feedback_id).in_(feedback_ids))
        .group_by(col(Reply.feedback_id))
    )
    return {int(feedback_id): at for feedback_id, at in session.execute(statement)}


def keep_version(session: Session, said: Reply, what: str, *, person_id: int, at: datetime) -> None:
    """Keep what a reply says before a person changes it or takes it back (``what``: ``changed`` or ``withdrawn``)."""
    session.add(
        ReplyVersion(
            feedback_id=said.feedback_id,
            what=what,
            text=said.text,
            written_by=said.person_id,
            seen=said.seen,
            person_id=person_id,
            at=at,
        )
    )


def end(session: Session, feedback_id: int, *, person_id: int, at: datetime) -> None:
    """Take the reply to an answer away, where one stands, and keep what it said."""
    said = session.get(Reply, feedback_id)
    if said is not None:
        keep_version(session, said, "withdrawn", person_id=person_id, at=at)
        session.delete(said)
        session.flush()


def versions(session: Session, feedback_id: int) -> list[ReplyVersion]:
    """List what the reply to an answer said before each change, oldest first."""
    statement = select(ReplyVersion).where(ReplyVersion.feedback_id == feedback_id)
    return list(session.exec(statement.order_by(col(ReplyVersion.id))))
