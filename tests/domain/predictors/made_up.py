"""Outcomes of a practice that is made up: with something to be learnt from, or with nothing."""

import random
from datetime import UTC, datetime, timedelta
from math import exp

from domain.predictors.examples import Example
from domain.predictors.features import Features

START = datetime(2025, 1, 1, tzinfo=UTC)
ITEMS = ("ginger", "fennel", "clove", "valerian", "licorice")


def made_up(count: int, *, seed: int = 1, signal: bool = True, share: float = 0.55) -> list[Example]:
    """Make examples, oldest first, of patients who come twice on average; with ``signal`` age and herb decide, else chance."""
    dice = random.Random(seed)
    born = {patient: dice.randint(18, 80) for patient in range(count // 2 + 1)}
    found = []
    for number in range(count):
        patient = dice.randrange(len(born))
        item = dice.choice(ITEMS)
        adherence = dice.choice((None, 40.0, 70.0, 95.0))
        raw = (born[patient] - 50) / 12 + 1.2 * (item in ITEMS[:2]) - 0.5 if signal else 0.0
        truth = 1 / (1 + exp(-raw)) if signal else share
        answered = dice.choice((0, 3, 12, 40))
        at = START + timedelta(hours=6 * number)
        features = Features(
            age=None if dice.random() < 0.05 else born[patient],
            baseline=dice.randint(3, 9),
            match=dice.choice((None, 0.4, 0.9)),
            dose=dice.choice((None, 0.6, 1.0)),
            adherence=adherence,
            own_answered=dice.randint(0, 3),
            own_share=dice.choice((None, 0.0, 0.5, 1.0)),
            answered=answered,
            share=0.5 if answered else None,
            expected=share,
            sex=dice.choice(("female", "male", "")),
            condition=dice.choice(("t-stcold", "p-balgham")),
            item=item,
            tradition="tcm",
            grade=dice.choice(("", "B", "T")),
        )
        found.append(Example(patient, at, at + timedelta(days=14), dice.random() < truth, features, share))
    return found
