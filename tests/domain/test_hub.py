"""The hub hands out what happened to whoever follows, and lets nobody hold up anybody else."""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import structlog

from domain.events import LoggedEvent
from domain.hub import (
    EVERYTHING,
    Deliver,
    Hub,
    Unfollow,
    diagnosis_topic,
    evidence_topic,
    patient_topic,
    phones_topic,
    practice_topic,
    sign_in_topic,
)


def event(
    seq: int | None = 1, kind: str = "feedback_update", data: str = '{"rating":5}', **more: object
) -> LoggedEvent:
    values = {
        "position": seq,
        "id": f"id{seq}",
        "practice_id": 1,
        "diagnosis_id": 7,
        "patient_id": 3,
        "seq": seq,
        "type": kind,
        "timestamp": "2026-11-23T08:00:00.000Z",
        "data": data,
        "patient_data": None,
    }
    return LoggedEvent(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    one = Hub()
    one.bind(asyncio.get_running_loop())
    yield one
    assert one.follower_count() == 0, "somebody still follows"


async def delivered() -> None:
    """Let what was published run on the loop."""
    await asyncio.get_running_loop().run_in_executor(None, lambda: None)
    await asyncio.sleep(0)


async def test_followers_of_a_topic_hear_it_and_no_others(hub: Hub) -> None:
    heard: dict[str, list[int | None]] = {}
    topics = [diagnosis_topic(7), diagnosis_topic(8), practice_topic(1), practice_topic(2), EVERYTHING]

    def listener(topic: str) -> Deliver:
        return lambda one: heard.setdefault(topic, []).append(one.seq)

    ends = [hub.follow(topic, listener(topic)) for topic in topics]
    hub.publish([event(1), event(2, diagnosis_id=8)])
    await delivered()
    assert heard == {
        diagnosis_topic(7): [1],
        diagnosis_topic(8): [2],
        practice_topic(1): [1, 2],
        EVERYTHING: [1, 2],
    }
    for end in ends:
        end()


async def test_special_topics(hub: Hub) -> None:
    heard: list[str] = []
    topics = [evidence_topic(1), sign_in_topic(5), patient_topic(3)]
    ends = [hub.follow(topic, lambda one: heard.append(one.type)) for topic in topics]
    hub.publish(
        [
            event(1, "effectiveness_update"),
            event(None, "effectiveness_update"),  # conflated: for diagnoses, the page of all evidence has it already
            event(2, "sign_in_revoked", '{"sign_in_id":5,"person_id":9}', diagnosis_id=None),
            event(3, "sign_in_revoked", '{"sign_in_id":6,"person_id":9}', diagnosis_id=None),
            event(4, "patient_update", "{}", diagnosis_id=None),
        ]
    )
    await delivered()
    assert heard == ["effectiveness_update", "sign_in_revoked", "patient_update"]
    for end in ends:
        end()


async def test_phones_hear_what_has_a_number_and_what_is_for_them(hub: Hub) -> None:
    phones: list[str] = []
    practice: list[str] = []
    ends = [
        hub.follow(phones_topic(7), lambda one: phones.append(one.id)),
        hub.follow(diagnosis_topic(7), lambda one: practice.append(one.id)),
    ]
    assert hub.followed_diagnoses() == hub.followed_by_practices() == {7}
    others = replace(event(None, "effectiveness_update"), id="others")
    hub.publish([event(1), others, replace(others, id="refreshed", patient_data="{}")])
    await delivered()
    assert [one for one in practice if one not in phones] == ["others"], "the message alone says that somebody answered"
    assert len(phones) == 2
    for end in ends:
        end()
    end = hub.follow(phones_topic(8), lambda _: None)
    assert (hub.followed_diagnoses(), hub.followed_by_practices()) == ({8}, set())
    end()


async def test_one_who_fails_does_not_stop_the_next(hub: Hub) -> None:
    heard: list[int | None] = []

    def fails(_: LoggedEvent) -> None:
        raise RuntimeError("my page is gone")

    ends = [hub.follow(EVERYTHING, fails), hub.follow(EVERYTHING, lambda one: heard.append(one.seq))]
    with structlog.testing.capture_logs() as log:
        hub.publish([event(1), event(2)])
        await delivered()
    assert heard == [1, 2]
    assert [line["event"] for line in log] == ["a follower failed", "a follower failed"]
    for end in ends:
        end()


async def test_following_and_leaving_leaves_nothing(hub: Hub) -> None:
    heard: list[int | None] = []
    for _ in range(100):
        end = hub.follow(diagnosis_topic(7), lambda one: heard.append(one.seq))
        end()
        end()  # twice is as good as once
    assert hub.follower_count() == 0
    assert hub.followed_diagnoses() == set()
    hub.publish([event(1)])
    await delivered()
    assert heard == []


async def test_one_may_leave_while_being_told(hub: Hub) -> None:
    heard: list[str] = []
    ends: list[Unfollow] = []

    def once(_: LoggedEvent) -> None:
        heard.append("first")
        ends[0]()

    ends.append(hub.follow(EVERYTHING, once))
    ends.append(hub.follow(EVERYTHING, lambda _: heard.append("second")))
    hub.publish([event(1), event(2)])
    await delivered()
    assert heard == ["first", "second", "second"]
    ends[1]()


async def test_two_who_share_a_function_leave_one_by_one(hub: Hub) -> None:
    heard: list[int | None] = []

    def listen(one: LoggedEvent) -> None:
        heard.append(one.seq)

    first, second = hub.follow(EVERYTHING, listen), hub.follow(EVERYTHING, listen)
    first()
    hub.publish([event(1)])
    await delivered()
    assert heard == [1]
    second()


async def test_publishing_from_many_threads_keeps_each_ones_order(hub: Hub) -> None:
    heard: list[tuple[int | None, int | None]] = []
    end = hub.follow(EVERYTHING, lambda one: heard.append((one.diagnosis_id, one.seq)))

    def work(diagnosis_id: int) -> None:
        for seq in range(200):
            hub.publish([event(seq, diagnosis_id=diagnosis_id)])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    await delivered()
    for number in range(4):
        assert [seq for diagnosis_id, seq in heard if diagnosis_id == number] == list(range(200))
    end()


def test_nobody_hears_a_hub_without_a_loop() -> None:
    hub = Hub()
    hub.publish([event(1)])  # the command line: nobody can follow
    loop = asyncio.new_event_loop()
    hub.bind(loop)
    loop.close()
    hub.publish([event(2)])  # the program has ended; the log has it
