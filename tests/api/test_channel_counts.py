"""What a channel counts: deliveries, what waits for clients, gaps, and when a message was told."""

import asyncio

from api.channel import SLICE, TOLD
from api.channels import Channels
from api.metrics import Metrics
from domain.events import Audience
from domain.hub import Hub
from tests.support.channel_client import Client, event, turn


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
