"""Cases drawn from the model that the scores assume: there are no labelled real ones.

A person has one condition of a tradition, one in four has two. Every finding that the tradition lists is present as often as the
knowledge base's rates say (domain/matching/likelihood.py), with two conditions as often as in the one where it is more common;
what neither lists is present as often as elsewhere, which is the noise. Of two present findings that exclude each other the rarer
goes. Half of what is present has a severity (and a quality of mizaj a degree), a third a duration; signs of the condition are
more marked than others and mostly last as long as its course. What is recorded is chosen blindly, two present findings for each
absent one: people tell what they have. All numbers here are proposals.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from random import Random

from domain.matching import FindingValue, match
from domain.matching.calibration import Calibration, fitted
from domain.matching.checking import GRADED
from domain.matching.likelihood import PRESENT_OTHERWISE, likelihoods_of, rate
from storage.knowledge import Condition, Knowledge

CASES, SEED = 20_000, 1
"""What the constants in domain/matching/calibration.py are fitted on."""
TWO_CONDITIONS = 0.25
RECORDED_PRESENT = 2 / 3
FEWEST, MOST = 3, 30
"""Findings recorded of a case that the calibration is fitted on: any number from the one to the other, each as often."""
SEVERITY_KNOWN, DURATION_KNOWN = 0.5, 0.3
MARKED, UNMARKED = (15, 35, 35, 15), (40, 35, 20, 5)
"""How many of 100 are of severity or degree 1, 2, 3, 4: signs of the condition, and others."""
DAYS = ((0, 14), (15, 89), (90, 3650))
SPANS: Mapping[str, tuple[int, int, int]] = {"acute": (80, 15, 5), "chronic": (5, 20, 75), "": (1, 1, 1)}
"""How many last so many ``DAYS``, by the course of the condition; others last as long as they like."""
PLAIN = Calibration(a=0.0, b=1.0)
"""The evidence itself."""


@dataclass(frozen=True)
class Case:
    """A simulated person: the conditions that they have, and each finding of the tradition as it is."""

    tradition: str
    true: tuple[str, ...]
    findings: Mapping[str, FindingValue]

    def recorded(self, number: int, dice: Random) -> list[FindingValue]:
        """Choose what is recorded; fewer where there are not as many."""
        present = [one for one in self.findings.values() if one.present]
        absent = [one for one in self.findings.values() if not one.present]
        dice.shuffle(present)
        dice.shuffle(absent)
        record: list[FindingValue] = []
        while len(record) < number and (present or absent):
            told = present and (not absent or dice.random() < RECORDED_PRESENT)
            record.append((present if told else absent).pop())
        return record


class Population:
    """Everybody who could come to a practice that has this knowledge base."""

    def __init__(self, knowledge: Knowledge, dice: Random) -> None:
        self.knowledge = knowledge
        self._dice = dice
        self._conditions: dict[str, list[Condition]] = {}
        for condition in knowledge.conditions.values():
            self._conditions.setdefault(str(condition.tradition), []).append(condition)
        self._listed = {
            tradition: sorted({finding for one in conditions for finding in (*one.supporting, *one.contrary)})
            for tradition, conditions in self._conditions.items()
        }
        self.traditions = sorted(self._conditions)

    def person(self, tradition: str | None = None, *, conditions: int | None = None) -> Case:
        """Draw somebody, with so many conditions or as many as people have."""
        dice = self._dice
        where = tradition or dice.choice(self.traditions)
        among = self._conditions[where]
        number = conditions or (2 if dice.random() < TWO_CONDITIONS else 1)
        true = dice.sample(among, min(number, len(among)))
        rates = {finding: max(rate(one, finding) for one in true) for finding in self._listed[where]}
        present = {finding for finding, often in rates.items() if dice.random() < often}
        self._part(present, rates)
        return Case(
            where,
            tuple(one.id for one in true),
            {finding: self._value(finding, true) if finding in present else FindingValue(finding, present=False)
             for finding in rates},
        )  # fmt: skip

    def _part(self, present: set[str], rates: Mapping[str, float]) -> None:
        excluded = likelihoods_of(self.knowledge).excluded
        # Commonest first, so that what is left excludes nothing that stays.
        for finding in sorted(sorted(present), key=lambda one: (-rates[one], self._dice.random())):
            if finding in present:
                present -= excluded.get(finding, frozenset())

    def _value(self, finding: str, true: Sequence[Condition]) -> FindingValue:
        dice = self._dice
        its = [one for one in true if rate(one, finding) > PRESENT_OTHERWISE]
        marked = MARKED if its else UNMARKED
        severity = dice.choices((1, 2, 3, 4), marked)[0] if dice.random() < SEVERITY_KNOWN else None
        graded = finding in self.knowledge.findings and self.knowledge.findings[finding].kind in GRADED
        degree = dice.choices((1, 2, 3, 4), marked)[0] if graded and dice.random() < SEVERITY_KNOWN else None
        days = None
        if dice.random() < DURATION_KNOWN:
            course = dice.choice(its).course if its else ""
            days = dice.randint(*dice.choices(DAYS, SPANS[course])[0])
        return FindingValue(finding, severity=severity, degree=degree, duration_days=days)


@dataclass(frozen=True)
class Offered:
    """The matches of one simulated case, best first: evidence in nats, and whether it is a condition that was drawn."""

    tradition: str
    recorded: int
    matches: Sequence[tuple[float, bool]]


def offers(knowledge: Knowledge, cases: int, seed: int, *, recorded: int | None = None) -> Iterator[Offered]:
    """Draw cases and match them; ``recorded`` findings each, or as many as the calibration is fitted on."""
    dice = Random(seed)
    people = Population(knowledge, dice)
    for number in range(cases):
        person = people.person(people.traditions[number % len(people.traditions)])
        record = person.recorded(recorded or dice.randint(FEWEST, MOST), dice)
        found = match(record, knowledge, tradition=person.tradition, calibration=PLAIN)
        yield Offered(
            person.tradition, len(record), [(evidence(one.score), one.condition_id in person.true) for one in found]
        )


def evidence(score: float) -> float:
    """Read the evidence back from a score of the ``PLAIN`` calibration, which is its logistic."""
    return log(score / (1 - score))


def refitted(knowledge: Knowledge, cases: int, seed: int) -> Calibration:
    """Fit the calibration to simulated cases."""
    return fitted([pair for one in offers(knowledge, cases, seed) for pair in one.matches])
