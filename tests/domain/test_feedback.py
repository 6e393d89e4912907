"""Feedback: kept once, counted once, and advice where something is wrong."""

import asyncio
import threading

import pytest
from pydantic import ValidationError
from sqlmodel import func, select

from domain import correcting, feedback, recommendation
from domain.correcting import FeedbackChange
from domain.errors import Conflict, Invalid, NotFound
from domain.feedback import CALL_NOW, TELL_FIRST, FeedbackInput
from domain.ledger import Change, utc_now
from domain.library import Known, Library
from domain.recommendation import StopInput
from storage.tables import Consent, Event, Evidence, Feedback
from tests.support.house import House, approve


def submit(house: House, who: str = "mina", *, repeat_key: str | None = None, **given: object) -> dict[str, object]:
    said = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 4, **given})
    return feedback.submit(house.services, getattr(house, who), house.diagnosis_id, said, repeat_key=repeat_key)


def cell(house: House) -> tuple[int, int, int, int, int]:
    """Prescribed, answered, improved, ratings and their sum, of ginger for a cold stomach."""
    with house.services.database.read() as session:
        row = session.exec(select(Evidence).where(Evidence.item_id == "ginger")).one()
        return row.prescribed, row.answered, row.improved, row.ratings, row.rating_sum


def rows(house: House) -> tuple[int, int]:
    with house.services.database.read() as session:
        feedbacks, events = (session.exec(select(func.count()).select_from(table)).one() for table in (Feedback, Event))
        return feedbacks, events


def test_an_answer_is_kept_counted_and_told(house: House) -> None:
    before = rows(house)
    kept = submit(house, comment="  Better after meals.  ", symptom=4, adherence=80)
    assert (kept["rating"], kept["comment"], kept["symptom"]) == (4, "Better after meals.", 4)
    assert kept["advice"] == []
    assert cell(house) == (1, 1, 1, 1, 4), "from 7 to 4: improved"
    with house.services.database.read() as session:
        told = session.exec(select(Event.type).where(Event.position > before[1])).all()  # type: ignore[operator]
    assert set(told[:2]) == {"feedback_update", "effectiveness_update"}
    assert [one["id"] for one in feedback.listing(house.services, house.mina, house.diagnosis_id)] == [kept["id"]]


def test_the_latest_answer_counts(house: House) -> None:
    for symptom, improved in ((6, 0), (3, 1), (7, 0)):
        submit(house, symptom=symptom)
        assert cell(house)[:3] == (1, 1, improved)
    assert cell(house)[3:] == (1, 4)


def test_stars_are_no_outcome(house: House) -> None:
    submit(house, rating=5)
    assert cell(house) == (1, 0, 0, 1, 5), "satisfied, and nothing said of the complaint"
    submit(house, rating=1, improvement=4)
    assert cell(house) == (1, 1, 1, 1, 1)


def test_who_stopped_for_a_side_effect_is_not_improved(house: House) -> None:
    submit(house, symptom=1, improvement=5, stopped=True)
    assert cell(house)[:3] == (1, 1, 0)


def test_who_stopped_for_one_of_the_effects_has_stopped_whatever_else_was_sent(house: House) -> None:
    effects = [{"term": "nausea", "severity": 1}, {"term": "headache", "stopped": True}]
    kept = submit(house, symptom=1, stopped=False, side_effects=effects)
    assert (kept["stopped"], cell(house)[:3]) == (True, (1, 1, 0))
    given = int(str(kept["id"]))
    still = correcting.edit(house.services, house.mina, given, FeedbackChange(stopped=False))
    assert (still["stopped"], cell(house)[:3]) == (True, (1, 1, 0)), "the effect says so"
    gone = correcting.edit(house.services, house.mina, given, FeedbackChange(stopped=False, side_effects=[]))
    assert (gone["stopped"], cell(house)[:3]) == (False, (1, 1, 1))
    again = FeedbackChange.model_validate({"side_effects": effects})
    assert correcting.edit(house.services, house.mina, given, again)["stopped"] is True


def test_correcting_the_stars_counts_the_new_ones(house: House) -> None:
    kept = submit(house, symptom=3)
    edited = correcting.set_rating(house.services, house.mina, int(str(kept["id"])), 2)
    assert (edited["rating"], edited["symptom"]) == (2, 3)
    assert cell(house) == (1, 1, 1, 1, 2)
    newer = submit(house, rating=5, symptom=6)
    correcting.set_rating(house.services, house.mina, int(str(kept["id"])), 1)
    assert cell(house) == (1, 1, 0, 1, 5), "an older answer does not count any more"
    correcting.set_rating(house.services, house.leila, int(str(newer["id"])), 3)
    assert cell(house) == (1, 1, 0, 1, 3)


def test_a_phone_may_repeat_a_request(house: House) -> None:
    first = submit(house, comment="Once.", repeat_key="0b0e9a3c")
    before = rows(house)
    assert submit(house, comment="Once.", repeat_key="0b0e9a3c") == first
    assert rows(house) == before, "nothing happened twice"
    with pytest.raises(Conflict) as refused:
        submit(house, comment="Something else.", repeat_key="0b0e9a3c")
    assert refused.value.code == "idempotency_key_reused"
    assert submit(house, "leila", comment="Something else.", repeat_key="0b0e9a3c")["id"] != first["id"]
    for key in ("", "x" * 101, "a\nb"):
        with pytest.raises(Invalid):
            submit(house, repeat_key=key)


def test_red_flags_and_serious_effects_are_answered_at_once(house: House) -> None:
    assert submit(house, comment="I have chest pain.")["advice"] == [CALL_NOW]
    assert submit(house, comment="No chest pain.")["advice"] == []
    serious = next(term.id for term in house.services.library.shared.knowledge.side_effects.values() if term.serious)
    assert submit(house, side_effects=[{"term": serious, "severity": 1}])["advice"] == [CALL_NOW]
    assert submit(house, side_effects=[{"term": "my own word", "serious": True}])["advice"] == [CALL_NOW]
    assert submit(house, side_effects=[{"term": "nausea", "severity": 3}])["advice"] == [TELL_FIRST]
    assert submit(house, side_effects=[{"term": "nausea", "severity": 2}])["advice"] == []


def test_what_was_noticed_in_the_words_is_for_the_practitioner(house: House) -> None:
    submit(house, comment="I have chest pain.")
    assert "red_flags" not in feedback.listing(house.services, house.mina, house.diagnosis_id)[0]
    seen = feedback.listing(house.services, house.leila, house.diagnosis_id)[0]
    assert len(seen["red_flags"]) == 1
    corrected = correcting.set_comment(house.services, house.leila, seen["id"], "It was heartburn.")
    assert corrected["red_flags"] == []


def test_who_withdrew_consent_is_not_counted(house: House) -> None:
    def withdraw(change: Change) -> None:
        change.session.add(
            Consent(patient_id=house.mina.patient_id or 0, kind="statistics", granted=False, at=utc_now())
        )

    house.services.ledger.write(withdraw)
    before = cell(house)
    kept = submit(house, symptom=1)
    correcting.set_rating(house.services, house.mina, int(str(kept["id"])), 5)
    approve(house.services, house.leila, house.proposed("fennel"))
    assert cell(house) == before
    with house.services.database.read() as session:
        assert session.exec(select(func.count()).select_from(Evidence)).one() == 1, "nor is the new plan"
    assert rows(house)[0] == 1, "the answer itself is kept, for the treatment"


def test_an_answer_is_about_an_approved_recommendation_of_this_diagnosis(house: House) -> None:
    before = rows(house)
    with pytest.raises(Invalid, match="not one of this diagnosis"):
        submit(house, recommendation_id=999_999)
    with pytest.raises(Invalid, match="not one of this diagnosis"):
        submit(house, recommendation_id=house.proposed("clove"))  # a patient does not know of proposals
    with pytest.raises(Conflict, match="not approved"):
        submit(house, "leila", recommendation_id=house.proposed("clove"))
    assert rows(house) == before


def test_the_recommendation_may_be_left_out_where_there_is_one(house: House) -> None:
    assert submit(house, recommendation_id=None)["recommendation_id"] == house.ginger
    approve(house.services, house.leila, house.proposed("fennel"))
    with pytest.raises(Invalid, match="Say which"):
        submit(house, recommendation_id=None)


def test_a_stopped_plan_may_still_be_answered(house: House) -> None:
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Enough."))
    assert submit(house, symptom=2)["recommendation_id"] == house.ginger


@pytest.mark.parametrize("who", ["chen", "stranger", "ida", "omar"])
def test_nobody_else_answers_or_corrects(house: House, who: str) -> None:
    kept = int(str(submit(house)["id"]))
    before = rows(house)
    actor = getattr(house, who)
    with pytest.raises(NotFound, match="There is no such diagnosis"):
        submit(house, who)
    for feedback_id in (kept, 999_999):
        with pytest.raises(NotFound, match="There is no such feedback"):
            correcting.set_rating(house.services, actor, feedback_id, 1)
        with pytest.raises(NotFound, match="There is no such feedback"):
            correcting.set_comment(house.services, actor, feedback_id, "Mine now.")
    with pytest.raises(NotFound):
        feedback.listing(house.services, actor, house.diagnosis_id)
    assert rows(house) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "5"}, {"rating": True}, {"rating": None}, {},
        {"rating": 5, "symptom": 11}, {"rating": 5, "symptom": -1}, {"rating": 5, "improvement": 0},
        {"rating": 5, "adherence": 101}, {"rating": 5, "comment": "x" * 2_001}, {"rating": 5, "comment": "a\x00b"},
        {"rating": 5, "comment": "\ud800"}, {"rating": 5, "stars": 5},
        {"rating": 5, "side_effects": [{"term": ""}]}, {"rating": 5, "side_effects": [{"term": "x", "severity": 5}]},
        {"rating": 5, "side_effects": [{"term": "x"}] * 21},
    ],
)  # fmt: skip
def test_what_is_no_answer(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FeedbackInput.model_validate(wrong)


def test_a_list_by_pages(house: House) -> None:
    ids = [submit(house, comment=f"Day {day}")["id"] for day in range(5)]
    page = feedback.listing(house.services, house.mina, house.diagnosis_id, limit=3)
    assert [one["id"] for one in page] == ids[:3]
    rest = feedback.listing(house.services, house.mina, house.diagnosis_id, after=page[-1]["id"], limit=3)
    assert [one["id"] for one in rest] == ids[3:]


async def test_what_a_practice_knows_is_not_read_on_the_event_loop(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_in: list[int] = []
    real = Library.renew

    def renew(library: Library, practice_id: int) -> Known:
        read_in.append(threading.get_ident())
        return real(library, practice_id)

    monkeypatch.setattr(Library, "renew", renew)
    said = FeedbackInput(recommendation_id=house.ginger, rating=4)
    house.services.hub.bind(asyncio.get_running_loop())
    await feedback.submitted(house.services, house.mina, house.diagnosis_id, said)
    assert read_in, "nobody had asked before"
    assert threading.get_ident() not in read_in
    house.services.hub.unbind()
