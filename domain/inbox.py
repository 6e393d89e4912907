"""The inbox: what needs somebody now, sorted by risk, then by change. What is seen settles, so that it can be emptied."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from domain.alarm import SEVERE
from domain.patient import key
from domain.rhythm import OVERDUE, RISE, WORSE, local_day, midnight
from storage import check_in as check_ins
from storage import consent, delivery, sharing
from storage import overview as rows
from storage.readable import Readable
from storage.tables import Feedback, Patient, Recommendation

CALL_DAYS = 30
"""After so long a stop, or an answer that was worse, is not news any more; what is serious stays until somebody has seen it."""
MOST = 20
"""In the inbox of what can wait; what is serious or dangerous, opened or withdrawn is there however much it is."""
MOST_LOOKED_AT = 500


ANSWER, SILENCE, DANGER, OPENED, WITHDRAWN = "answer", "silence", "danger", "opened", "withdrawn"
"""What an item is about, as its key says it before its number."""


class Risk(IntEnum):
    """How soon something wants a look; the smaller the sooner."""

    SERIOUS = 0
    DANGEROUS = 1
    OPENED = 2
    """Somebody has opened the record in an emergency."""
    WITHDRAWN = 3
    """The patient has withdrawn their consent to treatment, and what they take goes on."""
    STOPPED = 4
    WORSE = 5
    SILENT = 6
    SETTLED = 7
    """Serious, and seen: below everything that is new, so that it is not forgotten."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing that needs the practitioner."""

    risk: Risk
    patient_id: int
    patient: str
    """Empty for an admin, who sees no record."""
    diagnosis_id: int
    """0 of a record that was opened, and of consent: it is about no diagnosis."""
    about: tuple["About", ...]
    since: datetime
    """When it was said, or when the gate came to object; of a check-in the midnight with which its day began."""
    feedback_id: int | None = None
    """The answer that it is about: to mark it as seen settles it. None for a danger, which wants a decision, and for silence."""
    updated: datetime | None = None
    """When that answer was given, or changed last."""
    rise: int | None = None
    """By how many points the symptom has risen since the answer before, or the baseline; None where that is not known."""
    symptom: str = ""
    """Which symptom, in the patient's own words as they were recorded; empty where nobody wrote them down."""
    reminded: datetime | None = None
    """Of silence: when the patient was reminded."""
    phone: bool = True
    """Of silence: whether the patient is signed in on one, so that they could answer."""
    opened: "Opened | None" = None
    """Of a record that was opened in an emergency: by whom, and why."""
    withdrawn: "Withdrawn | None" = None
    """Of consent to treatment that was withdrawn."""
    objections: str = ""
    """What tells one state from another: of a danger the gate's reasons, of an answer all unseen ones to the same."""

    @property
    def key(self) -> str:
        """What it is called, as long as it is about the same: its kind, a dash, and numbers."""
        if self.opened is not None:
            return f"{OPENED}-{self.opened.access_id}"
        if self.withdrawn is not None:
            return f"{WITHDRAWN}-{self.withdrawn.consent_id}"
        if self.feedback_id is not None:
            return f"{ANSWER}-{self.feedback_id}"
        if self.risk is Risk.SILENT:
            return f"{SILENCE}-{self.diagnosis_id}"
        return f"{DANGER}-{self.about[0].recommendation_id}"

    @property
    def said(self) -> str:
        """How it stands: another text once anything of it is another."""
        until = self.opened.until if self.opened is not None else None
        moments = (self.since, self.updated, self.reminded, until)
        return "|".join(
            [self.risk.name, self.objections, *(str(one.timestamp()) for one in moments if one is not None)]
        )

    @property
    def can_wait(self) -> bool:
        """Whether it is none of what is in the inbox however much of it there is."""
        return self.risk > Risk.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Opened:
    """A record was opened in an emergency."""

    access_id: int
    by: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A patient's no to being treated."""

    consent_id: int
    by_patient: bool
    """Whether they said it themselves; else a practitioner noted it on their word."""


@dataclass(frozen=True, slots=True)
class About:
    """What it is about: its name; ``kind`` and ``item_id`` name it in other languages."""

    name: str
    kind: str
    item_id: str
    recommendation_id: int


def read(session: Session, mine: Readable, now: datetime) -> tuple[InboxItem, ...]:
    """List what needs somebody, all of it: by risk, within a risk what has risen most, then the newest.

    Silence is in it also where something else of its diagnosis is: whether that is shown, ``setting_aside.divide`` knows.
    """
    since = now - timedelta(days=CALL_DAYS)
    urgent = rows.alarms(session, mine, limit=MOST_LOOKED_AT)
    calling = rows.calls(session, mine, since, worse=WORSE, rise=RISE, limit=MOST_LOOKED_AT)
    seen = rows.settled(session, mine, since, severe=SEVERE, limit=MOST_LOOKED_AT)
    inbox = _of_answers((*urgent, *calling, *seen), {key(feedback) for feedback, *_ in urgent})
    inbox += [
        replace(
            _item(Risk.DANGEROUS, patient, [recommendation], recommendation.worsened or now),
            objections=_digest(recommendation.verdict_reasons),
        )
        for recommendation, patient in rows.worsened(session, mine, limit=MOST_LOOKED_AT)
    ]
    inbox += [
        InboxItem(
            Risk.OPENED,
            key(patient),
            patient.name,
            0,
            (),
            access.at,
            opened=Opened(key(access), by, access.reason, access.until),
        )
        for access, patient, by in sharing.unseen(session, mine, limit=MOST_LOOKED_AT)
    ]
    inbox += [
        InboxItem(
            Risk.WITHDRAWN,
            key(patient),
            patient.name,
            0,
            (),
            word.at,
            withdrawn=Withdrawn(key(word), role == "patient"),
        )
        for word, patient, role in consent.withdrawn(session, mine, limit=MOST_LOOKED_AT)
    ]
    quiet = check_ins.silent(session, mine, local_day(now) - OVERDUE, limit=MOST_LOOKED_AT)
    ids = [check_in.diagnosis_id for check_in, _ in quiet]
    running, phones = check_ins.running(session, ids), delivery.with_phone(session, ids, now)
    inbox += [
        replace(
            _item(Risk.SILENT, patient, running[check_in.diagnosis_id], midnight(check_in.due)),
            reminded=check_in.reminded,
            phone=check_in.diagnosis_id in phones,
        )
        for check_in, patient in quiet
        if running[check_in.diagnosis_id]
    ]
    inbox.sort(key=lambda item: (item.risk, -(item.rise or 0), -item.since.timestamp()))
    return tuple(inbox)


def of_practice(session: Session, practice_id: int, now: datetime) -> tuple[InboxItem, ...]:
    """List for an admin which records were opened in an emergency: by whom and when, and nothing of what the records say."""
    since = now - timedelta(days=CALL_DAYS)
    return tuple(
        InboxItem(
            Risk.OPENED,
            access.patient_id,
            "",
            0,
            (),
            access.at,
            opened=Opened(key(access), by, "", access.until),
        )
        for access, by in sharing.opened_in(session, practice_id, since, limit=MOST_LOOKED_AT)
    )


def _of_answers(
    found: Iterable[Row[Feedback, Patient, Recommendation, int | None, str]], unseen: set[int]
) -> list[InboxItem]:
    """Say what the answers call for, one item a recommendation: the first of them wins."""
    chosen: dict[int, InboxItem] = {}
    unsettled: dict[int, dict[int, float]] = {}
    for feedback, patient, recommendation, rise, symptom in found:
        if key(feedback) in unseen:
            risk = Risk.SERIOUS
        elif feedback.seen is not None:
            risk = Risk.SETTLED
        else:
            risk = Risk.STOPPED if feedback.stopped else Risk.WORSE
        item = _item(risk, patient, [recommendation], feedback.created, feedback=feedback, rise=rise, symptom=symptom)
        chosen.setdefault(feedback.recommendation_id, item)
        if feedback.seen is None:
            unsettled.setdefault(feedback.recommendation_id, {})[key(feedback)] = feedback.updated.timestamp()
    # An answer stands behind the one that is chosen, but must not stay behind it when that one is set aside.
    return [
        replace(item, objections=_digest(sorted(unsettled[number].items()))) if number in unsettled else item
        for number, item in chosen.items()
    ]


def _item(
    risk: Risk,
    patient: Patient,
    recommendations: Sequence[Recommendation],
    since: datetime,
    *,
    feedback: Feedback | None = None,
    rise: int | None = None,
    symptom: str = "",
) -> InboxItem:
    return InboxItem(
        risk=risk,
        patient_id=key(patient),
        patient=patient.name,
        diagnosis_id=recommendations[0].diagnosis_id,
        about=tuple(About(one.name, one.kind, one.item_id, key(one)) for one in recommendations),
        since=since,
        feedback_id=None if feedback is None else key(feedback),
        updated=None if feedback is None else feedback.updated,
        rise=rise,
        symptom=symptom,
    )


def _digest(reasons: Any) -> str:
    return hashlib.sha256(json.dumps(reasons, sort_keys=True).encode()).hexdigest()[:16]
