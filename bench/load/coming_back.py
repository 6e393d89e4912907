"""What a phone that comes back costs the program, in processor time; of two versions of it, in turns."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.load.crowd import Owner
from bench.load.phone import Phone, Seen
from bench.programs import Running, Used

ROUNDS = 6
AT_ONCE = 16
"""Phones on their way at the same time."""
KINDS = {"resumed": True, "snapshot": False}
"""By what they are given: whether they say how far they have read."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor ms of a phone that comes back, medians of the rounds: of the event loop's thread, and of all threads."""

    kind: str
    loop_ms: float
    total_ms: float


async def come_back(programs: Sequence[Running], owners: Sequence[Owner]) -> tuple[list[list[Cost]], list[Seen]]:
    """Let all phones lose their network and come back, to one program after the other; gives the costs of each, by kind."""
    seen = [Seen() for _ in programs]
    crowds = [
        [Phone((program.port,), owner, of) for owner in owners] for program, of in zip(programs, seen, strict=True)
    ]
    for crowd in crowds:
        await _all_join(crowd)
    used: dict[str, list[list[Used]]] = {kind: [[] for _ in programs] for kind in KINDS}
    for kind, knows in KINDS.items():
        for turn in range(ROUNDS):
            for at in sorted(range(len(programs)), reverse=turn % 2 == 1):  # who is first takes turns as well
                for phone in crowds[at]:
                    phone.cut(forgetful=not knows)
                before = programs[at].used()
                await _all_join(crowds[at])
                used[kind][at].append(programs[at].used().since(before))
    for crowd in crowds:
        for phone in crowd:
            phone.leave()
    many = len(owners)
    return [[cost(kind, used[kind][at], many) for kind in KINDS] for at in range(len(programs))], seen


def cost(kind: str, rounds: Sequence[Used], many: int) -> Cost:
    """Say what one of ``many`` phones cost in the median of the rounds."""
    loop, total = (median(one) for one in ([u.loop for u in rounds], [u.total for u in rounds]))
    return Cost(kind, loop / many * 1000, total / many * 1000)


def table(costs: Sequence[Sequence[Cost]]) -> list[str]:
    """Write the lines of this program, and of another one beside it where there is one."""
    lines = [
        f"{'kind':>9} {'loop ms':>8} {'CPU ms':>7}" + (f" {'beside ms':>10} {'ratio':>6}" if len(costs) > 1 else "")
    ]
    for own, *others in zip(*costs, strict=True):
        beside = "".join(f" {other.total_ms:>10.3f} {other.total_ms / own.total_ms:>6.2f}" for other in others)
        lines.append(f"{own.kind:>9} {own.loop_ms:>8.3f} {own.total_ms:>7.3f}{beside}")
    return lines


async def _all_join(phones: Sequence[Phone]) -> None:
    waiting = iter(phones)

    async def one_after_another() -> None:
        for phone in waiting:
            await phone.join()

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
