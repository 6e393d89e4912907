"""What is known now of what is, or may be, prescribed in a diagnosis: the features of a prediction that is made today."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from domain.judgement import dose_of
from domain.past import outcome_of
from domain.patient import key
from domain.predictors.examples import past_of
from domain.predictors.features import Features, Prescription, features_of
from storage import care
from storage import evidence as evidence_rows
from storage.knowledge import Knowledge
from storage.tables import Diagnosis, Patient, Recommendation


def features_now(
    session: Session, knowledge: Knowledge, diagnosis: Diagnosis, rows: Sequence[Recommendation], *, now: datetime
) -> list[Features]:
    """Describe recommendations of one diagnosis to a predictor, by what is known at present."""
    patient = session.get_one(Patient, diagnosis.patient_id)
    answers = care.feedback_of_patient(session, diagnosis.patient_id)
    newest = {answer.recommendation_id: answer for answer in answers}
    became = {
        id_: outcome_of(answer, session.get_one(Diagnosis, answer.diagnosis_id)) for id_, answer in newest.items()
    }
    scores = {match.condition_id: match.score for match in care.matches(session, key(diagnosis))}
    found = []
    for row in rows:
        # What was said of this very recommendation is its outcome and no part of the past.
        past = past_of(
            (outcome for id_, outcome in became.items() if id_ != row.id),
            (one.adherence for one in answers if one.adherence is not None and one.recommendation_id != row.id),
        )
        given = Prescription(
            on=now.date(),
            born=patient.born,
            sex=patient.sex,
            baseline=diagnosis.baseline,
            tradition=diagnosis.tradition,
            condition_id=row.condition_id,
            item_id=row.item_id,
            dose=dose_of(row),
            match_score=scores.get(row.condition_id),
        )
        cell = evidence_rows.cell(session, row.practice_id, row.item_id, row.condition_id)
        found.append(features_of(given, past, cell, knowledge))
    return found
