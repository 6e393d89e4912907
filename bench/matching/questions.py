"""How many questions until the true condition is first with enough of a score: the next question followed, or any asked."""

from random import Random
from statistics import median
from typing import Any

from bench.matching.simulation import Case, Population
from domain.matching import FindingValue, match, next_question
from storage.knowledge import Knowledge

TOLD = 3
"""Present findings that a case begins with; the true condition has one of them."""
ENOUGH = 0.8
SOME, MOST_ASKED = 10, 40
SEED = 6


def asked(knowledge: Knowledge, cases: int) -> list[dict[str, Any]]:
    """Ask the same people, with one condition each, in both ways."""
    dice = Random(SEED)
    people = Population(knowledge, dice)
    begun = [_begun(people, people.traditions[number % len(people.traditions)], dice) for number in range(cases)]
    rows = []
    for way in ("next question", "any question"):
        counts, wrong, first = [], 0, 0
        for case, told in begun:
            number, led, misled = _until(case, list(told), knowledge, Random(SEED), follow=way == "next question")
            counts.append(number)
            wrong += misled
            first += led
        reached = [number for number in counts if number <= MOST_ASKED]
        rows.append(
            {
                "way": way,
                "cases": cases,
                "median": median(counts),
                "reached": len(reached) / cases,
                "within_10": sum(number <= SOME for number in counts) / cases,
                "first_after_10": first / cases,
                "another_on_the_way": wrong / cases,
            }
        )
    return rows


def _begun(people: Population, tradition: str, dice: Random) -> tuple[Case, list[FindingValue]]:
    while True:
        case = people.person(tradition, conditions=1)
        present = [one for one in case.findings.values() if one.present]
        told = dice.sample(present, min(TOLD, len(present)))
        if any(one.finding_id in people.knowledge.conditions[case.true[0]].supporting for one in told):
            return case, told


def _until(
    case: Case, record: list[FindingValue], knowledge: Knowledge, dice: Random, *, follow: bool
) -> tuple[int, bool, bool]:
    """Count the questions, ``MOST_ASKED`` + 1 where they were not enough.

    Says also whether the true condition was first after ``SOME`` questions (or had enough before), and whether another
    condition had enough on the way.
    """
    led = misled = False
    for number in range(MOST_ASKED + 1):
        found = match(record, knowledge, tradition=case.tradition)
        true = bool(found) and found[0].condition_id in case.true
        enough = bool(found) and found[0].score >= ENOUGH
        if true and (enough or number == SOME):
            led = led or number <= SOME
        if enough and true:
            return number, led, misled
        misled = misled or enough
        known = {one.finding_id for one in record}
        left = [one for one in case.findings if one not in known]
        if not left:
            break
        # Where the first two cannot be told apart any more, there is no next question: then any other.
        question = next_question(found, record, knowledge) if follow else None
        record.append(case.findings[question or dice.choice(left)])
    return MOST_ASKED + 1, led, misled
