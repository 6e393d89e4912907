"""A channel: everybody gets everything after the place in the log that they joined at, once, in order."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.channel import SLICE, TOLD, Channel
from api.channels import Channels
from api.metrics import Metrics
from api.wire import MAX_BYTES, MAX_MESSAGES, Batch, Write, text_frame
from domain.events import Audience, LoggedEvent
from domain.hub import Hub
from domain.log import Look


def event(seq: int | None, *, patient_data: str | None = '{"rating":4}', data: str = "{}") -> LoggedEvent:
    """Make an entry of diagnosis 7's log."""
    return LoggedEvent(
        position=seq,
        id=str(seq),
        practice_id=1,
        diagnosis_id=7,
        patient_id=1,
        seq=seq,
        type="feedback_update" if seq is not None else "effectiveness_update",
        timestamp="2026-11-24T08:00:00.000Z",
        data=data,
        patient_data=patient_data,
    )


class Client:
    """A member with a wire that keeps what it is given, in bytes, and can stand still."""

    def __init__(self) -> None:
        self.got = b""
        self.kept = b""
        self.ended: tuple[int, str] | None = None
        self.direct: Write | None = self.write
        self.writes = 0

    @property
    def wire(self) -> "Client":
        """Be one's own wire."""
        return self

    @property
    def unsent(self) -> tuple[int, int]:
        """Say what waits: how many messages, and their bytes."""
        return self.kept.count(b'"seq":'), len(self.kept)

    def write(self, frames: bytes) -> None:
        """Take bytes."""
        self.got += frames
        self.writes += 1

    def put(self, batch: Batch) -> None:
        """Take a batch, or keep it while standing still."""
        if self.direct is not None:
            self.write(batch.frames)
        else:
            self.kept += batch.frames

    def pause(self, channel: Channel) -> None:
        """Stand still."""
        self.direct = None
        channel.flowing(self)

    def resume(self, channel: Channel) -> None:
        """Take what waited, and go on."""
        self.got, self.kept, self.direct = self.got + self.kept, b"", self.write
        channel.flowing(self)

    def close(self, code: int, reason: str) -> None:
        """Be told goodbye."""
        self.ended = (code, reason)

    def finish(self, code: int, reason: str) -> None:
        """Be ended."""
        self.close(code, reason)

    @property
    def seqs(self) -> list[int]:
        """The numbers that have come."""
        return [int(part.split(b",")[0]) for part in self.got.split(b'"seq":')[1:]]


@pytest.fixture
async def hub() -> Hub:
    """A hub on this loop."""
    made = Hub()
    made.bind(asyncio.get_running_loop())
    return made


async def turn(times: int = 3) -> None:
    """Let the loop go round."""
    for _ in range(times):
        await asyncio.sleep(0)


def joined(channels: Channels, seq: int, audience: Audience = Audience.PRACTICE) -> tuple[Client, Channel]:
    """Let a client join who has read the log up to ``seq``."""
    client = Client()
    channel = channels.join(client, 7, audience)
    channel.begin(client, ["hello"], seq)
    return client, channel


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

    def fails() -> Look:
        raise OSError("the disk hiccups")

    with pytest.raises(OSError, match="hiccups"):
        await channel.look(first, fails)
    assert await channel.look(second, lambda: Look(3, "{}", (), "{}")) == Look(3, "{}", (), "{}")
    assert await channel.look(first, fails) == Look(3, "{}", (), "{}"), (
        "what was read for one is there for all who wait"
    )


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


async def test_a_delivery_is_counted_once_when_the_last_client_has_it() -> None:
    hub, metrics = Hub(), Metrics()
    hub.bind(asyncio.get_running_loop())
    channels = Channels(hub, metrics)
    clients = [Client() for _ in range(SLICE + 1)]
    for one in clients:
        channels.join(one, 7, Audience.PRACTICE).begin(one, [], 0)
    assert metrics.delivery.count == 0, "a greeting is no change"
    hub.publish([event(1)])
    while not clients[-1].got:
        assert metrics.delivery.count == 0
        await asyncio.sleep(0)
    assert metrics.delivery.count == metrics.delivery.counts[-1] == 1, "it was changed days ago"


async def test_what_waits_for_clients_is_counted_and_so_is_a_gap() -> None:
    hub, metrics = Hub(), Metrics()
    hub.bind(asyncio.get_running_loop())
    channels = Channels(hub, metrics)
    quick, slow = Client(), Client()
    for one in (quick, slow):
        channel = channels.join(one, 7, Audience.PRACTICE)
        channel.begin(one, [], 0)
    slow.pause(channel)
    hub.publish([event(1), event(2)])
    await turn()
    assert channels.unsent() == {"clients_behind": 1, "outbound_messages": 2, "outbound_bytes": len(slow.kept)}
    slow.resume(channel)
    assert channels.unsent() == {"clients_behind": 0, "outbound_messages": 0, "outbound_bytes": 0}
    assert metrics.gaps == 0
    hub.publish([event(4)])
    await turn()
    assert metrics.gaps == 2, "both come back and resume"
    assert {quick.ended, slow.ended} == {(4001, "gap")}


async def test_it_is_known_when_the_newest_messages_were_told() -> None:
    hub = Hub()
    hub.bind(asyncio.get_running_loop())
    channels, client = Channels(hub, Metrics()), Client()
    channels.join(client, 7, Audience.PRACTICE).begin(client, [], 0)
    hub.publish([event(seq) for seq in range(1, TOLD + 2)])
    await turn()
    assert channels.told_since(7, 1) is None, "it is not among the newest"
    assert channels.told_since(8, 2) is None
    assert 0 <= (channels.told_since(7, TOLD + 1) or -1) <= (channels.told_since(7, 2) or -1) < 60
