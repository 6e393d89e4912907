"""One reminder for a check-in that was not answered; after it, it is the practitioner's turn.

That somebody was reminded is written in the transaction of the event that tells the phone, so that neither a restart, nor
another process, nor a clock that jumps reminds twice of the same check-in. Days on which the program did not run are made up for
with that one reminder: a check-in stays due until it is answered, so there is never more than one to remind of.
"""

import asyncio
from datetime import date, datetime
from functools import partial

import structlog

from domain import check_in, record
from domain.errors import NotFound
from domain.ledger import Change, utc_now
from domain.permission import Action, Actor
from domain.record import find
from domain.rhythm import OVERDUE, local_day, overdue
from domain.services import Services
from storage import check_in as rows
from storage.tables import Diagnosis

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often it is looked whether somebody is overdue: they are so by the day."""
AT_ONCE = 200
"""Diagnoses that are found in one look; behind them it looks on."""


async def reminding(services: Services) -> None:
    """Remind of what is overdue, at the start and every hour, until cancelled."""
    while True:
        try:
            await remind_all(services, utc_now())
        except Exception:
            log.exception("could not look for check-ins that are overdue")
        await asyncio.sleep(LOOK_SECONDS)


async def remind_all(services: Services, now: datetime) -> int:
    """Remind of each check-in that is overdue and was not reminded of, a transaction each; counts the reminders."""
    today = local_day(now)
    done, after = 0, 0
    while True:
        found = await asyncio.to_thread(_found, services, today, after)
        for diagnosis_id in found:
            try:
                done += await services.ledger.written(partial(_remind, services, diagnosis_id, today))
            except Exception:  # the next one's turn comes, and this one's in an hour
                log.exception("a patient could not be reminded", diagnosis=diagnosis_id)
        if len(found) < AT_ONCE:
            return done
        after = found[-1]


def know(services: Services, actor: Actor, diagnosis_id: int) -> None:
    """Say that one knows that a check-in was not answered: it is not in the inbox any more. Raises NotFound."""

    def act(change: Change) -> None:
        diagnosis = find(change.session, actor, diagnosis_id, Action.TREAT)
        kept = rows.read(change.rows, diagnosis_id)
        if kept is None or kept.due is None:
            raise NotFound("No check-in is due in this diagnosis.")
        if kept.seen is None:
            kept.seen = change.now
            rows.keep(change.rows, kept, new=False)
            record.tell(
                change, services, diagnosis, "check_in", checked_in=check_in.state_of(change.rows, diagnosis_id)
            )
            change.audit(actor, "know silent", "diagnosis", diagnosis_id, patient_id=diagnosis.patient_id)

    services.ledger.write(act)


def _found(services: Services, today: date, after: int) -> list[int]:
    with services.database.read() as session:
        return rows.to_remind(session, today - OVERDUE, after=after, limit=AT_ONCE)


def _remind(services: Services, diagnosis_id: int, today: date, change: Change) -> bool:
    kept = rows.read(change.rows, diagnosis_id)
    if kept is None or kept.reminded is not None or not overdue(kept.due, today):
        return False  # answered, or reminded by another process, since it was found
    diagnosis = change.session.get_one(Diagnosis, diagnosis_id)
    ended = check_in.end(change, diagnosis_id)
    if ended is None:
        kept.reminded = change.now
        rows.keep(change.rows, kept, new=False)
    state = ended or check_in.state_of(change.rows, diagnosis_id)
    record.tell(change, services, diagnosis, "check_in", checked_in=state)
    return ended is None
