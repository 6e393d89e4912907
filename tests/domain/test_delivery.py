"""Who has got what, since when: acknowledgements written together, and what the practice sees of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import delivery, recommendation, sign_in
from domain.delivery import Told, write_acknowledgements
from domain.errors import NotAllowed, NotFound
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput, submit
from domain.hub import EVERYTHING, deliveries_topic, delivery_topic, diagnosis_topic, evidence_topic, practice_topic
from domain.ledger import Change, utc_now
from domain.permission import Actor
from domain.recommendation import StopInput
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import tell_recommendation
from storage import delivery as rows
from storage.tables import Delivery, DeliveryMark, Diagnosis, Recommendation
from tests.support.clock import with_clock
from tests.support.house import House, diagnose, signed_in
from tests.support.waiting import eventually


@asynccontextmanager
async def writing(services: Services) -> AsyncIterator[None]:
    """Let acknowledgements be written meanwhile, as they are while the program runs."""
    services.hub.bind(asyncio.get_running_loop())
    task = asyncio.create_task(write_acknowledgements(services))
    await asyncio.sleep(0)  # it has begun
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        services.hub.unbind()


def on_a_phone(house: House, who: Actor | None = None) -> Actor:
    """Sign somebody in on a device, Mina where nobody is named."""
    return signed_in(house.services, who or house.mina)[0]


def top(services: Services, diagnosis_id: int) -> int:
    """Read the last number of a diagnosis' log."""
    with services.database.read() as session:
        return session.get_one(Diagnosis, diagnosis_id).seq


def kept(services: Services) -> dict[int, int]:
    """Read how far each sign-in is."""
    with services.database.read() as session:
        return {row.sign_in_id: row.seq for row in session.exec(select(Delivery))}


def steps(services: Services) -> list[int]:
    """Read the numbers of the history."""
    with services.database.read() as session:
        return sorted(session.exec(select(DeliveryMark.seq)))


async def acknowledged(services: Services, actor: Actor, diagnosis_id: int, *seqs: int) -> None:
    """Acknowledge one number after the other, each written before the next."""
    for seq in seqs:
        async with writing(services):
            services.acks.note(actor, diagnosis_id, seq)


async def test_a_device_never_goes_back_and_each_step_forward_is_remembered(house: House) -> None:
    mina = on_a_phone(house)
    for seq, now in ((3, 3), (5, 5), (4, 5), (5, 5)):
        await acknowledged(house.services, mina, house.diagnosis_id, seq)
        assert kept(house.services) == {mina.sign_in_id: now}
    assert steps(house.services) == [3, 5]


async def test_a_number_that_was_never_given_out_is_not_kept(house: House) -> None:
    mina, last = on_a_phone(house), top(house.services, house.diagnosis_id)
    await acknowledged(house.services, mina, house.diagnosis_id, last + 1, 10**30)
    await acknowledged(house.services, mina, 999_999, 1)
    await acknowledged(house.services, replace(mina, sign_in_id=999_999), house.diagnosis_id, 1)
    assert kept(house.services) == {}
    await acknowledged(house.services, mina, house.diagnosis_id, last)
    assert kept(house.services) == {mina.sign_in_id: last}


async def test_all_that_came_is_written_in_one_change(house: House) -> None:
    phones = [on_a_phone(house) for _ in range(5)]
    async with writing(house.services):
        for seq in (1, 2, 3):
            for phone in phones:
                house.services.acks.note(phone, house.diagnosis_id, seq)
        await eventually(lambda: len(kept(house.services)) == 5)
    with house.services.database.read() as session:
        marks = session.exec(select(DeliveryMark)).all()
    assert {mark.seq for mark in marks} == {3}
    assert len({mark.at for mark in marks}) == 1


async def test_what_cannot_be_written_waits_for_the_next_round(house: House) -> None:
    services, mina = house.services, on_a_phone(house)
    services.database.close()  # nothing can be written now, but it can be read
    await acknowledged(services, mina, house.diagnosis_id, 3)
    assert services.acks.take(10) == {(mina.sign_in_id, house.diagnosis_id): 3}
    assert kept(services) == {}


async def test_pages_are_told_and_sockets_are_not(house: House) -> None:
    services, heard, mina = house.services, dict[str, list[LoggedEvent]](), on_a_phone(house)
    practice = house.leila.practice_id
    pages = (delivery_topic(house.diagnosis_id), deliveries_topic(practice))
    others = (
        diagnosis_topic(house.diagnosis_id), practice_topic(practice), evidence_topic(practice), EVERYTHING,
        delivery_topic(house.diagnosis_id + 1), deliveries_topic(practice + 1),
    )  # fmt: skip
    ends = [services.hub.follow(topic, heard.setdefault(topic, []).append) for topic in (*pages, *others)]
    async with writing(services):
        services.acks.note(mina, house.diagnosis_id, 3)
        await eventually(lambda: heard[pages[0]])
        for end in ends:
            end()
    assert {topic: len(events) for topic, events in heard.items()} == dict.fromkeys(pages, 1) | dict.fromkeys(others, 0)
    [event] = heard[pages[0]]
    assert (event.type, event.patient_id, event.seq, event.patient_data) == (
        "delivery_update", house.mina.patient_id, None, None,
    )  # fmt: skip
    [device] = event.values["devices"]
    assert (device["sign_in_id"], device["seq"]) == (mina.sign_in_id, 3)


async def test_a_colleagues_device_is_no_patients_device(house: House) -> None:
    leila = on_a_phone(house, house.leila)
    await acknowledged(house.services, leila, house.diagnosis_id, top(house.services, house.diagnosis_id))
    seen = delivery.read(house.services, house.leila, house.diagnosis_id)
    assert seen.devices == ()
    assert seen.told[house.ginger].delivered is None


async def test_an_approval_waits_until_a_phone_of_the_patient_has_confirmed_it(house: House) -> None:
    services, clock = with_clock(house.services)
    before = delivery.read(services, house.leila, house.diagnosis_id)
    told = before.told[house.ginger]
    assert (set(before.told), told.delivered, before.devices) == ({house.ginger}, None, ())
    first, second = on_a_phone(house), on_a_phone(house)
    await acknowledged(services, first, house.diagnosis_id, told.seq - 1)
    assert delivery.read(services, house.leila, house.diagnosis_id).told[house.ginger] == told
    await acknowledged(services, first, house.diagnosis_id, before.top)
    clock.move(timedelta(hours=1))
    await acknowledged(services, second, house.diagnosis_id, before.top)
    seen = delivery.read(services, house.leila, house.diagnosis_id)
    delivered = seen.told[house.ginger].delivered
    assert delivered is not None
    assert abs(delivered - utc_now()) < timedelta(minutes=1), "the first of the two counts"
    assert [(device.sign_in_id, device.seq) for device in seen.devices] == [
        (second.sign_in_id, before.top), (first.sign_in_id, before.top),
    ]  # fmt: skip
    latest, earlier = (device.at for device in seen.devices)
    assert latest is not None
    assert earlier is not None
    assert latest - earlier > timedelta(minutes=59)


async def test_a_change_of_the_plan_waits_anew_and_a_new_rank_does_not(house: House) -> None:
    services, mina = house.services, on_a_phone(house)

    def change_plan(change: Change, **new: object) -> None:
        row = change.session.get_one(Recommendation, house.ginger)
        before = recommendation_state(row)
        for name, value in new.items():
            setattr(row, name, value)
        change.session.add(row)
        tell_recommendation(change, row, "changed", before)

    def delivered() -> object:
        return delivery.read(services, house.leila, house.diagnosis_id).told[house.ginger].delivered

    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    at = delivered()
    assert at is not None
    services.ledger.write(lambda change: change_plan(change, rank=7, score=0.5))
    assert delivered() == at
    services.ledger.write(lambda change: change_plan(change, text="Half of it."))
    assert delivered() is None
    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    assert delivered() is not None
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Heartburn."))
    assert delivered() is None, "that they must stop, the phone does not know yet"


async def test_a_phone_that_was_signed_out_is_gone_and_what_it_had_got_was_delivered(house: House) -> None:
    services, mina = house.services, on_a_phone(house)
    last = top(services, house.diagnosis_id)
    await acknowledged(services, mina, house.diagnosis_id, last)
    submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=3))
    with services.database.read() as session:
        behind = top(services, house.diagnosis_id) - last
        assert rows.unacknowledged(session, house.leila.practice_id, utc_now()) == {house.diagnosis_id: behind}
    sign_in.sign_out(services, mina)
    seen = delivery.read(services, house.leila, house.diagnosis_id)
    assert seen.devices == ()
    assert seen.told[house.ginger].delivered is not None
    with services.database.read() as session:
        assert rows.unacknowledged(session, None, utc_now()) == {}


async def test_a_list_says_since_when_something_waits(house: House) -> None:
    services, mina = house.services, on_a_phone(house)
    other = diagnose(services, house.leila, house.omar)  # nothing approved: nothing that could wait

    def ask(actor: Actor) -> dict[int, delivery.Reached]:
        return delivery.reached(services, actor, [house.diagnosis_id, other])

    since = delivery.read(services, house.leila, house.diagnosis_id).told[house.ginger].since
    assert ask(house.leila) == {house.diagnosis_id: delivery.Reached(since, None, phone=True)}
    await acknowledged(services, mina, house.diagnosis_id, top(services, house.diagnosis_id))
    assert ask(house.leila)[house.diagnosis_id].delivered is not None
    sign_in.sign_out(services, mina)
    assert [(one.delivered is None, one.phone) for one in ask(house.leila).values()] == [(False, False)]
    assert ask(house.chen) == ask(house.stranger) == {}


def test_only_those_who_may_read_the_record_see_it(house: House) -> None:
    for nobody in (house.chen, house.stranger, house.ida):
        with pytest.raises(NotFound):
            delivery.read(house.services, nobody, house.diagnosis_id)
    with pytest.raises(NotAllowed):
        delivery.read(house.services, house.mina, house.diagnosis_id)
    with pytest.raises(NotAllowed):
        delivery.reached(house.services, house.mina, [house.diagnosis_id])
    house.share_with(house.chen)
    assert isinstance(delivery.read(house.services, house.chen, house.diagnosis_id).told[house.ginger], Told)


async def test_old_steps_are_taken_out_but_never_the_one_that_answers_a_question(house: House) -> None:
    services, mina = house.services, on_a_phone(house)
    told = delivery.read(services, house.leila, house.diagnosis_id).told[house.ginger].seq
    for rating in (1, 2, 3):
        submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating))
    last = top(services, house.diagnosis_id)
    await acknowledged(services, mina, house.diagnosis_id, told - 1, told + 1, last - 1, last)
    seen = delivery.read(services, house.leila, house.diagnosis_id)

    def trim(change: Change, limit: int) -> int:
        return rows.trim_marks(change.session, change.now + timedelta(hours=1), limit)

    assert [services.ledger.write(lambda change: trim(change, 2)) for _ in range(3)] == [2, 1, 0]
    assert steps(services) == [told + 1], "the first that had passed the approval"
    assert delivery.read(services, house.leila, house.diagnosis_id) == seen
