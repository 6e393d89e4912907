"""Counting what worked by hand, from the answers alone: what the running counts have to agree with."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from domain.past import outcome_of
from storage.tables import Consent, Diagnosis, Evidence, EvidenceDay, Feedback, Recommendation


@dataclass
class Counts:
    """What a cell holds."""

    prescribed: int = 0
    answered: int = 0
    improved: int = 0
    ratings: int = 0
    rating_sum: int = 0


Cell = tuple[str, str]


def recounted(session: Session) -> tuple[dict[Cell, Counts], dict[tuple[Cell, date], tuple[int, int]]]:
    """Count each herb and formula that was ever approved, and its newest answer; per cell, and per cell and day."""
    cells: dict[Cell, Counts] = defaultdict(Counts)
    days: dict[tuple[Cell, date], tuple[int, int]] = {}
    for plan in session.exec(select(Recommendation).where(col(Recommendation.approved).is_not(None))):
        if plan.kind not in ("herb", "formula"):
            continue
        words = select(Consent).where(Consent.patient_id == plan.patient_id, Consent.kind == "statistics")
        said = session.exec(words.order_by(col(Consent.id).desc())).first()
        if said is not None and not said.granted:
            continue
        cell = plan.item_id, plan.condition_id
        cells[cell].prescribed += 1
        answers = select(Feedback).where(Feedback.recommendation_id == plan.id, col(Feedback.withdrawn).is_(None))
        newest = session.exec(answers.order_by(col(Feedback.id).desc())).first()
        if newest is None:
            continue
        cells[cell].ratings += 1
        cells[cell].rating_sum += newest.rating
        outcome = outcome_of(newest, session.get_one(Diagnosis, newest.diagnosis_id))
        if outcome is not None:
            cells[cell].answered += 1
            cells[cell].improved += outcome
            improved, answered = days.get((cell, newest.created.date()), (0, 0))
            days[cell, newest.created.date()] = improved + outcome, answered + 1
    return dict(cells), days


def kept(session: Session) -> tuple[dict[Cell, Counts], dict[tuple[Cell, date], tuple[int, int]]]:
    """Read the running counts in the same form; days on which everything was taken back do not show."""
    rows = {row.id: row for row in session.exec(select(Evidence))}
    cells = {
        (row.item_id, row.condition_id): Counts(row.prescribed, row.answered, row.improved, row.ratings, row.rating_sum)
        for row in rows.values()
        if row.prescribed
    }
    days = {
        ((rows[day.evidence_id].item_id, rows[day.evidence_id].condition_id), day.day): (day.improved, day.answered)
        for day in session.exec(select(EvidenceDay))
        if (day.improved, day.answered) != (0, 0)
    }
    return cells, days
