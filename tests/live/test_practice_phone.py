"""Another number of the practice is on every open phone at once, and on those that were away when they come back."""

import asyncio

from domain import practice_phone
from tests.live.conftest import Live
from tests.support.house import diagnose
from tests.support.phone import phone


async def test_a_number_reaches_who_is_there_and_who_comes_back(live: Live) -> None:
    house = live.house
    other = await asyncio.to_thread(diagnose, house.services, house.leila, house.omar)
    async with (
        phone(live.ws, live.diagnosis_id, live.token()) as mina,
        phone(live.ws, other, live.token(house.omar)) as omar,
        phone(live.ws, live.diagnosis_id, live.token(house.leila)) as leila,
    ):
        told = mina.seen[0]["data"]
        everybody = (mina, omar, leila)
        for one in everybody:
            assert (await one.expect("snapshot"))["practice"] == {"name": "Sunrise Herbal Care", "phone": ""}
        await asyncio.to_thread(practice_phone.set_number, house.services, house.ida, "115")
        for one in everybody:
            assert await one.expect("practice_update") == {"name": "Sunrise Herbal Care", "phone": "115"}
            assert one.seqs == [], "it takes no number of the log"
    await asyncio.to_thread(practice_phone.set_number, house.services, house.ida, "")
    at = {"since": told["seq"], "epoch": told["epoch"]}
    async with phone(live.ws, live.diagnosis_id, live.token(), **at) as again:
        assert again.seen[0]["data"]["resumed"]
        assert (await again.until("practice_update"))["phone"] == ""
