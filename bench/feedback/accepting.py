"""How many answers a second are accepted: many phones that ask again as soon as they were answered."""

import asyncio
import json
import time
from typing import Any

from bench.feedback.place import Place, Writing

CHECKED, KEPT = "/bench/diagnosis", "/api/diagnosis"
WARM_SECONDS = 1.0


async def accepted(here: Place, writers: int, seconds: float) -> dict[str, Any]:
    """Measure with so many writers, first what is only checked, then what is kept."""
    return {
        "writers": writers,
        "checked": await measured(here, writers, seconds, CHECKED),
        "kept": await measured(here, writers, seconds, KEPT),
    }


async def measured(here: Place, writers: int, seconds: float, under: str) -> dict[str, Any]:
    """Let so many writers ask under a path for so long."""
    phones = [Phone(one, f"{under}/{one.diagnosis_id}/feedback") for one in here.writers[:writers]]
    loop = asyncio.get_running_loop()
    for phone in phones:
        await loop.create_connection(lambda phone=phone: phone, "127.0.0.1", here.port)  # type: ignore[misc]
    for phone in phones:
        phone.ask()
    await asyncio.sleep(min(WARM_SECONDS, seconds / 3))
    for phone in phones:
        phone.took.clear()
    cpu, own, began = here.cpu_seconds(), time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    lasted = time.perf_counter() - began
    took = sorted(one for phone in phones for one in phone.took)
    cpu, own = here.cpu_seconds() - cpu, time.process_time() - own
    await asyncio.gather(*(phone.end() for phone in phones))
    if not took:
        raise SystemExit(f"Nothing was accepted: {phones[0].refusal!r}")
    return {
        "a_second": len(took) / lasted,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "cpu_s_per_1000": cpu / len(took) * 1000,
        "server_share": cpu / lasted,
        "load_share": own / lasted,
        "peak_rss_mib": here.program.peak_rss_mib(),
        "refused": sum(phone.refused for phone in phones),
    }


class Phone(asyncio.Protocol):
    """One keep-alive connection with one request under way; no more HTTP than that needs."""

    def __init__(self, who: Writing, path: str) -> None:
        self.took: list[float] = []
        self.refused = 0
        self.refusal = b""
        self._requests = [self._request(who, path, number) for number in range(10)]
        self._asked = 0
        self._began = 0.0
        self._answer = b""
        self._ended: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def _request(self, who: Writing, path: str, number: int) -> bytes:
        said = {"recommendation_id": who.recommendation_id, "rating": 1 + number % 5, "symptom": number % 10,
                "adherence": 90, "comment": "A little better than yesterday." if number % 2 else ""}  # fmt: skip
        body = json.dumps(said)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {who.token}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self) -> None:
        """Send the next request."""
        assert self._transport is not None
        self._began = time.perf_counter()
        self._transport.write(self._requests[self._asked % len(self._requests)])
        self._asked += 1

    def data_received(self, data: bytes) -> None:
        """Time the answer when it is whole, and ask again."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]):
            return
        if head.startswith(b"HTTP/1.1 201"):
            self.took.append(time.perf_counter() - self._began)
        else:
            self.refused, self.refusal = self.refused + 1, self._answer
        self._answer = b""
        if self._ended is None:
            self.ask()
        else:
            self._ended.set_result(None)

    async def end(self) -> None:
        """Wait for the answer that is under way and leave."""
        self._ended = asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self._ended, 30)
        assert self._transport is not None
        self._transport.close()
