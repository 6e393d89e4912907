"""A sign-in or a share that ends while messages go out: nothing that came after it reaches its sockets, others have it all."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import select

from api import live as live_endpoint
from api import live_answers
from domain import sign_in
from domain.events import patient_recorded
from domain.hub import sign_in_topic
from domain.ledger import Change
from domain.messages import PatientUpdate
from domain.services import Services
from domain.sign_in import actor_of_token
from domain.writer import Waiting
from storage.tables import PatientShare
from tests.live.conftest import Live
from tests.support.phone import Phone, phone, ringing
from tests.support.reader import top_of
from tests.support.remains import nothing_is_left
from tests.support.waiting import ANSWER_SECONDS, eventually, promptly, until

pytestmark = pytest.mark.farm

SOCKETS = 12


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


class Writing(threading.Thread):
    """Answers without a pause until it is told to stop; what it says counts up."""

    def __init__(self, live: Live) -> None:
        super().__init__(name="writing")
        self._live = live
        self._told_to_stop = threading.Event()
        self.said = 0

    def run(self) -> None:
        while not self._told_to_stop.is_set():
            self._live.answer(f"Before {self.said}")
            self.said += 1

    def end(self) -> None:
        """Stop, and wait for it."""
        self._told_to_stop.set()
        self.join()


@asynccontextmanager
async def writing(live: Live) -> AsyncIterator[Writing]:
    """Let somebody answer for as long as the ``with`` lasts."""
    writer = Writing(live)
    writer.start()
    try:
        yield writer
    finally:
        await asyncio.to_thread(writer.end)


def signing_out(live: Live, token: str) -> None:
    """End the sign-in of a token."""
    actor, _ = actor_of_token(live.house.services, token)
    sign_in.sign_out(live.house.services, actor)


def taking_the_record_away(live: Live, _token: str) -> None:
    """End every share of Mina's record."""
    patient_id = live.house.mina.patient_id or 0

    def unshare(change: Change) -> None:
        for row in change.session.exec(select(PatientShare)):
            change.session.delete(row)
        told = PatientUpdate(patient_id=patient_id, change="shared", readers=[live.house.leila.person_id])
        change.record(patient_recorded(told), practice_id=live.house.leila.practice_id)

    live.house.services.ledger.write(unshare)


WAYS: dict[str, tuple[Callable[[Live, str], None], str]] = {
    "signed_out": (signing_out, "signed_out"),
    "not_shared": (taking_the_record_away, "not_found"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_in_the_middle_of_the_fan_out(live: Live, way: str) -> None:
    revoke, reason = WAYS[way]
    live.house.share_with(live.house.chen)
    lost, kept = live.token(live.house.chen), live.token()
    async with AsyncExitStack() as stack:

        async def callers(token: str) -> list[Phone]:
            return [await stack.enter_async_context(phone(live.ws, live.diagnosis_id, token)) for _ in range(SOCKETS)]

        revoked, others = await callers(lost), await callers(kept)
        reading = [asyncio.create_task(caller.closing()) for caller in revoked]
        async with writing(live) as writer:
            await eventually(lambda: writer.said > 5 and all(len(caller.seen) > 5 for caller in revoked))
            await asyncio.to_thread(revoke, live, lost)
            async with promptly():
                assert [await one for one in reading] == [(1008, reason)] * SOCKETS
        await asyncio.to_thread(live.answer, "After.")
        top = await asyncio.to_thread(top_of, live.house.services, live.diagnosis_id)
        for caller in others:
            await caller.up_to(top)
            assert caller.seqs == list(range(caller.seqs[0], top + 1)), "nobody else noticed"
        for caller in revoked:
            assert caller.seqs == list(range(caller.seqs[0], caller.seqs[-1] + 1)), "up to the end without a hole"


def together(live: Live, *acts: Callable[[], object]) -> None:
    """Let several changes be committed and published in one go, in this order, as they are when many write."""
    ledger, gate, held = live.house.services.ledger, threading.Event(), threading.Event()
    put, queued = ledger._writer._put, set[threading.Thread]()

    def hold(_change: Change) -> None:
        held.set()
        gate.wait(ANSWER_SECONDS)

    def noted(waiting: Waiting) -> None:
        put(waiting)
        queued.add(threading.current_thread())

    threads = [threading.Thread(target=ledger.write, args=(hold,))]
    threads[0].start()
    assert held.wait(ANSWER_SECONDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger._writer, "_put", noted)  # the program's jobs write beside us: how many wait says nothing
        for act in acts:
            threads.append(threading.Thread(target=act))
            threads[-1].start()
            until(lambda: threads[-1] in queued, what="queueing")
    gate.set()
    for thread in threads:
        thread.join()


async def ended_at_once(live: Live, way: str) -> None:
    """Revoke, and say something directly behind it: no socket may have that."""
    revoke, reason = WAYS[way]
    live.house.share_with(live.house.chen)
    token = live.token(live.house.chen)
    async with AsyncExitStack() as stack:
        revoked = [await stack.enter_async_context(phone(live.ws, live.diagnosis_id, token)) for _ in range(SOCKETS)]
        reading = [asyncio.create_task(caller.closing()) for caller in revoked]
        before, end, after = (
            partial(live.answer, "Before."),
            partial(revoke, live, token),
            partial(live.answer, "After."),
        )
        await asyncio.to_thread(together, live, before, end, after)
        assert [await one for one in reading] == [(1008, reason)] * SOCKETS
    for caller in revoked:
        assert "After." not in str(caller.seen), "what came after it is not"


async def test_nothing_after_the_end_of_a_sign_in_reaches_its_sockets(live: Live) -> None:
    await ended_at_once(live, "signed_out")


async def test_nothing_after_the_end_of_a_share_reaches_its_sockets(live: Live) -> None:
    await ended_at_once(live, "not_shared")


@pytest.fixture
def revoked_when_read(live: Live, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Tokens whose sign-in ends in the moment after they were found good, before their socket has heard so."""
    hub, revoked = live.house.services.hub, set[str]()

    def known_and_then_revoked(services: Services, token: str, **how: Any) -> Any:
        known, told = actor_of_token(services, token, **how), threading.Event()
        if token in revoked:
            unfollow = hub.follow(sign_in_topic(known[0].sign_in_id or 0), lambda _event: told.set())
            sign_in.sign_out(services, known[0])
            assert told.wait(ANSWER_SECONDS)
            unfollow()
        return known

    for module in (live_endpoint, live_answers):
        monkeypatch.setattr(module, "actor_of_token", known_and_then_revoked)
    return revoked


async def test_a_sign_in_that_ends_while_its_socket_joins(live: Live, revoked_when_read: set[str]) -> None:
    token = live.token()
    revoked_when_read.add(token)
    async with ringing(live.ws, live.diagnosis_id) as caller:
        await caller.send({"type": "auth", "token": token})
        assert await caller.closing() == (1008, "signed_out")


async def test_a_sign_in_that_ends_while_a_live_socket_takes_its_token(live: Live, revoked_when_read: set[str]) -> None:
    fresh = live.token()
    revoked_when_read.add(fresh)
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        await caller.send({"type": "auth", "token": fresh})
        assert await caller.closing() == (1008, "signed_out")
