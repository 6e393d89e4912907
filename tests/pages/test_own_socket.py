"""A page's socket belongs to the browser that asked for the page."""

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from nicegui import Client
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from domain.permission import Actor
from domain.services import Services
from tests.support.house import House
from tests.support.pages import forget_pages, let_click
from tests.support.printed import printed
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS

CONNECTED, REFUSED = "40", "44"
"""How socket.io answers to who wants to come in."""
Browser = Callable[[Actor], httpx2.Client]


@pytest.fixture(autouse=True)
def fresh_nicegui() -> None:
    """Start without the pages of programs that have ended."""
    forget_pages()


@pytest.fixture
def browser(server: Server, services: Services) -> Iterator[Callable[[Actor], httpx2.Client]]:
    """Sign people in; the cookie stays in their client."""
    with contextlib.ExitStack() as opened:

        def enter(actor: Actor) -> httpx2.Client:
            let_click(services, actor)
            http = opened.enter_context(httpx2.Client(base_url=server.http, timeout=ANSWER_SECONDS))
            assert http.post("/auth/demo", data={"person_id": actor.person_id}).status_code == 303
            return http

        yield enter


def page_of(http: httpx2.Client) -> str:
    """Open the overview; returns the page's id."""
    before = set(Client.instances)
    text = http.get("/").text
    [made] = set(Client.instances) - before
    assert made in text  # so it is known to whoever has seen the source of the page
    return made


def cookie_of(http: httpx2.Client) -> dict[str, str]:
    """Give the header with which this browser comes."""
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in http.cookies.items())}


@asynccontextmanager
async def socket(
    server: Server, page: str, headers: dict[str, str], tab: str = "a"
) -> AsyncIterator[tuple[ClientConnection, str]]:
    """Connect as a page does; gives the socket and how it was answered."""
    asked = f"client_id={page}&tab_id={tab}&document_id=d&old_tab_id=&next_message_id=0&implicit_handshake=true"
    address = f"{server.ws}/_nicegui_ws/socket.io/?EIO=4&transport=websocket&{asked}"
    async with connect(address, additional_headers=headers, open_timeout=ANSWER_SECONDS) as one:
        assert str(await one.recv()).startswith("0{")
        await one.send("40")
        yield one, str(await one.recv())


async def test_a_stolen_id_of_a_page_opens_nothing(server: Server, browser: Browser, house: House) -> None:
    leila, chen = browser(house.leila), browser(house.chen)
    page = page_of(leila)
    with printed(public=True) as out:
        for thief in ({}, cookie_of(chen), {"Cookie": "session=forged"}):
            async with socket(server, page, thief, tab="thief") as (_, answer):
                assert answer[:2] == REFUSED
    lines = [json.loads(one) for one in out.getvalue().splitlines() if "security." in one]
    assert {(one["event"], one["reason"]) for one in lines} == {("security.door_refused", "foreign_page")}
    async with socket(server, page, cookie_of(leila)) as (_, answer):
        assert answer[:2] == CONNECTED


async def test_a_page_that_is_gone_is_told_to_begin_again(server: Server, browser: Browser, house: House) -> None:
    leila = browser(house.leila)
    with printed(public=True) as out:
        for page, headers in (("gone", cookie_of(leila)), (page_of(leila), {})):
            asked = f"client_id={page}&tab_id=a&document_id=d&old_tab_id=&next_message_id=0&implicit_handshake=true"
            address = f"{server.ws}/_nicegui_ws/socket.io/?EIO=4&transport=websocket&{asked}"
            async with connect(address, additional_headers=headers, open_timeout=ANSWER_SECONDS) as one:
                await one.recv()
                await one.send("40")
                assert json.loads(str(await one.recv()).removeprefix(REFUSED)) == {
                    "message": "Implicit handshake failed"
                }
    refusals = [line for line in out.getvalue().splitlines() if "foreign_page" in line]
    assert len(refusals) == 1, "a page that comes back too late is nobody's break-in"


async def test_a_foreign_page_gets_no_socket(server: Server, browser: Browser, house: House) -> None:
    leila = browser(house.leila)
    page = page_of(leila)
    with pytest.raises(InvalidStatus) as refusal:
        async with socket(server, page, cookie_of(leila) | {"Origin": "https://elsewhere.example"}):
            pass
    assert refusal.value.response.status_code == 403
    polled = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"
    assert leila.get(polled, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert leila.get(polled, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    async with socket(server, page, cookie_of(leila) | {"Origin": server.http}) as (_, answer):
        assert answer[:2] == CONNECTED


async def test_nobody_speaks_for_a_page_that_is_not_theirs(
    server: Server, browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    leila, chen = browser(house.leila), browser(house.chen)
    hers, his = page_of(leila), page_of(chen)
    heard: list[str] = []
    monkeypatch.setattr(Client, "handle_event", lambda one, _message: heard.append(one.id))
    monkeypatch.setattr(Client, "handle_log_message", lambda one, _message: heard.append(one.id))
    async with (
        socket(server, hers, cookie_of(leila)) as (_, first),
        socket(server, his, cookie_of(chen), tab="b") as (chens, second),
    ):
        assert (first[:2], second[:2]) == (CONNECTED, CONNECTED)
        for name in ("event", "log", "javascript_response", "ack"):
            await chens.send("42" + json.dumps([name, {"client_id": hers, "id": 1, "next_message_id": 10**9}]))
        await chens.send("42" + json.dumps(["handshake", {"client_id": hers, "tab_id": "a", "document_id": "e"}]))
        await chens.send("42" + json.dumps(["event", "nonsense"]))
        await chens.send("421" + json.dumps(["handshake", {"client_id": his, "tab_id": "b", "document_id": "d"}]))
        while not str(answer := await chens.recv()).startswith("431"):
            assert not str(answer).startswith("42") or hers not in str(answer)
        await chens.send("42" + json.dumps(["event", {"client_id": his, "id": 1}]))
        await chens.send("421" + json.dumps(["handshake", {"client_id": his, "tab_id": "b", "document_id": "d"}]))
        while not str(await chens.recv()).startswith("431"):
            pass
    assert heard == [his]


async def test_a_page_that_is_gone_is_asked_for_anew(server: Server, browser: Browser, house: House) -> None:
    leila = browser(house.leila)
    page = page_of(leila)
    forget_pages()  # as after a restart of the server
    async with socket(server, page, cookie_of(leila)) as (_, answer):
        assert answer == '44{"message":"Implicit handshake failed"}', "at this word the browser loads the page again"
