"""How long one answer takes to everybody who follows it: phones on the socket, and a page of the practice."""

import asyncio
import re
import time
from typing import Any

import httpx2
import websockets

from api.connections import PER_PERSON
from bench.feedback.place import Place
from bench.web_socket import WebSocket

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.05
"""Between two answers: what one causes is done before the next begins."""
AT_ONCE = 50
"""Phones that connect at the same time: fewer than a server takes in a second."""


async def delivered(here: Place, phones: int, rounds: int) -> dict[str, Any]:
    """Time so many answers, one after the other, with so many phones and one page connected."""
    who = here.writers[0]
    sockets = [Follower(here, who.diagnosis_id, here.followers[number // PER_PERSON]) for number in range(phones)]
    for first in range(0, phones, AT_ONCE):
        await asyncio.gather(*(one.connect() for one in sockets[first : first + AT_ONCE]))
    posted: list[float] = []
    seen: list[float] = []
    last: list[float] = []
    shown: list[float] = []
    headers = {"Authorization": f"Bearer {who.token}"}
    base = f"http://127.0.0.1:{here.port}"
    async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=PATIENCE_SECONDS) as client:
        page = await Page.open(here)
        for number in range(rounds):
            words = f"Round {number} of {phones}."
            told = asyncio.gather(*(one.next() for one in sockets))
            on_page = asyncio.create_task(page.shows(words))
            said = {"recommendation_id": who.recommendation_id, "rating": 1 + number % 5, "symptom": number % 10}
            began = time.perf_counter()
            answer = await client.post(f"/api/diagnosis/{who.diagnosis_id}/feedback", json=said | {"comment": words})
            posted.append(time.perf_counter() - began)
            answer.raise_for_status()
            async with asyncio.timeout(PATIENCE_SECONDS):
                arrived = [at - began for at in await told]
                shown.append(await on_page - began)
            seen += arrived
            last.append(max(arrived))
            await asyncio.sleep(PAUSE_SECONDS)
        await page.close()
    for one in sockets:
        one.leave()
    row: dict[str, Any] = {"phones": phones, "rounds": rounds}
    for name, values in (("posted", posted), ("phone", seen), ("last_phone", last), ("page", shown)):
        values.sort()
        row |= {
            f"{name}_p50_ms": values[len(values) // 2] * 1000,
            f"{name}_p99_ms": values[int(len(values) * 0.99)] * 1000,
        }
    return row


class Follower(WebSocket):
    """A phone that follows a diagnosis."""

    def __init__(self, here: Place, diagnosis_id: int, token: str) -> None:
        super().__init__(here.port, f"/ws/{diagnosis_id}", token)
        self._port = here.port
        self._joined: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._told: asyncio.Future[float] | None = None

    async def connect(self) -> None:
        """Join, up to the snapshot."""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._joined

    def next(self) -> asyncio.Future[float]:
        """Wait for the next ``feedback_update``; gives the moment at which it had come."""
        self._told = asyncio.get_running_loop().create_future()
        return self._told

    def took(self, text: bytes) -> None:
        """Note when what is waited for has come."""
        at = time.perf_counter()
        if b'"type":"feedback_update"' in text[:80] and self._told is not None and not self._told.done():
            self._told.set_result(at)
        elif b'"type":"snapshot"' in text[:80] and not self._joined.done():
            self._joined.set_result(at)

    def ended(self, error: Exception) -> None:
        """Let nobody wait for what cannot come any more."""
        for waiting in (self._joined, self._told):
            if waiting is not None and not waiting.done():
                waiting.set_exception(error)


class Page:
    """The practice's Feedback page as a browser has it open: its document, and the socket on which it is changed."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    @classmethod
    async def open(cls, here: Place) -> "Page":
        """Sign in, open the page and connect as its script does."""
        base = f"http://127.0.0.1:{here.port}"
        async with httpx2.AsyncClient(base_url=base, timeout=PATIENCE_SECONDS) as browser:
            await browser.post("/auth/demo", data={"person_id": here.page_login})
            document = (await browser.get("/feedback")).text
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        found = re.search(r"""['"]client_id['"]: ?['"]([^'"]+)""", document)
        following = re.search(r"""['"]next_message_id['"]: ?(\d+)""", document)
        if found is None or following is None:
            raise SystemExit("The page has no client id.")
        query = (
            f"EIO=4&transport=websocket&client_id={found[1]}&next_message_id={following[1]}"
            "&document_id=bench&tab_id=bench&implicit_handshake=true"
        )
        url = f"ws://127.0.0.1:{here.port}/_nicegui_ws/socket.io/?{query}"
        headers = {"Cookie": cookie, "Origin": base}
        socket = await websockets.connect(url, additional_headers=headers, compression=None, max_size=None)
        await socket.recv()
        await socket.send("40")
        answer = await socket.recv()
        if not str(answer).startswith("40"):
            raise SystemExit(f"The page was refused: {answer!r}")
        return cls(socket)

    async def shows(self, words: str) -> float:
        """Read until these words have come; gives the moment at which they had."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = str(await self._socket.recv())
                at = time.perf_counter()
                if message == "2":
                    await self._socket.send("3")
                elif words in message:
                    return at

    async def close(self) -> None:
        """Leave the page."""
        await self._socket.close()
