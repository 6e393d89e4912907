"""How long the log is kept: so many days and so many messages, without a hole, and nothing else is touched."""

import asyncio
from datetime import timedelta

from sqlmodel import col, func, select

from domain import delivery, log, patient
from domain.events import LoggedEvent, sign_in_revoked
from domain.feedback import FeedbackInput, submit
from domain.hub import EVERYTHING, Hub
from domain.ledger import Ledger
from domain.messages import SignInRevoked
from domain.patient import PatientInput
from domain.permission import Actor
from domain.retention import MESSAGES_KEPT, trim
from domain.services import Services
from storage import events
from storage.tables import AuditEntry, Event, metadata
from tests.support.clock import with_clock
from tests.support.house import House, diagnose, signed_in
from tests.support.waiting import eventually

OLD = timedelta(days=30, seconds=1)
LOG = {"event", "delivery_mark"}


def seqs(services: Services, diagnosis_id: int) -> list[int]:
    """List the numbers that are still there."""
    with services.database.read() as session:
        return [entry.seq or 0 for entry in events.after(session, diagnosis_id, 0, limit=10_000)]


def positions(services: Services) -> list[int]:
    """List the places of the whole log that are still there."""
    with services.database.read() as session:
        return [entry.position for entry in events.after_position(session, 0, limit=10_000)]


def others(services: Services) -> dict[str, list[tuple[object, ...]]]:
    """Read everything that is no part of the log."""
    with services.database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(table.select())]
            for table in metadata.sorted_tables
            if table.name not in LOG
        }


def answered(services: Services, house: House, times: int) -> None:
    """Let Mina answer so often, each time with words of her own."""
    for number in range(times):
        submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3, comment=f"Answer {number}."))


async def test_what_is_old_goes_but_for_the_last_messages_of_each_diagnosis(house: House) -> None:
    services, clock = with_clock(house.services)
    omars = diagnose(services, house.leila, house.omar)
    answered(services, house, 5)
    before, whole = seqs(services, house.diagnosis_id), seqs(services, omars)
    assert len(before) > 15
    assert len(whole) > 10
    assert await trim(services, days=30, messages=10) == 0, "nothing is old"
    clock.move(OLD)
    await trim(services, days=30, messages=10)
    assert seqs(services, house.diagnosis_id) == before[-10:]
    assert seqs(services, omars) == whole[-10:]
    assert await trim(services, days=30, messages=10) == 0


async def test_what_is_young_stays_however_much_it_is(house: House) -> None:
    services, clock = with_clock(house.services)
    old = seqs(services, house.diagnosis_id)
    clock.move(timedelta(days=29))
    answered(services, house, 5)
    clock.move(timedelta(days=2))
    await trim(services, days=30, messages=1)
    assert seqs(services, house.diagnosis_id) == list(range(old[-1] + 1, log.top_seq(services, house.diagnosis_id) + 1))


async def test_two_hundred_messages_are_kept(house: House) -> None:
    services, clock = with_clock(house.services)
    while log.top_seq(services, house.diagnosis_id) <= MESSAGES_KEPT + 5:
        answered(services, house, 1)
    clock.move(OLD)
    await trim(services, days=7)
    assert len(seqs(services, house.diagnosis_id)) == MESSAGES_KEPT


async def test_what_concerns_no_diagnosis_goes_by_its_age(house: House) -> None:
    services, clock = with_clock(house.services)

    def unnumbered() -> int:
        with services.database.read() as session:
            return session.exec(select(func.count()).where(col(Event.diagnosis_id).is_(None))).one()

    assert unnumbered() > 0
    clock.move(OLD)
    patient.record(services, house.leila, PatientInput(name="Sara Lind"))
    await trim(services, days=30)
    assert unnumbered() == 1


async def test_nothing_but_the_log_is_touched(house: House) -> None:
    services, clock = with_clock(house.services)
    answered(services, house, 3)
    before = others(services)
    assert before[AuditEntry.__tablename__]
    clock.move(OLD)
    assert await trim(services, days=7, messages=1) > 0
    assert others(services) == before


async def test_numbers_and_places_are_never_given_out_again(house: House) -> None:
    services, clock = with_clock(house.services)
    top, last = log.top_seq(services, house.diagnosis_id), positions(services)[-1]
    clock.move(OLD)
    await trim(services, days=7, messages=0)
    assert positions(services) == []
    again = Ledger(services.database, Hub())  # as after a new start, when the log is empty
    recorded(again, house)
    assert positions(services) == [last + 1]
    answered(services, house, 1)
    assert seqs(services, house.diagnosis_id)[0] == top + 1
    assert positions(services) == sorted(set(positions(services)))
    assert positions(services)[1] == last + 2


async def test_publishing_goes_on_from_where_it_was(house: House) -> None:
    services, clock = with_clock(house.services)
    heard: list[LoggedEvent] = []
    services.hub.bind(asyncio.get_running_loop())
    end = services.hub.follow(EVERYTHING, heard.append)
    elsewhere = Ledger(services.database, Hub(), clock)  # another process writes, and this one trims
    recorded(elsewhere, house)
    clock.move(OLD)
    await trim(services, days=7, messages=0)
    answered(services, house, 1)
    services.ledger.catch_up()
    expected = positions(services)
    await eventually(lambda: [event.position for event in heard][-len(expected) :] == expected)
    assert len({event.position for event in heard}) == len(heard), "nothing is published twice"
    end()
    services.hub.unbind()


async def test_who_comes_back_from_before_the_beginning_needs_a_snapshot(house: House) -> None:
    services, clock = with_clock(house.services)
    answered(services, house, 5)
    clock.move(OLD)
    await trim(services, days=30, messages=4)
    first, *_, last = seqs(services, house.diagnosis_id)

    def resumed(since: int) -> bool:
        joined = log.join(services, house.mina, house.diagnosis_id, since=since)
        assert joined.seq == last
        assert [event.seq for event in joined.missed] == (list(range(since + 1, last + 1)) if joined.resumed else [])
        return joined.resumed

    assert {since: resumed(since) for since in (0, 1, first - 2, first - 1, first, last)} == {
        0: False, 1: False, first - 2: False, first - 1: True, first: True, last: True,
    }  # fmt: skip


async def test_what_was_delivered_is_known_after_the_log_has_gone(house: House) -> None:
    services, clock = with_clock(house.services)
    mina = signed_in(services, house.mina)[0]
    services.acks.note(mina, house.diagnosis_id, log.top_seq(services, house.diagnosis_id))
    task = asyncio.create_task(delivery.write_acknowledgements(services))
    await eventually(lambda: told(services, house.leila, house).delivered is not None)
    task.cancel()
    before = told(services, house.leila, house)
    clock.move(OLD)
    await trim(services, days=7, messages=0)
    assert told(services, house.leila, house) == before


def told(services: Services, actor: Actor, house: House) -> delivery.Told:
    return delivery.read(services, actor, house.diagnosis_id).told[house.ginger]


def recorded(ledger: Ledger, house: House) -> None:
    """Write an entry that concerns no diagnosis."""
    over = sign_in_revoked(SignInRevoked(sign_in_id=1, person_id=house.mina.person_id))
    ledger.write(lambda change: change.record(over, practice_id=house.leila.practice_id))


async def test_the_newest_entry_of_the_log_stays_however_old_it_is(house: House) -> None:
    """Else the log would end earlier than before, as one does that has lost its end."""
    services, clock = with_clock(house.services)
    services.ledger.write(
        lambda change: change.record(sign_in_revoked(SignInRevoked(sign_in_id=1, person_id=1)), practice_id=1)
    )
    top = positions(services)[-1]
    clock.move(OLD)
    await trim(services, days=30)
    assert positions(services)[-1] == top
