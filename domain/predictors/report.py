"""What a practice may read of its predictor: who speaks and why, the card, and what became of what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import NotAllowed
from domain.permission import Action, Actor, Thing, may
from domain.prediction import PREDICTOR
from domain.predictors.card import Card
from domain.predictors.drift import Watch
from domain.predictors.keeping import counted, watched
from domain.predictors.promoting import enough
from domain.predictors.versions import Version, listing
from domain.services import Services
from storage import predictor_rows
from storage.predictor_rows import Shown

MOST_SHOWN = 5_000
"""Approvals that are looked at, the newest."""
DUE = "The evidence is used: there are outcomes enough, and a predictor is fitted to them at the next look."


NOT_FOR = (
    "It is no proof that a herb works: nobody knows what would have happened without it, and silent patients are not in it.",
    "It never undoes the safety gate, withholds no treatment and replaces no referral.",
    "It is for this practice alone and must not be carried to another one.",
    "It is not for patients to read by themselves: a number about somebody needs a conversation.",
)
"""What it must not be used for; the page says the same in the reader's language."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one predictor said at approvals: how often, how many have an outcome, and what became of these."""

    predictor: str
    shown: int
    scored: int
    predicted: float | None
    """Mean of what was predicted for those with an outcome, 0–1."""
    improved: int
    brier: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """``speaks`` names who is asked first (``rules-1``, ``fitted-…``, ``remote-…``); ``card`` is that of the newest fit."""

    speaks: str
    sentence: str
    outcomes: int
    improved: int
    card: Card | None
    versions: tuple[Version, ...]
    watch: Watch | None
    said: tuple[Said, ...]


def of_practice(services: Services, actor: Actor) -> Report:
    """Report on the predictor of the actor's practice. Raises NotAllowed."""
    if not may(actor, Action.READ_STATISTICS, Thing(actor.practice_id)):
        raise NotAllowed("The practice's statistics are for its practitioners.")
    practice_id = actor.practice_id
    versions = listing(services, practice_id)
    with services.database.read() as session:
        outcomes, improved = counted(session, practice_id)
        shown = predictor_rows.shown(session, practice_id, limit=MOST_SHOWN)
    fitted, remote = services.predictors.fitted(practice_id), services.predictors.remote
    unfitted = services.predictors.unfitted(practice_id)
    decided = max((one for one in versions), key=lambda one: one.changed, default=None)
    return Report(
        speaks=remote.name if remote else fitted.name if fitted else PREDICTOR,
        sentence=decided.reason
        if decided
        else unfitted.sentence
        if unfitted
        else enough(outcomes, improved).sentence or DUE,
        outcomes=outcomes,
        improved=improved,
        card=versions[0].card if versions else None,
        versions=tuple(versions),
        watch=watched(services, practice_id),
        said=by_predictor(shown),
    )


def by_predictor(shown: Sequence[Shown]) -> tuple[Said, ...]:
    """Sum up what each predictor said, the newest one first."""
    found = []
    for name in dict.fromkeys(one.predictor for one in shown):
        all_ = [one for one in shown if one.predictor == name]
        scored = [one for one in all_ if one.improved is not None]
        found.append(
            Said(
                predictor=name,
                shown=len(all_),
                scored=len(scored),
                predicted=sum(one.probability for one in scored) / len(scored) if scored else None,
                improved=sum(bool(one.improved) for one in scored),
                brier=sum((one.probability - bool(one.improved)) ** 2 for one in scored) / len(scored)
                if scored
                else None,
            )
        )
    return tuple(found)
