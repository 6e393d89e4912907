"""Signing in by an identity provider that may say anything: only what is true, meant for us and meant now lets in."""

import asyncio
import json
from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pyotp
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from sqlmodel import select

from api.oidc import BROWSER_KEY
from domain import identity_provider, second_factor, throttle
from domain.ledger import utc_now
from domain.permission import Actor
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from domain.sign_in import SESSION_KEY
from storage.tables import OidcRequest
from tests.support.browsing import HERE, Browser, browser, problem
from tests.support.identities import NAME, START, SUBJECT, came_in
from tests.support.made_up_provider import (
    CLIENT_SECRET,
    Claims,
    MadeUpProvider,
    Sign,
    by,
    by_hmac,
    unsigned,
)


async def test_in_by_the_provider(person: Browser, services: Services, provider: MadeUpProvider, leila: int) -> None:
    assert await person.follow(START) == "/effectiveness"
    assert came_in(services) == [leila]
    asked = {name: one[0] for name, one in parse_qs(urlsplit(person.visited[1]).query).items()}
    assert asked["redirect_uri"] == f"{HERE}/auth/oidc/{NAME}/callback"
    assert set(asked["scope"].split()) == {"openid", "email"}
    with services.database.read() as session:
        assert session.exec(select(OidcRequest)).all() == [], "it is used up"
    assert await person.follow(START) == "/effectiveness", "and again"
    assert provider.asked.count("/keys") == provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
async def test_a_link_elsewhere_signs_nobody_in(
    person: Browser, services: Services, provider: MadeUpProvider, leila: int, site: str | None
) -> None:
    assert await person.follow(START, site=site) == "/sign-in?next=/effectiveness", "where the button is"
    assert provider.asked == []
    with services.database.read() as session:
        assert session.exec(select(OidcRequest)).all() == [], "nothing was begun"
    assert came_in(services) == []


@pytest.mark.parametrize(
    ("referer", "begins"), [(f"{HERE}/sign-in?next=/", True), ("https://elsewhere.example/", False)]
)
async def test_a_browser_that_does_not_say_where_the_link_was_is_believed_by_its_referer(
    person: Browser, leila: int, referer: str, begins: bool
) -> None:
    answer = await person.http.get(f"{HERE}{START}", headers={"Referer": referer})
    assert (answer.headers["location"] != "/sign-in?next=/effectiveness") is begins


async def test_who_has_a_second_factor_here_is_asked_for_it_unless_they_gave_one_there(
    person: Browser, services: Services, provider: MadeUpProvider, leila: int
) -> None:
    actor = Actor(leila, 1, "practitioner")
    secret = pyotp.random_base32()
    now = int(utc_now().timestamp()) // STEP_SECONDS
    first, second = (pyotp.HOTP(secret).at(step) for step in (now, now + 1))
    services.ledger.write(lambda change: second_factor.set_up(change, services, actor, secret=secret, code=first))
    honest = provider.claims
    for claims in ({}, {"amr": ["pwd"]}, {"amr": ["otp"]}, {"acr": "2"}):
        provider.claims = honest | claims
        assert await person.follow(START) == "/sign-in/code?next=/effectiveness", claims
    assert came_in(services) == []
    given = {"code": second, "next": "/effectiveness"}
    answer = await person.http.post(f"{HERE}/auth/second-step", data=given, headers={"Origin": HERE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/effectiveness")
    assert came_in(services) == [leila]
    provider.claims = honest | {"amr": ["pwd", "otp"]}
    assert await person.follow(START) == "/effectiveness"
    assert came_in(services) == [leila] * 2


async def test_a_stranger_does_not_begin_without_end(
    person: Browser, app: FastAPI, services: Services, leila: int
) -> None:
    rule = throttle.BY_PROVIDER_FROM_ADDRESS
    for _ in range(rule.limit.amount):
        app.state.services.throttle.count(rule, "127.0.0.1")
    assert await person.follow(START) == "/sign-in?problem=too_often&next=/effectiveness"
    assert "problem=too_often" in await person.follow(f"/auth/oidc/{NAME}/callback?state=made-up")
    with services.database.read() as session:
        assert session.exec(select(OidcRequest)).all() == [], "nothing was written down"


async def test_the_session_is_a_new_one(person: Browser, leila: int) -> None:
    await person.follow(START, until="/authorize")
    planted = inside(person)
    await person.follow(START)
    assert set(planted) == {BROWSER_KEY}
    assert set(inside(person)) == {"id", SESSION_KEY}


def inside(person: Browser) -> dict[str, str]:
    """Read the session cookie, which is signed and not sealed."""
    found: dict[str, str] = json.loads(b64decode(person.http.cookies["session"].split(".")[0]))
    return found


NOT_FOR_US: list[Claims] = [
    {"aud": "another program"},
    {"aud": "another program", "azp": "vervain"},
    {"aud": None},
    {"aud": ["another program"]},
    {"aud": ["vervain", "another program"]},  # meant for several, and it does not say who asked
    {"aud": ["vervain", "another program"], "azp": "another program"},
    {"azp": "another program"},
    {"iss": "https://elsewhere.example"},
    {"iss": None},
    {"exp": 1_700_000_000},
    {"exp": None},
    {"exp": "tomorrow"},
    {"iat": None},
    {"iat": 9_999_999_999},
    {"nbf": 9_999_999_999},
    {"nonce": "another"},
    {"nonce": None},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": ["leila-1"]},
    {"sub": "x" * 256},
    {"at_hash": "of another access token"},
]


async def test_claims_that_are_not_for_us_let_nobody_in(
    person: Browser, services: Services, provider: MadeUpProvider, leila: int
) -> None:
    honest = provider.claims
    for claims in NOT_FOR_US:
        provider.claims = honest | claims
        assert problem(await person.follow(START)) == "provider_doubtful", claims
    assert came_in(services) == []
    provider.claims = honest | {"aud": ["vervain"], "azp": "vervain"}
    assert await person.follow(START) == "/effectiveness"


async def test_a_forged_signature_lets_nobody_in(
    person: Browser, services: Services, provider: MadeUpProvider, leila: int, another_key: RSAKey
) -> None:
    forged: dict[str, Sign] = {
        "unsigned": unsigned,
        "cut off": lambda claims: by(provider.key)(claims).rpartition(".")[0] + ".",
        "by the client's secret": by_hmac(CLIENT_SECRET.encode()),
        "by the public key": by_hmac(provider.key.as_pem(private=False)),
        "by another key": by(another_key),
        "by a key that is not published": by(RSAKey.import_key(dict(another_key.as_dict(private=True), kid="two"))),
        "no token": lambda _: "a.b.c",
        "nothing": lambda _: "",
    }
    for what, provider.sign in forged.items():
        assert problem(await person.follow(START)) == "provider_doubtful", what
    assert came_in(services) == []
    assert provider.asked.count("/keys") == 1, "an unknown key is asked for once a minute"
    provider.sign = by(provider.key)
    assert await person.follow(START) == "/effectiveness"


async def test_a_callback_counts_once_and_in_its_browser(
    person: Browser, app: FastAPI, services: Services, provider: MadeUpProvider, leila: int
) -> None:
    callback = await person.follow(START, until="/callback")
    async with browser(app) as another:
        assert problem(await another.follow(callback)) == "begin_again", "it has begun nothing"
        await another.follow(START, until="/callback")
        assert problem(await another.follow(callback)) == "begin_again", "it has begun something else"
    assert came_in(services) == []
    assert await person.follow(callback) == "/effectiveness", "and the one who began it was not disturbed"
    assert problem(await person.follow(callback)) == "begin_again"
    assert came_in(services) == [leila]


async def test_a_code_counts_once(person: Browser, services: Services, provider: MadeUpProvider, leila: int) -> None:
    used = await person.follow(START, until="/callback")
    await person.follow(used)
    code = parse_qs(urlsplit(used).query)["code"][0]
    provider.said = {"code": code}
    assert problem(await person.follow(START)) == "provider_doubtful"
    assert came_in(services) == [leila]


async def test_of_racing_callbacks_one_wins(person: Browser, services: Services, leila: int) -> None:
    callback = await person.follow(START, until="/callback")
    ends = await asyncio.gather(*(person.follow(callback) for _ in range(8)))
    assert ends.count("/effectiveness") == 1
    assert came_in(services) == [leila]


async def test_a_sign_in_that_took_too_long(
    person: Browser, services: Services, leila: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_provider, "REQUEST_LIFE", timedelta(0))
    assert problem(await person.follow(START)) == "begin_again"
    monkeypatch.undo()
    assert await person.follow(START) == "/effectiveness"
    with services.database.read() as session:
        assert session.exec(select(OidcRequest)).all() == [], "what has run out is forgotten"


async def test_what_comes_back_is_looked_at(
    person: Browser, services: Services, provider: MadeUpProvider, leila: int
) -> None:
    cases: list[tuple[dict[str, str], str]] = [
        ({"iss": "https://elsewhere.example"}, "provider_doubtful"),
        ({"iss": ""}, "provider_doubtful"),  # it has announced that it says it
        ({"error": "access_denied", "code": ""}, "provider_refused"),
        ({"error": "access_denied", "iss": "https://elsewhere.example"}, "provider_doubtful"),
        ({"code": ""}, "provider_refused"),
        ({"state": "another"}, "begin_again"),
        ({"state": ""}, "begin_again"),
    ]
    for provider.said, code in cases:
        assert problem(await person.follow(START)) == code, provider.said
    assert came_in(services) == []
    assert "/token" not in provider.asked


async def test_the_way_back_stays_on_this_site(person: Browser, leila: int) -> None:
    for elsewhere in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x"):
        assert await person.follow(f"/auth/oidc/{NAME}?next={quote(elsewhere)}") == "/"


async def test_nothing_secret_is_logged(
    person: Browser, provider: MadeUpProvider, leila: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        callback = await person.follow(START, until="/callback")
        provider.claims["aud"] = "another"
        await person.follow(callback)
    said = "".join(
        f"{one.getMessage()} {vars(one)}" for one in caplog.records if one.name.startswith(("api", "domain"))
    )
    assert "nobody came in" in said
    for secret in (CLIENT_SECRET, SUBJECT, parse_qs(urlsplit(callback).query)["code"][0]):
        assert secret not in said
