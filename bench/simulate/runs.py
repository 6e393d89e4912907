"""Everything that is measured of one drawn practice."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.simulate.fitted import beside
from bench.simulate.measuring import Answers, Flags, accuracy, calibration, count, flags, predictions, top_five
from bench.simulate.own_outcomes import SPREADS, weighed
from bench.simulate.practice import COMPANION, HERBS, PATIENTS, Course, World, draw_courses, draw_world

AFTER = (1_000, 2_500, 5_000, 8_000)
"""Courses after which the first five are looked at."""
SITUATIONS = ("all answer", "some silent, at random", "the improved answer more", "and herbs given together")
COMPANION_ROW = "of these, the companion"


@dataclass(frozen=True, slots=True)
class Run:
    """By situation: accuracy, hits among the first five after so many courses, calibration; the flags; the predictions made."""

    accuracy: dict[str, dict[str, float]]
    top_five: dict[str, dict[int, dict[str, int]]]
    calibration: dict[str, dict[str, float]]
    flags: Flags
    made: dict[str, list[tuple[float, bool]]]
    fitted: dict[str, dict[str, dict[str, float]]]
    """By situation, of rules and fitted predictor on the later courses; empty where none was fitted."""
    own: dict[float, dict[str, dict[str, float]]]
    """By how much patients differ, and by what their own outcomes weigh."""


def run(seed: int, patients: int = PATIENTS, *, fits: bool = False) -> Run:
    """Draw a practice and measure it, a fitted predictor where ``fits``; each situation adds one trouble to the one before."""
    from numpy.random import default_rng

    chance = default_rng(seed)
    world = draw_world(chance)
    alone, together = (draw_courses(world, chance, patients=patients, together=pairs) for pairs in (False, True))
    situations: list[tuple[Sequence[Course], Answers]] = [
        (alone, lambda course: True),  # noqa: ARG005 - everybody does
        (alone, lambda course: course.answers_at_random),
        (alone, lambda course: course.answers_by_outcome),
        (together, lambda course: course.answers_by_outcome),
    ]
    found = {
        name: accuracy(world, count(courses, answers))
        for name, (courses, answers) in zip(SITUATIONS, situations, strict=True)
    }
    found[COMPANION_ROW] = accuracy(world, count(*situations[-1]), only=[COMPANION])
    judged = dict(zip(SITUATIONS[1:], situations[1:], strict=True))
    made = {name: predictions(world, *situation) for name, situation in judged.items()}
    return Run(
        accuracy=found,
        top_five={name: _after(world, *situation) for name, situation in judged.items()},
        calibration={name: calibration(one) for name, one in made.items()},
        flags=flags(together, HERBS),
        made=made,
        fitted={name: beside(world, *situation) for name, situation in judged.items()} if fits else {},
        own={spread: weighed(seed, spread) for spread in SPREADS} if fits else {},
    )


def _after(world: World, courses: Sequence[Course], answers: Answers) -> dict[int, dict[str, int]]:
    return {so_many: top_five(world, count(courses[:so_many], answers)) for so_many in AFTER}
