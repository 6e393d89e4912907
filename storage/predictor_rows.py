"""Versions of fitted predictors, and the predictions that their outcomes score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.tables import Prediction, Predictor, PredictorFile, Recommendation


@dataclass(frozen=True, slots=True)
class Shown:
    """A probability that stood at an approval, with what was known then and what became of it (None while nobody knows)."""

    probability: float
    predictor: str
    features: dict[str, Any] | None
    shown: datetime
    """The time of the approval."""
    improved: bool | None


def versions(session: Session, practice_id: int) -> list[Predictor]:
    """List the versions of a practice, newest first."""
    statement = select(Predictor).where(Predictor.practice_id == practice_id).order_by(col(Predictor.id).desc())
    return list(session.exec(statement))


def active(session: Session, practice_id: int) -> Predictor | None:
    """Read the version that a practice uses."""
    statement = select(Predictor).where(Predictor.practice_id == practice_id, Predictor.status == "active")
    return session.exec(statement).first()


def keep_file(session: Session, predictor: Predictor, content: bytes, *, most: int) -> None:
    """Keep what the file of a version says; of the practice's files the newest ``most`` stay, and the one in use."""
    session.add(PredictorFile(predictor_id=predictor.id or 0, content=content))
    session.flush()
    of_practice = select(Predictor.id).join(PredictorFile, col(PredictorFile.predictor_id) == col(Predictor.id))
    of_practice = of_practice.where(Predictor.practice_id == predictor.practice_id)
    old = list(session.exec(of_practice.where(Predictor.status != "active").order_by(col(Predictor.id).desc())))[most:]
    session.execute(delete(PredictorFile).where(col(PredictorFile.predictor_id).in_(old)))


def file_of(session: Session, predictor_id: int) -> bytes | None:
    """Read what the file of a version says; None where it is not kept."""
    return session.exec(select(PredictorFile.content).where(PredictorFile.predictor_id == predictor_id)).first()


def practices_with_answers(session: Session) -> list[int]:
    """List the practices in which something was approved."""
    statement = select(Recommendation.practice_id).where(col(Recommendation.approved).is_not(None)).distinct()
    return sorted(session.exec(statement))


def shown(
    session: Session,
    practice_id: int,
    *,
    limit: int,
    line: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sequence[Shown]:
    """Read what stood at approvals, the newest first: of predictors whose name begins with ``line``, and between times."""
    statement = (
        columns(
            col(Prediction.probability),
            col(Prediction.predictor),
            col(Prediction.features),
            col(Recommendation.approved),
            col(Recommendation.outcome_counted),
        )
        .join(Recommendation, col(Recommendation.id) == col(Prediction.recommendation_id))
        .where(
            col(Recommendation.practice_id) == practice_id,
            col(Prediction.prescribed),
            col(Recommendation.prescribed_counted),  # not of who wants to be in no statistics
            col(Recommendation.approved).is_not(None),
        )
        .order_by(col(Recommendation.approved).desc(), col(Prediction.id).desc())
        .limit(limit)
    )
    if line:
        statement = statement.where(col(Prediction.predictor).startswith(line, autoescape=True))
    if since is not None:
        statement = statement.where(col(Recommendation.approved) >= since)
    if until is not None:
        statement = statement.where(col(Recommendation.approved) <= until)
    return [Shown(*row) for row in session.execute(statement)]


def counted(session: Session, practice_id: int, *, until: datetime) -> tuple[int, int]:
    """Count the outcomes of what was approved until a time, and how many of them are that it helped."""
    of_each = (
        columns(col(Recommendation.outcome_counted), func.count())
        .where(
            col(Recommendation.practice_id) == practice_id,
            col(Recommendation.outcome_counted).is_not(None),
            col(Recommendation.approved) <= until,
        )
        .group_by(col(Recommendation.outcome_counted))
    )
    found: dict[bool, int] = {bool(improved): count for improved, count in session.execute(of_each)}
    return sum(found.values()), found.get(True, 0)
