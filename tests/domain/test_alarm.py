"""Alarms: what is one, who is told, and that none is lost before somebody has seen it."""

from datetime import timedelta
from typing import Any

import pytest

from domain import alarm, consent, correcting, feedback, overview, own_knowledge
from domain.correcting import FeedbackChange
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import Risk
from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from storage.tables import Alarm, Diagnosis
from tests.support.clock import with_clock
from tests.support.house import House, under_treatment


def say(services: Services, house: House, **more: Any) -> int:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 2} | more)
    return int(feedback.submit(services, house.mina, house.diagnosis_id, said)["id"])


def effect(term: str, **more: Any) -> list[SideEffectInput]:
    return [SideEffectInput(term=term, **more)]


def open_ones(house: House, actor: Actor) -> list[int]:
    return [one.feedback_id for one in alarm.read(house.services, actor, limit=50).worst]


def risks(house: House) -> list[Risk]:
    return [item.risk for item in overview.read(house.services, house.leila).inbox]


@pytest.mark.parametrize(
    ("said", "urgency"),
    [
        ({"side_effects": effect("headache", severity=2)}, 0),
        ({"side_effects": effect("headache", severity=3)}, 3),
        ({"side_effects": effect("headache", severity=4)}, 4),
        ({"side_effects": effect("headache", serious=True)}, 5),
        ({"side_effects": effect("wheeze", severity=1)}, 5),  # serious by its nature
        ({"comment": "I have chest pain."}, 5),
        ({"comment": "درد سینه دارم"}, 5),
        ({"side_effects": [*effect("fever"), *effect("stiff neck")]}, 5),  # each alone is nothing
        ({"side_effects": effect("تب، سفتی گردن")}, 5),
        ({"comment": "I am pregnant.", "side_effects": effect("bleeding", severity=1)}, 5),
        ({"side_effects": [*effect("fever", severity=0), *effect("stiff neck")]}, 0),
        ({"side_effects": [*effect("fever"), *effect("no stiff neck")]}, 0),
        ({"improvement": 1, "stopped": True}, 0),
    ],
)
def test_what_is_an_alarm(house: House, said: dict[str, Any], urgency: int) -> None:
    answer = say(house.services, house, **said)
    assert open_ones(house, house.leila) == ([answer] if urgency else [])
    with house.services.database.read() as session:
        row = session.get(Alarm, answer)
    assert (row.urgency if row else 0) == urgency


OURS = """
format: 1
red_flags:
  - {id: our-flag, terms: {en: [purple stars, headache]}, advice: "Call us.", source: [RECALL], grade: T}
side_effects:
  - {id: our-glitter, group: other, names: {en: Glitter, fa: درخشش}, serious: true, source: [RECALL], grade: T}
  - {id: our-wheeze, group: other, names: {en: Wheeze, fa: خس‌خس}, serious: false, source: [RECALL], grade: T}
"""


def test_a_practice_s_own_red_flags_and_serious_effects_are_alarms_there_and_take_none_away(house: House) -> None:
    said: tuple[dict[str, Any], ...] = (
        {"comment": "I see purple stars."},
        {"side_effects": effect("purple stars")},
        {"side_effects": effect("headache", severity=1)},
        {"side_effects": effect("درخشش", severity=1)},
    )
    for one in said:
        say(house.services, house, **one)
    assert open_ones(house, house.leila) == []
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", OURS)
    given = [say(house.services, house, **one) for one in (*said, {"side_effects": effect("wheeze", severity=1)})]
    assert sorted(open_ones(house, house.leila)) == given
    correcting.mark_seen(house.services, house.leila, given[0])
    correcting.set_comment(house.services, house.mina, given[0], "I see purple stars, still.")
    assert sorted(open_ones(house, house.leila)) == given


def test_only_who_may_read_the_record_is_told(house: House) -> None:
    answer = say(house.services, house, comment="I have chest pain.")
    for nobody in (house.chen, house.ida, house.stranger, house.omar):
        assert alarm.read(house.services, nobody).count == 0
    house.share_with(house.chen)
    assert open_ones(house, house.chen) == [answer]


def test_who_is_counted_nowhere_is_an_alarm_all_the_same(house: House) -> None:
    given = consent.ConsentInput(granted=False)
    consent.say(house.services, house.mina, house.mina.patient_id or 0, given)
    answer = say(house.services, house, comment="I have chest pain.")
    assert open_ones(house, house.leila) == [answer]


def test_the_worst_comes_first_then_the_newest(house: House) -> None:
    severe = say(house.services, house, side_effects=effect("headache", severity=3))
    older, newer = (say(house.services, house, side_effects=effect("wheeze")) for _ in range(2))
    assert open_ones(house, house.leila) == [newer, older, severe]
    found = alarm.read(house.services, house.leila)
    assert (found.count, len(found.worst)) == (3, 1)


def test_it_ends_when_it_is_seen_and_begins_again_when_it_is_said_again(house: House) -> None:
    answer = say(house.services, house, side_effects=effect("wheeze"))
    correcting.mark_seen(house.services, house.leila, answer)
    correcting.mark_seen(house.services, house.leila, answer)
    assert open_ones(house, house.leila) == []
    correcting.set_comment(house.services, house.mina, answer, "It is still there.")
    assert open_ones(house, house.leila) == [answer], "what was seen is another thing now"


def test_it_ends_when_it_is_taken_back_or_corrected_away(house: House) -> None:
    services = house.services
    taken_back, corrected = (say(services, house, side_effects=effect("wheeze")) for _ in range(2))
    correcting.withdraw(services, house.mina, taken_back)
    assert open_ones(house, house.leila) == [corrected]
    correcting.edit(services, house.mina, corrected, FeedbackChange(side_effects=effect("nausea", severity=1)))
    assert open_ones(house, house.leila) == []
    correcting.edit(services, house.mina, corrected, FeedbackChange(side_effects=effect("fever; stiff neck")))
    assert open_ones(house, house.leila) == [corrected], "what is harmless alone is not so together"
    correcting.edit(services, house.mina, corrected, FeedbackChange(side_effects=effect("fever")))
    assert open_ones(house, house.leila) == []
    correcting.edit(services, house.mina, corrected, FeedbackChange(comment="Now I cannot breathe."))
    assert open_ones(house, house.leila) == [corrected]


def test_nobody_who_has_not_looked_loses_one_not_even_in_a_year_nor_behind_the_end(house: House) -> None:
    past, clock = with_clock(house.services)
    clock.move(-timedelta(days=400))
    say(past, house, side_effects=effect("wheeze"))
    assert risks(house) == [Risk.SERIOUS]

    def close(change: Change) -> None:
        change.session.get_one(Diagnosis, house.diagnosis_id).status = "closed"

    house.services.ledger.write(close)
    assert risks(house) == [Risk.SERIOUS]
    assert alarm.read(house.services, house.leila).count == 1


def test_what_was_seen_is_settled_below_all_that_is_new_for_thirty_days(house: House) -> None:
    past, clock = with_clock(house.services)
    clock.move(-timedelta(days=29))
    seen = say(past, house, side_effects=effect("wheeze"))
    correcting.mark_seen(past, house.leila, seen)
    assert risks(house) == [Risk.SILENT, Risk.SETTLED], "nothing was heard since"
    other = under_treatment(house.services, house.leila)
    worse = FeedbackInput(rating=2, improvement=1, recommendation_id=other.recommendation_id)
    feedback.submit(house.services, other.patient, other.diagnosis_id, worse)
    assert risks(house) == [Risk.WORSE, Risk.SILENT, Risk.SETTLED]
    clock.move(-timedelta(days=2))
    third = under_treatment(past, house.leila)
    old = FeedbackInput(rating=1, side_effects=effect("wheeze"), recommendation_id=third.recommendation_id)
    given = feedback.submit(past, third.patient, third.diagnosis_id, old)
    correcting.mark_seen(past, house.leila, given["id"])
    assert risks(house).count(Risk.SETTLED) == 1, "that one is older than thirty days"
