"""Effectiveness that others caused: sent on to the diagnoses it concerns, the last value only, at most once a second.

Somebody's answer moves the number of a herb that other patients take as well. Their pages and phones are told without a
``seq``: such a message is no part of their log, and a newer one replaces it. Each process tells those who follow it there.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from domain.events import LoggedEvent
from domain.evidence import effectiveness, effectiveness_for_patient, refresh_priors
from domain.hub import EVERYTHING, EVIDENCE_MOVED, evidence_topic
from domain.ledger import Change, utc_now
from domain.messages import EffectivenessUpdate
from domain.services import Services
from domain.trouble import Trouble
from storage import beside
from storage import evidence as evidence_rows

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
FRESH = timedelta(seconds=5)
PRIORS_EVERY_SECONDS = 60.0
"""The prior drifts with every answer in the practice; what rests on an old one is brought up this often."""
Cell = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """The diagnoses that are followed in this process: by somebody of their practice, and by anybody."""

    by_practices: set[int]
    all: set[int]


async def conflate(services: Services) -> None:
    """Run until cancelled."""
    dirty: dict[Cell, set[int]] = {}
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type == "effectiveness_update" and event.position is not None and event.diagnosis_id is not None:
            values = event.values
            dirty.setdefault((event.practice_id, values["herb"], values["condition"]), set()).add(event.diagnosis_id)
            woken.set()
        elif event.type == EVIDENCE_MOVED:
            values = event.values
            dirty.setdefault((event.practice_id, values["herb"], values["condition"]), set())
            woken.set()

    trouble = Trouble(log, "could not conflate effectiveness")
    unfollow = services.hub.follow(EVERYTHING, notice)
    refreshed = time.monotonic()
    try:
        while True:
            await woken.wait()
            woken.clear()
            cells = dict(dirty)
            dirty.clear()
            try:
                if services.leading.leads and time.monotonic() - refreshed >= PRIORS_EVERY_SECONDS:
                    refreshed = time.monotonic()
                    await asyncio.to_thread(_refresh_priors, services, {practice for practice, *_ in cells})
                followed = Followed(services.hub.followed_by_practices(), services.hub.followed_diagnoses())
                while cells:
                    cell = next(iter(cells))
                    if followed.all or services.hub.is_followed(evidence_topic(cell[0])):
                        await services.ledger.written(partial(_tell, cell, cells[cell], followed))
                    del cells[cell]
                trouble.over()
            except Exception as error:
                trouble.met(error)
                for cell, causes in cells.items():  # in the next round
                    dirty.setdefault(cell, set()).update(causes)
                woken.set()
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        unfollow()


def _refresh_priors(services: Services, practices: set[int]) -> None:
    """Bring the cells that nobody answered lately to the present prior, and tell every process of those that moved visibly."""

    def act(change: Change, practice_id: int) -> None:
        for cell in refresh_priors(change, practice_id=practice_id):
            names = json.dumps({"herb": cell.item_id, "condition": cell.condition_id})
            change.passing.append(
                LoggedEvent.passing(
                    EVIDENCE_MOVED,
                    names,
                    practice_id=practice_id,
                    diagnosis_id=None,
                    patient_id=None,
                    at=change.now,
                )
            )

    for practice_id in practices:
        services.ledger.write(partial(act, practice_id=practice_id))


def _tell(cell: Cell, causes: set[int], followed: Followed, change: Change) -> None:
    """Tell what a cell is now, in the order of the changes: read beside them it could come after a newer value."""
    practice_id, item_id, condition_id = cell
    found = evidence_rows.cell(change.rows, practice_id, item_id, condition_id)
    if found is None:
        return
    practice, patient = effectiveness(change.rows, found, 0), effectiveness_for_patient(found, 0)
    if not causes:  # it moved with no answer of its own: the practice's Effectiveness pages have not heard of it
        change.passing.append(_passing(practice_id, None, None, practice.model_dump_json(), None))
    # Patients are told only when their number was refreshed: else the message alone says that somebody answered.
    fresh = patient.as_of is not None and utc_now() - patient.as_of <= FRESH
    # Also to those who caused it: what was read before their own change must not be the last word they get.
    concerned = followed.all if fresh else followed.by_practices
    for one, diagnosis_id, patient_id, approved in beside.given(
        change.rows, practice_id, item_id, condition_id, concerned
    ):
        shown = _about(patient, one) if approved is not None and fresh else None
        change.passing.append(_passing(practice_id, diagnosis_id, patient_id, _about(practice, one), shown))


def _about(update: EffectivenessUpdate, recommendation_id: int) -> str:
    return update.model_copy(update={"recommendation_id": recommendation_id}).model_dump_json()


def _passing(
    practice_id: int, diagnosis_id: int | None, patient_id: int | None, data: str, patient_data: str | None
) -> LoggedEvent:
    return LoggedEvent.passing(
        "effectiveness_update",
        data,
        practice_id=practice_id,
        diagnosis_id=diagnosis_id,
        patient_id=patient_id,
        at=utc_now(),
        patient_data=patient_data,
    )
