"""One stage of the load: so many phones connected, so many check-ins a second, for so long."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench.load.crowd import Owner
from bench.load.phone import PATIENCE_SECONDS, Phone, Seen
from bench.programs import Running, Used

AT_ONCE = 50
"""Phones that connect at the same time."""
LOST_EVERY_SECONDS = 60.0
"""How often a phone loses its network, on average."""


@dataclass(frozen=True)
class Stage:
    """What is asked of the program."""

    phones: int
    answers_per_second: float
    seconds: float


async def play(stage: Stage, programs: Sequence[Running], owners: Sequence[Owner]) -> dict[str, Any]:
    """Do as the stage says, and give what was seen."""
    seen = Seen()
    ports = tuple(one.port for one in programs)
    phones = [Phone(ports, owner, seen) for owner in owners[: stage.phones]]
    began = time.perf_counter()
    for first in range(0, len(phones), AT_ONCE):
        await asyncio.gather(*(one.join() for one in phones[first : first + AT_ONCE]))
    joining = time.perf_counter() - began
    before, own, began = [one.used() for one in programs], time.process_time(), time.perf_counter()
    lost_per_second = stage.phones / LOST_EVERY_SECONDS
    async with asyncio.TaskGroup() as under_way:
        under_way.create_task(
            _now_and_then(stage.answers_per_second, stage.seconds, lambda: random.choice(phones).check_in(), under_way)
        )
        under_way.create_task(
            _now_and_then(lost_per_second, stage.seconds, lambda: random.choice(phones).lose_the_network(), under_way)
        )
    lasted, own = time.perf_counter() - began, time.process_time() - own
    used = [one.used().since(was) for one, was in zip(programs, before, strict=True)]
    untold = await _until_told(phones)
    memory = sum(one.rss_mib() for one in programs)
    for phone in phones:
        phone.leave()
    return asdict(stage) | _figures(seen, used, lasted) | {
        "joins_per_second": len(phones) / joining,
        "client_share": own / lasted,
        "rss_mib": memory,
        "peak_rss_mib": sum(one.peak_rss_mib() for one in programs),
        "untold": untold,
    }  # fmt: skip


async def _now_and_then(
    per_second: float, seconds: float, act: Callable[[], Coroutine[Any, Any, None]], under_way: asyncio.TaskGroup
) -> None:
    """Begin something so often at moments that are independent of one another, and of how long it takes."""
    begun, at = time.perf_counter(), 0.0
    while per_second > 0 and (at := at + random.expovariate(per_second)) < seconds:
        await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
        under_way.create_task(act())


async def _until_told(phones: Sequence[Phone]) -> int:
    """Wait until every answer that was taken has come back on the sockets; counts the phones on which one has not."""
    waiting = [asyncio.create_task(phone.told()) for phone in phones]
    _, untold = await asyncio.wait(waiting, timeout=PATIENCE_SECONDS)
    for one in untold:
        one.cancel()
    return len(untold)


def _figures(seen: Seen, used: Sequence[Used], lasted: float) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "answers": len(seen.answered),
        "answered_per_second": len(seen.answered) / lasted,
        "caught_up": seen.caught_up,
        "reconnects": len(seen.resumed),
        "resumed_whole": seen.resumed_whole,
        "errors": dict(seen.errors),
        "out_of_order": seen.out_of_order,
        "loop_share": max(one.loop for one in used) / lasted,
        "writer_share": max(one.others for one in used) / lasted,
        "cpu_share": sum(one.total for one in used) / lasted,
        "cpu_per_answer_ms": sum(one.total for one in used) / len(seen.answered) * 1000 if seen.answered else None,
    }
    for name in ("joined", "answered", "shown", "resumed"):
        values = sorted(getattr(seen, name))
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            at = min(int(len(values) * share), len(values) - 1)
            figures[f"{name}_{label}_ms"] = values[at] * 1000 if values else None
    return figures
