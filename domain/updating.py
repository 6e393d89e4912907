"""Updating a diagnosis: proposed for and predicted anew, by the model that is in use and by the rules where there is none."""

import asyncio
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlmodel import Session

from domain.judgement import dose_of
from domain.ledger import Change, utc_now
from domain.patient import key
from domain.prediction import PREDICTED, renew
from domain.predictors.features import Features
from domain.predictors.shelf import NOTHING, Made, MadeBy
from domain.predictors.standing import Asked, features_now
from domain.proposal import refresh, treated_as
from domain.recommending import remedies
from domain.services import Services
from storage import answer, care
from storage.tables import Diagnosis, Recommendation

log = structlog.get_logger(__name__)


async def update_recommendations(diagnosis: Diagnosis | int, services: Services) -> bool:
    """Propose and predict anew in a diagnosis (or its id), and tell what has changed; says whether anything was told.

    The remote predictor is asked first, then the fitted one, then the rules. What is told is a ``recommendation_update``
    where order, reasons or verdict change, and a ``prediction_update`` where a number changes by what a page would show.
    Raises nothing for a diagnosis that is closed, or gone: there is nothing to decide in it any more.
    """
    diagnosis_id = diagnosis if isinstance(diagnosis, int) else key(diagnosis)
    made = await _predicted(services, diagnosis_id)
    if made is None:
        return False
    services.predictors.keep(diagnosis_id, made)
    return await services.ledger.written(partial(_renewed, services, diagnosis_id))


async def foresee(diagnosis_id: int, services: Services) -> None:
    """Keep what a model says of a diagnosis for the changes of this process, and tell nothing: another process does."""
    made = await _predicted(services, diagnosis_id)
    if made is not None:
        services.predictors.keep(diagnosis_id, made)


@dataclass(frozen=True, slots=True)
class _Question:
    """What a model is asked in a diagnosis; nothing where none is used."""

    practice_id: int
    keys: list[tuple[str, str]] = field(default_factory=list)
    features: list[Features] = field(default_factory=list)
    may_leave: bool = False
    """Whether it may go to another server: not of a patient who wants to be in no statistics."""


async def _predicted(services: Services, diagnosis_id: int) -> MadeBy | None:
    """Ask the practice's model of what may be proposed and is taken; None for a diagnosis that is not open."""
    asked = await asyncio.to_thread(_asked, services, diagnosis_id)
    if asked is None:
        return None
    if not asked.features:
        return NOTHING
    remote = services.predictors.remote
    told = None
    if remote is not None and asked.may_leave:
        with services.running.deciding.predictions["remote"].timing():
            told = await remote.predict(asked.features)
    if remote is not None and told is not None:
        return {at: Made(one, remote.name) for at, one in zip(asked.keys, told, strict=True)}
    return await asyncio.to_thread(_by_fitted, services, asked)


def _asked(services: Services, diagnosis_id: int) -> _Question | None:
    """Describe what may be proposed in a diagnosis and what is taken in it, where a model is used at all."""
    with services.database.read() as session:
        diagnosis = session.get(Diagnosis, diagnosis_id)
        if diagnosis is None or diagnosis.status != "open":
            return None
        if not services.predictors.in_use(diagnosis.practice_id):
            return _Question(diagnosis.practice_id)
        asked = _remedies(session, services, diagnosis)
        knowledge = services.library.of(diagnosis.practice_id).knowledge
        features = features_now(session, knowledge, diagnosis, list(asked.values()), on=utc_now().date())
        may_leave = answer.counted_word(session, diagnosis.patient_id) is not False
    return _Question(diagnosis.practice_id, list(asked), features, may_leave)


def _by_fitted(services: Services, asked: _Question) -> MadeBy:
    fitted = services.predictors.fitted(asked.practice_id)
    if fitted is None:
        return NOTHING
    try:
        with services.running.deciding.predictions["fitted"].timing():
            found = fitted.predict(asked.features)
    except Exception:  # the rules go on
        log.exception("a fitted predictor failed", predictor=fitted.name)
        return NOTHING
    return {at: Made(one.probability, fitted.name) for at, one in zip(asked.keys, found, strict=True)}


def _renewed(services: Services, diagnosis_id: int, change: Change) -> bool:
    diagnosis = change.session.get(Diagnosis, diagnosis_id)
    if diagnosis is None or diagnosis.status != "open":
        return False
    refresh(change, services, diagnosis)
    for row in _taken(change.session, diagnosis_id):
        renew(change, services, row, diagnosis)
    return bool(change.entries)


def _taken(session: Session, diagnosis_id: int) -> list[Recommendation]:
    """List what is taken and has no outcome yet."""
    return [
        row
        for row in care.recommendations(session, diagnosis_id)
        if row.status == "approved" and row.outcome_counted is None and row.kind in PREDICTED
    ]


def _remedies(session: Session, services: Services, diagnosis: Diagnosis) -> dict[tuple[str, str], Asked]:
    found: dict[tuple[str, str], Asked] = {}
    treated = treated_as(session, services, diagnosis)
    if treated is not None:
        for item_id, dose in remedies(treated):
            found[item_id, treated.condition_id] = Asked(item_id, treated.condition_id, dose)
    for row in _taken(session, key(diagnosis)):
        found[row.item_id, row.condition_id] = Asked(row.item_id, row.condition_id, dose_of(row), row.id)
    return found
