"""Today: who is expected to answer, whose check-in has been due for longer, and what has changed in the plans."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from domain.patient import key
from domain.rhythm import local_day
from storage import delivery
from storage import today as rows
from storage.readable import Readable
from storage.tables import Recommendation

MOST_DUE, MOST_CHANGED = 100, 12
What = Literal["approved", "stopped", "objected", "opened"]


@dataclass(frozen=True, slots=True)
class Due:
    """A check-in that is not answered yet."""

    patient_id: int
    patient: str
    diagnosis_id: int
    due: date
    days_late: int
    """0: it is due today."""
    phone: bool
    """Whether the patient is signed in on one, so that they can answer."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Something of a plan that is another one since this morning."""

    what: What
    patient_id: int
    patient: str
    diagnosis_id: int
    number: int
    """Of the recommendation, or of the diagnosis that was recorded."""
    name: str
    kind: str
    item_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Today:
    """The day, as it stands."""

    expected: tuple[Due, ...]
    late: tuple[Due, ...]
    """Due before today and not answered, the latest first."""
    changed: tuple[Changed, ...]
    """Newest first."""

    @property
    def patient_ids(self) -> list[int]:
        """Who is in it."""
        return [one.patient_id for one in (*self.expected, *self.late)] + [one.patient_id for one in self.changed]


def read(session: Session, mine: Readable, now: datetime, midnight: datetime) -> Today:
    """Read the day of readable patients, from ``midnight`` on; bounded lists."""
    today = local_day(now)
    found = rows.due(session, mine, today, limit=MOST_DUE)
    phones = delivery.with_phone(session, [check_in.diagnosis_id for check_in, _ in found], now)
    due = [
        Due(
            key(patient),
            patient.name,
            check_in.diagnosis_id,
            check_in.due,
            (today - check_in.due).days,
            check_in.diagnosis_id in phones,
        )
        for check_in, patient in found
    ]
    changed = [
        Changed(what, key(patient), patient.name, row.diagnosis_id, key(row), row.name, row.kind, row.item_id, at)
        for row, patient in rows.decided(session, mine, midnight, limit=MOST_CHANGED)
        for what, at in [newest(row)]
    ]
    changed += [
        Changed("opened", key(patient), patient.name, key(row), key(row), "", "", "", row.created)
        for row, patient in rows.opened(session, mine, midnight, limit=MOST_CHANGED)
    ]
    changed.sort(key=lambda one: one.at, reverse=True)
    return Today(
        expected=tuple(one for one in due if one.days_late == 0),
        late=tuple(one for one in due if one.days_late > 0),
        changed=tuple(changed[:MOST_CHANGED]),
    )


def newest(row: Recommendation) -> tuple[What, datetime]:
    """Say what was last done with a recommendation that was approved at some time, and when."""
    moments: list[tuple[datetime, What]] = []
    for what, moment in (("approved", row.approved), ("objected", row.worsened), ("stopped", row.stopped)):
        if moment is not None:
            moments.append((moment, what))  # type: ignore[arg-type]
    at, done = max(moments)
    return done, at
