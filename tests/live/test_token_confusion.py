"""Whatever is no access token opens nothing, over HTTP and over the socket alike, and nothing goes wrong inside."""

import asyncio
from collections.abc import Iterator

import httpx2
import pytest
from fastapi import FastAPI

from domain import invite, service, sign_in
from domain.services import Services
from domain.tokens import hash_secret
from settings import Settings
from tests.live.conftest import Live
from tests.support.forged import forgeries, part, signed
from tests.support.house import House, signed_in
from tests.support.phone import ringing
from tests.support.problems import refused
from tests.support.server import Server, serving
from tests.support.waiting import ANSWER_SECONDS

AUTH_BYTES = 8 * 1024


@pytest.fixture
def server(app: FastAPI) -> Iterator[Server]:
    with serving(app) as running:
        yield running


def other_secrets(services: Services, house: House) -> dict[str, str]:
    """Everything else that the program gives out, where an access token should be."""
    tokens = sign_in.open_device(services, house.mina.person_id)
    page = sign_in.open_page_session(services, house.leila.person_id)
    given = invite.issue(services, house.leila, house.diagnosis_id)
    issued = service.issue(services, "Pharmacy", scopes=["status"], days=1, practice=str(house.leila.practice_id))
    good, leila = part(tokens.access_token, 1), str(house.leila.person_id)
    return {
        "a refresh token": tokens.refresh_token,
        "the hash of a refresh token": hash_secret(tokens.refresh_token),
        "a refresh token that is yet to come": services.tokens.successor(tokens.refresh_token),
        "a browser session's secret": page.secret,
        "an invite's code": given.code,
        "an invite's link": given.link,
        "the secret of the cookies": services.tokens.session_secret,
        "a service token cut short": issued.token[:-1],
        "a service token without its prefix": issued.token.removeprefix(service.PREFIX),
        "an access token with a service's prefix": service.PREFIX + tokens.access_token,
        "an access token of a browser session": signed(services.tokens, {**good, "sub": leila, "sid": page.actor.sign_in_id}),
        "an access token of a service": signed(services.tokens, {**good, "sid": issued.number}),
        "an access token of a sign-in that is nobody's": signed(services.tokens, {**good, "sid": 999_999}),
        "an access token of another person's sign-in": signed(services.tokens, {**good, "sub": leila}),
    }  # fmt: skip


async def test_nothing_else_opens_a_door(live: Live) -> None:
    services = live.house.services
    good = live.token()
    wrong = forgeries(services.tokens, good) | other_secrets(services, live.house)
    assert len(wrong) > 90
    gate = asyncio.Semaphore(8)
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:

        async def over_http(name: str, token: str) -> None:
            header = {"Authorization": f"Bearer {token}"}
            if not token or len(token) > 16_000:  # no such header can be sent, or the server itself takes none
                return
            async with gate:
                refused(await client.get("/api/auth/me", headers=header), 401, "not_signed_in")

        async def over_the_socket(name: str, token: str) -> None:
            async with gate, ringing(live.ws, live.diagnosis_id) as caller:
                await caller.send({"type": "auth", "token": token})
                code, reason = await caller.closing()
                expected = 1009 if len(token) > 64 * 1024 else 1008
                assert (name, code) == (name, expected), reason
                assert len(token) > AUTH_BYTES or reason == "not_signed_in", name

        await asyncio.gather(*(over_http(*one) for one in wrong.items()))
        await asyncio.gather(*(over_the_socket(*one) for one in wrong.items()))
        me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {good}"})
        assert me.json()["person"]["id"] == live.house.mina.person_id, "the good one is good all the same"


async def test_a_token_of_a_million_characters_is_refused_before_it_is_read(live: Live) -> None:
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        answer = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {'a' * 1_000_000}"})
        assert 400 <= answer.status_code < 500


async def test_what_the_row_says_counts_and_not_what_the_token_says(live: Live) -> None:
    """A role or a practice that has changed since, or was made up: who somebody is stands in the database alone."""
    services = live.house.services
    mina, token = signed_in(services, live.house.mina)
    for claimed in ({"role": "admin"}, {"role": "practitioner"}, {"role": "service"}, {"practice": 2}):
        forged = signed(services.tokens, {**part(token, 1), **claimed})
        async with httpx2.AsyncClient(
            base_url=live.http, headers={"Authorization": f"Bearer {forged}"}, timeout=ANSWER_SECONDS
        ) as client:
            me = (await client.get("/api/auth/me")).json()
            assert (me["person"]["role"], me["practice_id"]) == ("patient", mina.practice_id)
            refused(await client.post("/api/patients", json={"name": "Sara"}), 403, "not_allowed")


async def test_nothing_else_is_a_refresh_token_or_a_code(live: Live) -> None:
    services = live.house.services
    tokens = sign_in.open_device(services, live.house.mina.person_id)
    code = invite.issue(services, live.house.leila, live.diagnosis_id).code
    page = sign_in.open_page_session(services, live.house.leila.person_id).secret
    issued = service.issue(services, "Pharmacy", scopes=["status"], days=1, practice="1").token
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        for wrong in (code, page, issued, tokens.access_token[:200], hash_secret(tokens.refresh_token)):
            refused(await client.post("/api/auth/refresh", json={"refresh_token": wrong}), 401, "not_signed_in")
        for wrong in (tokens.refresh_token, page, issued, tokens.access_token[:200], services.tokens.hash_code(code)):
            refused(await client.post("/api/auth/invite", json={"code": wrong}), 401, "bad_invite")
        assert (await client.post("/api/auth/refresh", json={"refresh_token": tokens.refresh_token})).status_code == 200
        assert (await client.post("/api/auth/invite", json={"code": code})).status_code == 200


async def test_sixteen_race_over_http(live: Live) -> None:
    tokens = sign_in.open_device(live.house.services, live.house.mina.person_id, device="Phone")
    given = {"refresh_token": tokens.refresh_token, "device": "Phone"}
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        answers = await asyncio.gather(*(client.post("/api/auth/refresh", json=given) for _ in range(16)))
        assert {one.status_code for one in answers} == {200}
        assert len({one.json()["refresh_token"] for one in answers}) == 1


async def test_the_keys_are_published(live: Live, settings: Settings) -> None:
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        answer = await client.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=900"
    keys = answer.json()["keys"]
    assert [set(one) for one in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}] * 2
    assert part(live.token(), 0)["kid"] == keys[0]["kid"]
    assert settings.secret_file.read_text() not in answer.text
