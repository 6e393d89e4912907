"""Setting something of the inbox aside: it is back by itself, a danger within a day, and what changes at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlmodel import col, select

from domain import audit, correcting, feedback, overview, profile, setting_aside
from domain.correcting import FeedbackChange
from domain.errors import Conflict, Invalid, NotFound
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import InboxItem, Opened, Risk, read
from domain.patient import PatientInput
from domain.permission import Actor, readable
from domain.setting_aside import LONGEST_SERIOUS, NOTHING, Choice, back_at, divide
from storage.tables import AuditEntry, SetAside
from tests.support.clock import with_clock
from tests.support.house import House, under_treatment

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def item(risk: Risk, number: int = 1, *, patient: str = "Mina") -> InboxItem:
    return InboxItem(risk, number, patient, number, (), NOW - timedelta(hours=1), feedback_id=number)


def say(house: House, **more: Any) -> None:
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4} | more)
    feedback.submit(house.services, house.mina, house.diagnosis_id, given)


def inbox(house: House, actor: Actor) -> list[InboxItem]:
    return list(overview.read(house.services, actor, setting_aside.of(house.services, actor)).inbox)


def aside(house: House, one: InboxItem, choice: Choice = "tomorrow") -> datetime:
    return setting_aside.set_aside(house.services, house.leila, one.key, said=one.said, choice=choice)


@given(
    some.sampled_from(list(Risk)),
    some.sampled_from(["tomorrow", "week", "noted"]),
    some.datetimes(timezones=some.just(UTC)),
)
def test_what_cannot_wait_is_back_within_a_day_whatever_is_asked_for(risk: Risk, choice: Choice, now: datetime) -> None:
    one = item(risk)
    try:
        until = back_at(choice, one, now)
    except (Invalid, OverflowError):
        return
    assert until > now
    assert until - now <= (timedelta(days=8) if one.can_wait else LONGEST_SERIOUS)


@pytest.mark.parametrize(
    ("choice", "risk", "patient", "allowed"),
    [
        ("tomorrow", Risk.SERIOUS, "Mina", True),
        ("week", Risk.SERIOUS, "Mina", False),
        ("week", Risk.DANGEROUS, "Mina", False),
        ("week", Risk.OPENED, "Mina", False),
        ("week", Risk.WITHDRAWN, "Mina", False),
        ("week", Risk.WORSE, "Mina", True),
        ("week", Risk.SILENT, "Mina", True),
        ("noted", Risk.WORSE, "Mina", False),
        ("noted", Risk.OPENED, "Mina", False),
        ("noted", Risk.OPENED, "", True),
        ("tomorrow", Risk.SETTLED, "Mina", False),
    ],
)
def test_for_how_long_something_may_be_set_aside(choice: Choice, risk: Risk, patient: str, allowed: bool) -> None:
    if allowed:
        assert back_at(choice, item(risk, patient=patient), NOW) > NOW
    else:
        with pytest.raises(Invalid):
            back_at(choice, item(risk, patient=patient), NOW)


def test_tomorrow_is_at_six_in_the_morning() -> None:
    until = back_at("tomorrow", item(Risk.WORSE), NOW).astimezone()
    assert (until.date() - NOW.astimezone().date(), until.hour) == (timedelta(days=1), 6)


def test_an_inbox_is_divided_and_says_how_many_more_can_wait() -> None:
    serious, waiting = [item(Risk.SERIOUS, n) for n in range(30)], [item(Risk.WORSE, n) for n in range(100, 125)]
    found = [*serious, *waiting]
    divided = divide(found, NOTHING, NOW)
    assert (len(divided.items), divided.more, divided.aside) == (50, 5, ())
    away = frozenset((one.key, one.said, NOW + timedelta(hours=n + 1)) for n, one in enumerate(waiting[:10]))
    divided = divide(found, away, NOW)
    assert (len(divided.items), divided.more) == (45, 0)
    assert [one.feedback_id for one, _ in divided.aside] == list(range(100, 110))
    assert divide(found, away, NOW + timedelta(hours=10)).aside == (), "its time is over"
    changed = frozenset((key, f"{said}, and more", until) for key, said, until in away)
    assert divide(found, changed, NOW).aside == (), "it stands otherwise now"


@pytest.mark.parametrize(
    ("risk", "is_aside", "shown", "away"),
    [
        (Risk.STOPPED, False, [Risk.STOPPED], []),
        (Risk.STOPPED, True, [Risk.SILENT], [Risk.STOPPED]),
        (Risk.WORSE, True, [Risk.SILENT], [Risk.WORSE]),
        (Risk.SETTLED, False, [Risk.SILENT, Risk.SETTLED], []),
    ],
)
def test_silence_is_left_out_only_where_something_else_of_its_diagnosis_is_shown(
    risk: Risk, is_aside: bool, shown: list[Risk], away: list[Risk]
) -> None:
    other = item(risk)
    silent = replace(item(Risk.SILENT), feedback_id=None)
    later = NOW + timedelta(hours=1)
    aside = frozenset({(other.key, other.said, later)} if is_aside else set())
    divided = divide(sorted([other, silent], key=lambda one: one.risk), aside, NOW)
    assert ([one.risk for one in divided.items], [one.risk for one, _ in divided.aside]) == (shown, away)
    divided = divide([other, silent], aside | {(silent.key, silent.said, later)}, NOW)
    assert (silent, later) in divided.aside or shown == [risk], "silence is set aside for itself"


def test_setting_aside_that_it_is_worse_does_not_hide_that_no_answer_comes(house: House) -> None:
    services, clock = with_clock(house.services)
    say(house, improvement=1)
    clock.move(timedelta(days=15))
    with services.database.read() as session:
        found = read(session, readable(house.leila), clock())
    assert [one.risk for one in divide(found, NOTHING, clock()).items] == [Risk.WORSE]
    aside = frozenset({(found[0].key, found[0].said, clock() + timedelta(days=7))})
    assert [one.risk for one in divide(found, aside, clock()).items] == [Risk.SILENT]


def test_the_same_key_and_another_opening_are_two_things() -> None:
    one, other = item(Risk.OPENED), item(Risk.OPENED)
    with_until = InboxItem(Risk.OPENED, 1, "Mina", 0, (), NOW, opened=Opened(5, "Chen", "Why.", NOW))
    assert one.said == other.said
    assert with_until.key == "opened-5"
    assert with_until.said != one.said


def test_what_is_set_aside_is_out_of_ones_own_inbox_and_of_nobody_elses(house: House) -> None:
    house.share_with(house.chen)
    say(house, improvement=1)
    [worse] = inbox(house, house.leila)
    until = aside(house, worse, "week")
    assert inbox(house, house.leila) == []
    assert [one.key for one in inbox(house, house.chen)] == [worse.key]
    [(away, moment)] = overview.read(house.services, house.leila, setting_aside.of(house.services, house.leila)).aside
    assert (away, moment) == (worse, until)
    setting_aside.put_back(house.services, house.leila, worse.key)
    assert inbox(house, house.leila) == [worse]


def test_who_set_what_aside_and_put_it_back_is_in_the_audit_and_the_patient_sees_that_it_was(house: House) -> None:
    say(house, improvement=1)
    [worse] = inbox(house, house.leila)
    aside(house, worse, "week")
    for _ in range(2):
        setting_aside.put_back(house.services, house.leila, worse.key)
    chosen = (
        select(AuditEntry).where(col(AuditEntry.action).in_(["set aside", "put back"])).order_by(col(AuditEntry.id))
    )
    with house.services.database.read() as session:
        noted = [(one.person_id, one.action, one.thing, one.patient_id, one.detail) for one in session.exec(chosen)]
    who = house.leila.person_id
    assert noted == [
        (who, "set aside", "patient", worse.patient_id, f"{worse.key}, week"),
        (who, "put back", "patient", worse.patient_id, worse.key),
    ]
    told = [one.action for one in audit.readers(house.services, house.mina, worse.patient_id)]
    assert told.count("set aside") == told.count("put back") == 1


def test_an_answer_that_is_corrected_is_back_at_once(house: House) -> None:
    say(house, improvement=1)
    [worse] = inbox(house, house.leila)
    aside(house, worse, "week")
    change = FeedbackChange(side_effects=[SideEffectInput(term="wheeze")])
    correcting.edit(house.services, house.mina, worse.feedback_id or 0, change)
    assert [one.risk for one in inbox(house, house.leila)] == [Risk.SERIOUS]


@pytest.mark.parametrize(
    "more",
    [
        {"side_effects": [{"term": "vomiting", "severity": 4}]},
        {"stopped": True},
        {"improvement": 1},
    ],
)
def test_an_alarm_is_back_at_once_when_another_answer_stands_behind_it(house: House, more: dict[str, Any]) -> None:
    say(house, side_effects=[{"term": "wheeze", "serious": True}])
    [first] = inbox(house, house.leila)
    assert first.risk is Risk.SERIOUS
    aside(house, first)
    say(house)
    assert inbox(house, house.leila) == [], "an answer that calls for nothing changes nothing"
    say(house, **more)
    [now] = inbox(house, house.leila)
    assert (now.key, now.said == first.said) == (first.key, False)
    aside(house, now)
    assert inbox(house, house.leila) == []


def test_a_danger_is_back_at_once_when_the_gate_has_another_reason(house: House) -> None:
    other = under_treatment(house.services, house.leila, name="Sara Lind")
    patient_id = other.patient.patient_id or 0
    profile.change(house.services, house.leila, patient_id, PatientInput(name="Sara Lind", medicines=["warfarin"]))
    [danger] = inbox(house, house.leila)
    assert danger.risk is Risk.DANGEROUS
    aside(house, danger)
    assert inbox(house, house.leila) == []
    more = PatientInput(name="Sara Lind", medicines=["warfarin"], allergies=["ginger"])
    profile.change(house.services, house.leila, patient_id, more)
    assert [one.key for one in inbox(house, house.leila)] == [danger.key]


def test_only_what_is_in_the_inbox_as_it_was_shown_is_set_aside(house: House) -> None:
    say(house, improvement=1)
    [worse] = inbox(house, house.leila)
    with pytest.raises(Conflict):
        setting_aside.set_aside(house.services, house.leila, worse.key, said="otherwise", choice="week")
    with pytest.raises(NotFound):
        setting_aside.set_aside(house.services, house.chen, worse.key, said=worse.said, choice="week")
    with pytest.raises(NotFound):
        setting_aside.set_aside(house.services, house.leila, "danger-99", said=worse.said, choice="week")
    setting_aside.put_back(house.services, house.leila, "danger-99")
    with house.services.database.read() as session:
        assert session.exec(select(SetAside)).all() == []
