"""Random faults on every line while many write: each client ends with exactly what the log has, in order, each thing once.

A failure names its seed; ``VERVAIN_STORM_SEEDS=7,8`` plays the faults of these seeds.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from api import connections
from domain import correcting, feedback
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.permission import Actor
from tests.live.conftest import Live
from tests.support.faulty import Fault, Plan, Proxy, one_after_the_other, replayable
from tests.support.house import Course, under_treatment
from tests.support.phone import phone
from tests.support.reader import Reader, all_at_the_top, reading
from tests.support.remains import nothing_is_left

pytestmark = pytest.mark.farm

SEEDS = os.environ.get("VERVAIN_STORM_SEEDS", "1,2,3").split(",")
HERBS = ("fennel", "clove")
CLIENTS = 8
WRITERS = 4
ANSWERS = 3


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm(live: Live, seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PERSON", 1_000)
    services, leila = live.house.services, live.house.leila
    mina = Course(live.house.mina, live.diagnosis_id, live.house.ginger)
    courses = [mina, *[await asyncio.to_thread(under_treatment, services, leila, herb) for herb in HERBS]]
    async with AsyncExitStack() as stack:
        stack.enter_context(replayable(seed))
        lines: list[Proxy] = []
        readers: list[Reader] = []
        for number in range(CLIENTS * len(courses)):
            course = courses[number % len(courses)]
            line = await stack.enter_async_context(Proxy(live.http, Plan(seed=f"{seed}/{number}")))
            who, audience = (course.patient, Audience.PATIENT) if number % 2 else (leila, Audience.PRACTICE)
            readers.append(Reader(line.http, course.diagnosis_id, live.token(who), audience))
            lines.append(line)
        async with reading(readers):
            for again in range(100):
                await asyncio.to_thread(write, live, courses, f"{seed}/{again}")
                if sum(one.struck for line in lines for one in line.lines) > 2 * len(lines):
                    break
            for line in lines:
                line.plan.calm = True
            await all_at_the_top(readers, services, within=30)
        for line in lines:
            one_after_the_other(line)
        # A fault later than the first message, on most of the lines: else this was no storm.
        assert sum(reader.follower.connects > 1 for reader in readers) > len(readers) / 2


async def test_the_same_device_twice_the_old_socket_half_dead(live: Live) -> None:
    async with Proxy(live.http, Plan(Fault("half-dead", "down", 3), Fault("half-dead", "down", 4))) as line:
        token = live.token()
        reader = Reader(line.http, live.diagnosis_id, token, Audience.PATIENT)
        async with reading([reader]), phone(live.ws, live.diagnosis_id, token) as beside:
            await beside.expect("snapshot")
            for number in range(3):
                await asyncio.to_thread(live.answer, f"Answer {number}")
                await all_at_the_top([reader], live.house.services)
            await beside.up_to(reader.seq)
        assert beside.seqs == list(range(beside.seqs[0], reader.seq + 1))
        assert sum(one.struck for one in line.lines) == 2, "both were half dead; a slow machine may need a line more"
        one_after_the_other(line)


def write(live: Live, courses: list[Course], seed: object) -> None:
    """Let patients and their practitioner write from several threads: answers, and corrections of them."""
    services = live.house.services

    def one(writer: int) -> None:
        chance = random.Random(f"{seed}/writer {writer}")
        for number in range(ANSWERS):
            course = chance.choice(courses)
            said = FeedbackInput(
                recommendation_id=course.recommendation_id,
                rating=chance.randint(1, 5),
                symptom=chance.randint(0, 10),
                comment=f"{writer}/{number}",
            )
            given = feedback.submit(services, course.patient, course.diagnosis_id, said)
            if chance.random() < 0.3:
                who: Actor = chance.choice((course.patient, live.house.leila))
                correcting.set_comment(services, who, int(given["id"]), f"{writer}/{number}, corrected")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(one, range(WRITERS)))
