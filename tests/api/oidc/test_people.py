"""Who is let in by what a provider says of them."""

from typing import Any

import pytest
from sqlmodel import select

from domain.services import Services
from storage.tables import Identity
from tests.support.browsing import Browser, problem
from tests.support.house import House
from tests.support.identities import START, SUBJECT, came_in, change_person
from tests.support.made_up_provider import (
    MadeUpProvider,
)


class TestWhoIsLetIn:
    @pytest.fixture
    def named(self, house: House, services: Services) -> int:
        """Somebody whose login is an address, and who has no account at the provider yet."""
        change_person(services, house.leila.person_id, login="leila@clinic.example")
        return house.leila.person_id

    async def test_by_a_verified_address_once_and_by_the_subject_from_then_on(
        self, person: Browser, services: Services, provider: MadeUpProvider, named: int
    ) -> None:
        provider.userinfo |= {"email": "Leila@Clinic.example", "email_verified": True}
        assert await person.follow(START) == "/effectiveness"
        provider.userinfo |= {"email": "new@elsewhere.example"}
        assert await person.follow(START) == "/effectiveness", "the account has another address by now"
        provider.claims = {"sub": "another", "email": "leila@clinic.example", "email_verified": True}
        assert problem(await person.follow(START)) == "unknown_identity", "and the address another account"
        assert came_in(services) == [named] * 2
        with services.database.read() as session:
            assert [(one.subject, one.by_email) for one in session.exec(select(Identity))] == [(SUBJECT, True)]

    async def test_no_other_address(
        self, person: Browser, services: Services, provider: MadeUpProvider, named: int
    ) -> None:
        others: list[dict[str, Any]] = [
            {"email": "leila@clinic.example"},
            {"email": "leila@clinic.example", "email_verified": False},
            {"email": "leila@clinic.example", "email_verified": "true"},
            {"email": "somebody@clinic.example", "email_verified": True},
            {"email": ["leila@clinic.example"], "email_verified": True},
            {},
        ]
        for userinfo in others:
            provider.userinfo = {"sub": SUBJECT} | userinfo
            assert problem(await person.follow(START)) == "unknown_identity", userinfo
        provider.userinfo = {"sub": "another", "email": "leila@clinic.example", "email_verified": True}
        assert problem(await person.follow(START)) == "provider_doubtful", "the address is somebody else's"
        assert came_in(services) == []

    async def test_nobody_who_may_not_come(
        self, person: Browser, services: Services, provider: MadeUpProvider, leila: int
    ) -> None:
        for columns in ({"disabled": True}, {"disabled": False, "role": "patient"}, {"role": "service"}):
            change_person(services, leila, **columns)
            assert problem(await person.follow(START)) == "unknown_identity"
        change_person(services, leila, role="admin")
        assert await person.follow(START) == "/effectiveness"
