"""How likely a recommendation is to help: renewed when something it rests on changes, every value that was shown kept.

The rules are computed inside the change. A fitted or remote predictor answers beside the program, and what it said last goes
before the rules.
"""

from domain.events import DomainEvent
from domain.judgement import dose_of
from domain.ledger import Change
from domain.messages import PredictionUpdate
from domain.outcome import improved
from domain.patient import key
from domain.predicting import Candidate, PastOutcome, Probability, from_rules
from domain.predictors.standing import Asked, features_now
from domain.services import Services
from storage import answer
from storage import evidence as evidence_rows
from storage.answer import Prescribed
from storage.database import Through
from storage.evidence import Cell
from storage.record import Record
from storage.tables import Diagnosis, Recommendation

PREDICTED = ("herb", "formula")
"""Kinds whose outcome is counted; advice on diet and lifestyle is not predicted."""
LEAST_CHANGE = 0.005
"""Half a percent: the least change that a page would show."""
PREDICTOR = "rules-1"


def renew(
    change: Change,
    services: Services,
    recommendation: Recommendation | Prescribed,
    diagnosis: Diagnosis | Record,
    cell: Cell | None = None,
) -> None:
    """Predict anew and record it where the number that is shown changes, as part of a change; ``cell`` where it was read."""
    if recommendation.kind not in PREDICTED:
        return
    made = _made(services, recommendation, diagnosis)
    if made is None:
        with services.running.deciding.predictions["rules"].timing():
            made = predict(change, services, recommendation, diagnosis, cell), PREDICTOR
    found, predictor = made
    if isinstance(recommendation, Prescribed):
        standing = recommendation.shown_probability
    else:
        standing = answer.shown_probability(change.rows, key(recommendation))
    if standing is not None and abs(standing - found.value) < LEAST_CHANGE:
        return
    shown = PredictionUpdate(
        recommendation_id=key(recommendation),
        probability=round(found.value, 4),
        low=round(found.low, 4),
        high=round(found.high, 4),
        basis=found.basis,
        predictor=predictor,
    )
    answer.add_prediction(change.rows, created=change.now, **shown.model_dump())
    change.record(
        DomainEvent(
            wire="prediction_update",
            diagnosis_id=diagnosis.id,
            patient_id=diagnosis.patient_id,
            data=shown,
            for_patient=None,
        ),
        practice_id=diagnosis.practice_id,
    )


def prescribed(change: Change, services: Services, row: Recommendation, diagnosis: Diagnosis) -> None:
    """Freeze the probability that stands at an approval, with what was known then: the outcome scores it when it comes."""
    if row.kind in PREDICTED:
        knowledge = services.library.of(row.practice_id).knowledge
        asked = Asked(row.item_id, row.condition_id, dose_of(row), key(row))
        [features] = features_now(change.session, knowledge, diagnosis, [asked], on=change.now.date())
        answer.prescribe_prediction(change.rows, key(row), features.kept())


def _made(
    services: Services, recommendation: Recommendation | Prescribed, diagnosis: Diagnosis | Record
) -> tuple[Probability, str] | None:
    """Give what a model has predicted last beside the program; None where the rules speak."""
    at = recommendation.item_id, recommendation.condition_id
    made = services.predictors.made(diagnosis.practice_id, key(diagnosis)).get(at)
    return None if made is None else (made.probability, made.predictor)


def predict(
    change: Change,
    services: Services,
    recommendation: Recommendation | Prescribed,
    diagnosis: Diagnosis | Record,
    cell: Cell | None = None,
) -> Probability:
    """Predict by the rules: match, grade, the practice's evidence, and what helped this patient before."""
    item_id, condition_id = recommendation.item_id, recommendation.condition_id
    if isinstance(recommendation, Prescribed):
        score = recommendation.match_score
    else:
        score = answer.match_score(change.rows, key(diagnosis), condition_id)
    grade = services.library.of(recommendation.practice_id).knowledge.grades.get((item_id, condition_id))
    if cell is None:
        cell = evidence_rows.cell(change.rows, recommendation.practice_id, item_id, condition_id)
    history = history_of(change.rows, recommendation.patient_id, condition_id, beside=key(recommendation))
    return from_rules(Candidate(item_id, condition_id, score, grade, cell), history)


def history_of(through: Through, patient_id: int, condition_id: str, *, beside: int | None = None) -> list[PastOutcome]:
    """List what became of what a patient had for a condition; not of ``beside``, which is asked about.

    By the latest answers and not by what is counted: whoever wants to be in no statistics has a past all the same.
    """
    latest = answer.latest_answers(through, patient_id, condition_id, beside=beside)
    became = (
        (item, improved(baseline=at_first, symptom=now, improvement=said, stopped_for_side_effect=stopped))
        for item, at_first, now, said, stopped in latest
    )
    return [PastOutcome(item, condition_id, helped) for item, helped in became if helped is not None]
