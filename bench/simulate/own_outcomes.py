"""What a patient's own outcomes should weigh: practices in which patients return with the same condition."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench.simulate.measuring import calibration
from bench.simulate.practice import ANSWERS, CONDITIONS, World, draw_world
from domain.predicting import Candidate, PastOutcome, others_mean, own_of, predict_success
from domain.predictors.features import Counted

SPREADS = (0.0, 0.05, 0.10, 0.20)
"""Standard deviation between patients of the share that improves."""
PATIENTS, MOST_COURSES = 3_000, 5
BEFORE = 4.0
"""A weight that was tried and left: so many own outcomes were worth all that is known of others."""


def weighed(seed: int, spread: float) -> dict[str, dict[str, float]]:
    """Predict the courses of patients with an outcome of their own: without it, as the rules do, and with more weight."""
    from numpy.random import default_rng

    chance = default_rng(seed)
    world = draw_world(chance)
    known: dict[tuple[int, int], Counted] = defaultdict(Counted)
    history: dict[int, list[PastOutcome]] = defaultdict(list)
    made: dict[str, list[tuple[float, bool]]] = {"without": [], "rules": [], "more": []}
    for patient, condition, herb, improved, answers in _courses(world, spread, chance):
        past, cell = history[patient], known[herb, condition]
        asked = Candidate(str(herb), str(condition), None, world.grade[herb][condition], cell)
        if past:
            own, others = own_of(asked, past), others_mean(asked)
            made["without"].append((others, improved))
            made["rules"].append((predict_success(asked, {}, past), improved))
            made["more"].append(((BEFORE * others + own.improved) / (BEFORE + own.answered), improved))
        if answers:
            known[herb, condition] = Counted(cell.improved + improved, cell.answered + 1)
            past.append(PastOutcome(str(herb), str(condition), improved))
    return {name: calibration(one) for name, one in made.items()}


def _courses(world: World, spread: float, chance: Any) -> Sequence[tuple[int, int, int, bool, bool]]:
    """Draw courses: patient, condition, herb, whether it helped, whether they answer."""
    from numpy import flatnonzero, isnan

    who = [patient for patient in range(PATIENTS) for _ in range(chance.integers(1, MOST_COURSES + 1))]
    chance.shuffle(who)
    luck, has = chance.normal(0, spread, PATIENTS), chance.integers(0, CONDITIONS, PATIENTS)
    given_for = [flatnonzero(~isnan(world.share[:, condition])) for condition in range(CONDITIONS)]
    found = []
    for patient in who:
        condition = int(has[patient])
        herbs = given_for[condition]
        weights = world.popularity[herbs]
        herb = int(chance.choice(herbs, p=weights / weights.sum()))
        helps = min(max(world.share[herb, condition] + luck[patient], 0.02), 0.98)
        found.append((patient, condition, herb, bool(chance.random() < helps), bool(chance.random() < ANSWERS)))
    return found
