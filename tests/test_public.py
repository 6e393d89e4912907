"""Before strangers: what the program refuses to start with, and how it stands behind a proxy that speaks HTTPS."""

from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request

import main
from domain import account
from domain.services import Services
from settings import weakness_of
from tests.support.command_line import Command, failed
from tests.support.house import House, add_person
from tests.support.server import program
from tests.support.waiting import ANSWER_SECONDS

PUBLIC = {"PUBLIC": "true", "BASE_URL": "https://practice.example", "TRUSTED_PROXIES": "127.0.0.1"}
PASSWORD = "correct horse battery"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"BASE_URL": ""}, "VERVAIN_BASE_URL"),
        ({"BASE_URL": "http://practice.example"}, "VERVAIN_BASE_URL"),
        ({"BASE_URL": "https://"}, "VERVAIN_BASE_URL"),
        ({"BASE_URL": "https://localhost"}, "VERVAIN_BASE_URL"),
        ({"BASE_URL": "https://practice.example/vervain"}, "VERVAIN_BASE_URL"),
        ({"TRUSTED_PROXIES": ""}, "VERVAIN_TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "VERVAIN_TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "::/0"}, "VERVAIN_TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "*"}, "VERVAIN_TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "nginx"}, "VERVAIN_TRUSTED_PROXIES"),
        ({"ALLOWED_HOSTS": "*"}, "VERVAIN_ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "https://practice.example"}, "VERVAIN_ALLOWED_HOSTS"),
        ({"LOG_LEVEL": "DEBUG"}, "VERVAIN_LOG_LEVEL"),
        ({"DEMO": "true"}, "The demo listens on this machine only"),
    ],
    ids=str,
)
def test_what_would_let_strangers_in(command: Command, settings: dict[str, str], sentence: str) -> None:
    assert sentence in failed(command("run", **PUBLIC | settings))


@pytest.mark.parametrize("secret", [bytes(32), b"\x01" * 32, b"ab" * 16, bytes(range(32)), b"password" * 8])
def test_a_secret_that_can_be_guessed(command: Command, tmp_path: Path, secret: bytes) -> None:
    (tmp_path / "secret").write_text(secret.hex())
    (tmp_path / "secret").chmod(0o600)
    assert "is weak" in failed(command("run", **PUBLIC))


@pytest.mark.parametrize(
    ("secret", "weak"),
    [
        (b"", True),
        (b"\xa7\x13" * 15, True),
        (bytes(range(31, -1, -1)), True),
        (bytes.fromhex("8f1d2c77e0a94b56c3d8127f5e6a90bb41f2739d08ac5be6d71430927cfe8a65"), False),
    ],
)
def test_what_a_secret_looks_like(secret: bytes, weak: bool) -> None:
    assert (weakness_of(secret) is not None) == weak


def test_people_who_come_in_by_a_click(command: Command, services: Services, house: House) -> None:
    add_person(services, house.leila.practice_id, "practitioner", "Dr Demo", demo=True)
    services.database.close()
    assert "demo people" in failed(command("run", **PUBLIC))


@pytest.mark.parametrize(
    ("peer", "said", "client", "scheme"),
    [
        ("203.0.113.9", {}, "203.0.113.9", "http"),
        ("203.0.113.9", {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}, "203.0.113.9", "http"),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, "127.0.0.1", "http"),
        ("10.0.0.2", {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}, "192.0.2.1", "https"),
        ("10.0.0.2", {"X-Forwarded-For": "6.6.6.6, 192.0.2.1, 10.1.2.3"}, "192.0.2.1", "http"),
        ("10.0.0.2", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", "http"),
        ("10.0.0.2", {"X-Forwarded-For": "6.6.6.6:80, 192.0.2.1:51234"}, "192.0.2.1", "http"),  # Azure adds the port
        ("10.0.0.2", {"X-Forwarded-For": "2001:db8::1"}, "2001:db8::1", "http"),
        ("10.0.0.2", {"X-Forwarded-For": "nonsense"}, "nonsense", "http"),
        ("10.0.0.2", {"X-Forwarded-For": ""}, "10.0.0.2", "http"),
        ("10.0.0.2", {"X-Forwarded-Host": "elsewhere.example"}, "10.0.0.2", "http"),
        ("::1", {"X-Real-IP": "192.0.2.1"}, "::1", "http"),
    ],
)
async def test_whose_word_is_taken_on_who_asks(peer: str, said: dict[str, str], client: str, scheme: str) -> None:
    app = FastAPI()

    @app.get("/")
    async def who(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme, request.headers["host"]]

    config = main.server_config(app, proxies=["10.0.0.0/8"])
    config.load()
    transport = httpx2.ASGITransport(config.loaded_app, client=(peer, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://practice.example") as one:
        assert (await one.get("/", headers=said)).json() == [client, scheme, "practice.example"]


def test_behind_a_proxy_that_speaks_https(services: Services, tmp_path: Path) -> None:
    account.add_person(services, name="Leila", login="leila", password=PASSWORD)
    services.database.close()
    through = {"Host": "practice.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    form = {"login": "leila", "password": PASSWORD, "next": "//elsewhere.example"}
    with program(tmp_path, "run", **PUBLIC) as running:
        here = running.listening().http
        with httpx2.Client(base_url=here, headers=through, timeout=ANSWER_SECONDS) as browser:
            entered = browser.post("/auth/sign-in", data=form, headers={"Origin": "https://practice.example"})
            assert (entered.status_code, entered.headers["location"]) == (303, "/")
            name, *attributes = entered.headers["set-cookie"].lower().split("; ")
            assert name.startswith("__host-session=")
            assert {"path=/", "httponly", "secure", "samesite=lax"} <= set(attributes)
            assert "domain" not in entered.headers["set-cookie"].lower()
            assert entered.headers["strict-transport-security"].startswith("max-age=31536000")
            foreign = browser.post("/auth/sign-in", data=form, headers={"Origin": "https://elsewhere.example"})
            assert foreign.status_code == 403
            assert browser.get("/sign-in", headers={"Host": "127.0.0.1"}).status_code == 421
            assert browser.get("/healthz", headers={"Host": "127.0.0.1"}).status_code == 200
            assert "nicegui" not in browser.get("/sign-in").headers.get("server", "")
