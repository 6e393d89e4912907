"""How likely a recommendation is to help: computed anew when something it rests on changes, every value that was shown kept."""

from domain import evidence
from domain.events import DomainEvent
from domain.ledger import Change
from domain.patient import key
from domain.predicting import Probability, from_rules
from domain.services import Services
from domain.snapshot import prediction_state
from storage import care
from storage.tables import Diagnosis, Prediction, Recommendation

PREDICTED = ("herb", "formula")
"""Kinds whose outcome is counted; advice on diet and lifestyle is not predicted."""
LEAST_CHANGE = 0.005
"""Half a percent: the least change that a page would show."""
PREDICTOR = "rules-1"


def renew(change: Change, services: Services, recommendation: Recommendation, diagnosis: Diagnosis) -> None:
    """Predict anew and record it where the number that is shown changes, as part of a change."""
    if recommendation.kind not in PREDICTED:
        return
    found = predict(change, services, recommendation, diagnosis)
    standing = care.newest_predictions(change.session, [key(recommendation)]).get(key(recommendation))
    if standing is not None and abs(standing.probability - found.value) < LEAST_CHANGE:
        return
    row = Prediction(
        recommendation_id=key(recommendation),
        probability=round(found.value, 4),
        low=round(found.low, 4),
        high=round(found.high, 4),
        basis=found.basis,
        predictor=PREDICTOR,
        created=change.now,
    )
    change.session.add(row)
    change.session.flush()
    change.record(
        DomainEvent(
            wire="prediction_update",
            diagnosis_id=diagnosis.id,
            patient_id=diagnosis.patient_id,
            data=prediction_state(row),
            for_patient=None,
        ),
        practice_id=diagnosis.practice_id,
    )


def predict(change: Change, services: Services, recommendation: Recommendation, diagnosis: Diagnosis) -> Probability:
    """Predict by the rules: how well the condition fits, the grade of the indication, and the practice's own evidence."""
    scores = {row.condition_id: row.score for row in care.matches(change.session, key(diagnosis))}
    grades = [
        row.grade.value
        for row in services.knowledge.indications
        if row.item == recommendation.item_id and row.condition == recommendation.condition_id
    ]
    known = evidence.estimate_for(
        change.session, recommendation.practice_id, recommendation.item_id, recommendation.condition_id
    )
    return from_rules(scores.get(recommendation.condition_id), min(grades, default=None), known)
