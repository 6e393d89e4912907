"""Undoing a slip of the hand: the item is back in the inbox, and whoever was told that it was seen is told otherwise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from domain import alarm, consent, correcting, emergency, feedback, overview, undoing
from domain.consent import ConsentInput
from domain.emergency import EmergencyInput
from domain.errors import Conflict, NotFound
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import Risk
from domain.ledger import Change
from storage.tables import Feedback
from tests.support.house import House


def say(house: House, **more: Any) -> int:
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4} | more)
    return int(feedback.submit(house.services, house.mina, house.diagnosis_id, given)["id"])


def keys(house: House) -> list[str]:
    return [one.key for one in overview.read(house.services, house.leila).inbox if one.risk is not Risk.SETTLED]


def serious(house: House) -> None:
    say(house, side_effects=[SideEffectInput(term="wheeze", serious=True)])


def withdrawn(house: House) -> None:
    consent.say(house.services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False), kind="care")


def opened(house: House) -> None:
    given = EmergencyInput(patient_id=house.mina.patient_id, reason="Found unconscious.", confirmed=True)
    emergency.open_record(house.services, house.chen, given)


VERBS: dict[str, Callable[..., object]] = {
    "answer": correcting.mark_seen,
    "withdrawn": consent.know,
    "opened": emergency.know,
}


@pytest.mark.parametrize("happens", [serious, withdrawn, opened])
def test_what_was_marked_as_seen_is_back(house: House, happens: Callable[[House], None]) -> None:
    happens(house)
    [item] = keys(house)
    kind, _dash, number = item.partition("-")
    VERBS[kind](house.services, house.leila, int(number))
    assert keys(house) == []
    undoing.undo(house.services, house.leila, item)
    assert keys(house) == [item]
    with pytest.raises(Conflict):
        undoing.undo(house.services, house.leila, item)


def test_an_alarm_is_on_every_page_again(house: House) -> None:
    feedback_id = say(house, side_effects=[SideEffectInput(term="wheeze", serious=True)])
    correcting.mark_seen(house.services, house.leila, feedback_id)
    assert alarm.read(house.services, house.leila).count == 0
    undoing.undo(house.services, house.leila, f"answer-{feedback_id}")
    assert alarm.read(house.services, house.leila).count == 1


def test_only_who_did_it_may_and_only_for_a_minute(house: House) -> None:
    feedback_id = say(house, improvement=1)
    correcting.mark_seen(house.services, house.leila, feedback_id)
    with pytest.raises(NotFound):
        undoing.undo(house.services, house.chen, f"answer-{feedback_id}")
    house.share_with(house.chen)
    with pytest.raises(Conflict):
        undoing.undo(house.services, house.chen, f"answer-{feedback_id}")

    def long_ago(change: Change) -> None:
        row = change.session.get_one(Feedback, feedback_id)
        row.seen = change.now - undoing.UNDO_WITHIN - timedelta(seconds=1)
        change.session.add(row)

    house.services.ledger.write(long_ago)
    with pytest.raises(Conflict):
        undoing.undo(house.services, house.leila, f"answer-{feedback_id}")


@pytest.mark.parametrize(
    "item", ["answer-99999", "answer-", "answer-x", "silence-99999", "danger-1", "opened-9", "withdrawn-9", ""]
)
def test_what_is_none_is_refused(house: House, item: str) -> None:
    with pytest.raises(NotFound):
        undoing.undo(house.services, house.leila, item)
