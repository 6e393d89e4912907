"""What is known now of what is, or may be, prescribed in a diagnosis: the features of a prediction that is made today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from domain.gate import DoseLine
from domain.past import outcome_of
from domain.patient import key
from domain.predicting import PastOutcome
from domain.predictors.examples import past_of
from domain.predictors.features import Features, Prescription, features_of
from domain.telling import COUNTED
from storage import care
from storage import evidence as evidence_rows
from storage.knowledge import Knowledge
from storage.tables import Diagnosis, Feedback, Patient, Recommendation


@dataclass(frozen=True, slots=True)
class Asked:
    """An item for a condition, with its dose; the recommendation where it is one already."""

    item_id: str
    condition_id: str
    dose: DoseLine | None
    recommendation_id: int | None = None


def features_now(
    session: Session, knowledge: Knowledge, diagnosis: Diagnosis, asked: Sequence[Asked], *, on: date
) -> list[Features]:
    """Describe what is, or may be, prescribed in a diagnosis to a predictor, by what is known on a day."""
    patient = session.get_one(Patient, diagnosis.patient_id)
    answers = care.feedback_of_patient(session, diagnosis.patient_id)
    became = _became(session, answers)
    scores = {match.condition_id: match.score for match in care.matches(session, key(diagnosis))}
    found = []
    for one in asked:
        # What was said of this very recommendation is its outcome and no part of the past.
        past = past_of(
            (outcome for id_, outcome in became.items() if id_ != one.recommendation_id),
            (
                answer.adherence
                for answer in answers
                if answer.adherence is not None and answer.recommendation_id != one.recommendation_id
            ),
        )
        given = Prescription(
            on=on,
            born=patient.born,
            sex=patient.sex,
            baseline=diagnosis.baseline,
            tradition=diagnosis.tradition,
            condition_id=one.condition_id,
            item_id=one.item_id,
            dose=one.dose,
            match_score=scores.get(one.condition_id),
        )
        cell = evidence_rows.cell(session, diagnosis.practice_id, one.item_id, one.condition_id)
        found.append(features_of(given, past, cell, knowledge))
    return found


def _became(session: Session, answers: Sequence[Feedback]) -> dict[int, PastOutcome]:
    """Say what became of each recommendation, by its latest answer; only herbs and formulas have a name in it."""
    found = {}
    for id_, answer in {one.recommendation_id: one for one in answers}.items():
        helped = outcome_of(answer, session.get_one(Diagnosis, answer.diagnosis_id))
        row = session.get_one(Recommendation, id_)
        if helped is not None:
            named = (row.item_id, row.condition_id) if row.kind in COUNTED else ("", "")
            found[id_] = PastOutcome(*named, helped)
    return found
