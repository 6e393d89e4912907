"""How what a patient scores goes over time, with what changed in the plan: a curve a measure, for who treats them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from domain import patient as patients
from domain.alarm import SEVERE
from domain.measures import BASELINES, LATER
from domain.messages import DoseLine, RecommendationUpdate
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from storage import care
from storage import course as rows
from storage.readable import of_patient
from storage.tables import Diagnosis, Feedback, Recommendation, SideEffect

CONNECTED = timedelta(days=16)
"""Two scores further apart are not joined: the rarest check-in is every fortnight, and two days late is still on time (PROPOSAL,
as the rhythm in ``domain/rhythm.py`` is). Between them nothing is known, and a line would say that something is."""
MOST_DIAGNOSES = 6
"""That are drawn, the newest; the others are on pages of their own."""


@dataclass(frozen=True, slots=True)
class Point:
    """A score, 0–10; of the day of the diagnosis where it is the ``start``."""

    at: datetime
    score: int
    start: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something changed in the plan."""

    at: datetime
    kind: Literal["start", "dose", "stop"]
    recommendation_id: int
    item: tuple[str, str, str]
    """Its kind, its id and its name."""
    old: DoseLine | None = None
    new: DoseLine | None = None
    """The doses before and after, and the one it began with; None where they are not known (any more)."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """An answer with side effects."""

    at: datetime
    terms: tuple[str, ...]
    serious: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One measure of one diagnosis."""

    diagnosis_id: int
    condition_id: str | None
    complaint: str
    measure: str
    name: str
    """The patient's words for it; empty where there are none."""
    runs: tuple[tuple[Point, ...], ...]
    """The scores, oldest first, in runs: between two runs is a gap."""
    marks: tuple[Mark, ...]
    unwanted: tuple[Unwanted, ...]


def read(services: Services, actor: Actor, patient_id: int) -> tuple[Course, ...]:
    """Read the courses of a patient, the newest diagnosis first; those in which there is nothing to draw are left out.

    Raises NotFound.
    """
    with services.database.read() as session:
        patient = patients.find(session, actor, patient_id, Action.READ)
        theirs = of_patient(patient.practice_id, patient_id)
        diagnoses = care.diagnoses(session, theirs, before=None, limit=MOST_DIAGNOSES)
        answers = care.feedback_of_patient(session, patient_id)
        effects = care.side_effects(session, [key(row) for row in answers])
        plan = care.approved_of_patient(session, patient_id)
        changes = _dose_changes(session, patient_id, {key(row): row for row in plan})
        return tuple(
            course
            for diagnosis in diagnoses
            for course in _of_diagnosis(
                diagnosis,
                [row for row in answers if row.diagnosis_id == diagnosis.id],
                effects,
                marks([row for row in plan if row.diagnosis_id == diagnosis.id], changes),
            )
        )


def runs(points: Sequence[Point]) -> tuple[tuple[Point, ...], ...]:
    """Part scores, oldest first, where two of them are further apart than ``CONNECTED``."""
    found: list[list[Point]] = []
    for point in points:
        if not found or point.at - found[-1][-1].at > CONNECTED:
            found.append([])
        found[-1].append(point)
    return tuple(tuple(run) for run in found)


def marks(plan: Sequence[Recommendation], changes: Sequence[Mark]) -> tuple[Mark, ...]:
    """Say what began, got another dose and was stopped in a plan, oldest first; ``changes`` are those of the doses."""
    found = []
    for row in plan:
        item, number = (row.kind, row.item_id, row.name), key(row)
        own = sorted((one for one in changes if one.recommendation_id == number), key=lambda one: one.at)
        if row.approved is not None:
            stands = DoseLine.model_validate(row.dose) if row.dose else None
            found.append(Mark(row.approved, "start", number, item, new=own[0].old if own else stands))
        found += own
        if row.stopped is not None and row.approved is not None:
            found.append(Mark(row.stopped, "stop", number, item))
    return tuple(sorted(found, key=lambda one: one.at))


def _dose_changes(session: Session, patient_id: int, plan: dict[int, Recommendation]) -> list[Mark]:
    when = [(number, at) for number, at in rows.dose_changes(session, patient_id) if number in plan]
    told = {}
    for at, text in rows.told_at(session, patient_id, {at for _, at in when}) if when else ():
        one = RecommendationUpdate.model_validate_json(text)
        told[one.recommendation_id, at] = one
    found = []
    for number, at in when:
        row, update = plan[number], told.get((number, at))
        old = update.old.dose if update and update.old else None
        new = update.new.dose if update and update.new else None
        found.append(Mark(at, "dose", number, (row.kind, row.item_id, row.name), old, new))
    return found


def _of_diagnosis(
    diagnosis: Diagnosis,
    answers: Sequence[Feedback],
    effects: dict[int, list[SideEffect]],
    changed: tuple[Mark, ...],
) -> list[Course]:
    unwanted = tuple(one for row in answers if (one := _unwanted(row, effects[key(row)])) is not None)
    found = []
    for measure, baseline in BASELINES.items():
        if measure in LATER and not getattr(diagnosis, measure):
            continue
        first = getattr(diagnosis, baseline)
        points = [] if first is None else [Point(diagnosis.created, first, start=True)]
        points += [
            Point(row.created, getattr(row, measure))
            for row in sorted(answers, key=lambda one: one.created)
            if getattr(row, measure) is not None
        ]
        if points:
            found.append(
                Course(
                    diagnosis_id=key(diagnosis),
                    condition_id=diagnosis.condition_id,
                    complaint=diagnosis.complaint,
                    measure=measure,
                    name=getattr(diagnosis, measure),
                    runs=runs(points),
                    marks=changed,
                    unwanted=unwanted,
                )
            )
    return found


def _unwanted(row: Feedback, effects: Sequence[SideEffect]) -> Unwanted | None:
    there = [one for one in effects if one.severity != 0 or one.serious]
    if not there:
        return None
    serious = bool(row.red_flags) or any(one.serious or (one.severity or 0) >= SEVERE for one in there)
    return Unwanted(row.created, tuple(dict.fromkeys(one.term for one in there)), serious)
