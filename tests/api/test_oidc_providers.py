"""Signing in by real identity providers of other makes: the certified one of npm, and the one of PyPI for tests."""

import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlmodel import select

import main
from domain import identity_provider
from domain.services import Services
from settings import Settings
from storage.tables import Identity
from tests.support.browsing import Browser, browser, problem
from tests.support.certified_provider import NOT_FOR_US, certified_provider
from tests.support.house import House
from tests.support.identities import NAME, a_provider, an_app, came_in, change_person, knowing
from tests.support.model_server import NotInstallable
from tests.support.waiting import ANSWER_SECONDS

START = f"/auth/oidc/{NAME}?next=/effectiveness"
PEOPLE = {
    "leila-1": {"email": "leila@clinic.example", "email_verified": True},
    "chen-1": {"email": "chen@clinic.example", "email_verified": False},
    "mina-1": {"email": "mina@clinic.example", "email_verified": True},
    "gone-1": {"email": "gone@clinic.example", "email_verified": True},
}


@pytest.fixture
def logins(house: House, services: Services) -> House:
    """Everybody has an address for a login, also those who may not come in by a provider."""
    for name in ("leila", "chen", "mina"):
        change_person(services, getattr(house, name).person_id, login=f"{name}@clinic.example")
    change_person(services, house.ida.person_id, login="gone@clinic.example", disabled=True)
    return house


@pytest.mark.served
@pytest.mark.timeout(400)
class TestTheCertifiedOne:
    @pytest.fixture(scope="class")
    @classmethod
    def issuer(cls) -> Iterator[str]:
        with ExitStack() as stack:
            try:
                found = stack.enter_context(certified_provider(PEOPLE))
            except NotInstallable as error:
                pytest.skip(f"npm's oidc-provider cannot be installed, so no certified provider can be tried: {error}")
            yield found

    async def test_the_whole_way_to_a_page(
        self, settings: Settings, services: Services, logins: House, issuer: str
    ) -> None:
        known = knowing(services, a_provider(issuer, "clinic.example"))
        app = main.create_app(settings, known)
        async with app.router.lifespan_context(app), browser(app) as person:
            door = await person.http.get("http://127.0.0.1:8000/sign-in")
            assert f"/auth/oidc/{NAME}?next=" in door.text
            assert "The clinic" in door.text
            await be(issuer, "leila-1")
            assert await person.follow(START) == "/effectiveness"
            page = await person.http.get("http://127.0.0.1:8000/effectiveness")
            assert page.status_code == 200
            assert logins.leila.name in page.text
        with services.database.read() as session:
            [link] = session.exec(select(Identity)).all()
        assert (link.person_id, link.issuer, link.subject) == (logins.leila.person_id, issuer, "leila-1")

    async def test_who_is_not_let_in(self, settings: Settings, services: Services, logins: House, issuer: str) -> None:
        app = an_app(settings, services, a_provider(issuer, "clinic.example"))
        cases = {
            "nobody": "provider_refused",
            "chen-1": "unknown_identity",
            "mina-1": "unknown_identity",
            "gone-1": "unknown_identity",
        }
        for subject, code in cases.items():
            await be(issuer, subject)
            async with browser(app) as person:
                assert problem(await person.follow(START)) == code, subject
        assert came_in(services) == []
        identity_provider.link(services, "chen@clinic.example", issuer=issuer, subject="chen-1")
        await be(issuer, "chen-1")
        async with browser(app) as person:
            assert await person.follow(START) == "/effectiveness", "by hand it needs no address"
        assert came_in(services) == [logins.chen.person_id]

    async def test_what_is_used_or_anothers(
        self, settings: Settings, services: Services, logins: House, issuer: str
    ) -> None:
        app = an_app(settings, services, a_provider(issuer, "clinic.example"))
        await be(issuer, "leila-1")
        async with browser(app) as person, browser(app) as another:
            callback = await person.follow(START, until="/callback")
            assert parse_qs(urlsplit(callback).query)["iss"] == [issuer], "it names itself (RFC 9207)"
            assert problem(await another.follow(callback)) == "begin_again"
            assert await person.follow(callback) == "/effectiveness"
            assert problem(await person.follow(callback)) == "begin_again"
            again = await person.follow(START, until="/callback")
            assert problem(await person.follow(with_code_of(again, callback))) == "provider_doubtful", (
                "a code counts once"
            )

    async def test_tokens_that_are_signed_with_our_secret(
        self, settings: Settings, services: Services, logins: House, issuer: str
    ) -> None:
        ours = replace(a_provider(issuer, "clinic.example"), client_id=NOT_FOR_US)
        await be(issuer, "leila-1")
        async with browser(an_app(settings, services, ours)) as person:
            assert problem(await person.follow(START)) == "provider_doubtful"

    async def test_a_secret_that_is_not_ours(
        self, settings: Settings, services: Services, logins: House, issuer: str
    ) -> None:
        ours = replace(a_provider(issuer, "clinic.example"), client_secret="wrong")
        await be(issuer, "leila-1")
        async with browser(an_app(settings, services, ours)) as person:
            assert problem(await person.follow(START)) == "provider_doubtful"


async def be(issuer: str, subject: str) -> None:
    """Say who sits before the browser."""
    async with httpx2.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as http:
        await http.get(f"{issuer}/as/{subject}")


def with_code_of(callback: str, other: str) -> str:
    """Put the code of one callback into another."""
    mine, theirs = (parse_qs(urlsplit(one).query)["code"][0] for one in (callback, other))
    return callback.replace(mine, theirs)


@pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")  # its own use of Authlib
class TestTheOneOfPyPI:
    @pytest.fixture
    def issuer(self) -> Iterator[str]:
        with warnings.catch_warnings(record=True):  # it uses what Authlib calls deprecated
            warnings.simplefilter("ignore")
            from oidc_provider_mock import User, run_server_in_thread

        users = [User(sub=sub, claims=dict(claims)) for sub, claims in PEOPLE.items()]
        with run_server_in_thread(user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"

    async def test_in_and_not_in(self, settings: Settings, services: Services, logins: House, issuer: str) -> None:
        async with browser(an_app(settings, services, a_provider(issuer, "clinic.example"))) as person:
            assert await self.goes(person, sub="leila-1") == "/effectiveness"
            assert problem(await self.goes(person, sub="chen-1")) == "unknown_identity"
            assert problem(await self.goes(person, sub="somebody")) == "unknown_identity"
            assert problem(await self.goes(person, action="deny")) in {"provider_refused", "begin_again"}
        assert came_in(services) == [logins.leila.person_id]

    async def goes(self, person: Browser, **said: Any) -> str:
        """Fill in the provider's form."""
        form = await person.follow(START, until="/oauth2/authorize")
        answer = await person.http.post(form, data=said)
        return await person.follow(answer.headers["location"])
