"""The last visit: what was found then, so that a practitioner need not record it again, and what has changed since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain import patient as patients
from domain.diagnosis import value_of
from domain.matching import FindingValue
from domain.matching.findings import CHRONIC_DAYS, MOST_DAYS
from domain.measures import BASELINES
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from storage import care
from storage.tables import Diagnosis, Feedback


@dataclass(frozen=True)
class LastVisit:
    """A visit at which something was found or looked for, as it was recorded."""

    diagnosis_id: int
    on: datetime
    tradition: str
    symptom: str
    second_symptom: str
    activity: str
    findings: tuple[FindingValue, ...]
    measured: Mapping[str, "Measured"] = field(default_factory=dict)
    """By what is measured: symptom, second_symptom, activity."""


@dataclass(frozen=True)
class Measured:
    """How much it was at the last visit, 0 to 10, and in the patient's newest answer since; None where nobody said."""

    then: int | None
    newest: int | None = None
    newest_at: datetime | None = None


def last_visit(services: Services, actor: Actor, patient_id: int) -> LastVisit | None:
    """Read the newest visit of a patient that has findings on record; None without one. Raises NotFound."""
    with services.database.read() as session:
        patients.find(session, actor, patient_id, Action.TREAT)
        row = care.newest_diagnosis_with_findings(session, patient_id)
        if row is None:
            return None
        findings = tuple(value_of(one) for one in care.findings(session, key(row)))
        return LastVisit(
            diagnosis_id=key(row),
            on=row.created,
            tradition=row.tradition,
            symptom=row.symptom,
            second_symptom=row.second_symptom,
            activity=row.activity,
            findings=findings,
            measured={name: _measured(row, name, care.feedback(session, key(row))) for name in BASELINES},
        )


def taken_over(findings: Iterable[FindingValue], *, days: int) -> list[FindingValue]:
    """Bring findings to a visit that is ``days`` later, as they were but for their duration.

    What had been there for ``CHRONIC_DAYS`` or more has been there so much longer; whether a shorter one has gone on all the time
    is not known, so its duration is left open.
    """
    return [replace(one, duration_days=_lasting(one.duration_days, days)) for one in findings]


def _measured(row: Diagnosis, name: str, answers: Sequence[Feedback]) -> Measured:
    newest = next((one for one in reversed(answers) if getattr(one, name) is not None), None)
    then = getattr(row, BASELINES[name])
    return Measured(then) if newest is None else Measured(then, getattr(newest, name), newest.created)


def _lasting(duration: int | None, days: int) -> int | None:
    if duration is None or duration < CHRONIC_DAYS:
        return None
    return min(duration + max(days, 0), MOST_DAYS)
