"""Draw a practice: herbs with known effects, patients who are treated one after another, and who of them answers.

Every figure here is made up and stands for no real herb.
"""

from dataclasses import dataclass
from typing import Any

PATIENTS = 5_000
HERBS, CONDITIONS = 40, 10
USUAL_SHARE = 0.55
HERB_SPREAD, CONDITION_SPREAD, OWN_SPREAD, PATIENT_SPREAD = 0.09, 0.05, 0.07, 0.10
"""Standard deviations of the share improved: between herbs, between conditions, of a herb from one condition to another, and
between patients."""
OFFERED = 0.35
"""Share of the conditions that a herb is given for."""
MOST_COURSES = 3
TOGETHER = 0.3
"""Share of the courses in which a second herb is given with the first."""
ANSWERS, ANSWERS_IMPROVED, ANSWERS_NOT = 0.65, 0.75, 0.50
"""Who answers: at random, and where it depends on the outcome."""
TERMS = 5
SIDE_EFFECT, HARMFUL_SIDE_EFFECT, SERIOUS = 0.02, 0.12, 0.05
"""How often an answer tells of each side effect, of the first one with the harmful herb, and how many of those are serious."""
HARMFUL, COMPANION, LEADER = 0, 1, 2
"""One herb does harm; one does nothing of its own and is given only where another one is."""
GRADES = ("A", "B", "C", "D")
GRADE_BLUR = 0.06
"""How far the document that a grade stands for is from the true share."""


@dataclass(frozen=True, slots=True)
class World:
    """What is true: share improved by herb and condition when given alone; nan where it is not given; and its grade."""

    share: Any
    grade: list[list[str]]
    popularity: Any


@dataclass(frozen=True, slots=True)
class Course:
    """One treatment of one patient, in the order of the visits; ``herbs`` are one or two."""

    patient: int
    condition: int
    herbs: tuple[int, ...]
    match: float
    improved: bool
    answers_at_random: bool
    answers_by_outcome: bool
    side_effects: tuple[tuple[int, int], ...]
    """Herb and term of each side effect that an answer tells."""
    serious: bool


def draw_world(chance: Any) -> World:
    """Draw what is true of a practice."""
    from numpy import nan

    share = (
        USUAL_SHARE
        + chance.normal(0, HERB_SPREAD, (HERBS, 1))
        + chance.normal(0, CONDITION_SPREAD, (1, CONDITIONS))
        + chance.normal(0, OWN_SPREAD, (HERBS, CONDITIONS))
    ).clip(0.05, 0.95)
    offered = chance.random((HERBS, CONDITIONS)) < OFFERED
    offered[range(HERBS), chance.integers(0, CONDITIONS, HERBS)] = True
    share[LEADER] = (share[LEADER] + 0.15).clip(0.05, 0.95)
    offered[COMPANION], share[COMPANION] = offered[LEADER], 0.40
    documented = share + chance.normal(0, GRADE_BLUR, share.shape)
    grade = [[GRADES[sum(one < least for least in (0.575, 0.525, 0.475))] for one in row] for row in documented]
    share[~offered] = nan
    popularity = chance.gamma(1.5, 1, HERBS) + 0.2
    popularity[COMPANION], popularity[[HARMFUL, LEADER]] = 0, popularity.mean()
    return World(share, grade, popularity)


def draw_courses(world: World, chance: Any, *, patients: int = PATIENTS, together: bool = True) -> list[Course]:
    """Draw what happens to so many patients, one to three courses each.

    Of two herbs the better one is what helps. The companion is given with its leader in most courses, and never alone.
    """
    from numpy import flatnonzero, isnan, nanmax

    who = [patient for patient in range(patients) for _ in range(chance.integers(1, MOST_COURSES + 1))]
    chance.shuffle(who)
    luck = chance.normal(0, PATIENT_SPREAD, patients)
    given_for = [flatnonzero(~isnan(world.share[:, condition])) for condition in range(CONDITIONS)]
    weights = [world.popularity[herbs] / world.popularity[herbs].sum() for herbs in given_for]
    courses = []
    for patient in who:
        condition = int(chance.integers(CONDITIONS))
        first, second = (
            int(one) for one in chance.choice(given_for[condition], 2, p=weights[condition], replace=False)
        )
        herbs = (first, second) if together and chance.random() < TOGETHER else (first,)
        if together and first == LEADER and chance.random() < 0.8:
            herbs = (LEADER, COMPANION)
        helped = float(nanmax(world.share[list(herbs), condition]))
        improved = bool(chance.random() < min(max(helped + luck[patient], 0.02), 0.98))
        answers = chance.random()
        suffered = tuple(
            (herb, term)
            for herb in herbs
            for term in range(TERMS)
            if chance.random() < (HARMFUL_SIDE_EFFECT if (herb, term) == (HARMFUL, 0) else SIDE_EFFECT)
        )
        courses.append(
            Course(
                patient=patient,
                condition=condition,
                herbs=herbs,
                match=float(chance.uniform(0.3, 1)),
                improved=improved,
                answers_at_random=answers < ANSWERS,
                answers_by_outcome=answers < (ANSWERS_IMPROVED if improved else ANSWERS_NOT),
                side_effects=suffered,
                serious=(HARMFUL, 0) in suffered and chance.random() < SERIOUS,
            )
        )
    return courses
