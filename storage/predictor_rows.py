"""Versions of fitted predictors, and the predictions that their outcomes score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.tables import Prediction, Predictor, Recommendation


@dataclass(frozen=True, slots=True)
class Shown:
    """A probability that stood at an approval, with what was known then and what became of it (None while nobody knows)."""

    probability: float
    predictor: str
    features: dict[str, Any] | None
    shown: datetime
    improved: bool | None


def versions(session: Session, practice_id: int) -> list[Predictor]:
    """List the versions of a practice, newest first."""
    statement = select(Predictor).where(Predictor.practice_id == practice_id).order_by(col(Predictor.id).desc())
    return list(session.exec(statement))


def active(session: Session, practice_id: int) -> Predictor | None:
    """Read the version that a practice uses."""
    statement = select(Predictor).where(Predictor.practice_id == practice_id, Predictor.status == "active")
    return session.exec(statement).first()


def practices_with_answers(session: Session) -> list[int]:
    """List the practices in which something was approved."""
    statement = select(Recommendation.practice_id).where(col(Recommendation.approved).is_not(None)).distinct()
    return sorted(session.exec(statement))


def shown(
    session: Session, practice_id: int, *, predictor: str | None = None, since: datetime | None = None, limit: int
) -> Sequence[Shown]:
    """Read what stood at approvals, newest first: of one predictor, and from a time on, where named."""
    statement = (
        columns(
            col(Prediction.probability),
            col(Prediction.predictor),
            col(Prediction.features),
            col(Prediction.created),
            col(Recommendation.outcome_counted),
        )
        .join(Recommendation, col(Recommendation.id) == col(Prediction.recommendation_id))
        .where(
            col(Recommendation.practice_id) == practice_id,
            col(Prediction.prescribed),
            col(Recommendation.prescribed_counted),  # not of who wants to be in no statistics
        )
        .order_by(col(Prediction.id).desc())
        .limit(limit)
    )
    if predictor is not None:
        statement = statement.where(col(Prediction.predictor) == predictor)
    if since is not None:
        statement = statement.where(col(Prediction.created) >= since)
    return [Shown(*row) for row in session.execute(statement)]
