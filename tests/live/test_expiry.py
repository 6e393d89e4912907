"""A token that runs out in mid-stream: 25 seconds of grace in which everything goes on, then the door; a fresh one is enough."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from api import live_session
from domain.ledger import utc_now
from domain.permission import Actor
from domain.tokens import ACCESS_LIFE
from tests.live.conftest import Live
from tests.support.clock import Clock
from tests.support.house import signed_in
from tests.support.phone import phone
from tests.support.remains import nothing_is_left

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the sessions; tokens are checked by the real one."""
    moved = Clock()
    monkeypatch.setattr(live_session, "utc_now", moved)
    return moved


async def look_at_the_clock(app: FastAPI) -> None:
    """Let the server look at everything that waits for its time, as its timer does when that has come."""
    loop, looked = app.state.services.hub._loop, asyncio.Event()
    here = asyncio.get_running_loop()

    def look() -> None:
        for waiting in list(app.state.live.keep_alive._due.values()):
            for one in list(waiting):
                one.due()
        here.call_soon_threadsafe(looked.set)

    loop.call_soon_threadsafe(look)
    await looked.wait()


def old_token(live: Live, who: Actor) -> str:
    """Sign somebody in, with a token that has five minutes left."""
    services = live.house.services
    actor, _ = signed_in(services, who)
    return services.tokens.issue(
        person_id=actor.person_id, sign_in_id=actor.sign_in_id or 0, practice_id=actor.practice_id,
        role=actor.role, now=utc_now() - ACCESS_LIFE + timedelta(minutes=5),
    )  # fmt: skip


async def test_the_grace_and_its_end(live: Live, app: FastAPI, clock: Clock) -> None:
    async with (
        phone(live.ws, live.diagnosis_id, old_token(live, live.house.mina)) as patient,
        phone(live.ws, live.diagnosis_id, old_token(live, live.house.leila)) as practice,
    ):
        for caller in (patient, practice):
            await caller.expect("snapshot")
        clock.move(timedelta(minutes=5) + 20 * SECOND)
        await look_at_the_clock(app)
        await asyncio.to_thread(live.answer, "Within the grace.")
        for caller in (patient, practice):
            assert (await caller.until("feedback_update"))["comment"] == "Within the grace."

        # One renews in time, the other does not.
        await practice.send({"type": "auth", "token": live.token(live.house.leila)})
        await practice.until("auth")
        clock.move(5 * SECOND)
        await look_at_the_clock(app)
        assert await patient.closing() == (1008, "token_expired")
        await asyncio.to_thread(live.answer, "After it.")
        assert (await practice.until("feedback_update"))["comment"] == "After it."
        assert "After it." not in str(patient.seen)
        seqs = practice.seqs
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "and nothing was missed by renewing"


async def test_a_clock_that_is_set_back_ends_nobody_early(live: Live, app: FastAPI, clock: Clock) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        clock.move(timedelta(hours=-2))
        await look_at_the_clock(app)
        clock.move(timedelta(hours=2))
        await look_at_the_clock(app)
        clock.move(ACCESS_LIFE + 20 * SECOND)
        await look_at_the_clock(app)
        await caller.send({"type": "ping"})
        await caller.expect("pong")
        clock.move(10 * SECOND)
        await look_at_the_clock(app)
        assert await caller.closing() == (1008, "token_expired")
