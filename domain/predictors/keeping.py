"""Keeping the predictors beside the program: reading their files, fitting them anew, watching whether they still hold."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog
from sqlmodel import Session

from domain.events import LoggedEvent
from domain.hub import EVERYTHING, PREDICTOR_READ
from domain.ledger import utc_now
from domain.predictors import versions
from domain.predictors.drift import LINE, RECENT, Watch, watch
from domain.predictors.examples import MATURE
from domain.predictors.files import Unusable
from domain.predictors.fitting import MOST_EXAMPLES
from domain.predictors.promoting import enough
from domain.predictors.versions import SUPERSEDED
from domain.services import Services
from storage import predictor_rows

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often it is looked whether a predictor is due, and whether those in use still hold. The first look is after that time, too:
a program that starts has other things to do."""
AGAIN = timedelta(days=1)
"""How often a predictor is fitted anew where outcomes have come in; answers move the evidence at once, and never the fit."""
MOST_RIPE = 2_000
"""Approvals that the watch reads, the newest whose outcome is no early one: enough for its windows, if one in four answers."""


async def keeping(services: Services) -> None:
    """Read what is in use at the start and when it becomes another one; fit and watch once an hour, until cancelled.

    Both beside each other: a predictor that somebody takes out of use is dropped at once, whatever is being fitted.
    """
    async with asyncio.TaskGroup() as both:
        both.create_task(_looking(services))
        await _reading(services)


async def _reading(services: Services) -> None:
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
            await woken.wait()
    finally:
        unfollow()


async def _looking(services: Services) -> None:
    ending = threading.Event()
    try:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not services.leading.leads:
                continue  # another process does
            for practice_id in await asyncio.to_thread(_practices, services):
                await _tried(partial(look_after, ending=ending), services, practice_id)
    finally:
        ending.set()  # a program that ends does not wait for a fit of minutes


class Ending(Exception):
    """The program ends while something is fitted."""


def look_after(services: Services, practice_id: int, *, ending: threading.Event | None = None) -> None:
    """Take a practice's predictor out of use where it does not hold any more, and fit one where that is due. For a thread.

    A fit is given up, with Ending, at its next step once ``ending`` is set.
    """

    def progress(_what: str, _done: float) -> None:
        if ending is not None and ending.is_set():
            raise Ending

    seen = watched(services, practice_id)
    if seen is not None and seen.demote is not None:
        versions.demote(services, practice_id, seen.demote, by_hand=False)
    if is_due(services, practice_id):
        versions.train(services, practice_id, progress=progress)


def watched(services: Services, practice_id: int) -> Watch | None:
    """Look at what the predictor in use sees, and what it and those before it have said; None where a practice uses none.

    What was said before fitted predictors were last taken out of use, or somebody decided to use one, was judged then.
    """
    fitted = services.predictors.fitted(practice_id)
    if fitted is None:
        return None
    with services.database.read() as session:
        rows = predictor_rows.versions(session, practice_id)
        ended = [row for row in rows if (row.status == "retired" and row.reason != SUPERSEDED) or row.by_hand]
        begun = max((row.changed for row in ended), default=None)
        recent = predictor_rows.shown(session, practice_id, limit=RECENT)
        ripe = predictor_rows.shown(
            session, practice_id, line=LINE, since=begun, until=utc_now() - MATURE, limit=MOST_RIPE
        )
    return watch(fitted, recent, ripe)


def is_due(services: Services, practice_id: int) -> bool:
    """Say whether there are outcomes enough, and others than at the last fit, which is a day old or more."""
    with services.database.read() as session:
        outcomes, improved = counted(session, practice_id)
        newest = next(iter(predictor_rows.versions(session, practice_id)), None)
    if not enough(outcomes, improved).promoted:
        return newest is not None and newest.status == "active"  # answers were taken back: the fit says so
    unfitted = services.predictors.unfitted(practice_id)
    if unfitted is not None and utc_now() - unfitted.at < AGAIN:
        return False
    if newest is None:
        return True
    return utc_now() - newest.created >= AGAIN and newest.card["outcomes"] != min(outcomes, MOST_EXAMPLES)


def counted(session: Session, practice_id: int) -> tuple[int, int]:
    """Count the outcomes of a practice that a predictor may be fitted to, and those that improved."""
    return predictor_rows.counted(session, practice_id, until=utc_now() - MATURE)


def _read(services: Services, practice_id: int) -> None:
    try:
        services.predictors.load(practice_id)
    except Unusable as error:
        log.warning("a predictor cannot be used", practice=practice_id, reason=error.message)
        if services.leading.leads:  # that one process cannot read it is no reason to take it from all
            versions.demote(services, practice_id, f"The evidence is used. {error.message}", by_hand=False)
    told = LoggedEvent.passing(
        PREDICTOR_READ, "{}", practice_id=practice_id, diagnosis_id=None, patient_id=None, at=utc_now()
    )
    services.hub.publish([told])


async def _tried(do: Callable[[Services, int], None], services: Services, practice_id: int) -> None:
    try:
        await asyncio.to_thread(do, services, practice_id)
    except Ending:
        pass  # the database may be closed by now
    except Exception:
        log.exception("could not look after a predictor", practice=practice_id)


def _practices(services: Services) -> list[int]:
    with services.database.read() as session:
        return predictor_rows.practices_with_answers(session)
