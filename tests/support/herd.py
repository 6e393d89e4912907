"""Many clients at once that are sent away, or lose their server in one moment: they come back spread out, and whole."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from signal import SIGTERM, Signals

from vervain_client import Patience

from domain import feedback
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.permission import Actor
from tests.support.house import House, add_person, signed_in, under_treatment
from tests.support.reader import Reader, all_at_the_top, reading

PER_PERSON = 20
JOINED_WITHIN = 40.0
SPREAD_SECONDS = 5.0
"""What the server says in ``connect``."""
PATIENCE = Patience(connect=30.0, answer=30.0, longest_wait=4.0)
Fall = Callable[[Sequence[Reader]], Awaitable[None]]
"""Ends what serves these, one process or each in turn, and starts it again at the same place."""


async def a_herd(house: House, http: str, clients: int, how: Signals, fall: Fall) -> None:
    """Let so many follow, and what serves them fall: ``how`` is what it is told."""
    services = house.services
    readers = [
        Reader(http, diagnosis_id, token, audience, patience=PATIENCE)
        for diagnosis_id, token, audience in await asyncio.to_thread(everybody, house, clients // PER_PERSON)
        for _ in range(PER_PERSON)
    ]
    async with AsyncExitStack() as stack:
        for start in range(0, clients, PER_PERSON * 5):
            await stack.enter_async_context(reading(readers[start : start + PER_PERSON * 5]))
            await all_at_the_top(readers[: start + PER_PERSON * 5], services, within=JOINED_WITHIN)
        await fall(readers)
        await all_at_the_top(readers, services, within=JOINED_WITHIN)
        await asyncio.to_thread(answer, house, "After.")
        await all_at_the_top(readers, services)
        came_back(readers, how)


def came_back(readers: Sequence[Reader], how: Signals) -> None:
    """See that each lost its connection as was meant, took its time to come back, and was resumed."""
    waits = sorted(reader.follower.waited[0] for reader in readers)
    middle_half = waits[len(waits) * 3 // 4] - waits[len(waits) // 4]
    longest = SPREAD_SECONDS if how is SIGTERM else PATIENCE.first_wait
    assert {reader.follower.closed[0] for reader in readers} == {4001 if how is SIGTERM else 1006}
    assert waits[-1] <= longest
    assert middle_half > longest / 5, "half of 100 even draws lie within a fifth twice in 10^11 times"
    assert all(reader.snapshots == 1 for reader in readers), "all were resumed"


def everybody(house: House, people: int) -> list[tuple[int, str, Audience]]:
    """Let half of the people be colleagues who share Mina's record, the others patients with one of their own, and Mina."""
    services = house.services
    seen: list[tuple[int, Actor, Audience]] = [(house.diagnosis_id, house.mina, Audience.PATIENT)]
    while len(seen) < people:
        if len(seen) % 2:
            colleague = add_person(services, house.leila.practice_id, "practitioner", f"Dr {len(seen)}")
            house.share_with(colleague)
            seen.append((house.diagnosis_id, colleague, Audience.PRACTICE))
        else:
            course = under_treatment(services, house.leila, "fennel")
            seen.append((course.diagnosis_id, course.patient, Audience.PATIENT))
    return [(diagnosis_id, signed_in(services, who)[1], audience) for diagnosis_id, who, audience in seen]


def answer(house: House, comment: str) -> None:
    """Let Mina answer, in another process than those that serve."""
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, comment=comment)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
