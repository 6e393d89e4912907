"""Today: who is expected to answer, who is late, and what has changed in the plans."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import overview, recommendation, sign_in
from domain.feedback import FeedbackInput, submit
from domain.ledger import Change
from domain.recommendation import StopInput
from domain.rhythm import local_day
from domain.today import newest
from storage.tables import CheckIn, Recommendation
from tests.support.house import House, signed_in


def due_in(house: House, days: int) -> None:
    def act(change: Change) -> None:
        row = change.session.get_one(CheckIn, house.diagnosis_id)
        row.due = local_day(change.now) + timedelta(days=days)
        change.session.add(row)

    house.services.ledger.write(act)


@pytest.mark.parametrize(("days", "expected", "late"), [(1, 0, []), (0, 1, []), (-1, 0, [1]), (-40, 0, [40])])
def test_who_is_due_today_and_who_is_late(house: House, days: int, expected: int, late: list[int]) -> None:
    due_in(house, days)
    today = overview.read(house.services, house.leila).today
    assert (len(today.expected), [one.days_late for one in today.late]) == (expected, late)
    assert overview.read(house.services, house.chen).today.patient_ids == []


def test_who_has_no_phone_cannot_answer(house: House) -> None:
    due_in(house, 0)

    def phones() -> list[bool]:
        return [one.phone for one in overview.read(house.services, house.leila).today.expected]

    assert phones() == [False]
    mina, _token = signed_in(house.services, house.mina)
    assert phones() == [True]
    sign_in.sign_out(house.services, mina)
    assert phones() == [False]


def test_who_has_answered_is_expected_no_more(house: House) -> None:
    due_in(house, 0)
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(recommendation_id=house.ginger, rating=4))
    assert overview.read(house.services, house.leila).today.expected == ()


def test_what_was_done_today_is_there_newest_first(house: House) -> None:
    before = overview.read(house.services, house.leila).today.changed
    assert [(one.what, one.number) for one in before] == [("approved", house.ginger), ("opened", house.diagnosis_id)]
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Enough."))
    assert overview.read(house.services, house.leila).today.changed[0].what == "stopped"


def test_the_newest_of_what_was_done_counts() -> None:
    morning, noon = datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)
    row = Recommendation(
        practice_id=1,
        diagnosis_id=1,
        patient_id=1,
        kind="herb",
        item_id="x",
        name="X",
        verdict="unknown",
        created=morning,
    )
    row.approved, row.stopped = noon, morning
    assert newest(row) == ("approved", noon)
    row.worsened = noon + timedelta(hours=1)
    assert newest(row)[0] == "objected"
