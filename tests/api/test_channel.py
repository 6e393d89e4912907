"""A channel: everybody gets everything after the place in the log that they joined at, once, in order."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channel import SLICE, Channel
from api.channels import Channels
from api.metrics import Metrics
from api.wire import MAX_BYTES, MAX_MESSAGES, text_frame
from domain.events import Audience
from domain.hub import Hub
from domain.log import Beside, Look
from tests.support.channel_client import Client, event, joined, turn


@pytest.fixture
async def hub() -> Hub:
    """A hub on this loop."""
    made = Hub()
    made.bind(asyncio.get_running_loop())
    return made


async def test_messages_of_one_turn_leave_in_one_write_each_a_frame_of_its_own(hub: Hub) -> None:
    client, _ = joined(Channels(hub, Metrics()), 0)
    hub.publish([event(1)])
    hub.publish([event(2), event(3)])
    await turn()
    texts = ["hello", *(event(seq).text(Audience.PRACTICE) for seq in (1, 2, 3))]
    assert client.got == b"".join(map(text_frame, texts))
    assert client.writes == 2, "the greeting, and the three together"


async def test_many_are_served_in_slices_and_others_get_their_turn_between(hub: Hub) -> None:
    channels = Channels(hub, Metrics())
    clients = [joined(channels, 0)[0] for _ in range(SLICE + 10)]
    hub.publish([event(1)])
    served = []
    for _ in range(4):
        await asyncio.sleep(0)
        served.append(sum(client.seqs == [1] for client in clients))
    assert SLICE in served
    assert served[-1] == SLICE + 10


async def test_who_leaves_between_two_slices_gets_nothing_more(hub: Hub) -> None:
    channels = Channels(hub, Metrics())
    clients = [joined(channels, 0)[0] for _ in range(SLICE + 10)]
    last = clients[-1]
    hub.publish([event(1)])
    for _ in range(5):
        if not clients[0].seqs:
            await asyncio.sleep(0)
    channels.leave(last, 7, Audience.PRACTICE)
    await turn(5)
    assert last.seqs == []
    assert clients[-2].seqs == [1]


async def test_an_answer_to_one_comes_behind_what_everybody_gets(hub: Hub) -> None:
    channels = Channels(hub, Metrics())
    clients = [joined(channels, 0) for _ in range(SLICE + 10)]
    last, channel = clients[-1]
    hub.publish([event(1)])
    await asyncio.sleep(0)
    channel.put(last, '{"pong":1}')
    assert last.got.endswith(text_frame('{"pong":1}'))
    assert last.seqs == [1]


async def test_what_happened_while_the_log_was_read_is_merged_by_its_number(hub: Hub) -> None:
    channels, client = Channels(hub, Metrics()), Client()
    channel = channels.join(client, 7, Audience.PRACTICE)
    hub.publish([event(1), event(2), event(None), event(3)])
    await turn()
    channel.begin(client, [], 2)
    assert client.seqs == [3]
    assert b"effectiveness_update" in client.got
    hub.publish([event(4)])
    await turn()
    assert client.seqs == [3, 4]


@pytest.mark.parametrize(
    ("count", "size"), [(MAX_MESSAGES, 10), (MAX_BYTES // 100_000, 100_000)], ids=["count", "bytes"]
)
async def test_waiting_has_a_bound(hub: Hub, count: int, size: int) -> None:
    channels, client = Channels(hub, Metrics()), Client()
    channel = channels.join(client, 7, Audience.PRACTICE)
    hub.publish([event(seq, data=f'"{"x" * size}"') for seq in range(1, count + 2)])
    await turn()
    channel.begin(client, [], 0)
    assert client.ended == (4008, "too_slow")


async def test_a_gap_ends_everybody_who_would_not_see_it(hub: Hub) -> None:
    client, _ = joined(Channels(hub, Metrics()), 1)
    hub.publish([event(3)])
    await turn()
    assert client.ended == (4001, "gap")


async def test_a_patient_hears_of_others_only_what_patients_may_hear(hub: Hub) -> None:
    client, _ = joined(Channels(hub, Metrics()), 1, Audience.PATIENT)
    hub.publish([event(None, patient_data=None), event(2, patient_data=None)])
    await turn()
    assert client.seqs == [2], "withheld messages of the log keep its numbers whole"
    assert b"effectiveness_update" not in client.got
    assert b'"data":{"withheld": true}' in client.got


async def test_a_channel_that_nobody_follows_is_gone(hub: Hub) -> None:
    channels = Channels(hub, Metrics())
    client, _ = joined(channels, 0)
    waiting = Client()
    channels.join(waiting, 7, Audience.PRACTICE)
    for one in (client, waiting, waiting):  # twice is as good as once
        channels.leave(one, 7, Audience.PRACTICE)
    assert (len(channels), hub.follower_count()) == (0, 0)


ACTS = [
    "commit",
    "commit",
    "publish",
    "publish",
    "on",
    "on",
    "on",
    "pause",
    "resume",
    "turn",
    "leave",
    "put",
    "hold",
    "release",
]
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), min_size=20, max_size=60)
"""``on`` takes a client one step further: it waits, reads the log, begins."""


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_whoever_joins_whenever_has_everything_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    asyncio.run(play(steps))


def numbers(client: Client) -> list[int]:
    """List what has come and what waits at a client that stands still."""
    return [int(part.split(b",")[0]) for part in (client.got + client.kept).split(b'"seq":')[1:]]


async def play(steps: list[tuple[str, int]]) -> None:
    """Commit, publish and join in any order; the log may be read ahead of what is published, or long before joining."""
    hub = Hub()
    hub.bind(asyncio.get_running_loop())
    channels = Channels(hub, Metrics())
    committed = published = 0
    clients = {number: Client() for number in range(3)}
    channel_of: dict[int, Channel] = {}
    read: dict[int, int] = {}
    began: dict[int, int] = {}
    left: set[int] = set()
    held: dict[int, int] = {}
    for step, number in steps:
        client = clients[number]
        if step == "commit":
            committed += 1
        elif step == "publish" and published < committed:
            published += 1
            hub.publish([event(published)])
            await asyncio.sleep(0)  # whoever commits later publishes later; the log is read at any time
        elif step == "on" and number not in channel_of:
            channel_of[number] = channels.join(client, 7, Audience.PRACTICE)
        elif step == "on" and number not in read:
            read[number] = committed
        elif step == "on" and number not in began and number not in left:
            channel_of[number].begin(client, [], read[number])
            began[number] = read[number]
        elif step == "pause" and number in began:
            client.pause(channel_of[number])
        elif step == "resume" and number in began:
            client.resume(channel_of[number])
        elif step == "hold" and number in began and number not in left and number not in held:
            held[number] = channel_of[number].hold(client)
        elif step == "release" and number in held and number not in left:
            channel_of[number].begin(client, [], held.pop(number))
        elif step == "put" and number in began and number not in left:
            place = channel_of[number].place(client)
            channel_of[number].put(client, "{}")
            if client.direct is not None:
                assert place == max([began[number], *client.seqs])
        elif step == "leave" and number in channel_of and len(left) == 0:
            channels.leave(client, 7, Audience.PRACTICE)
            left.add(number)
        elif step == "turn":
            await turn()
    hub.publish([event(seq) for seq in range(published + 1, committed + 1)])
    await turn()
    for number, place in held.items():
        if number not in left:
            assert max([began[number], *numbers(clients[number])]) == place, "nothing comes while it is held"
            channel_of[number].begin(clients[number], [], place)
    for number, at in began.items():
        client = clients[number]
        client.resume(channel_of[number])
        assert client.ended is None
        expected = list(range(at + 1, committed + 1))
        assert client.seqs == expected[: len(client.seqs)] if number in left else client.seqs == expected


async def test_a_read_that_failed_is_not_kept_for_others(hub: Hub) -> None:
    channels, first, second = Channels(hub, Metrics()), Client(), Client()
    channel = channels.join(first, 7, Audience.PRACTICE)
    channels.join(second, 7, Audience.PRACTICE)

    async def fails() -> Look:
        raise OSError("the disk hiccups")

    async def reads() -> Look:
        return Look(3, "{}")

    with pytest.raises(OSError, match="hiccups"):
        await channel.look(first, fails)
    assert await channel.look(second, reads) == Look(3, "{}")
    assert await channel.look(first, fails) == Look(3, "{}"), "what was read for one is there for all who wait"


async def test_what_is_read_beside_the_log_is_read_anew_for_who_came_after_a_change(hub: Hub) -> None:
    channels, first, second = Channels(hub, Metrics()), Client(), Client()
    channel = channels.join(first, 7, Audience.PRACTICE)
    old, new = Beside(("old",), "{}"), Beside(("new",), "{}")
    assert channel.beside(first) is None
    channel.keep_beside(first, old)
    hub.publish([event(1)])
    await turn()
    channels.join(second, 7, Audience.PRACTICE)
    assert channel.beside(first) == old, "it gets what came since by itself"
    assert channel.beside(second) is None, "it would lack what came before it began to wait"
    channel.keep_beside(second, new)
    assert channel.beside(second) == new
    assert channel.beside(first) == new, "the newest serves everybody"
    channel.keep_beside(first, old)
    assert channel.beside(second) == new, "what was read before is kept for nobody"


async def test_one_who_cannot_be_written_to_keeps_nothing_from_the_others(hub: Hub) -> None:
    channels = Channels(hub, Metrics())
    broken, channel = joined(channels, 0)
    whole, _ = joined(channels, 0)

    def fails(_frames: bytes) -> None:
        raise RuntimeError("the transport is gone")

    broken.direct = fails
    channel.flowing(broken)
    hub.publish([event(1)])
    await turn()
    assert broken.ended == (1011, "internal")
    assert whole.seqs == [1]
