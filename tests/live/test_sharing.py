"""A share that ends, by somebody or by itself, closes the sockets of who loses it within a second; others notice nothing."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from domain import emergency, sharing
from domain.emergency import EmergencyInput
from domain.ledger import Change, utc_now
from domain.sharing import HandOverInput, ShareInput
from storage.tables import PatientShare
from tests.live.conftest import Live
from tests.support.phone import phone, ringing
from tests.support.waiting import promptly


def share(live: Live, until: datetime | None = None) -> None:
    """Share Mina with Chen."""
    wanted = ShareInput(person_id=live.house.chen.person_id, until=until)
    sharing.share(live.house.services, live.house.leila, live.house.mina.patient_id or 0, wanted)


def time_is_over(live: Live) -> None:
    """Let the moment have come up to which it was shared, and tell nobody."""

    def act(change: Change) -> None:
        row = change.session.exec(select(PatientShare)).one()
        row.until = change.now
        change.session.add(row)

    live.house.services.ledger.write(act)


def ended(live: Live) -> None:
    house = live.house
    sharing.end(house.services, house.leila, house.mina.patient_id or 0, house.chen.person_id)


def given_back(live: Live) -> None:
    house = live.house
    sharing.end(house.services, house.chen, house.mina.patient_id or 0, house.chen.person_id)


@pytest.mark.parametrize("end", [ended, given_back])
async def test_who_loses_it_is_sent_away(live: Live, end: Callable[[Live], None]) -> None:
    await asyncio.to_thread(share, live)
    async with (
        phone(live.ws, live.diagnosis_id, live.token(live.house.chen)) as chen,
        phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as leila,
    ):
        async with promptly():
            await asyncio.to_thread(end, live)
            assert await chen.closing() == (1008, "not_found")
        await leila.send({"type": "ping"})
        await leila.until("pong")


async def test_who_hands_over_is_sent_away(live: Live) -> None:
    house = live.house
    async with phone(live.ws, live.diagnosis_id, live.token(house.leila)) as leila:
        wanted = HandOverInput(person_id=house.chen.person_id)
        async with promptly():
            await asyncio.to_thread(sharing.hand_over, house.services, house.ida, house.mina.patient_id or 0, wanted)
            assert await leila.closing() == (1008, "not_found")
    async with phone(live.ws, live.diagnosis_id, live.token(house.chen)) as chen:
        await chen.expect("snapshot")


async def test_a_share_for_a_time_ends_by_itself(live: Live) -> None:
    await asyncio.to_thread(share, live, utc_now() + timedelta(hours=1))
    async with phone(live.ws, live.diagnosis_id, live.token(live.house.chen)) as chen, promptly():
        await asyncio.to_thread(time_is_over, live)
        assert await chen.closing() == (1008, "not_found")


async def test_a_record_opened_in_an_emergency_is_followed(live: Live) -> None:
    house = live.house
    async with ringing(live.ws, live.diagnosis_id) as before:
        await before.send({"type": "auth", "token": live.token(house.chen)})
        assert await before.closing() == (1008, "not_found")
    given = EmergencyInput(patient_id=house.mina.patient_id, reason="Found unconscious.", confirmed=True)
    await asyncio.to_thread(emergency.open_record, house.services, house.chen, given)
    async with phone(live.ws, live.diagnosis_id, live.token(house.chen)) as chen:
        await chen.expect("snapshot")
        async with promptly():
            await asyncio.to_thread(ended, live)
            assert await chen.closing() == (1008, "not_found")
