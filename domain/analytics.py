"""Numbers over answers: of one diagnosis, and of what is recommended in it."""

from datetime import datetime
from statistics import fmean
from typing import Any

from domain.errors import NotAllowed, NotFound
from domain.ledger import utc_now
from domain.measures import courses
from domain.messages import EffectivenessUpdate, PredictionUpdate
from domain.patient import key
from domain.permission import Action, Actor
from domain.predicting import clauses
from domain.recommendation import load
from domain.record import audience_of, find
from domain.services import Services
from domain.snapshot import effectiveness_in, effectiveness_of, feedback_state, prediction_state
from storage import care


def of_diagnosis(services: Services, actor: Actor, diagnosis_id: int) -> dict[str, Any]:
    """Sum up one diagnosis: its answers, the course of each measure, ratings, adherence, side effects. Raises NotFound."""
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
        measures = courses(diagnosis, states)
        first = measures[0]
        terms: dict[str, int] = {}
        for state in states:
            for term in {one.term for one in state.side_effects if one.severity != 0 or one.serious}:
                terms[term] = terms.get(term, 0) + 1  # once an answer, in however many words
        known = effectiveness_in(session, diagnosis_id, audience)
        return {
            "diagnosis_id": diagnosis_id,
            "symptom": first["name"],
            "baseline": first["baseline"],
            "latest_symptom": first["latest"],
            "change": first["change"],
            "course": [{"at": one["at"], "symptom": one["score"]} for one in first["course"]],
            "measures": measures,
            "answers": len(states),
            "average_rating": _mean([state.rating for state in states]),
            "average_adherence": _mean([state.adherence for state in states]),
            "side_effects": [{"term": term, "count": count} for term, count in sorted(terms.items())],
            "recommendations": {
                status: sum(row.status == status for row in recommendations)
                for status in ("proposed", "approved", "stopped")
                if not (actor.is_patient and status == "proposed")
            },
            "effectiveness": [update.model_dump(mode="json") for update in known],
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


def _mean(values: list[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 2) if known else None
