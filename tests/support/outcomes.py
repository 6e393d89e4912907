"""Outcomes of a practice, many at once: rows as the verbs would have written them, without the seconds that the verbs take."""

import random
from datetime import date, datetime, timedelta
from math import exp

from sqlmodel import Session, select

from domain.ledger import utc_now
from storage.tables import Diagnosis, Evidence, Feedback, Patient, Prediction, Recommendation
from tests.support.house import House

ITEMS = ("ginger", "fennel", "clove")
CONDITION = "t-stcold"


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
    with house.services.database.write() as session:
        there = {cell.item_id: cell for cell in session.exec(select(Evidence)) if cell.condition_id == CONDITION}
        for number in range(count):
            _one(session, house, dice, begun + number * every, there, signal=signal, predictor=predictor)
        session.add_all(there.values())


def _one(
    session: Session,
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
    who = Patient(practice_id=practice_id, practitioner_id=leila, name="Past", born=born, created=at)
    session.add(who)
    session.flush()
    diagnosis = Diagnosis(
        practice_id=practice_id, patient_id=who.id or 0, practitioner_id=leila, tradition="tcm",
        condition_id=CONDITION, status="closed", baseline=7, created=at,
    )  # fmt: skip
    session.add(diagnosis)
    session.flush()
    plan = Recommendation(
        practice_id=practice_id, diagnosis_id=diagnosis.id or 0, patient_id=who.id or 0, kind="herb", item_id=item,
        condition_id=CONDITION, name=item, dose=None, verdict="nothing_documented", status="approved", created=at,
        approved=at, prescribed_counted=True, outcome_counted=helped, rating_counted=3,
        counted_on=(at + timedelta(days=14)).date(),
    )  # fmt: skip
    session.add(plan)
    session.flush()
    said = Feedback(
        practice_id=practice_id, diagnosis_id=diagnosis.id or 0, recommendation_id=plan.id or 0, patient_id=who.id or 0,
        person_id=leila, rating=3, symptom=1 if helped else 7, created=at + timedelta(hours=12),
        updated=at + timedelta(hours=12),
    )  # fmt: skip
    shown = Prediction(
        recommendation_id=plan.id or 0, probability=0.5, low=0.2, high=0.8, basis="", predictor=predictor,
        prescribed=True, created=at,
    )  # fmt: skip
    session.add_all([said, shown])
    cell = cells.setdefault(
        item,
        Evidence(practice_id=practice_id, item_id=item, item_name=item, condition_id=CONDITION, prior_mean=0.6,
                 prior_strength=10, updated=at),
    )  # fmt: skip
    cell.prescribed, cell.answered, cell.improved = cell.prescribed + 1, cell.answered + 1, cell.improved + helped
