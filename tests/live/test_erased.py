"""A record that is erased while its sockets are open: they are closed within a second, and nobody comes back to it."""

import asyncio

import httpx2

from domain import erasing
from domain.erasing import ErasureInput
from tests.live.conftest import Live
from tests.support.house import diagnose
from tests.support.phone import phone, ringing
from tests.support.waiting import ANSWER_SECONDS, promptly


def erase(live: Live) -> None:
    given = ErasureInput(name="Mina Farahani", reason="asked_for", override_reason="no_duty")
    erasing.erase(live.house.services, live.house.leila, live.house.mina.patient_id or 0, given)


async def test_its_sockets_close_and_nobody_comes_back(live: Live) -> None:
    house, minas, leilas = live.house, live.token(), live.token(live.house.leila)
    omars = await asyncio.to_thread(diagnose, house.services, house.leila, house.omar)
    await asyncio.to_thread(live.answer, "Wabbelmagen")
    async with (
        phone(live.ws, live.diagnosis_id, minas) as mina,
        phone(live.ws, live.diagnosis_id, leilas) as leila,
        phone(live.ws, omars, leilas) as other,
    ):
        epoch = mina.seen[0]["data"]["epoch"]
        seq = (await mina.expect("snapshot"))["seq"]
        await leila.expect("snapshot")
        async with promptly():
            await asyncio.to_thread(erase, live)
            assert await mina.closing() == (1008, "signed_out")
            assert await leila.closing() == (1008, "not_found")
        await other.send({"type": "ping"})
        await other.until("pong")
        for caller in (mina, leila):
            assert "Wabbelmagen" not in str(caller.seen[2:]), "nothing of it was sent on the way out"
    for token, reason in ((minas, "not_signed_in"), (leilas, "not_found")):
        for since in ({}, {"since": seq, "epoch": epoch}):
            async with ringing(live.ws, live.diagnosis_id) as again:
                await again.send({"type": "auth", "token": token, **since})
                assert await again.closing() == (1008, reason)
                assert [one["type"] for one in again.seen] == ["error"]
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        for token, status in ((minas, 401), (leilas, 404)):
            headers = {"Authorization": f"Bearer {token}"}
            assert (await client.get(f"/api/diagnosis/{live.diagnosis_id}", headers=headers)).status_code == status
            polled = await client.get(
                f"/api/diagnosis/{live.diagnosis_id}/events", headers=headers, params={"since": 0}
            )
            assert polled.status_code == status
