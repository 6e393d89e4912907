"""A page as a browser has it open, without the browser: its document, and the socket on which NiceGUI changes it."""

import asyncio
import re
import time
from collections.abc import Callable

import httpx2
import websockets
from websockets.asyncio.client import ClientConnection

from bench.pages.place import Practice

PATIENCE_SECONDS = 60.0
Shows = Callable[[str], bool]
"""Says whether a message brings the change that is waited for."""


class OpenPage:
    """One NiceGUI client: reads all the time, so that nothing queues, and notes when a change came."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._shows: Shows | None = None
        self._came: asyncio.Future[float] | None = None
        self.messages = 0
        self.characters = 0
        self._reading = asyncio.create_task(self._read())

    def until(self, shows: Shows) -> asyncio.Future[float]:
        """Wait for the message that brings a change; gives the moment at which it had come."""
        self._shows, self._came = shows, asyncio.get_running_loop().create_future()
        return self._came

    async def close(self) -> None:
        """Leave the page."""
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        async for received in self._socket:
            message = str(received)
            if message == "2":
                await self._socket.send("3")
                continue
            self.messages += 1
            self.characters += len(message)
            if self._came is not None and not self._came.done() and self._shows is not None and self._shows(message):
                self._came.set_result(time.perf_counter())


class Visitor:
    """Somebody of the practice in a browser of their own: signed in once, with as many pages as they like."""

    def __init__(self, here: Practice, person_id: int) -> None:
        self._base = f"http://127.0.0.1:{here.server.port}"
        self._browser = httpx2.AsyncClient(base_url=self._base, timeout=PATIENCE_SECONDS)
        self._person_id = person_id

    @property
    def cookie(self) -> str:
        """What the browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self._browser.cookies.items())

    async def sign_in(self) -> None:
        """Come in with one click."""
        answer = await self._browser.post("/auth/demo", data={"person_id": self._person_id})
        if answer.status_code != httpx2.codes.SEE_OTHER:
            raise SystemExit(f"Nobody was signed in: {answer.status_code}")

    async def open(self, path: str) -> OpenPage:
        """Fetch a page and connect as its script does."""
        document = (await self._browser.get(path)).text
        client = re.search(r"""['"]client_id['"]: ?['"]([^'"]+)""", document)
        following = re.search(r"""['"]next_message_id['"]: ?(\d+)""", document)
        if client is None or following is None:
            raise SystemExit(f"{path} has no client id.")
        query = (
            f"EIO=4&transport=websocket&client_id={client[1]}&next_message_id={following[1]}"
            f"&document_id=bench&tab_id=bench-{client[1]}&implicit_handshake=true"
        )
        url = f"{self._base.replace('http', 'ws')}/_nicegui_ws/socket.io/?{query}"
        headers = {"Cookie": self.cookie, "Origin": self._base}
        socket = await websockets.connect(url, additional_headers=headers, compression=None, max_size=None)
        await socket.recv()
        await socket.send("40")
        answer = str(await socket.recv())
        if not answer.startswith("40"):
            raise SystemExit(f"The page was refused: {answer}")
        return OpenPage(socket)

    async def leave(self) -> None:
        """Close the browser."""
        await self._browser.aclose()
