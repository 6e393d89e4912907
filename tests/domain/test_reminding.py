"""Check-ins as they are kept, and the one reminder: through the verbs that people use, with a clock that is moved."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import check_in, correcting, feedback, inbox, recommendation, record, reminding, sign_in
from domain.correcting import FeedbackChange
from domain.diagnosis import read
from domain.errors import NotFound
from domain.events import Audience
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import Risk
from domain.ledger import Change, Ledger, utc_now
from domain.permission import Actor, readable
from domain.recommendation import ApproveInput, DoseInput, StopInput
from domain.rhythm import local_day
from domain.services import Services
from storage.tables import Diagnosis
from tests.support.clock import Clock, with_clock
from tests.support.house import House, approve, under_treatment
from tests.support.snapshots import follows, follows_from_nothing, messages_after, state_of


class Course:
    """Mina's treatment over days."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.services, self.clock = with_clock(house.services)
        self.began = local_day(utc_now())

    def days(self, number: float) -> None:
        self.clock.move(timedelta(days=number))

    def say(self, **more: Any) -> int:
        said = FeedbackInput.model_validate({"recommendation_id": self.house.ginger, "rating": 4} | more)
        return int(feedback.submit(self.services, self.house.mina, self.house.diagnosis_id, said)["id"])

    def remind(self) -> int:
        return asyncio.run(reminding.remind_all(self.services, self.clock()))

    def stands(self) -> tuple[int | None, int, str, bool]:
        """The due day since the plan began, number, rhythm, and whether the patient was reminded; as the patient is told."""
        now = state_of(self.services, self.house.diagnosis_id, Audience.PATIENT)["check_in"]
        due = None if now["due"] is None else (date.fromisoformat(now["due"]) - self.began).days
        return due, now["number"], now["rhythm"], now["reminded"] is not None

    def inbox(self) -> list[inbox.InboxItem]:
        with self.services.database.read() as session:
            return list(inbox.read(session, readable(self.house.leila), self.clock()))


@pytest.fixture
def course(house: House) -> Course:
    return Course(house)


def test_a_week_after_the_approval_the_first_is_due(course: Course) -> None:
    assert course.stands() == (7, 1, "weekly", False)
    follows_from_nothing(course.services, course.house.diagnosis_id)


def test_nobody_is_reminded_before_two_days_have_passed(course: Course) -> None:
    course.days(8)
    assert course.remind() == 0
    course.days(1)
    with follows(course.services, course.house.diagnosis_id):
        assert course.remind() == 1
    assert course.stands() == (7, 1, "weekly", True)


def test_there_is_one_reminder_whatever_happens_to_clock_and_program(course: Course) -> None:
    course.days(60)  # the program did not run
    assert course.remind() == 1
    course.days(-55)  # the clock was set back
    assert course.remind() == 0
    course.days(90)
    assert course.remind() == 0
    other = Ledger(course.services.database, course.services.hub, course.clock)  # another process
    assert asyncio.run(reminding.remind_all(replace(course.services, ledger=other), course.clock())) == 0
    told = messages_after(course.services, course.house.diagnosis_id, Audience.PATIENT, 0)
    assert [one["data"]["change"] for one in told if one["type"] == "diagnosis_update"].count("check_in") == 1


def test_two_processes_that_find_the_same_remind_once(course: Course) -> None:
    course.days(9)

    async def both() -> int:
        looks = (reminding.remind_all(course.services, course.clock()) for _ in range(2))
        return sum(await asyncio.gather(*looks))

    assert asyncio.run(both()) == 1


def test_two_that_are_due_at_once_are_both_reminded_and_one_that_fails_holds_up_nobody(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = under_treatment(course.services, course.house.leila)
    course.days(9)
    monkeypatch.setattr(reminding, "AT_ONCE", 1)
    tell = record.tell

    def fails(change: Change, services: Services, diagnosis: Diagnosis, *given: Any, **more: Any) -> None:
        if diagnosis.id == course.house.diagnosis_id:
            raise RuntimeError("struck")
        tell(change, services, diagnosis, *given, **more)

    monkeypatch.setattr(record, "tell", fails)
    assert course.remind() == 1
    assert course.stands() == (7, 1, "weekly", False), "nothing is half done"
    assert state_of(course.services, other.diagnosis_id, Audience.PATIENT)["check_in"]["reminded"] is not None
    monkeypatch.setattr(record, "tell", tell)
    assert course.remind() == 1


def test_an_answer_ends_the_reminder_and_the_next_one_has_its_own(course: Course) -> None:
    course.days(9)
    course.remind()
    with follows(course.services, course.house.diagnosis_id):
        course.say(symptom=5)
    assert course.stands() == (16, 2, "weekly", False)
    course.days(9)
    assert course.remind() == 1


def test_a_withdrawn_answer_leaves_its_check_in_due(course: Course) -> None:
    course.days(7)
    said = course.say(symptom=5)
    assert course.stands()[:2] == (14, 2)
    with follows(course.services, course.house.diagnosis_id):
        correcting.withdraw(course.services, course.house.mina, said)
    assert course.stands() == (7, 1, "weekly", False)
    course.days(2)
    assert course.remind() == 1


def test_a_correction_that_makes_it_worse_begins_again(course: Course) -> None:
    for _ in range(3):
        course.days(7)
        said = course.say(symptom=5)
    assert course.stands()[:2] == (28, 4)
    with follows(course.services, course.house.diagnosis_id):
        correcting.edit(course.services, course.house.mina, said, FeedbackChange(symptom=8))
    assert course.stands() == (28, 1, "weekly", False)


def test_who_is_stable_is_left_in_peace_until_something_is_new(course: Course) -> None:
    for days in (7, 7, 7, 7, 14, 14):
        course.days(days)
        course.say(symptom=4)
    assert course.stands() == (None, 7, "stable", False)
    course.days(200)
    assert course.remind() == 0
    assert course.inbox() == []
    with follows(course.services, course.house.diagnosis_id):
        approve(course.services, course.house.leila, course.house.proposed("fennel"))
    assert course.stands() == (256 + 7, 1, "weekly", False)


def test_another_dose_begins_again_and_advice_does_not(course: Course) -> None:
    course.days(7)
    course.say(symptom=4)
    with follows(course.services, course.house.diagnosis_id):
        dose = DoseInput(amount=2, unit="g", per="day", preparation="powder")
        given = ApproveInput(dose=dose, override_reason="Discussed.", confirmed=True)
        recommendation.go_on(course.services, course.house.leila, course.house.ginger, given)
    assert course.stands() == (14, 1, "weekly", False)
    snapshot = read(course.services, course.house.leila, course.house.diagnosis_id)
    advice = next(one["id"] for one in snapshot["recommendations"] if one["kind"] in ("diet", "lifestyle"))
    course.days(1)
    approve(course.services, course.house.leila, advice)
    assert course.stands() == (14, 1, "weekly", False)


def test_an_answer_about_advice_is_no_check_in_of_what_is_taken(course: Course) -> None:
    snapshot = read(course.services, course.house.leila, course.house.diagnosis_id)
    advice = next(one["id"] for one in snapshot["recommendations"] if one["kind"] in ("diet", "lifestyle"))
    approve(course.services, course.house.leila, advice)
    course.days(7)
    with follows(course.services, course.house.diagnosis_id):
        said = course.say(recommendation_id=advice, symptom=4)
        assert course.stands() == (7, 1, "weekly", False)
        correcting.set_rating(course.services, course.house.mina, said, 3)
        assert course.stands() == (7, 1, "weekly", False)
    course.days(2)
    assert course.remind() == 1
    course.say(symptom=4)
    assert course.stands() == (16, 2, "weekly", False)
    course.say(recommendation_id=advice, comment="I have chest pain.")
    assert course.stands() == (16, 1, "weekly", False), "what is worse begins anew, whatever it is about"


def test_nothing_is_due_behind_the_last_stop_nor_the_end_of_the_diagnosis(course: Course) -> None:
    with follows(course.services, course.house.diagnosis_id):
        recommendation.stop(course.services, course.house.leila, course.house.ginger, StopInput(reason="Done with it."))
    assert course.stands() == (None, 0, "weekly", False)
    closed = under_treatment(course.services, course.house.leila)

    def close(change: Change) -> None:
        row = change.session.get_one(Diagnosis, closed.diagnosis_id)
        row.status = "closed"
        record.tell(change, course.services, row, "closed")

    with follows(course.services, closed.diagnosis_id):
        course.services.ledger.write(close)
    course.days(30)
    assert course.remind() == 0
    assert course.inbox() == []


def test_a_diagnosis_that_was_closed_past_us_is_settled_and_not_reminded(course: Course) -> None:
    def close(change: Change) -> None:
        change.session.get_one(Diagnosis, course.house.diagnosis_id).status = "closed"

    course.services.ledger.write(close)
    course.days(30)
    assert course.remind() == 0
    assert course.stands() == (None, 0, "weekly", False)


def test_the_practitioner_sees_who_is_silent_and_can_settle_it(course: Course) -> None:
    course.days(8)
    assert course.inbox() == []
    course.days(1)
    assert [(one.risk, one.reminded, one.phone) for one in course.inbox()] == [(Risk.SILENT, None, False)]
    sign_in.open_device(course.services, course.house.mina.person_id, device="test")
    assert [one.phone for one in course.inbox()] == [True]
    course.remind()
    [item] = course.inbox()
    assert item.reminded is not None
    assert [one.name for one in item.about] == ["ginger"]
    for stranger in (course.house.chen, course.house.mina, course.house.ida):
        with pytest.raises(NotFound):
            reminding.know(course.services, stranger, course.house.diagnosis_id)
    with follows(course.services, course.house.diagnosis_id):
        reminding.know(course.services, course.house.leila, course.house.diagnosis_id)
    assert course.inbox() == []
    assert course.stands() == (7, 1, "weekly", True)
    course.say(symptom=5)
    course.days(9)
    assert [one.risk for one in course.inbox()] == [Risk.SILENT], "another check-in, another silence"


@pytest.mark.sqlite
def test_the_look_for_those_who_are_overdue_uses_its_index(house: House) -> None:
    asked = "EXPLAIN QUERY PLAN SELECT diagnosis_id FROM check_in WHERE reminded IS NULL AND due <= '2026-01-01'"
    with house.services.database.engine.connect() as connection:
        plan = str(connection.exec_driver_sql(asked).all())
    assert "ix_check_in_reminded_due (reminded=? AND due<?)" in plan


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["say", "say", "say", "withdraw", "edit", "approve", "stop", "remind"]),
        st.integers(0, 15),
        st.integers(0, 10),
        st.sampled_from(["", "nausea", "chest pain"]),
    ),
    max_size=8,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_what_is_kept_is_what_all_answers_say(house: House, steps: list[tuple[str, int, int, str]]) -> None:
    plan = under_treatment(house.services, house.leila)
    services, clock = with_clock(house.services)
    given: list[int] = []
    with follows(services, plan.diagnosis_id):
        for step, days, symptom, word in steps:
            clock.move(timedelta(days=days))
            _do(services, house.leila, plan, clock, step, given, symptom, word)

    def recount(change: Change) -> None:
        before = check_in.state_of(change.rows, plan.diagnosis_id)
        assert check_in.again(change, plan.diagnosis_id, 7) is None
        assert check_in.state_of(change.rows, plan.diagnosis_id) == before

    services.ledger.write(recount)


def _do(
    services: Services, leila: Actor, plan: Any, clock: Clock, step: str, given: list[int], symptom: int, word: str
) -> None:
    effects = [SideEffectInput(term=word, severity=2)] if word == "nausea" else []
    if step == "say":
        comment = "I have chest pain." if word == "chest pain" else ""
        said = FeedbackInput(
            recommendation_id=plan.recommendation_id, rating=3, symptom=symptom, comment=comment, side_effects=effects
        )
        given.append(int(feedback.submit(services, plan.patient, plan.diagnosis_id, said)["id"]))
    elif step == "withdraw" and given:
        correcting.withdraw(services, plan.patient, given.pop())
    elif step == "edit" and given:
        correcting.edit(services, plan.patient, given[-1], FeedbackChange(symptom=symptom, side_effects=effects))
    elif step in ("approve", "stop"):
        state = read(services, leila, plan.diagnosis_id)["recommendations"]
        wanted = "proposed" if step == "approve" else "approved"
        found = [one["id"] for one in state if one["status"] == wanted and one["kind"] == "herb"]
        if found and step == "approve":
            approve(services, leila, found[0])
        elif found:
            recommendation.stop(services, leila, found[0], StopInput(reason="Enough of it."))
    elif step == "remind":
        asyncio.run(reminding.remind_all(services, clock()))
