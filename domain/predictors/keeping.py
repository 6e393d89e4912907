"""Keeping the predictors beside the program: reading their files, fitting them anew, watching whether they still hold."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlmodel import Session

from domain.events import LoggedEvent
from domain.hub import EVERYTHING, PREDICTOR_READ
from domain.ledger import utc_now
from domain.predictors import versions
from domain.predictors.drift import Watch, watch
from domain.predictors.files import Unusable
from domain.predictors.promoting import enough
from domain.services import Services
from storage import evidence as evidence_rows
from storage import predictor_rows

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often it is looked whether a predictor is due, and whether those in use still hold. The first look is after that time, too:
a program that starts has other things to do."""
AGAIN = timedelta(days=1)
"""How often a predictor is fitted anew where outcomes have come in; answers move the evidence at once, and never the fit."""
MOST_SHOWN = 2_000
"""Approvals that the watch reads, the newest."""


async def keeping(services: Services) -> None:
    """Read what is in use at the start and when it becomes another one; fit and watch once an hour, until cancelled."""
    waiting: set[int] = set()
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type == "predictor_update":
            waiting.add(event.practice_id)
            woken.set()

    unfollow = services.hub.follow(EVERYTHING, notice)
    try:
        waiting |= set(await asyncio.to_thread(_practices, services))
        while True:
            woken.clear()
            while waiting:
                await _tried(_read, services, waiting.pop())
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await woken.wait()
            except TimeoutError:
                for practice_id in await asyncio.to_thread(_practices, services):
                    await _tried(look_after, services, practice_id)
    finally:
        unfollow()


def look_after(services: Services, practice_id: int) -> None:
    """Take a practice's predictor out of use where it does not hold any more, and fit one where that is due. For a thread."""
    seen = watched(services, practice_id)
    if seen is not None and seen.demote is not None:
        versions.demote(services, practice_id, seen.demote, by_hand=False)
    if is_due(services, practice_id):
        versions.train(services, practice_id)


def watched(services: Services, practice_id: int) -> Watch | None:
    """Look at what the predictor in use has said and what became of it; None where a practice uses none."""
    fitted = services.predictors.fitted(practice_id)
    if fitted is None:
        return None
    with services.database.read() as session:
        shown = predictor_rows.shown(session, practice_id, predictor=fitted.name, limit=MOST_SHOWN)
    return watch(fitted.card, shown)


def is_due(services: Services, practice_id: int) -> bool:
    """Say whether there are outcomes enough, and others than at the last fit, which is a day old or more."""
    with services.database.read() as session:
        outcomes, improved = counted(session, practice_id)
        newest = next(iter(predictor_rows.versions(session, practice_id)), None)
    if not enough(outcomes, improved).promoted:
        return newest is not None and newest.status == "active"  # answers were taken back: the fit says so
    if newest is None:
        return True
    return utc_now() - newest.created >= AGAIN and newest.card["outcomes"] != outcomes


def counted(session: Session, practice_id: int) -> tuple[int, int]:
    """Count the outcomes of a practice, and those that improved."""
    cells = evidence_rows.cells(session, practice_id)
    return sum(one.answered for one in cells), sum(one.improved for one in cells)


def _read(services: Services, practice_id: int) -> None:
    try:
        services.predictors.load(practice_id)
    except Unusable as error:
        log.warning("a predictor cannot be used", practice=practice_id, reason=error.message)
        versions.demote(services, practice_id, f"The evidence is used. {error.message}", by_hand=False)
    told = LoggedEvent.passing(
        PREDICTOR_READ, "{}", practice_id=practice_id, diagnosis_id=None, patient_id=None, at=utc_now()
    )
    services.hub.publish([told])


async def _tried(do: Callable[[Services, int], None], services: Services, practice_id: int) -> None:
    try:
        await asyncio.to_thread(do, services, practice_id)
    except Exception:
        log.exception("could not look after a predictor", practice=practice_id)


def _practices(services: Services) -> list[int]:
    with services.database.read() as session:
        return predictor_rows.practices_with_answers(session)
