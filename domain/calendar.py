"""What only the calendar changes: a surgery comes near, and the plans before it are judged again."""

import asyncio
from datetime import date, timedelta

import structlog

from domain.gate.populations import SURGERY_DAYS
from domain.judging_again import judged_again
from domain.ledger import Change, utc_now
from domain.proposal import refresh_all
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
    failed = 0
    with services.database.read() as session:
        patients = care.surgery_between(session, today - timedelta(days=1), today + timedelta(days=SURGERY_DAYS))
    for patient_id in patients:

        def act(change: Change, patient_id: int = patient_id) -> None:
            refresh_all(change, services, patient_id)

        try:
            services.ledger.write(act)
        except Exception:
            log.exception("could not propose anew before a surgery", patient=patient_id)
            failed += not judged_again(services, patient_id)
    return failed
