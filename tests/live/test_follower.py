"""The Python client against a server that does what it is told: how it behaves where the real one rarely goes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from vervain_client import Follower, Message, Patience, Position, Refused, follow
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bench.ports import free_port
from tests.live.conftest import Live
from tests.support.house import signed_in
from tests.support.reader import QUICK
from tests.support.waiting import ANSWER_SECONDS, eventually

Script = Callable[["Told"], Awaitable[None]]


class Told:
    """One connection of a server that follows a script."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection
        self.heard: list[dict[str, Any]] = []

    async def hears(self, kind: str) -> dict[str, Any]:
        """Wait for a message of this type; acks may come at any time."""
        while True:
            self.heard.append(json.loads(await self._connection.recv()))
            if self.heard[-1]["type"] == kind:
                return self.heard[-1]

    async def says(self, kind: str, seq: int | None = None, *, name: str = "", **data: Any) -> None:
        """Send a message; ``top`` in its data is the ``seq`` there."""
        if "top" in data:
            data["seq"] = data.pop("top")
        message: dict[str, Any] = {"v": 1, "type": kind, "id": name or f"{kind} {seq}", "timestamp": "", "data": data}
        await self._connection.send(json.dumps(message if seq is None else message | {"seq": seq}))

    async def greets(self, seq: int, *, resumed: bool = False, **more: Any) -> dict[str, Any]:
        """Take the token, and say where the log is; then a snapshot, unless it is resumed. Returns what the client said."""
        said = await self.hears("auth")
        hello = {"top": seq, "epoch": "e", "resumed": resumed, "missed": 0, "ping_s": 25, "pong_timeout_s": 10}
        await self.says("connect", **{**hello, "token_expires_in": 900.0, "spread_ms": 200, **more})
        if not resumed:
            await self.says("snapshot", top=seq)
        return said

    async def closes(self, code: int, reason: str = "") -> None:
        """Say goodbye."""
        await self._connection.close(code, reason)

    async def waits(self) -> None:
        """Stay until the client has gone."""
        await self._connection.wait_closed()


@asynccontextmanager
async def told(*scripts: Script) -> AsyncIterator[str]:
    """Serve one script after the other, a connection each; gives the address."""
    left, wrong = list(scripts), list[BaseException]()

    async def handle(connection: ServerConnection) -> None:
        if left:
            try:
                await left.pop(0)(Told(connection))
            except ConnectionClosed:
                return  # the client has what it wanted
            except BaseException as error:
                wrong.append(error)

    async with serve(handle, "127.0.0.1", 0, compression=None) as server:
        yield f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
    assert wrong == []


async def take(follower: Follower, count: int) -> list[tuple[str, int | None]]:
    """Take so many messages."""
    seen: list[tuple[str, int | None]] = []
    async with asyncio.timeout(ANSWER_SECONDS), follower as messages:
        async for message in messages:
            seen.append((message.type, message.seq))
            if len(seen) == count:
                break
    return seen


async def test_what_comes_twice_is_handed_out_once() -> None:
    async def script(server: Told) -> None:
        await server.greets(3)
        for seq in (2, 3, 4, 4, 3, 5):
            await server.says("feedback_update", seq)
        for name in ("a", "a", "b"):
            await server.says("effectiveness_update", name=name)
        await server.waits()

    async with told(script) as address:
        seen = await take(follow(address, 1, "t"), 5)
    assert seen == [
        ("snapshot", None), ("feedback_update", 4), ("feedback_update", 5), ("effectiveness_update", None),
        ("effectiveness_update", None),
    ]  # fmt: skip


async def test_a_gap_in_what_comes_is_asked_for_once() -> None:
    async def script(server: Told) -> None:
        await server.greets(3)
        for seq in (4, 6, 7, 8):
            await server.says("feedback_update", seq)
        assert (await server.hears("resume"))["since"] == 4
        for seq in (5, 6, 7, 8, 9):
            await server.says("feedback_update", seq)
        await server.waits()
        assert [message["type"] for message in server.heard].count("resume") == 1

    async with told(script) as address:
        seen = await take(follow(address, 1, "t"), 7)
    assert [seq for _, seq in seen] == [None, 4, 5, 6, 7, 8, 9]


async def test_a_pong_shows_what_is_missing_and_again_if_that_got_lost() -> None:
    async def script(server: Told) -> None:
        await server.greets(3)
        for _ in range(2):  # the first answer is lost in the server: it is asked again at the next pong
            await server.hears("ping")
            await server.says("pong", top=4)
            assert (await server.hears("resume"))["since"] == 3
        await server.says("feedback_update", 4)
        await server.waits()

    async with told(script) as address:
        assert await take(follow(address, 1, "t", patience=QUICK), 2) == [("snapshot", None), ("feedback_update", 4)]


async def test_a_snapshot_from_before_what_was_read_leaves_no_gap() -> None:
    async def script(server: Told) -> None:
        await server.greets(3)
        await server.says("feedback_update", 4)
        await server.says("snapshot", top=3)
        assert (await server.hears("resume"))["since"] == 3
        await server.says("feedback_update", 4)
        await server.waits()

    async with told(script) as address:
        seen = await take(follow(address, 1, "t"), 4)
    assert [seq for _, seq in seen] == [None, 4, None, 4]


@pytest.mark.parametrize("silent_after", ["the handshake", "connect"])
async def test_a_silent_server_is_left(silent_after: str) -> None:
    async def silent(server: Told) -> None:
        if silent_after == "connect":
            await server.greets(3)
        else:
            await server.hears("auth")
        await server.waits()

    async def better(server: Told) -> None:
        said = await server.greets(3, resumed=silent_after == "connect")
        assert said.get("since") == (3 if silent_after == "connect" else None)
        await server.says("feedback_update", 4)
        await server.waits()

    async with told(silent, better) as address:
        seen = await take(follow(address, 1, "t", patience=QUICK), 2)
    assert seen == [("snapshot", None), ("feedback_update", 4)]


async def test_a_snapshot_that_was_lost_is_asked_for_again() -> None:
    async def lost(server: Told) -> None:
        await server.hears("auth")
        await server.says("connect", top=9, epoch="new", resumed=False, missed=0, ping_s=25, pong_timeout_s=10,
                          token_expires_in=None, spread_ms=0)  # fmt: skip
        await server.closes(1011)

    async def better(server: Told) -> None:
        assert "since" not in await server.greets(9)
        await server.waits()

    async with told(lost, better) as address:
        position = Position(since=5, epoch="old")
        assert await take(follow(address, 1, "t", position=position, patience=QUICK), 1) == [("snapshot", None)]
    assert position == Position(9, "e")


async def test_who_is_sent_away_spreads_out_and_who_finds_it_full_waits_longer() -> None:
    def sends_away(code: int) -> Script:
        async def script(server: Told) -> None:
            await server.greets(3, spread_ms=1)
            await server.closes(code)

        return script

    async def last(server: Told) -> None:
        await server.greets(3)
        await server.waits()

    async with told(sends_away(4001), sends_away(1012), sends_away(1013), last) as address:
        follower = follow(address, 1, "t", patience=Patience(first_wait=0.01, longest_wait=0.5))
        await take(follower, 4)
    assert follower.closed[:3] == [4001, 1012, 1013]
    assert max(follower.waited[:2]) <= 0.001, "a part of the spread that the server said"
    assert follower.waited[2] <= 0.01 * 2**2, "further up the backoff"


async def test_a_fresh_token_is_tried_once_more_and_not_for_ever() -> None:
    async def refuses(server: Told) -> None:
        await server.hears("auth")
        await server.says("error", code="not_signed_in", message="No.", retry=False)
        await server.closes(1008, "not_signed_in")

    fetched = 0

    async def fetch() -> str:
        nonlocal fetched
        fetched += 1
        return "t"

    async with told(*[refuses] * 5) as address:
        for token, tries in (("t", 0), (fetch, 2)):
            with pytest.raises(Refused) as refused:
                await take(follow(address, 1, token, patience=QUICK), 1)
            assert (refused.value.code, str(refused.value), fetched) == ("not_signed_in", "No.", tries)


async def test_a_token_that_expired_is_fetched_anew() -> None:
    async def expires(server: Told) -> None:
        await server.greets(3)
        await server.closes(1008, "token_expired")

    async def goes_on(server: Told) -> None:
        assert (await server.greets(3, resumed=True))["token"] == "2"
        await server.says("feedback_update", 4)
        await server.waits()

    fetched = 0

    async def fetch() -> str:
        nonlocal fetched
        fetched += 1
        return str(fetched)

    async with told(expires, goes_on) as address:
        seen = await take(follow(address, 1, fetch, patience=QUICK), 2)
    assert seen == [("snapshot", None), ("feedback_update", 4)]


async def test_the_token_is_renewed_on_the_live_socket_in_time(live: Live) -> None:
    renewed = asyncio.Event()
    fetched = 0

    async def fetch() -> str:
        nonlocal fetched
        fetched += 1
        if fetched == 2:  # no network at the moment: it is asked for again
            raise OSError
        if fetched > 2:
            renewed.set()
        return signed_in(live.house.services, live.house.mina)[1]

    async def script(server: Told) -> None:
        await server.greets(3, token_expires_in=0.1, pong_timeout_s=0.05)
        assert (await server.hears("auth"))["token"] != ""
        await server.says("auth", token_expires_in=900.0)
        await server.says("feedback_update", 4)
        await server.waits()

    async with told(script) as address:
        assert len(await take(follow(address, 1, fetch), 2)) == 2
    assert renewed.is_set()
    # And with the real server: the connection it began with is the one that it ends with.
    follower = follow(live.http, live.diagnosis_id, fetch)
    async with asyncio.timeout(ANSWER_SECONDS), follower as messages:
        first: Message = await anext(messages)
        assert first.type == "snapshot"
        await asyncio.to_thread(live.answer)
        assert (await anext(messages)).type == "feedback_update"
    assert follower.connects == 1


async def test_nobody_listens_and_then_somebody_does() -> None:
    port = free_port()
    follower = follow(f"http://127.0.0.1:{port}", 1, "t", patience=QUICK)
    taking = asyncio.create_task(take(follower, 1))
    await eventually(lambda: len(follower.waited) >= 3)

    async def handle(connection: ServerConnection) -> None:
        await Told(connection).greets(3)
        await connection.wait_closed()

    async with serve(handle, "127.0.0.1", port):
        assert await taking == [("snapshot", None)]
