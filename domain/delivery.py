"""Who has got what, since when: a device's acknowledgements written down, and read by those who may read the record.

*Delivered* means that a device of the patient's has confirmed receipt; nobody can say whether a person has read it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from domain.acknowledgement import Device
from domain.errors import NotAllowed
from domain.events import LoggedEvent
from domain.ledger import Change, utc_now
from domain.messages import DeliveryUpdate, DeviceState
from domain.permission import Action, Actor, readable
from domain.record import find
from domain.services import Services
from domain.trouble import Trouble
from storage import delivery as rows

log = structlog.get_logger(__name__)

EVERY_SECONDS = 0.5
"""A thousand phones that acknowledge every three seconds are two transactions a second instead of 333."""
MOST_TOGETHER = 250
"""Acknowledgements in one change: about 8 ms, because somebody's feedback may wait behind it."""
SAME_AGAIN = timedelta(seconds=60)
"""A device that says again where it is moves only the time of its last word, and that at most so often."""


@dataclass(frozen=True, slots=True)
class Told:
    """A recommendation as its patient was last told of it."""

    seq: int
    since: datetime
    delivered: datetime | None
    """When the first of the patient's devices had confirmed it; None while none has."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How far one diagnosis has come to its patient."""

    top: int
    """The last number of its log."""
    devices: tuple[DeviceState, ...]
    """Those that the patient is signed in on, the newest first."""
    told: Mapping[int, Told]
    """By recommendation."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How a diagnosis stands in a list: whether all that the patient was told has come."""

    since: datetime
    """When the patient was told the oldest that waits; where nothing does, the newest."""
    delivered: datetime | None
    """When the last of it had come; None while something waits."""
    phone: bool
    """Whether the patient is signed in on one at present: without, nothing can come."""


def read(services: Services, actor: Actor, diagnosis_id: int) -> Deliveries:
    """Read how far a diagnosis has come to its patient's devices. Raises NotFound, and NotAllowed to patients."""
    if actor.is_patient:
        raise NotAllowed("This is for practitioners.")
    with services.database.read() as session:
        diagnosis = find(session, actor, diagnosis_id, Action.READ)
        return Deliveries(
            top=diagnosis.seq,
            devices=tuple(
                DeviceState(sign_in_id=number, device=device, since=since, seq=seq or 0, at=at)
                for number, device, since, seq, at in rows.devices(session, diagnosis_id, utc_now())
            ),
            told={
                recommendation_id: Told(seq, since, delivered)
                for _, recommendation_id, seq, since, delivered in rows.told(session, [diagnosis_id])
            },
        )


def reached(services: Services, actor: Actor, diagnosis_ids: Sequence[int]) -> dict[int, Reached]:
    """Read how these diagnoses stand, those of them that the actor may read and whose patient was told anything."""
    if actor.is_patient:
        raise NotAllowed("This is for practitioners.")
    found: dict[int, list[Told]] = {}
    with services.database.read() as session:
        for diagnosis_id, _, seq, since, delivered in rows.told(session, diagnosis_ids, readable(actor)):
            found.setdefault(diagnosis_id, []).append(Told(seq, since, delivered))
        phones = rows.with_phone(session, list(found), utc_now())
    return {diagnosis_id: _reached(told, phone=diagnosis_id in phones) for diagnosis_id, told in found.items()}


def _reached(told: Sequence[Told], *, phone: bool) -> Reached:
    waiting = [one.since for one in told if one.delivered is None]
    come = [one.delivered for one in told if one.delivered is not None]
    return Reached(min(waiting), None, phone) if waiting else Reached(max(one.since for one in told), max(come), phone)


async def write_acknowledgements(services: Services) -> None:
    """Write down what devices acknowledge, until cancelled; what is still in the book then is written first."""
    trouble = Trouble(log, "acknowledgements could not be written")
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await _write_all(services, trouble)
    finally:
        await _write_all(services, trouble)


async def _write_all(services: Services, trouble: Trouble) -> None:
    while noted := services.acks.take(MOST_TOGETHER):
        try:
            await services.ledger.written(partial(_write, noted))
        except Exception as error:
            services.acks.put_back(noted)  # acknowledgements are cumulative: nothing is lost but time
            trouble.met(error, waiting=len(services.acks))
            return
        trouble.over()


def _write(noted: Mapping[Device, int], change: Change) -> None:
    """Write what devices have said, and tell the practice's pages of it."""
    moved: dict[tuple[int, int, int], list[DeviceState]] = {}
    for (sign_in_id, diagnosis_id), seq in noted.items():
        before = rows.known(change.rows, sign_in_id=sign_in_id, diagnosis_id=diagnosis_id)
        if before is None or seq > before.top or not _is_news(before, seq, change.now):
            continue  # nobody's, never given out, or known
        rows.advance(change.rows, before, sign_in_id=sign_in_id, diagnosis_id=diagnosis_id, seq=seq, at=change.now)
        if before.patients:
            state = DeviceState(sign_in_id=sign_in_id, device=before.device, since=before.since, seq=seq, at=change.now)
            moved.setdefault((before.practice_id, diagnosis_id, before.patient_id), []).append(state)
    for (practice_id, diagnosis_id, patient_id), devices in moved.items():
        change.passing.append(  # the hub hands it to pages of the practice and to no socket
            LoggedEvent.passing(
                "delivery_update",
                DeliveryUpdate(devices=devices).model_dump_json(),
                practice_id=practice_id,
                diagnosis_id=diagnosis_id,
                patient_id=patient_id,
                at=change.now,
            )
        )


def _is_news(before: rows.Known, seq: int, now: datetime) -> bool:
    if before.seq is None or before.at is None or seq > before.seq:
        return True
    return seq == before.seq and now - before.at >= SAME_AGAIN
