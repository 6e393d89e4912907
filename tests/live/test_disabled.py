"""Somebody who is disabled, or gets a new password, at the terminal: their sockets close within a second."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from domain import account
from domain.ledger import Change
from domain.services import Services
from storage.tables import Person
from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.waiting import promptly

WAYS: dict[str, Callable[[Services, str], int]] = {
    "disable": account.disable,
    "reset": partial(account.reset, password="another horse battery"),
}


def with_login(live: Live) -> None:
    """Give Leila a login."""

    def act(change: Change) -> None:
        person = change.session.get_one(Person, live.house.leila.person_id)
        person.login = "leila"
        change.session.add(person)

    live.house.services.ledger.write(act)


@pytest.mark.parametrize("way", WAYS)
async def test_open_sockets_close(live: Live, way: str) -> None:
    services = live.house.services
    await asyncio.to_thread(with_login, live)
    async with phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as caller:
        await caller.expect("snapshot")
        ended = await asyncio.to_thread(WAYS[way], services, "leila")
        async with promptly():
            assert await caller.closing() == (1008, "signed_out")
        assert ended >= 1
