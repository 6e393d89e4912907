"""Random faults on every line while many write: each client ends with exactly what the log has, in order, each thing once."""

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack

import httpx2

from domain.events import Audience
from domain.permission import Actor
from tests.support.faulty import Plan, Proxy, one_after_the_other, replayable
from tests.support.house import Course, House, bearer, signed_in, under_treatment
from tests.support.reader import Reader, all_at_the_top, reading
from tests.support.waiting import ANSWER_SECONDS

SEEDS = os.environ.get("VERVAIN_STORM_SEEDS", "1,2,3").split(",")
HERBS = ("fennel", "clove")
CLIENTS = 8
WRITERS = 4
ANSWERS = 3


async def a_storm(house: House, http: str, processes: Sequence[str], seed: str) -> None:
    """Let clients follow at ``http`` by bad lines, and write in all of these processes; a failure names its seed."""
    services, leila = house.services, house.leila
    mina = Course(house.mina, house.diagnosis_id, house.ginger)
    courses = [mina, *[await asyncio.to_thread(under_treatment, services, leila, herb) for herb in HERBS]]
    signed: dict[Actor, dict[str, str]] = {
        who: await asyncio.to_thread(bearer, services, who) for who in (leila, *(one.patient for one in courses))
    }
    async with AsyncExitStack() as stack:
        stack.enter_context(replayable(seed))
        lines: list[Proxy] = []
        readers: list[Reader] = []
        for number in range(CLIENTS * len(courses)):
            course = courses[number % len(courses)]
            line = await stack.enter_async_context(Proxy(http, Plan(seed=f"{seed}/{number}")))
            who, audience = (course.patient, Audience.PATIENT) if number % 2 else (leila, Audience.PRACTICE)
            token = (await asyncio.to_thread(signed_in, services, who))[1]
            readers.append(Reader(line.http, course.diagnosis_id, token, audience))
            lines.append(line)
        doors = [
            await stack.enter_async_context(httpx2.AsyncClient(base_url=one, timeout=ANSWER_SECONDS))
            for one in processes
        ]
        async with reading(readers):
            for again in range(100):
                chance = [random.Random(f"{seed}/{again}/writer {writer}") for writer in range(WRITERS)]
                await asyncio.gather(*(write(doors, courses, leila, signed, one) for one in chance))
                if sum(one.struck for line in lines for one in line.lines) > 2 * len(lines):
                    break
            for line in lines:
                line.plan.calm = True
            await all_at_the_top(readers, services)
        for line in lines:
            one_after_the_other(line)
        # A fault later than the first message, on most of the lines: else this was no storm.
        assert sum(reader.follower.connects > 1 for reader in readers) > len(readers) / 2


async def write(
    doors: Sequence[httpx2.AsyncClient],
    courses: Sequence[Course],
    practitioner: Actor,
    signed: dict[Actor, dict[str, str]],
    chance: random.Random,
) -> None:
    """Write as patients and their practitioner do, each time in another process: answers, and corrections of them."""
    for number in range(ANSWERS):
        course = chance.choice(courses)
        given = await chance.choice(doors).post(
            f"/api/diagnosis/{course.diagnosis_id}/feedback",
            json={
                "recommendation_id": course.recommendation_id,
                "rating": chance.randint(1, 5),
                "symptom": chance.randint(0, 10),
                "comment": f"{number}",
            },
            headers=signed[course.patient],
        )
        assert given.status_code == 201, given.text
        if chance.random() < 0.3:
            corrected = await chance.choice(doors).put(
                f"/api/feedback/{given.json()['id']}/comment",
                json={"comment": f"{number}, corrected"},
                headers=signed[chance.choice((course.patient, practitioner))],
            )
            assert corrected.status_code == 200, corrected.text
