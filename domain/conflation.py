"""Effectiveness that others caused: sent on to the diagnoses it concerns, the last value only, at most once a second.

Somebody's answer moves the number of a herb that other patients take as well. Their pages and phones are told without a
``seq``: such a message is no part of their log, and a newer one replaces it.
"""

import asyncio
import uuid

import structlog
from sqlmodel import col, select

from domain.events import Audience, LoggedEvent, wire_time
from domain.hub import EVERYTHING
from domain.ledger import utc_now
from domain.services import Services
from domain.snapshot import effectiveness_of
from storage.tables import Recommendation

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
Cell = tuple[int, str, str]


async def conflate(services: Services) -> None:
    """Run until cancelled."""
    dirty: dict[Cell, set[int]] = {}
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type == "effectiveness_update" and event.position is not None and event.diagnosis_id is not None:
            values = event.values
            dirty.setdefault((event.practice_id, values["herb"], values["condition"]), set()).add(event.diagnosis_id)
            woken.set()

    unfollow = services.hub.follow(EVERYTHING, notice)
    try:
        while True:
            await woken.wait()
            woken.clear()
            cells = dict(dirty)
            dirty.clear()
            followed = services.hub.followed_diagnoses()
            if followed:
                try:
                    services.hub.publish(await asyncio.to_thread(_updates, services, cells, followed))
                except Exception:
                    log.exception("could not conflate effectiveness")
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        unfollow()


def _updates(services: Services, cells: dict[Cell, set[int]], followed: set[int]) -> list[LoggedEvent]:
    updates = []
    with services.database.read() as session:
        for (practice_id, item_id, condition_id), causes in cells.items():
            # Who caused a change has it in its own log already, unless several changed the same herb meanwhile.
            others = followed - causes if len(causes) == 1 else followed
            statement = select(Recommendation).where(
                Recommendation.practice_id == practice_id,
                Recommendation.item_id == item_id,
                Recommendation.condition_id == condition_id,
                col(Recommendation.diagnosis_id).in_(others),
            )
            for row in session.exec(statement):
                practice = effectiveness_of(session, row, Audience.PRACTICE)
                patient = effectiveness_of(session, row, Audience.PATIENT)
                if practice is None or patient is None:
                    continue
                updates.append(
                    LoggedEvent(
                        position=None,
                        id=uuid.uuid4().hex,
                        practice_id=practice_id,
                        diagnosis_id=row.diagnosis_id,
                        patient_id=row.patient_id,
                        seq=None,
                        type="effectiveness_update",
                        timestamp=wire_time(utc_now()),
                        data=practice.model_dump_json(),
                        patient_data=patient.model_dump_json() if row.approved is not None else None,
                    )
                )
    return updates
