"""One change after the other, and what each costs where so many pages of one kind are open."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from bench.pages.open_page import PATIENCE_SECONDS, OpenPage, Shows, Visitor
from bench.pages.place import Practice

AT_ONCE = 10
"""Pages that open at the same time."""
PAUSE_SECONDS = 1.2
"""Between two changes: effectiveness that others caused comes within a second, and is part of what a change costs."""
MOST_LOOKS, SAME = 10, 0.01
"""How often it is looked whether the server has come to rest, and what difference between two looks is none."""
BETTER = {"rating": 5, "symptom": 0, "improvement": 5}
WORSE = {"rating": 2, "symptom": 9, "improvement": 2}


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the pages."""

    name: str
    path: str
    numbers_only: bool = False
    """It shows no words of an answer: the first message after it counts."""

    def shows(self, words: str) -> Shows:
        """Tell the message that brings an answer from the others."""
        return (lambda message: "runMethod" in message) if self.numbers_only else (lambda message: words in message)


KINDS = (
    Kind("feedback", "/feedback"),
    Kind("overview", "/"),
    Kind("one diagnosis", "/recommendations/{diagnosis_id}", numbers_only=True),
    Kind("effectiveness", "/effectiveness", numbers_only=True),
)


async def measured(here: Practice, kind: Kind, sizes: tuple[int, ...], changes: int) -> list[dict[str, Any]]:
    """Open more and more pages of a kind, and answer with each number of them open; without any, first."""
    visitors = [Visitor(here, person_id) for person_id in here.people]
    await asyncio.gather(*(visitor.sign_in() for visitor in visitors))
    path = kind.path.format(diagnosis_id=here.writer.diagnosis_id)
    pages: list[OpenPage] = []
    rows = []
    async with Phone(here) as phone:
        alone = await _cost(phone, kind, [], changes)
        for size in sizes:
            while len(pages) < size:
                more = range(len(pages), min(size, len(pages) + AT_ONCE))
                pages += await asyncio.gather(*(visitors[number % len(visitors)].open(path) for number in more))
            row = await _cost(phone, kind, pages, changes)
            row |= {
                "page": kind.name,
                "pages": size,
                "us_a_page": (row["cpu_ms"] - alone["cpu_ms"]) / size * 1000,
                "alone_cpu_ms": alone["cpu_ms"],
            }
            rows.append(row)
    await asyncio.gather(*(page.close() for page in pages), *(visitor.leave() for visitor in visitors))
    return rows


class Phone:
    """The patient, who says each time something else than the time before."""

    def __init__(self, here: Practice) -> None:
        self.server = here.server
        self._writer = here.writer
        self._client = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{here.server.port}",
            headers={"Authorization": f"Bearer {here.writer.token}"},
            timeout=PATIENCE_SECONDS,
        )
        self._answers = 0

    async def __aenter__(self) -> "Phone":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._client.aclose()

    async def answer(self, words: str) -> None:
        """Answer in these words: better than the last time, or worse."""
        self._answers += 1
        outcome = BETTER if self._answers % 2 else WORSE
        said = {"recommendation_id": self._writer.recommendation_id, "comment": words, **outcome}
        answer = await self._client.post(f"/api/diagnosis/{self._writer.diagnosis_id}/feedback", json=said)
        answer.raise_for_status()


async def _cost(phone: Phone, kind: Kind, pages: list[OpenPage], changes: int) -> dict[str, Any]:
    """Answer so often; gives the server's CPU time for one answer beyond what it uses when nothing happens, and times."""
    await _change(phone, kind, pages, "Warm up.")
    idle = await _idle(phone)
    first: list[float] = []
    last: list[float] = []
    heard = sum(page.messages for page in pages), sum(page.characters for page in pages)
    cpu, began = phone.server.cpu_seconds(), time.perf_counter()
    for number in range(changes):
        came = await _change(phone, kind, pages, f"Change {number} of {len(pages)} {kind.name}.")
        if came:
            first.append(min(came))
            last.append(max(came))
    used = phone.server.cpu_seconds() - cpu - idle * (time.perf_counter() - began)
    row = {"cpu_ms": used / changes * 1000, "idle_share": idle}
    if pages:
        many = changes * len(pages)
        row["messages_a_page"] = (sum(page.messages for page in pages) - heard[0]) / many
        row["characters_a_page"] = (sum(page.characters for page in pages) - heard[1]) / many
    for name, values in (("first", sorted(first)), ("last", sorted(last))):
        if values:
            row |= {f"{name}_p50_ms": values[len(values) // 2] * 1000, f"{name}_max_ms": values[-1] * 1000}
    return row


async def _idle(phone: Phone) -> float:
    """Measure the share of a core that the server uses with these pages open and nothing to tell."""
    shares: list[float] = []
    while len(shares) < MOST_LOOKS and (len(shares) < 2 or shares[-1] < min(shares[:-1]) - SAME):  # it comes to rest
        cpu, began = phone.server.cpu_seconds(), time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
        shares.append((phone.server.cpu_seconds() - cpu) / (time.perf_counter() - began))
    return min(shares)


async def _change(phone: Phone, kind: Kind, pages: list[OpenPage], words: str) -> list[float]:
    """Answer once; gives the seconds until it was on each page, and waits until all that it caused is done."""
    coming = [page.until(kind.shows(words)) for page in pages]
    began = time.perf_counter()
    await phone.answer(words)
    async with asyncio.timeout(PATIENCE_SECONDS):
        came = [await one - began for one in coming]
    await asyncio.sleep(PAUSE_SECONDS)
    return came
