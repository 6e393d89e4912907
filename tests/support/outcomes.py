"""Outcomes of a practice, many at once: rows as the verbs would have written them, without the seconds that the verbs take."""

import random
from datetime import date, datetime, timedelta
from functools import cache
from math import exp
from typing import Any

import pytest
from sqlalchemy import insert
from sqlmodel import Session, SQLModel, func, select

from domain.ledger import utc_now
from domain.predictors import fitting, measures
from domain.predictors.pipelines import PIPELINES
from storage.tables import Diagnosis, Evidence, Feedback, Patient, Prediction, Recommendation
from tests.support.house import House

ITEMS = ("ginger", "fennel", "clove")
CONDITION = "t-stcold"
Rows = dict[type[SQLModel], list[dict[str, Any]]]


def past_outcomes(
    house: House,
    count: int,
    *,
    signal: bool = True,
    seed: int = 1,
    predictor: str = "rules-1",
    every: timedelta = timedelta(hours=20),
    ended: timedelta = timedelta(days=2),
) -> None:
    """Write treatments that are over, one begun after the other until ``ended`` ago; with ``signal`` age decides, else chance."""
    dice = random.Random(seed)
    begun = utc_now() - ended - count * every
    rows: Rows = {table: [] for table in (Patient, Diagnosis, Recommendation, Feedback, Prediction)}
    with house.services.database.write() as session:
        first = {table: (session.exec(select(func.max(table.id))).one() or 0) + 1 for table in rows}  # type: ignore[attr-defined]
        there = {cell.item_id: cell for cell in session.exec(select(Evidence)) if cell.condition_id == CONDITION}
        for number in range(count):
            ids = {table: first[table] + number for table in rows}
            _one(rows, ids, house, dice, begun + number * every, there, signal=signal, predictor=predictor)
        _write(session, rows)
        session.add_all(there.values())


def fitting_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fit try the plainest pipeline only, and draw its intervals from few draws: where the choice is not what is tested."""
    plainest = next(iter(PIPELINES))
    monkeypatch.setattr(fitting, "PIPELINES", {plainest: PIPELINES[plainest]})
    monkeypatch.setattr(measures, "DRAWS", 30)


def _write(session: Session, rows: Rows) -> None:
    for table, many in rows.items():
        session.connection().execute(insert(table), many)


@cache
def _unsaid(table: type[SQLModel]) -> dict[str, Any]:
    """Give what a row holds where nothing is said; checking each of thousands by its model would take a second."""
    fields = table.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


def _one(
    rows: Rows,
    ids: dict[type[SQLModel], int],
    house: House,
    dice: random.Random,
    at: datetime,
    cells: dict[str, Evidence],
    *,
    signal: bool,
    predictor: str,
) -> None:
    practice_id, leila = house.leila.practice_id, house.leila.person_id
    years, item = dice.randint(20, 80), dice.choice(ITEMS)
    truth = 1 / (1 + exp(-(years - 50) / 10)) if signal else 0.5
    helped = dice.random() < truth
    born = date(at.year - years, 1, 1)
    made: dict[type[SQLModel], dict[str, Any]] = {
        Patient: {
            "id": ids[Patient], "practice_id": practice_id, "practitioner_id": leila, "name": "Past", "born": born, "created": at,
        },
        Diagnosis: {
            "id": ids[Diagnosis], "practice_id": practice_id, "patient_id": ids[Patient], "practitioner_id": leila,
            "tradition": "tcm", "condition_id": CONDITION, "status": "closed", "baseline": 7, "created": at,
        },
        Recommendation: {
            "id": ids[Recommendation], "practice_id": practice_id, "diagnosis_id": ids[Diagnosis], "patient_id": ids[Patient],
            "kind": "herb", "item_id": item, "condition_id": CONDITION, "name": item, "dose": None,
            "verdict": "nothing_documented", "status": "approved", "created": at,
            "approved": at, "prescribed_counted": True, "outcome_counted": helped, "rating_counted": 3,
            "counted_on": (at + timedelta(days=14)).date(),
        },
        Feedback: {
            "id": ids[Feedback], "practice_id": practice_id, "diagnosis_id": ids[Diagnosis],
            "recommendation_id": ids[Recommendation], "patient_id": ids[Patient], "person_id": leila, "rating": 3,
            "symptom": 1 if helped else 7, "created": at + timedelta(hours=12), "updated": at + timedelta(hours=12),
        },
        Prediction: {
            "id": ids[Prediction], "recommendation_id": ids[Recommendation], "probability": 0.5, "low": 0.2, "high": 0.8,
            "basis": "", "predictor": predictor, "prescribed": True, "created": at,
        },
    }  # fmt: skip
    for table, values in made.items():
        rows[table].append(_unsaid(table) | values)
    cell = cells.setdefault(
        item,
        Evidence(practice_id=practice_id, item_id=item, item_name=item, condition_id=CONDITION, prior_mean=0.6,
                 prior_strength=10, updated=at),
    )  # fmt: skip
    cell.prescribed, cell.answered, cell.improved = cell.prescribed + 1, cell.answered + 1, cell.improved + helped
