"""The fitted predictor beside the rules, on the later courses of a drawn practice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.simulate.measuring import Answers, calibration
from bench.simulate.practice import Course, World
from domain.predictors.examples import Described, Example, described
from domain.predictors.fitted import sigmoid, table
from domain.predictors.fitting import calibrated
from domain.predictors.measures import logit
from storage.knowledge import Dose
from storage.outcomes import Given, Said

START = datetime(2024, 1, 1, tzinfo=UTC)
LASTS, AFTER = timedelta(days=730), timedelta(days=28)
"""From the first course to the last one; and from a course to its answer."""
EARLIER = 0.6
"""Of the courses, those that are fitted to; the others judge, the silent too."""
PIPELINE = "logistic regression"
BASELINE, IMPROVED = 8, 1
SEVERAL = 10
"""More than the herbs of a course: its number and theirs make that of a recommendation."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What a drawn practice has documents of: grades, and no doses."""

    grades: dict[tuple[str, str], str]
    doses: dict[str, tuple[Dose, ...]]


def beside(world: World, courses: Sequence[Course], answers: Answers) -> dict[str, dict[str, float]]:
    """Fit to the answers of the earlier courses, and sum up what rules and fit say of the first herb of the later ones."""
    from threadpoolctl import threadpool_limits

    rows = {one.given.recommendation_id: one for one in _history(world, courses, answers)}
    from_ = START + EARLIER * LASTS
    known = [
        Example(one.given.patient_id, one.given.approved, one.became[0], one.became[1], one.features, one.evidence)
        for one in rows.values()
        if one.became is not None and one.became[0] < from_
    ]
    judged = range(int(EARLIER * len(courses)), len(courses))
    asked = [rows[SEVERAL * at].features for at in judged]
    with threadpool_limits(limits=1):
        pipeline, line, _ = calibrated(PIPELINE, known, 1)
        said = sigmoid(logit(pipeline.predict_proba(table(asked))[:, 1]), line)
    happened = [courses[at].improved for at in judged]
    return {
        "rules": calibration([(one.expected, was) for one, was in zip(asked, happened, strict=True)]),
        "fitted": calibration([(float(one), was) for one, was in zip(said, happened, strict=True)]),
    }


def _history(world: World, courses: Sequence[Course], answers: Answers) -> list[Described]:
    given, said = [], []
    for at, course in enumerate(courses):
        when = START + at / len(courses) * LASTS
        for place, herb in enumerate(course.herbs):
            number = SEVERAL * at + place
            named = (str(herb), str(course.condition))
            match = {"match": course.match}
            given.append(Given(number, course.patient, None, "", "tcm", BASELINE, *named, None, when, match))
            if answers(course):
                told = IMPROVED if course.improved else BASELINE
                said.append(
                    Said(
                        number,
                        number,
                        course.patient,
                        when + AFTER,
                        BASELINE,
                        told,
                        None,
                        stopped=False,
                        adherence=None,
                    )
                )
    grades = {
        (str(herb), str(condition)): grade
        for herb, of_herb in enumerate(world.grade)
        for condition, grade in enumerate(of_herb)
    }
    return described(given, said, Graded(grades, {}))
