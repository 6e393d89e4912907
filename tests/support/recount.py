"""Counting what worked by hand, from the answers alone: what the running counts have to agree with."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from domain.past import outcome_of
from storage.tables import (
    Alarm,
    Consent,
    Diagnosis,
    Evidence,
    EvidenceDay,
    EvidenceOfPractitioner,
    EvidenceSideEffect,
    EvidenceTogether,
    Feedback,
    Recommendation,
    SideEffect,
)


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


@dataclass
class Beside:
    """What stands beside the cells, each by cell and by practitioner, term or other item."""

    practitioners: dict[tuple[Cell, int], tuple[int, int, int]]
    side_effects: dict[tuple[Cell, str], tuple[int, int]]
    together: dict[tuple[Cell, str], int]


def beside_recounted(session: Session) -> Beside:
    """Count who prescribed, which side effects were named, and what ran beside, from the rows themselves."""
    found = Beside({}, {}, {})
    plans = [plan for plan in session.exec(select(Recommendation)) if _is_counted(session, plan)]
    for plan in plans:
        cell = plan.item_id, plan.condition_id
        answers = select(Feedback).where(Feedback.recommendation_id == plan.id, col(Feedback.withdrawn).is_(None))
        standing = list(session.exec(answers.order_by(col(Feedback.id))))
        diagnosis = session.get_one(Diagnosis, plan.diagnosis_id)
        outcome = outcome_of(standing[-1], diagnosis) if standing else None
        given, told, better = found.practitioners.get((cell, diagnosis.practitioner_id), (0, 0, 0))
        found.practitioners[cell, diagnosis.practitioner_id] = (
            given + 1,
            told + (outcome is not None),
            better + (outcome is True),
        )
        ids = [answer.id for answer in standing]
        named = session.exec(select(SideEffect).where(col(SideEffect.feedback_id).in_(ids))).all()
        effects = [effect for effect in named if effect.severity != 0 or effect.serious]
        for term in {effect.term.strip().lower() for effect in effects}:
            many, serious = found.side_effects.get((cell, term), (0, 0))
            alarming = any(effect.serious for effect in effects if effect.term.strip().lower() == term)
            found.side_effects[cell, term] = many + 1, serious + alarming
        for other in {other.item_id for other in plans if _ran_beside(plan, other)}:
            found.together[cell, other] = found.together.get((cell, other), 0) + 1
    return found


def alarms_recounted(session: Session) -> dict[int, int]:
    """Say from the answers alone which of them are an alarm, and how urgent: whoever is counted, and whatever runs."""
    found = {}
    for answer in session.exec(select(Feedback).where(col(Feedback.withdrawn).is_(None), col(Feedback.seen).is_(None))):
        effects = session.exec(select(SideEffect).where(SideEffect.feedback_id == answer.id)).all()
        worst = max((effect.severity or 0 for effect in effects), default=0)
        urgency = 5 if answer.red_flags or any(effect.serious for effect in effects) else worst
        if urgency >= 3:
            found[answer.id or 0] = urgency
    return found


def alarms_kept(session: Session) -> dict[int, int]:
    """Read the open alarms in the same form."""
    return {row.feedback_id: row.urgency for row in session.exec(select(Alarm))}


def _is_counted(session: Session, plan: Recommendation) -> bool:
    words = select(Consent).where(Consent.patient_id == plan.patient_id, Consent.kind == "statistics")
    said = session.exec(words.order_by(col(Consent.id).desc())).first()
    return plan.approved is not None and plan.kind in ("herb", "formula") and (said is None or said.granted)


def _ran_beside(plan: Recommendation, other: Recommendation) -> bool:
    if plan.patient_id != other.patient_id or plan.item_id == other.item_id:
        return False
    assert plan.approved is not None
    assert other.approved is not None
    first, second = sorted((plan, other), key=lambda one: one.approved or one.created)
    return first.stopped is None or (second.approved is not None and second.approved < first.stopped)


def beside_kept(session: Session) -> Beside:
    """Read what the program has counted in the same form."""
    cells = {row.id: (row.item_id, row.condition_id) for row in session.exec(select(Evidence))}
    return Beside(
        practitioners={
            (cells[row.evidence_id], row.practitioner_id): (row.prescribed, row.answered, row.improved)
            for row in session.exec(select(EvidenceOfPractitioner))
        },
        side_effects={
            (cells[row.evidence_id], row.term): (row.reported, row.serious)
            for row in session.exec(select(EvidenceSideEffect))
        },
        together={
            (cells[row.evidence_id], row.other_item_id): row.together for row in session.exec(select(EvidenceTogether))
        },
    )


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
