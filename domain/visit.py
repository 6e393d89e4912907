"""The last visit: what was found then, so that a practitioner need not record it again, and what has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain import patient as patients
from domain.diagnosis import value_of
from domain.matching import FindingValue
from domain.matching.findings import CHRONIC_DAYS, MOST_DAYS
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from storage import care


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


@dataclass(frozen=True)
class Difference:
    """What two records of one person have apart, by finding id in the order of the record that has it.

    ``new`` is there now and was not on record as there; ``gone`` was there and is absent now; ``worse`` and ``better`` are there
    both times with another severity or degree; ``not_looked_for`` was there and nobody has looked for it now.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    not_looked_for: tuple[str, ...] = ()


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
        )


def taken_over(findings: Iterable[FindingValue], *, days: int) -> list[FindingValue]:
    """Bring findings to a visit that is ``days`` later, as they were but for their duration.

    What had been there for ``CHRONIC_DAYS`` or more has been there so much longer; whether a shorter one has gone on all the time
    is not known, so its duration is left open.
    """
    return [replace(one, duration_days=_lasting(one.duration_days, days)) for one in findings]


def difference(before: Iterable[FindingValue], now: Iterable[FindingValue]) -> Difference:
    """Compare two records; a severity or degree that is not known on one side says nothing, and neither does a duration."""
    then, today = {one.finding_id: one for one in before}, {one.finding_id: one for one in now}
    there_then = {one: value for one, value in then.items() if value.there}
    there_now = {one: value for one, value in today.items() if value.there}
    both = [(one, _steps(there_then[one], value)) for one, value in there_now.items() if one in there_then]
    return Difference(
        new=tuple(one for one in there_now if one not in there_then),
        gone=tuple(one for one in there_then if one in today and not today[one].there),
        worse=tuple(one for one, steps in both if steps > 0),
        better=tuple(one for one, steps in both if steps < 0),
        not_looked_for=tuple(one for one in there_then if one not in today),
    )


def _lasting(duration: int | None, days: int) -> int | None:
    if duration is None or duration < CHRONIC_DAYS:
        return None
    return min(duration + max(days, 0), MOST_DAYS)


def _steps(then: FindingValue, now: FindingValue) -> int:
    pairs = ((then.severity, now.severity), (then.degree, now.degree))
    return sum(new - old for old, new in pairs if old is not None and new is not None)
