"""The Python client: every message once and in order, whatever happens to the connection."""

import asyncio
from dataclasses import asdict
from typing import Any

import pytest
from vervain_client import LONGEST_WAIT, Position, Refused, backoff, follow

from domain.log import top_seq
from tests.live.conftest import Live
from tests.support.protocol import check
from tests.support.waiting import ANSWER_SECONDS


def as_sent(message: Any, diagnosis_id: int) -> dict[str, Any]:
    """Put what the client hands out back into its envelope."""
    fields = {name: value for name, value in asdict(message).items() if value is not None}
    return {"v": 1, "diagnosis_id": diagnosis_id} | fields


async def test_it_follows_in_order_from_the_snapshot_on(live: Live) -> None:
    follower = follow(live.http, live.diagnosis_id, live.token(live.house.leila))
    numbers: list[int] = []
    async with asyncio.timeout(ANSWER_SECONDS), follower as messages:
        async for message in messages:
            check(as_sent(message, live.diagnosis_id))
            if message.type == "snapshot":
                start = message.data["seq"]
                for _ in range(3):
                    await asyncio.to_thread(live.answer)
                top = await asyncio.to_thread(top_seq, live.house.services, live.diagnosis_id)
            elif message.seq is not None:
                numbers.append(message.seq)
                if message.seq == top:
                    break
    assert numbers == list(range(start + 1, top + 1))
    assert follower.position.since == top


async def test_it_goes_on_where_it_stopped(live: Live) -> None:
    position = Position()
    async with asyncio.timeout(ANSWER_SECONDS):
        async with follow(live.http, live.diagnosis_id, live.token(), position=position) as messages:
            assert (await anext(messages)).type == "snapshot"
        before = position.since
        assert before is not None
        await asyncio.to_thread(live.answer)
        async with follow(live.http, live.diagnosis_id, live.token(), position=position) as messages:
            message = await anext(messages)
            check(as_sent(message, live.diagnosis_id))
            assert (message.type, message.seq) == ("feedback_update", before + 1), "resumed: no snapshot again"


async def test_it_stops_where_trying_again_is_no_use(live: Live) -> None:
    for diagnosis_id, token, code in (
        (live.diagnosis_id, "not a token", "not_signed_in"),
        (10**6, live.token(), "not_found"),
        (live.diagnosis_id, live.token(live.house.stranger), "not_found"),
    ):
        async with follow(live.http, diagnosis_id, token) as messages:
            with pytest.raises(Refused) as refused:
                await anext(messages)
        assert refused.value.code == code


def test_the_backoff_is_jittered_and_bounded() -> None:
    waits = [backoff(attempt) for attempt in range(1, 40) for _ in range(20)]
    assert all(0 <= wait <= LONGEST_WAIT for wait in waits)
    assert max(backoff(1) for _ in range(200)) <= 0.5
    assert len({round(wait, 6) for wait in waits}) > 700, "many clients do not come at once"
