"""What a prediction is made from: missing stays missing, and nothing of later is in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isnan, log, log1p

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import col, select

from domain import correcting, feedback
from domain.age import age
from domain.correcting import FeedbackChange
from domain.feedback import FeedbackInput
from domain.gate import DoseLine
from domain.gate.doses import share_of_documented
from domain.ledger import utc_now
from domain.predicting import Candidate, PastOutcome, predict_success
from domain.predictors.examples import examples_of, gone_through, past_of
from domain.predictors.features import (
    NAMES,
    Counted,
    Past,
    Prescription,
    features_kept,
    features_of,
)
from storage import outcomes
from storage.knowledge import Knowledge
from storage.outcomes import Given, Said
from storage.tables import Consent, Feedback, Prediction
from tests.support.house import House, approve, diagnose, recommended, under_treatment
from tests.support.shipped import shipped

BORN = date(1970, 5, 5)
START = datetime(2026, 1, 1, tzinfo=UTC)
KNOWLEDGE = shipped()
GINGER = KNOWLEDGE.doses["ginger"][0]


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return KNOWLEDGE


def line(amount: float, **more: str) -> DoseLine:
    given: dict[str, str] = {"unit": GINGER.unit, "per": GINGER.per, "preparation": GINGER.preparation, **more}
    return DoseLine(amount=amount, **given)  # type: ignore[arg-type]


def prescription(**values: object) -> Prescription:
    plain = Prescription(
        on=date(2026, 1, 1), born=None, sex="", baseline=None, tradition="tcm", condition_id="t-stcold",
        item_id="ginger", dose=None, match_score=None,
    )  # fmt: skip
    return replace(plain, **values)  # type: ignore[arg-type]


def test_what_is_not_known_stays_unknown(knowledge: Knowledge) -> None:
    found = features_of(prescription(), Past(), None, knowledge)
    unknown = {"age", "baseline", "match", "dose", "adherence", "own_share", "share"}
    assert {name for name, value in found.kept().items() if value is None} == unknown
    row = dict(zip(NAMES, found.row(), strict=True))
    assert {name for name in NAMES if isinstance(row[name], float) and isnan(row[name])} == unknown
    assert (row["answered"], row["own_answered"], row["sex"]) == (0.0, 0.0, "")


def test_what_is_known_is_in_it(knowledge: Knowledge) -> None:
    middle = (GINGER.min + GINGER.max) / 2
    told = prescription(born=date(1980, 1, 2), sex="Female ", baseline=7, match_score=0.9, dose=line(middle))
    found = features_of(
        told,
        Past((*[PastOutcome("fennel", "p-x", improved=False)] * 3, PastOutcome("ginger", "p-x", improved=True)), 80.0),
        Counted(6, 8),
        knowledge,
    )
    assert (found.age, found.sex, found.baseline, found.match) == (45, "female", 7, 0.9)
    assert found.dose == pytest.approx(1)
    assert (found.own_answered, found.own_share, found.adherence) == (4, 0.25, 80.0)
    assert (found.answered, found.share) == (8, 0.75)
    assert found.grade == knowledge.grades["ginger", "t-stcold"]
    row = dict(zip(NAMES, found.row(), strict=True))
    assert row["answered"] == log1p(8)
    assert row["expected"] == pytest.approx(log(found.expected / (1 - found.expected)))
    assert features_kept(found.kept()) == found
    assert features_kept({"age": 3}) is None, "kept by a version with other features"


@pytest.mark.parametrize("grade", [None, "A", "T"])
@pytest.mark.parametrize("match", [None, 0.0, 1.0])
@pytest.mark.parametrize(
    "past", [Past(), Past((PastOutcome("ginger", "t-stcold", improved=False),))], ids=["new", "own"]
)
def test_what_the_rules_expect_is_what_they_show(
    knowledge: Knowledge, grade: str | None, match: float | None, past: Past
) -> None:
    graded = replace(knowledge)
    graded.__dict__["grades"] = {} if grade is None else {("ginger", "t-stcold"): grade}
    found = features_of(prescription(match_score=match), past, Counted(3, 8), graded)
    asked = Candidate("ginger", "t-stcold", match, grade, Counted(3, 8))
    assert found.expected == predict_success(asked, {}, past.outcomes)


@pytest.mark.parametrize(
    ("dose", "share"),
    [
        (line(GINGER.min), 2 * GINGER.min / (GINGER.min + GINGER.max)),
        (line(GINGER.max), 2 * GINGER.max / (GINGER.min + GINGER.max)),
        (line(1, unit="handful"), None),
        (line(1, preparation="a preparation nobody knows"), None),
        (line(float("inf")), None),
        (line(-1), None),
    ],
)
def test_a_dose_beside_the_documented_one(dose: DoseLine, share: float | None) -> None:
    assert share_of_documented(dose, [GINGER]) == (None if share is None else pytest.approx(share))


def plan(number: int, patient: int, day: int, item: str = "ginger", condition: str = "t-stcold") -> Given:
    return Given(number, patient, None, "", "tcm", 7, item, condition, None, START + timedelta(days=day), None)


def said(
    number: int, patient: int, day: int, symptom: int | None, adherence: int | None = None, *, answer: int | None = None
) -> Said:
    at, id_ = START + timedelta(days=day), day if answer is None else answer
    return Said(id_, number, patient, at, 7, symptom, None, stopped=False, adherence=adherence)


def test_a_history_is_gone_through_in_the_order_of_time(knowledge: Knowledge) -> None:
    plans = [plan(1, 1, 0), plan(2, 2, 5), plan(3, 1, 20), plan(4, 3, 21)]
    answers = [said(1, 1, 5, 2, 90), said(2, 2, 9, 7, 50), said(1, 1, 22, 7), said(3, 1, 30, 1), said(4, 3, 31, None)]
    first, second, third = gone_through(plans, answers, knowledge)
    assert (first.improved, second.improved, third.improved) == (False, False, True), "the latest answer counts"
    assert first.features.answered == 0
    assert second.features.answered == 0, "what is said in the same moment comes afterwards"
    assert (third.features.answered, third.features.share) == (2, 0.5), "the first had improved then"
    assert (third.features.own_answered, third.features.own_share, third.features.adherence) == (1, 1.0, 90)
    assert second.features.adherence is None
    assert first.evidence == pytest.approx(0.6), "nobody had answered: the default prior"
    assert third.evidence == pytest.approx((0.6 * 10 + 1) / 12)


@given(
    some.lists(some.tuples(some.integers(1, 6), some.integers(0, 30)), min_size=2, max_size=20),
    some.lists(some.tuples(some.integers(1, 20), some.integers(1, 40), some.integers(0, 7), some.integers(0, 7))),
    some.integers(0, 30),
)
def test_no_later_answer_is_in_an_example(
    plans: list[tuple[int, int]], answers: list[tuple[int, int, int, int]], until: int
) -> None:
    """Whatever is said from a day on, what was prescribed until then is described alike."""
    given_ = sorted((plan(at, who, day) for at, (who, day) in enumerate(plans, 1)), key=lambda one: one.approved)
    patients = {one.recommendation_id: (one.patient_id, one.approved) for one in given_}

    def history(*, otherwise: bool) -> list[Said]:
        told = []
        for answer, (number, after, symptom, other) in enumerate(answers, 1):
            if number in patients:
                who, at = patients[number]
                day = (at - START).days + after
                says = other if otherwise and day >= until else symptom
                told.append(
                    said(number, who, day, says, answer=answer)
                )  # some were corrected after later ones had come
        return sorted(told, key=lambda one: one.at)

    def seen(told: list[Said]) -> dict[int, object]:
        whole = gone_through(given_, told, KNOWLEDGE)
        return {hash((one.patient_id, one.prescribed)): (one.features, one.evidence) for one in whole
                if one.prescribed <= START + timedelta(days=until)}  # fmt: skip

    assert seen(history(otherwise=False)) == seen(history(otherwise=True))


def test_the_past_of_a_patient() -> None:
    assert past_of([], []) == Past()
    became = (PastOutcome("a", "x", improved=True), PastOutcome("b", "x", improved=False))
    found = past_of(became, [100, 50])
    assert (found.answered, found.improved, found.adherence) == (2, 1, 75.0)


def test_a_corrected_answer_says_so_from_its_correction_on(house: House) -> None:
    """Otherwise others' examples of the days between would know what nobody knew then."""
    services = house.services
    state = feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3, symptom=7))
    correcting.edit(services, house.mina, state["id"], FeedbackChange(symptom=0))
    with services.database.read() as session:
        [answer] = outcomes.said(session, house.leila.practice_id)
        row = session.get_one(Feedback, state["id"])
    assert answer.at == row.updated > row.created
    first, second = plan(1, 1, 0), plan(2, 2, 5)
    [before, after] = gone_through(
        [first, second], [said(2, 2, 9, 2, answer=2), said(1, 1, 12, 0, answer=1)], KNOWLEDGE
    )
    assert (after.features.answered, before.answered) == (0, START + timedelta(days=12)), "not known on the fifth day"
    late = gone_through([first], [said(1, 1, 5, 7, answer=2), said(1, 1, 12, 0, answer=1)], KNOWLEDGE)
    assert [one.improved for one in late] == [False], "the later answer counts, whenever the earlier one was corrected"


def test_what_was_changed_after_the_approval_is_as_it_was_then(knowledge: Knowledge) -> None:
    kept = replace(plan(1, 1, 0), features={"baseline": 4, "dose": 1.5, "match": 0.9})
    [found] = gone_through([kept], [said(1, 1, 5, 2)], knowledge)
    assert (found.features.baseline, found.features.dose, found.features.match) == (4, 1.5, 0.9)


def test_what_is_kept_at_the_approval_is_what_is_fitted_to(house: House) -> None:
    """What a prediction is made from now and what it would be fitted to later are the same numbers."""
    services = house.services
    for symptom, adherence in ((2, 90), (6, None), (1, 40)):
        course = under_treatment(services, house.leila, sex="male", born=BORN)
        told = FeedbackInput(recommendation_id=course.recommendation_id, rating=4, symptom=symptom, adherence=adherence)
        feedback.submit(services, course.patient, course.diagnosis_id, told)
    again = diagnose(services, house.leila, course.patient)
    fennel = recommended(services, again, "fennel")
    approve(services, house.leila, fennel)
    feedback.submit(services, course.patient, again, FeedbackInput(recommendation_id=fennel, rating=4, symptom=0))
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3, symptom=7))

    with services.database.read() as session:
        kept = session.exec(select(Prediction).where(col(Prediction.prescribed)).order_by("id")).all()
        found = examples_of(session, house.leila.practice_id, services.library.shared.knowledge, until=utc_now())
    assert len(kept) == 5 == len(found), "one for each approval"
    assert [one.features.kept() for one in found] == [one.features for one in kept]
    last = found[-1].features
    assert (last.own_answered, last.own_share, last.adherence, last.age) == (
        1,
        1.0,
        40.0,
        age(BORN, kept[-1].created.date()),
    )
    assert last.match is not None
    assert last.dose is not None
    assert [one.improved for one in found] == [False, True, False, True, True]


def test_who_wants_to_be_in_no_statistics_is_in_no_example(house: House) -> None:
    services = house.services
    course = under_treatment(services, house.leila)
    feedback.submit(services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=1))
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=1))
    consent = Consent(patient_id=course.patient.patient_id or 0, kind="statistics", granted=False, at=START)
    services.ledger.write(lambda change: change.session.add(consent))
    with services.database.read() as session:
        found = examples_of(session, house.leila.practice_id, services.library.shared.knowledge, until=utc_now())
        assert (
            examples_of(session, house.stranger.practice_id, services.library.shared.knowledge, until=utc_now()) == []
        )
    assert [one.patient_id for one in found] == [house.mina.patient_id]
