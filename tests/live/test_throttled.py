"""A person whose devices come back without end is sent away for a while."""

from domain import throttle
from tests.live.conftest import Live
from tests.support.phone import ringing


async def test_who_connects_too_often(live: Live) -> None:
    mina = live.house.mina.person_id
    for _ in range(throttle.CONNECT.limit.amount):
        live.house.services.throttle.count(throttle.CONNECT, mina)
    header = {"Authorization": f"Bearer {live.token()}"}
    async with ringing(live.ws, live.diagnosis_id, additional_headers=header) as caller:
        assert (await caller.expect("error"))["code"] == "too_often"
        assert await caller.closing() == (1013, "too_often")
    live.house.services.throttle.forgive(throttle.CONNECT, mina)
    async with ringing(live.ws, live.diagnosis_id, additional_headers=header) as caller:
        await caller.expect("connect")
