"""Answers that are corrected, withdrawn and seen: what counts follows at once, and what was said before is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from domain import alarm, correcting, feedback, overview
from domain.correcting import FeedbackChange, edit, history, mark_seen, withdraw
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.feedback import FeedbackInput, SideEffectInput
from domain.inbox import Risk
from storage.tables import AuditEntry, Evidence, EvidenceDay, Feedback, Recommendation
from tests.support.house import House


def give(house: House, who: str = "mina", **values: Any) -> int:
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4} | values)
    return int(feedback.submit(house.services, getattr(house, who), house.diagnosis_id, given)["id"])


def counted(house: House) -> tuple[int, int, int, int, int]:
    """Prescribed, answered, improved, ratings and their sum, of the only cell."""
    with house.services.database.read() as session:
        cell = session.exec(select(Evidence)).one()
        days = session.exec(select(EvidenceDay)).all()
    assert sum(day.answered for day in days) == cell.answered, "the trend counts the same answers"
    assert sum(day.improved for day in days) == cell.improved
    return cell.prescribed, cell.answered, cell.improved, cell.ratings, cell.rating_sum


def test_all_of_an_answer_can_be_corrected_and_counts_as_corrected(house: House) -> None:
    given = give(house, symptom=6, side_effects=[{"term": "nausea", "severity": 1}])
    assert counted(house) == (1, 1, 0, 1, 4)
    state = edit(house.services, house.mina, given, FeedbackChange(symptom=1, side_effects=[]))
    assert (state["symptom"], state["side_effects"], state["rating"]) == (1, [], 4), "what was left out stays"
    assert counted(house) == (1, 1, 1, 1, 4)
    state = edit(house.services, house.mina, given, FeedbackChange(symptom=None))
    assert state["symptom"] is None
    assert counted(house) == (1, 0, 0, 1, 4), "nothing is known of the outcome any more"


def test_what_was_said_before_is_kept(house: House) -> None:
    given = give(house, comment="Fine.", side_effects=[{"term": "nausea", "severity": 1}])
    edit(house.services, house.mina, given, FeedbackChange(comment="I have chest pain."))
    edit(house.services, house.leila, given, FeedbackChange(side_effects=[SideEffectInput(term="rash", stopped=True)]))
    withdraw(house.services, house.mina, given)
    versions = history(house.services, house.leila, given)
    assert [(one.what, one.by) for one in versions] == [
        ("changed", house.mina.person_id),
        ("changed", house.leila.person_id),
        ("withdrawn", house.mina.person_id),
    ]
    assert [one.said["comment"] for one in versions] == ["Fine.", "I have chest pain.", "I have chest pain."]
    assert [[effect["term"] for effect in one.said["side_effects"]] for one in versions] == [["nausea"]] * 2 + [
        ["rash"]
    ]
    assert versions[-1].said["side_effects"][0]["stopped"] is True
    assert versions[1].said["red_flags"]
    assert "red_flags" not in history(house.services, house.mina, given)[1].said, "that is for the practice"
    with pytest.raises(NotFound):
        history(house.services, house.omar, given)


def test_what_is_withdrawn_counts_nowhere_and_the_answer_before_it_counts_again(house: House) -> None:
    first, second = give(house, symptom=1), give(house, rating=2, symptom=6, comment="I have chest pain.")
    assert counted(house) == (1, 1, 0, 1, 2)
    assert overview.read(house.services, house.leila).inbox[0].risk is Risk.SERIOUS
    withdraw(house.services, house.mina, second)
    assert counted(house) == (1, 1, 1, 1, 4)
    seen = overview.read(house.services, house.leila)
    assert not [one for one in seen.inbox if one.risk is Risk.SERIOUS]
    assert [one.feedback_id for one in seen.answers] == [first]
    assert [one["id"] for one in feedback.listing(house.services, house.mina, house.diagnosis_id)] == [first]
    withdraw(house.services, house.mina, first)
    assert counted(house) == (1, 0, 0, 0, 0)
    third = give(house, symptom=1)
    assert counted(house) == (1, 1, 1, 1, 4)
    assert third > second, "a number is never given twice"


def test_an_older_answer_that_is_withdrawn_changes_no_count(house: House) -> None:
    first = give(house, symptom=6)
    give(house, symptom=1)
    before = counted(house)
    withdraw(house.services, house.mina, first)
    assert counted(house) == before


def test_only_who_gave_an_answer_withdraws_it(house: House) -> None:
    given = give(house)
    with pytest.raises(NotAllowed, match="Only who gave an answer"):
        withdraw(house.services, house.leila, given)
    for stranger in (house.omar, house.stranger):
        for act in (withdraw, mark_seen):
            with pytest.raises(NotFound):
                act(house.services, stranger, given)
    hers = give(house, "leila", comment="By telephone.")
    assert withdraw(house.services, house.leila, hers)["comment"] == "By telephone."


def test_what_is_withdrawn_cannot_be_changed_seen_or_withdrawn_again(house: House) -> None:
    given = give(house)
    withdraw(house.services, house.mina, given)
    before = counted(house)
    refused: list[Callable[[], object]] = [
        lambda: edit(house.services, house.mina, given, FeedbackChange(rating=1)),
        lambda: correcting.set_rating(house.services, house.mina, given, 1),
        lambda: correcting.set_comment(house.services, house.mina, given, "No."),
        lambda: mark_seen(house.services, house.leila, given),
        lambda: withdraw(house.services, house.mina, given),
    ]
    for act in refused:
        with pytest.raises(Conflict, match="was withdrawn"):
            act()
    assert counted(house) == before
    assert len(history(house.services, house.mina, given)) == 1


def test_a_repeated_request_happens_once(house: House) -> None:
    given = give(house)
    for _ in range(2):
        assert edit(house.services, house.mina, given, FeedbackChange(rating=1), repeat_key="a")["rating"] == 1
        assert withdraw(house.services, house.mina, given, repeat_key="b")["rating"] == 1
    assert len(history(house.services, house.mina, given)) == 2
    with pytest.raises(Conflict) as refused:
        edit(house.services, house.mina, given, FeedbackChange(rating=1, symptom=None), repeat_key="a")
    assert refused.value.code == "idempotency_key_reused", "what is left out is another request than null"


def test_nothing_to_change_is_refused(house: House) -> None:
    given = give(house)
    with pytest.raises(Invalid, match="Say what is to be changed"):
        edit(house.services, house.mina, given, FeedbackChange())
    with pytest.raises(NotFound):
        edit(house.services, house.mina, 999_999, FeedbackChange(rating=1))


def test_what_was_seen_is_to_be_seen_again_when_it_changes(house: House) -> None:
    given = give(house)
    first = mark_seen(house.services, house.leila, given)
    assert first["seen"] is not None
    assert mark_seen(house.services, house.leila, given)["seen"] == first["seen"], "it was seen then"
    with house.services.database.read() as session:
        assert session.get_one(Feedback, given).seen_by == house.leila.person_id
        audit = session.exec(select(AuditEntry).where(AuditEntry.action == "see")).all()
    assert len(audit) == 1
    assert edit(house.services, house.mina, given, FeedbackChange(comment="Worse."))["seen"] is None


def test_what_was_changed_since_it_was_shown_is_not_seen(house: House) -> None:
    given = give(house, side_effects=[{"term": "headache", "severity": 3}])
    with house.services.database.read() as session:
        shown = session.get_one(Feedback, given).updated
    edit(house.services, house.mina, given, FeedbackChange(comment="Now I cannot breathe."))
    with pytest.raises(Conflict, match="changed meanwhile"):
        mark_seen(house.services, house.leila, given, as_of=shown)
    assert alarm.read(house.services, house.leila).count == 1
    with house.services.database.read() as session:
        now = session.get_one(Feedback, given).updated
    assert mark_seen(house.services, house.leila, given, as_of=now)["seen"] is not None
    assert alarm.read(house.services, house.leila).count == 0


def test_a_patient_does_not_say_that_the_practice_has_seen_it(house: House) -> None:
    given = give(house)
    with pytest.raises((NotAllowed, NotFound)):
        mark_seen(house.services, house.mina, given)


def test_who_stopped_stays_stopped_only_while_the_answer_stands(house: House) -> None:
    give(house, symptom=1)
    second = give(house, stopped=True)
    assert counted(house)[:3] == (1, 1, 0)
    withdraw(house.services, house.mina, second)
    assert counted(house)[:3] == (1, 1, 1)
    with house.services.database.read() as session:
        assert session.get_one(Recommendation, house.ginger).outcome_counted is True
