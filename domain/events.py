"""What has happened, in the past tense, and the entry that the log makes of it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from domain.messages import WITHHELD, PatientUpdate, PracticeState, Shape, SignInRevoked
from domain.page_messages import FileBroughtIn, InboxUpdate, PredictorUpdate
from storage.events import Entry

if TYPE_CHECKING:
    from domain.tracing import Span

DURABLE = ("diagnosis_update", "recommendation_update", "feedback_update", "effectiveness_update", "prediction_update")
"""The types that carry ``seq`` and stay in a diagnosis' log."""


class Audience(StrEnum):
    """Who reads a message: two at most, so that its JSON is made twice at most and not once per client."""

    PRACTICE = "practice"
    PATIENT = "patient"


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened to a diagnosis; ``wire`` is its message type."""

    wire: str
    diagnosis_id: int | None
    patient_id: int | None
    data: Shape
    for_patient: Mapping[str, Any] | str | None
    """What the patient may see of it (a text is JSON already); None where they may only know that something happened."""


def patient_recorded(data: PatientUpdate) -> DomainEvent:
    """Tell the practice's pages that a patient is there, or may be read by others now."""
    return DomainEvent(
        wire="patient_update", diagnosis_id=None, patient_id=data.patient_id, data=data, for_patient=None
    )


def file_brought_in(kind: str, data: FileBroughtIn) -> DomainEvent:
    """Tell a practice's pages and jobs that its own knowledge or cases are others now."""
    return DomainEvent(wire=f"{kind}_update", diagnosis_id=None, patient_id=None, data=data, for_patient=None)


def practice_changed(data: PracticeState) -> DomainEvent:
    """Tell the jobs of every process that a practice is reached in another way now."""
    return DomainEvent(wire="practice_update", diagnosis_id=None, patient_id=None, data=data, for_patient=None)


def predictor_changed(data: PredictorUpdate) -> DomainEvent:
    """Tell a practice's pages and jobs that a predictor is used, or is not any more."""
    return DomainEvent(wire="predictor_update", diagnosis_id=None, patient_id=None, data=data, for_patient=None)


def sign_in_revoked(data: SignInRevoked) -> DomainEvent:
    """Tell sockets and pages of a sign-in that it is over."""
    return DomainEvent(wire="sign_in_revoked", diagnosis_id=None, patient_id=None, data=data, for_patient=None)


def inbox_changed(data: InboxUpdate) -> DomainEvent:
    """Tell one person's own pages that their inbox is another one now."""
    return DomainEvent(wire="inbox_update", diagnosis_id=None, patient_id=None, data=data, for_patient=None)


@dataclass(frozen=True, kw_only=True)
class LoggedEvent:
    """An entry of the log as it travels: committed, numbered, its JSON made once for each audience."""

    position: int | None
    """Its place in the database's whole log; None for what is not kept (conflated effectiveness)."""
    id: str
    practice_id: int
    diagnosis_id: int | None
    patient_id: int | None
    seq: int | None
    type: str
    timestamp: str
    data: str
    patient_data: str | None
    span: "Span | None" = field(default=None, compare=False, repr=False)
    """The step that has published it; None where it is not traced. No part of what is told."""

    @cached_property
    def values(self) -> dict[str, Any]:
        """The data as the practice sees it."""
        parsed: dict[str, Any] = json.loads(self.data)
        return parsed

    def text(self, audience: Audience) -> str:
        """Give the whole message as JSON text."""
        return self._patient_text if audience is Audience.PATIENT else self._practice_text

    @cached_property
    def _practice_text(self) -> str:
        return self._envelope(self.data)

    @cached_property
    def _patient_text(self) -> str:
        return self._envelope(json.dumps(WITHHELD) if self.patient_data is None else self.patient_data)

    def _envelope(self, data: str) -> str:
        return envelope(
            self.type, data, diagnosis_id=self.diagnosis_id, seq=self.seq, message_id=self.id, timestamp=self.timestamp
        )

    @classmethod
    def passing(
        cls,
        kind: str,
        data: str,
        *,
        practice_id: int,
        diagnosis_id: int | None,
        patient_id: int | None,
        at: datetime,
        patient_data: str | None = None,
    ) -> "LoggedEvent":
        """Make a message that is told beside the log and kept nowhere; ``data`` is JSON."""
        return cls(
            position=None,
            id=uuid.uuid4().hex,
            practice_id=practice_id,
            diagnosis_id=diagnosis_id,
            patient_id=patient_id,
            seq=None,
            type=kind,
            timestamp=wire_time(at),
            data=data,
            patient_data=patient_data,
        )

    @classmethod
    def of(cls, row: Entry, span: "Span | None" = None) -> "LoggedEvent":
        """Read an entry of the log."""
        return cls(
            position=row.position,
            id=row.id,
            practice_id=row.practice_id,
            diagnosis_id=row.diagnosis_id,
            patient_id=row.patient_id,
            seq=row.seq,
            type=row.type,
            timestamp=wire_time(row.created),
            data=row.data,
            patient_data=row.patient_data,
            span=span,
        )


def envelope(
    kind: str, data: str, *, diagnosis_id: int | None, seq: int | None, message_id: str, timestamp: str
) -> str:
    """Write the envelope of protocol version 1 round ``data``, which is JSON already."""
    numbered = "" if seq is None else f'"seq":{seq},'
    return (
        f'{{"v":1,"type":"{kind}","diagnosis_id":{json.dumps(diagnosis_id)},{numbered}'
        f'"id":"{message_id}","timestamp":"{timestamp}","data":{data}}}'
    )


def wire_time(moment: datetime) -> str:
    """Write a time as messages carry it: UTC with milliseconds and a Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
