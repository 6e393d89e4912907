"""Numbers over answers: of one diagnosis, of a herb for a condition, and what is trending in the practice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any

from domain import evidence
from domain.errors import NotAllowed, NotFound
from domain.ledger import utc_now
from domain.messages import EffectivenessUpdate, PredictionUpdate
from domain.patient import key
from domain.permission import Action, Actor, Thing, may
from domain.predicting import clauses
from domain.recommendation import load
from domain.record import audience_of, find
from domain.services import Services
from domain.snapshot import condition_name, effectiveness_of, feedback_state, prediction_state
from domain.statistics import Estimate, Prior, Tier, Trend, benjamini_hochberg, bounds, tier, trend, trend_p
from storage import care
from storage import evidence as rows

FALSE_DISCOVERY_RATE = 0.10
MARGIN = 0.05
"""What a change has to exceed to count as one (reference 4.8)."""


@dataclass(frozen=True, slots=True)
class CellView:
    """What the practice knows of one herb for one condition, as the Effectiveness page shows it."""

    evidence_id: int
    item_id: str
    item: str
    condition_id: str
    condition: str
    prescribed: int
    answered: int
    improved: int
    estimate: Estimate | None
    tier: Tier
    trend: Trend
    average_rating: float | None
    worst_case: tuple[float, float] | None
    """Share improved if nobody, and if everybody, who did not answer improved (Manski bounds)."""
    updated: datetime


def of_diagnosis(services: Services, actor: Actor, diagnosis_id: int) -> dict[str, Any]:
    """Sum up one diagnosis: its answers, the course of the symptom, ratings, adherence, side effects. Raises NotFound."""
    with services.database.read() as session:
        diagnosis = find(session, actor, diagnosis_id, Action.READ)
        audience = audience_of(actor)
        feedback = care.feedback(session, diagnosis_id)
        effects = care.side_effects(session, [key(row) for row in feedback])
        states = [feedback_state(row, effects[key(row)]) for row in feedback]
        recommendations = [
            row
            for row in care.recommendations(session, diagnosis_id)
            if not actor.is_patient or row.approved is not None
        ]
        course = [
            {"at": state.created.isoformat(), "symptom": state.symptom} for state in states if state.symptom is not None
        ]
        terms: dict[str, int] = {}
        for state in states:
            for effect in state.side_effects:
                terms[effect.term] = terms.get(effect.term, 0) + 1
        newest = course[-1]["symptom"] if course else None
        known = [effectiveness_of(session, row, audience) for row in recommendations]
        return {
            "diagnosis_id": diagnosis_id,
            "symptom": diagnosis.symptom,
            "baseline": diagnosis.baseline,
            "latest_symptom": newest,
            "change": newest - diagnosis.baseline
            if isinstance(newest, int) and diagnosis.baseline is not None
            else None,
            "course": course,
            "answers": len(states),
            "average_rating": _mean([state.rating for state in states]),
            "average_adherence": _mean([state.adherence for state in states]),
            "side_effects": [{"term": term, "count": count} for term, count in sorted(terms.items())],
            "recommendations": {
                status: sum(row.status == status for row in recommendations)
                for status in ("proposed", "approved", "stopped")
                if not (actor.is_patient and status == "proposed")
            },
            "effectiveness": [update.model_dump(mode="json") for update in known if update is not None],
            "as_of": utc_now().isoformat(),
        }


def of_recommendation(services: Services, actor: Actor, recommendation_id: int) -> EffectivenessUpdate:
    """Say what is known of a recommendation's herb for its condition; nulls while nothing is. Raises NotFound."""
    with services.database.read() as session:
        row, _ = load(session, actor, recommendation_id, Action.READ)
        known = effectiveness_of(session, row, audience_of(actor))
        return known or EffectivenessUpdate(
            recommendation_id=recommendation_id,
            herb=row.item_id,
            condition=row.condition_id,
            effectiveness=None,
            low=None,
            high=None,
            confidence=None,
            prescribed=None if actor.is_patient else 0,
            answered=None if actor.is_patient else 0,
            improved=None if actor.is_patient else 0,
            sample_size=None if actor.is_patient else 0,
            tier="hidden",
            trend="insufficient",
            average_rating=None,
            as_of=None,
        )


class PredictionState(PredictionUpdate):
    """A prediction as it stands, with what it rests on taken apart, and since when it is shown."""

    reasons: list[str]
    as_of: datetime


def predicted(services: Services, actor: Actor, recommendation_id: int) -> PredictionState:
    """Say how likely a recommendation is to help its patient; not for patients.

    Raises NotFound, also for advice, which is not predicted, and NotAllowed.
    """
    with services.database.read() as session:
        row, _ = load(session, actor, recommendation_id, Action.READ)
        if actor.is_patient:
            raise NotAllowed("A number about somebody needs a conversation: it is shown to their practitioner.")
        found = care.newest_predictions(session, [recommendation_id]).get(recommendation_id)
        if found is None:
            raise NotFound(f"{row.name} is not predicted.")
        state = prediction_state(found)
        return PredictionState(**state.model_dump(), reasons=clauses(found.basis), as_of=found.created)


def of_practice(
    services: Services, actor: Actor, *, condition_id: str | None = None, item_id: str | None = None
) -> list[CellView]:
    """List what the practice knows, best first by the 5 % quantile, cells with too few answers last. Raises NotAllowed."""
    _require_statistics(actor)
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id, condition_id=condition_id, item_id=item_id)
        recent, before = _windows(session, actor.practice_id, utc_now().date())
    views = [_view(services, cell, recent, before) for cell in cells]
    views.sort(key=_rank)
    return views


def trending(services: Services, actor: Actor) -> list[dict[str, Any]]:
    """List the herbs whose share of improved patients changed between the two windows. Raises NotAllowed.

    Each herb's windows are summed over conditions; herbs with fewer than 10 answers in either window are left out. A
    change counts where it survives control of the false-discovery rate over all herbs (Benjamini–Hochberg, q = 0.10).
    """
    _require_statistics(actor)
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id)
        recent, before = _windows(session, actor.practice_id, utc_now().date())
    herbs: dict[str, dict[str, Any]] = {}
    for cell in cells:
        herb = herbs.setdefault(cell.item_id, {"name": cell.item_name, "recent": (0, 0), "before": (0, 0)})
        herb["recent"] = _plus(herb["recent"], recent.get(key(cell), (0, 0)))
        herb["before"] = _plus(herb["before"], before.get(key(cell), (0, 0)))
    found = []
    for item_id, herb in sorted(herbs.items()):
        if min(herb["recent"][1], herb["before"][1]) < evidence.TREND_MINIMUM:
            continue
        rises = 1 - trend_p(herb["recent"], herb["before"], margin=0.0)
        found.append((item_id, herb, min(1.0, 2 * min(rises, 1 - rises))))
    kept = benjamini_hochberg([p for _, _, p in found], FALSE_DISCOVERY_RATE) if found else []
    return [
        {
            "herb": item_id,
            "name": herb["name"],
            "trend": trend(herb["recent"], herb["before"]).value if holds else Trend.STEADY.value,
            "recent": {"improved": herb["recent"][0], "answered": herb["recent"][1], "days": evidence.RECENT_DAYS},
            "before": {"improved": herb["before"][0], "answered": herb["before"][1], "days": evidence.BEFORE_DAYS},
            "change": round(_share(herb["recent"]) - _share(herb["before"]), 4),
        }
        for (item_id, herb, _), holds in sorted(
            zip(found, kept, strict=True),
            key=lambda one: -abs(_share(one[0][1]["recent"]) - _share(one[0][1]["before"])),
        )
    ]


def view_of(services: Services, actor: Actor, item_id: str, condition_id: str) -> CellView | None:
    """Read one cell as the Effectiveness page shows it; None while nobody was prescribed it. Raises NotAllowed."""
    _require_statistics(actor)
    with services.database.read() as session:
        cell = rows.cell(session, actor.practice_id, item_id, condition_id)
        if cell is None:
            return None
        recent, before = _windows(session, actor.practice_id, utc_now().date())
    return _view(services, cell, recent, before)


def _rank(view: CellView) -> tuple[bool, float, str, str]:
    return view.tier is Tier.HIDDEN, -(view.estimate.q05 if view.estimate else -1.0), view.item_id, view.condition_id


def _view(
    services: Services, cell: Any, recent: dict[int, tuple[int, int]], before: dict[int, tuple[int, int]]
) -> CellView:
    now, then = recent.get(cell.id, (0, 0)), before.get(cell.id, (0, 0))
    enough = min(now[1], then[1]) >= evidence.TREND_MINIMUM
    return CellView(
        evidence_id=cell.id,
        item_id=cell.item_id,
        item=cell.item_name,
        condition_id=cell.condition_id,
        condition=condition_name(cell.condition_id, services.library.of(cell.practice_id).knowledge),
        prescribed=cell.prescribed,
        answered=cell.answered,
        improved=cell.improved,
        estimate=evidence.estimate(cell),
        tier=tier(cell.answered),
        trend=trend(now, then, Prior(cell.prior_mean, cell.prior_strength)) if enough else Trend.INSUFFICIENT,
        average_rating=cell.rating_sum / cell.ratings if cell.ratings else None,
        worst_case=bounds(cell.improved, cell.answered, cell.prescribed) if cell.prescribed else None,
        updated=cell.updated,
    )


def _windows(
    session: Any, practice_id: int, today: date
) -> tuple[dict[int, tuple[int, int]], dict[int, tuple[int, int]]]:
    recent_from = today - timedelta(days=evidence.RECENT_DAYS - 1)
    before_from = recent_from - timedelta(days=evidence.BEFORE_DAYS)
    return (
        rows.windows(session, practice_id, recent_from, today),
        rows.windows(session, practice_id, before_from, recent_from - timedelta(days=1)),
    )


def _require_statistics(actor: Actor) -> None:
    if not may(actor, Action.READ_STATISTICS, Thing(actor.practice_id)):
        raise NotAllowed("The practice's statistics are for its practitioners.")


def _plus(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    return first[0] + second[0], first[1] + second[1]


def _share(counts: tuple[int, int]) -> float:
    return counts[0] / counts[1]


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 2) if known else None
