"""Replies to answers: who may, what is kept, and what the patient and the practice are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import col, select

from domain import alarm, correcting, feedback, overview, reply
from domain.errors import Conflict, NotAllowed, NotFound
from domain.feedback import FeedbackInput
from domain.ledger import utc_now
from domain.reply import ReplyInput, SeenInput, history
from storage import delivery as rows
from storage.tables import AuditEntry, Reply, ReplyVersion
from tests.domain.test_delivery import acknowledged, on_a_phone, top
from tests.support.house import House
from tests.support.snapshots import follows

ASKED = "Take half of it after meals."
INPUT = ReplyInput(text=ASKED)


def answer(house: House, comment: str = "It burns a little.") -> int:
    said = FeedbackInput(recommendation_id=house.ginger, rating=2, comment=comment)
    return int(feedback.submit(house.services, house.mina, house.diagnosis_id, said)["id"])


def now() -> SeenInput:
    return SeenInput(as_of=utc_now())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Go on.  ", "Go on."),
        ("Caf\u0065\u0301", "Café"),
        ("One\ntwo", "One\ntwo"),
        ("x" * 1_000, "x" * 1_000),
        (" " * 40 + "x" * 1_000, "x" * 1_000),
        ("e\u0301" * 1_000, "é" * 1_000),
        ("نیم قاشق", "نیم قاشق"),
        ("", None),
        (" \n\t", None),
        ("x" * 1_001, None),
        ("A\x1b[2Jclear screen", None),
        ("half \ud800", None),
    ],
)
def test_what_a_reply_says(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(ValidationError):
            ReplyInput(text=typed)
    else:
        assert ReplyInput(text=typed).text == kept


def test_a_reply_goes_out_with_its_answer_which_is_seen(house: House) -> None:
    given = answer(house, "I have chest pain.")
    assert alarm.read(house.services, house.leila).count == 1
    with follows(house.services, house.diagnosis_id):
        state = reply.reply(house.services, house.leila, given, INPUT)
    assert state["reply"]["text"] == ASKED
    assert (state["reply"]["by"], state["reply"]["seen"]) == (house.leila.name, None)
    assert state["seen"] is not None
    assert alarm.read(house.services, house.leila).count == 0, "who replies has read it"
    [told] = feedback.listing(house.services, house.mina, house.diagnosis_id)
    assert told["reply"] == state["reply"]


def test_who_may_reply_is_who_may_treat(house: House) -> None:
    given = answer(house)
    verbs: list[Callable[..., object]] = [reply.reply, reply.edit]
    for verb in verbs:
        for nobody in (house.mina, house.omar, house.chen, house.ida, house.stranger):
            with pytest.raises(NotFound):
                verb(house.services, nobody, given, INPUT)
    with pytest.raises(NotFound):
        reply.take_back(house.services, house.mina, given)
    reply.reply(house.services, house.leila, given, INPUT)
    with pytest.raises(NotAllowed, match="Only the patient"):
        reply.see(house.services, house.leila, given, now())
    for nobody in (house.omar, house.chen, house.ida, house.stranger):
        with pytest.raises(NotFound):
            reply.see(house.services, nobody, given, now())
        with pytest.raises(NotFound):
            history(house.services, nobody, given)


def test_what_a_reply_said_before_is_kept(house: House) -> None:
    services, given = house.services, answer(house)
    house.share_with(house.chen)
    first = reply.reply(services, house.leila, given, INPUT)["reply"]
    reply.see(services, house.mina, given, SeenInput(as_of=first["updated"]))
    with follows(services, house.diagnosis_id):
        changed = reply.edit(services, house.leila, given, ReplyInput(text="Stop it.", as_of=first["updated"]))["reply"]
    assert (changed["text"], changed["created"], changed["seen"]) == ("Stop it.", first["created"], None), "seen again"
    with follows(services, house.diagnosis_id):
        assert reply.take_back(services, house.leila, given)["reply"] is None
    for reader in (house.leila, house.mina, house.chen):
        kept = history(services, reader, given)
        assert [(one.what, one.text, one.seen is not None) for one in kept] == [
            ("changed", ASKED, True),
            ("withdrawn", "Stop it.", False),
        ]
        assert {(one.by, one.written_by) for one in kept} == {(house.leila.person_id, house.leila.person_id)}
    with follows(services, house.diagnosis_id):
        reply.reply(services, house.leila, given, INPUT)
    with services.database.read() as session:
        done = session.exec(
            select(AuditEntry.action).where(AuditEntry.thing == "feedback").order_by(col(AuditEntry.id))
        )
        assert [one for one in done if "reply" in one] == [
            "reply",
            "see_reply",
            "change_reply",
            "withdraw_reply",
            "reply",
        ]


def test_a_reply_is_refused_where_it_would_be_to_something_else(house: House) -> None:
    services, given = house.services, answer(house)
    shown = datetime.now(UTC)
    later: list[Callable[[], object]] = [
        lambda: reply.edit(services, house.leila, given, INPUT),
        lambda: reply.take_back(services, house.leila, given),
        lambda: reply.see(services, house.mina, given, now()),
    ]
    for act in later:
        with pytest.raises(Conflict, match="no reply"):
            act()
    correcting.set_comment(services, house.mina, given, "It burns a lot.")
    with pytest.raises(Conflict, match="changed meanwhile"):
        reply.reply(services, house.leila, given, ReplyInput(text=ASKED, as_of=shown))
    before = reply.reply(services, house.leila, given, INPUT)["reply"]
    with pytest.raises(Conflict, match="already"):
        reply.reply(services, house.leila, given, INPUT)
    reply.edit(services, house.leila, given, ReplyInput(text="Stop it."))
    old = before["updated"]
    with pytest.raises(Conflict, match="changed meanwhile"):
        reply.edit(services, house.leila, given, ReplyInput(text="Go on.", as_of=old))
    with pytest.raises(Conflict, match="changed meanwhile"):
        reply.see(services, house.mina, given, SeenInput(as_of=old))
    correcting.withdraw(services, house.mina, given)
    for act in later:
        with pytest.raises(Conflict, match="was withdrawn"):
            act()


def test_the_same_request_again_replies_once(house: House) -> None:
    services, given = house.services, answer(house)
    first = reply.reply(services, house.leila, given, INPUT, repeat_key="r1")
    assert reply.reply(services, house.leila, given, INPUT, repeat_key="r1") == first
    with pytest.raises(Conflict, match="Idempotency-Key"):
        reply.reply(services, house.leila, given, ReplyInput(text="Another."), repeat_key="r1")
    seen = reply.see(services, house.mina, given, now())
    assert reply.see(services, house.mina, given, now())["reply"]["seen"] == seen["reply"]["seen"], "the first counts"
    with services.database.read() as session:
        assert len(session.exec(select(Reply)).all()) == 1
        assert session.exec(select(ReplyVersion)).all() == []


def test_a_correction_of_the_answer_leaves_its_reply(house: House) -> None:
    services, given = house.services, answer(house)
    said = reply.reply(services, house.leila, given, INPUT)["reply"]
    with follows(services, house.diagnosis_id):
        state = correcting.set_rating(services, house.mina, given, 4)
    assert (state["reply"], state["seen"]) == (said, None)
    assert "reply" not in correcting.history(services, house.leila, given)[0].said


def test_a_reply_from_before_a_correction_is_told_as_such_until_it_is_written_anew(house: House) -> None:
    services, given = house.services, answer(house)

    def outdated() -> bool:
        [one] = overview.answers_of(services, house.leila, [given])
        assert one.reply is not None
        return one.reply.outdated

    reply.reply(services, house.leila, given, INPUT)
    assert not outdated()
    correcting.set_comment(services, house.mina, given, "Chest pain since yesterday.")
    assert outdated()
    correcting.mark_seen(services, house.leila, given)
    reply.see(services, house.mina, given, now())
    assert outdated(), "that somebody has looked changes nothing"
    reply.edit(services, house.leila, given, ReplyInput(text="Come in today."))
    assert not outdated()


def test_a_reply_to_an_answer_that_is_withdrawn_ends_and_is_kept(house: House) -> None:
    services, given, mina = house.services, answer(house), house.mina
    said = reply.reply(services, house.leila, given, INPUT)["reply"]
    reply.see(services, mina, given, SeenInput(as_of=said["updated"]))
    with follows(services, house.diagnosis_id):
        assert correcting.withdraw(services, mina, given)["reply"] is None
    for reader in (house.leila, mina):
        [kept] = history(services, reader, given)
        assert (kept.what, kept.text, kept.seen is not None) == ("withdrawn", ASKED, True)
        assert (kept.written_by, kept.by) == (house.leila.person_id, mina.person_id)
    with services.database.read() as session:
        assert session.exec(select(Reply)).all() == []


async def test_delivered_is_when_a_phone_confirmed_the_reply_as_it_stands(house: House) -> None:
    services, given, mina = house.services, answer(house), on_a_phone(house)

    def receipt() -> overview.Replied:
        [one] = overview.answers_of(services, house.leila, [given])
        assert one.reply is not None
        return one.reply

    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    reply.reply(services, house.leila, given, INPUT)
    assert receipt().delivered is None, "the phone has not got this yet"
    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    assert receipt().delivered is not None
    reply.edit(services, house.leila, given, ReplyInput(text="Stop it."))
    assert receipt().delivered is None, "what it says now has not come"
    leilas = on_a_phone(house, house.leila)
    await acknowledged(services, leilas, house.diagnosis_id, top(services, house.diagnosis_id))
    assert receipt().delivered is None, "a practitioner's own phone is none of the patient's"
    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    came = receipt().delivered
    for comment in ("And now?", "Thank you."):
        correcting.set_comment(services, house.mina, given, comment)
        await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    soon = utc_now() + timedelta(hours=1)
    assert services.ledger.write(lambda change: rows.trim_marks(change.session, soon, 100))
    assert receipt().delivered == came, "housekeeping leaves the mark that says so"
