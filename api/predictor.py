"""The predictor of a practice over the API: its card, why it speaks or not, and what became of what it said."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.identity import Asking, ServicesOf
from domain.predictors import report
from domain.predictors.card import Card, Share

router = APIRouter(prefix="/predictor", tags=["predictions"])


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class VersionShape(_Part):
    """A version as it stands: ``active``, ``candidate`` (it did not pass, or waits) or ``retired``, and why."""

    version: str
    status: str
    reason: str
    changed: datetime


class WindowShape(_Part):
    """Outcomes one after the other: how many improved and were predicted to, and how many standard errors lie between."""

    since: date
    until: date
    outcomes: int
    improved: int
    predicted: float
    errors: float


class WatchShape(_Part):
    """The drift watch: ``score`` is the stability index of what it says of the ``recent`` approvals, ``shifted`` of features.

    ``demote`` says why it is taken out of use at the next look; null where it may stay.
    """

    recent: int
    score: float | None
    limit: float
    shifted: dict[str, float]
    windows: list[WindowShape]
    demote: str | None


class SaidShape(_Part):
    """What one predictor said at approvals, and what became of it."""

    predictor: str
    shown: int
    scored: int
    predicted: Share | None
    improved: int
    brier: float | None


class PredictorShape(_Part):
    """The predictor of a practice; ``card`` is that of the newest fit, null while nothing could be fitted."""

    speaks: str
    """Who is asked first: ``rules-1``, ``fitted-…`` or ``remote-…``."""
    sentence: str
    """Why."""
    outcomes: int
    improved: int
    """Outcomes that a predictor may be fitted to: of what was approved four weeks ago or earlier."""
    not_for: list[str]
    """What it must not be used for."""
    card: Card | None
    versions: list[VersionShape]
    watch: WatchShape | None
    said: list[SaidShape]


@router.get("")
def card(actor: Asking, services: ServicesOf) -> PredictorShape:
    """Show the card of the practice's predictor, as the page does."""
    found = report.of_practice(services, actor)
    watch = found.watch
    return PredictorShape(
        speaks=found.speaks,
        sentence=found.sentence,
        outcomes=found.outcomes,
        improved=found.improved,
        not_for=list(report.NOT_FOR),
        card=found.card,
        versions=[VersionShape.model_validate(one) for one in found.versions],
        watch=watch
        and WatchShape(
            recent=watch.recent,
            score=watch.score,
            limit=watch.limit,
            shifted=dict(watch.shifted),
            windows=[WindowShape.model_validate(one) for one in watch.windows],
            demote=watch.demote,
        ),
        said=[SaidShape.model_validate(one) for one in found.said],
    )
