"""What only the calendar changes: a surgery comes near, and the plans before it are judged again."""

import asyncio
from datetime import date, timedelta

import structlog

from domain.gate.populations import SURGERY_DAYS
from domain.judging_again import proposed_anew
from domain.ledger import utc_now
from domain.services import Services
from storage import care

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often the date is looked at."""


async def calendar(services: Services) -> None:
    """Judge again on each new day, and at the start, the plans of those whose surgery is near, until cancelled."""
    looked_at: date | None = None
    while True:
        today = utc_now().date()
        if today != looked_at:
            try:
                if await asyncio.to_thread(judge_before_surgery, services, today) == 0:
                    looked_at = today
            except Exception:
                log.exception("could not judge the plans before a surgery")
        await asyncio.sleep(LOOK_SECONDS)


def judge_before_surgery(services: Services, today: date) -> int:
    """Judge the plans of patients whose surgery is within the days in which the gate minds it, a transaction each.

    Returns how many could not be judged; the others are, whatever happens with one.
    """
    with services.database.read() as session:
        patients = care.surgery_between(session, today - timedelta(days=1), today + timedelta(days=SURGERY_DAYS))
    return sum(not proposed_anew(services, patient_id) for patient_id in patients)
