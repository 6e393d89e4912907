"""What became of each patient's own prescriptions: of those whose record the actor may read.

Only what the practice's counts know: of somebody who refused ``statistics`` there is nothing here; their record has it all.
"""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from domain import evidence
from domain.cell_views import Found, item_name
from domain.permission import Actor, readable
from domain.readings import shown
from domain.services import Services
from domain.snapshot import condition_name
from domain.statistics import Estimate, Tier, posterior, tier
from storage import prescriptions as rows
from storage.prescriptions import OfPatient

COURSE = 6
"""Scores that are shown of a course, the newest."""


@dataclass(frozen=True, slots=True)
class PatientView:
    """One patient's counted prescriptions, and the course of what they score in the newest diagnosis of them."""

    patient_id: int
    patient: str
    diagnosis_id: int
    prescribed: int
    answered: int
    improved: int
    tier: Tier
    estimate: Estimate | None
    """From 5 answers on, with the practice's prior. Too narrow: a patient's answers are not independent of each other."""
    symptom: str
    baseline: int | None
    course: tuple[int, ...]
    """The last scores, 0–10, oldest first."""
    last: date | None
    """The day of the last answer that is counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one prescription."""

    diagnosis_id: int
    item: str
    condition: str
    status: str
    improved: bool | None
    """None where that is not known."""


def found(
    services: Services,
    actor: Actor,
    words: str = "",
    silent_about: tuple[str, str] | None = None,
    limit: int | None = None,
) -> Found[PatientView]:
    """List the readable patients who are called like the words, the newest answer first.

    ``silent_about``, item and condition: only those who have not said how that went. Of somebody who may read no record there
    are none.
    """
    with services.database.read() as session:
        some, total = rows.by_patient(
            session, readable(actor), search=words.strip(), silent_about=silent_about, limit=limit
        )
        return Found(_views(session, actor, some), total)


def view_of(services: Services, actor: Actor, patient_id: int) -> PatientView | None:
    """Read one patient; None where nothing is counted of them, or the actor may not read their record."""
    with services.database.read() as session:
        one = rows.of_patient(session, readable(actor), patient_id)
        return None if one is None else _views(session, actor, [one])[0]


def outcomes(services: Services, actor: Actor, patient_id: int, language: str = "en") -> list[Outcome]:
    """List what became of each counted prescription of a patient, newest first; nothing of a record one may not read."""
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        given = rows.given(session, readable(actor), patient_id)
        shown(session, actor, "outcomes", [patient_id] if given else [])
        return [
            Outcome(
                diagnosis_id=one.diagnosis_id,
                item=item_name(one.item_id, one.name, knowledge, language),
                condition=condition_name(one.condition_id, knowledge, language),
                status=one.status,
                improved=one.improved,
            )
            for one in given
        ]


def _views(session: Session, actor: Actor, some: list[OfPatient]) -> tuple[PatientView, ...]:
    shown(session, actor, "outcomes", [one.patient_id for one in some])
    courses = rows.courses(session, [one.diagnosis_id for one in some])
    pool = None
    views = []
    for one in some:
        symptom, baseline, course = courses[one.diagnosis_id]
        how_plainly, estimate = tier(one.answered), None
        if how_plainly is not Tier.HIDDEN:
            pool = pool or evidence.pool(session, actor.practice_id)
            counts = one.improved, one.answered
            estimate = posterior(*counts, pool.practice(without=counts))
        views.append(
            PatientView(
                patient_id=one.patient_id,
                patient=one.name,
                diagnosis_id=one.diagnosis_id,
                prescribed=one.prescribed,
                answered=one.answered,
                improved=one.improved,
                tier=how_plainly,
                estimate=estimate,
                symptom=symptom,
                baseline=baseline,
                course=tuple(course[-COURSE:]),
                last=one.last,
            )
        )
    return tuple(views)
