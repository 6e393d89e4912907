"""How long one case takes against the whole knowledge base, the next question with it."""

from collections.abc import Callable
from random import Random
from time import perf_counter
from typing import Any

from bench.matching.simulation import Population
from domain.errors import Invalid
from domain.matching import FindingValue, match, next_question
from domain.matching.likelihood import likelihoods_of
from storage.knowledge import Knowledge, assemble, read_files

SIZES = (5, 15, 30, 200)
FLOOD = 10_000
SEED = 4


def timed(knowledge: Knowledge, rounds: int) -> list[dict[str, Any]]:
    """Time matching in all traditions and asking for the next question, for each size."""
    dice = Random(SEED)
    people = Population(knowledge, dice)
    rows = []
    for size in SIZES:
        records = [_record(people, size, dice) for _ in range(rounds)]

        def case(record: list[FindingValue]) -> None:
            next_question(match(record, knowledge), record, knowledge)

        took = sorted(_ms(lambda record=record: case(record)) for record in records)  # type: ignore[misc]
        rows.append({"findings": size, "median_ms": took[len(took) // 2], "p95_ms": took[int(len(took) * 0.95)]})
    return rows


def once(knowledge: Knowledge) -> dict[str, float]:
    """Time what is done once for a knowledge base, and the refusal of a flood, in ms."""
    fresh = assemble(read_files(), knowledge.version)
    weighing = _ms(lambda: likelihoods_of(fresh))
    flood = [FindingValue(f"finding-{number}") for number in range(FLOOD)]
    return {"weighing_ms": weighing, "refusing_ms": min(_ms(lambda: _refused(flood, knowledge)) for _ in range(5))}


def _record(people: Population, size: int, dice: Random) -> list[FindingValue]:
    # Of one tradition first, then of the others; a base with fewer findings is filled up with unheard-of ones.
    record: dict[str, FindingValue] = {}
    for tradition in dice.sample(people.traditions, len(people.traditions)):
        for one in people.person(tradition).recorded(size, dice):
            if len(record) < size:
                record.setdefault(one.finding_id, one)
    return [*record.values(), *(FindingValue(f"unheard-of-{number}") for number in range(size - len(record)))]


def _refused(flood: list[FindingValue], knowledge: Knowledge) -> None:
    try:
        match(flood, knowledge)
    except Invalid:
        return
    raise SystemExit(f"{FLOOD} findings were computed.")


def _ms(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return (perf_counter() - began) * 1000
