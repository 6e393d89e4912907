"""Learning beside the program: fitting the rankers of the practices, and telling how much of their histories is understood."""

import asyncio
from dataclasses import dataclass

import structlog

from domain import bringing_in, own_knowledge
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, LEARNT
from domain.learned import reader
from domain.ledger import utc_now
from domain.services import Services
from storage import practice_rows

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 24 * 3600.0
"""How often the practice's newest cases are taken in; a file that is brought in is taken in at once."""


async def learning(services: Services) -> None:
    """Fit the ranker of each practice at the start, once a day, and when it brings in or takes out cases, until cancelled.

    Each process has its own, fitted to the same cases; what follows from it in the plans is done by the one that leads.

    Cases that come or go change at once what is proposed in every open diagnosis; what is approved stays as it is.
    """
    waiting: set[int] = set()
    of_cases: set[int] = set()
    woken = asyncio.Event()

    def notice(event: LoggedEvent) -> None:
        if event.type in ("cases_update", "knowledge_update"):
            waiting.add(event.practice_id)
            woken.set()
        if event.type == "cases_update":  # knowledge that is brought in is proposed by at once, by whoever brings it in
            of_cases.add(event.practice_id)

    unfollow = services.hub.follow(EVERYTHING, notice)
    try:
        await asyncio.to_thread(bringing_in.clear_away, services)
        waiting |= set(await asyncio.to_thread(services.learned.practices))
        while True:
            woken.clear()
            while waiting:
                practice_id = waiting.pop()
                try:
                    await asyncio.to_thread(services.learned.learn, practice_id)
                    services.hub.publish([_learnt(practice_id)])
                    if practice_id in of_cases:
                        of_cases.discard(practice_id)
                        if services.leading.leads:  # the plans of a practice are proposed once
                            await asyncio.to_thread(_propose_anew, services, practice_id)
                except Exception:
                    log.exception("could not learn from the cases", practice=practice_id)
            try:
                async with asyncio.timeout(AGAIN_SECONDS):  # wait_for can swallow that it is cancelled (Python 3.11)
                    await woken.wait()
            except TimeoutError:
                waiting |= set(await asyncio.to_thread(services.learned.practices))
    finally:
        unfollow()


def _propose_anew(services: Services, practice_id: int) -> None:
    for _ in own_knowledge.judge_all(services, own_knowledge.patients_under_treatment(services, practice_id)):
        pass


def _learnt(practice_id: int) -> LoggedEvent:
    return LoggedEvent.passing(LEARNT, "{}", practice_id=practice_id, diagnosis_id=None, patient_id=None, at=utc_now())


@dataclass(frozen=True, slots=True)
class NamesKnown:
    """How many different findings and herbs the past cases of a practice name, and how many of them it knows."""

    findings: int
    findings_known: int
    herbs: int
    herbs_known: int


def names_known(services: Services, practice_id: int) -> NamesKnown:
    """Count the names of a practice's past cases that the knowledge base has."""
    known = services.library.of(practice_id)
    findings: set[str] = set()
    herbs: set[str] = set()
    with services.database.read() as session:
        for _, found, given in practice_rows.past_cases(session, practice_id):
            findings.update(found)
            herbs.update(given)
    read_finding, read_herb = reader(known, "finding"), reader(known, "herb")
    return NamesKnown(
        len(findings),
        sum(read_finding(one) in known.knowledge.findings for one in findings),
        len(herbs),
        sum(read_herb(one) in known.knowledge.herbs for one in herbs),
    )
