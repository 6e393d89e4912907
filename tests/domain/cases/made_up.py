"""Made-up cases of two kinds of practice, drawn with a seed."""

from random import Random

from domain.cases import Case


def case(number: int, findings: str, herbs: str) -> Case:
    """Write a case as two lists of names with spaces between them."""
    return Case(number, frozenset(findings.split()), frozenset(herbs.split()))


def few_findings(cases: int = 600, *, seed: int = 1) -> list[Case]:
    """One to three of 25 findings a case; each finding has six herbs of its own, from which six are drawn."""
    dice = Random(seed)
    herbs_of = [dice.sample(range(60), 6) for _ in range(25)]
    drawn = []
    for number in range(cases):
        found = dice.sample(range(25), dice.choice([1, 1, 2, 3]))
        herbs = {dice.choice(herbs_of[dice.choice(found)]) for _ in range(6)} | {dice.randrange(60)}
        drawn.append(_case(number, found, herbs))
    return drawn


def rich_findings(cases: int = 400, *, seed: int = 1) -> list[Case]:
    """Eight of 150 findings and eight of 120 herbs a case: one of 60 pictures, with three findings and one herb changed."""
    dice = Random(seed)
    pictures = [(dice.sample(range(150), 8), dice.sample(range(120), 8)) for _ in range(60)]
    drawn = []
    for number in range(cases):
        findings, herbs = dice.choice(pictures)
        found = set(dice.sample(findings, 5))
        while len(found) < 8:
            found.add(dice.randrange(150))
        drawn.append(_case(number, found, {*dice.sample(herbs, 7), dice.randrange(120)}))
    return drawn


def _case(number: int, findings: list[int] | set[int], herbs: set[int]) -> Case:
    return Case(number, frozenset(f"sign {one}" for one in findings), frozenset(f"herb {one}" for one in herbs))
