"""Judging again what was judged by other knowledge: an upgrade, or rows that a practice has brought in or taken out.

Whoever is cut off between new knowledge and the plans that it makes dangerous finds them here: each verdict names the knowledge
it was made with (``recommendation.judged_by``). What names another is judged at the start, and when the log tells of new rows.
"""

import asyncio

import structlog

from domain.events import LoggedEvent
from domain.hub import EVERYTHING
from domain.judgement import judge_plan
from domain.ledger import Change
from domain.proposal import refresh_all
from domain.services import Services
from storage import care

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 3600.0
"""After how long it is tried again where a plan could not be judged."""


async def judging_again(services: Services) -> None:
    """Judge plans by what is known now, at the start and whenever knowledge comes or goes, until cancelled."""
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type == "knowledge_update":
            renew.add(event.practice_id)
            woken.set()

    renew: set[int] = set()
    unfollow = services.hub.follow(EVERYTHING, notice)
    try:
        while True:
            woken.clear()
            try:
                for practice_id in tuple(renew):
                    await asyncio.to_thread(services.library.renew, practice_id)
                    renew.discard(practice_id)
                await asyncio.to_thread(judge_by_what_is_known, services)
            except Exception:
                log.exception("could not judge plans by new knowledge")
            try:
                async with asyncio.timeout(AGAIN_SECONDS):
                    await woken.wait()
            except TimeoutError:
                continue
    finally:
        unfollow()


def judge_by_what_is_known(services: Services) -> int:
    """Judge the plans whose verdicts were made with other knowledge, a transaction for each patient; returns how many failed."""
    failed = 0
    with services.database.read() as session:
        practices = care.practices_with_plans(session)
    for practice_id in practices:
        version = services.library.of(practice_id).knowledge.version
        with services.database.read() as session:
            patients = care.judged_by_others(session, practice_id, version)
        for patient_id in patients:
            failed += not judged_again(services, patient_id)
    return failed


def proposed_anew(services: Services, patient_id: int) -> bool:
    """Judge what one patient takes and propose anew, in a transaction; where that fails, judge at least what they take.

    Says whether what they take was judged, so that the next one's turn comes.
    """

    def act(change: Change) -> None:
        refresh_all(change, services, patient_id)

    try:
        services.ledger.write(act)
    except Exception:
        log.exception("could not propose anew for a patient", patient=patient_id)
        return judged_again(services, patient_id)
    return True


def judged_again(services: Services, patient_id: int) -> bool:
    """Judge what one patient takes, in a transaction; says whether it could be done, so that the next one's turn comes."""

    def act(change: Change) -> None:
        judge_plan(change, services, patient_id)

    try:
        services.ledger.write(act)
    except Exception:
        log.exception("the plan of a patient could not be judged", patient=patient_id)
        return False
    return True
