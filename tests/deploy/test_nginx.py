"""deploy/nginx before two real processes: pages stay, sockets pass, nothing secret is written down, a process may go."""

import json
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2
import pytest
import websockets
from websockets.asyncio.client import connect

from tests.support.postgres import Postgres
from tests.support.proxied import NAME, Nginx, free_port, needs, nginx
from tests.support.server import ROOT, Program, program
from tests.support.waiting import until

pytestmark = [pytest.mark.farm, needs("nginx")]
PUBLIC = {"PUBLIC": "true", "BASE_URL": f"https://{NAME}", "TRUSTED_PROXIES": "127.0.0.1"}
SECRET = "eyJhbGciOiJub3QtdG8tYmUtd3JpdHRlbiJ9"
ELSEWHERE = "127.0.0.9"
"""Another address of this machine, so that a client is told from the proxy."""
TRIES = 60
"""So many random choices among two all come out the same once in 10^17."""


@dataclass(frozen=True)
class Practice:
    """Two processes, a third that is not there, and nginx in front."""

    nginx: Nginx
    first: Program
    second: Program

    def browser(self, **cookies: str) -> httpx2.Client:
        """Open a browser that is no client of ours yet."""
        transport = httpx2.HTTPTransport(verify=unverified(), local_address=ELSEWHERE)
        base = f"https://127.0.0.1:{self.nginx.https}"
        return httpx2.Client(base_url=base, headers={"Host": NAME}, cookies=cookies, transport=transport)

    def socket(self, path: str, **headers: str) -> connect:
        """Open a socket by the name of the practice."""
        here = {"host": "127.0.0.1", "port": self.nginx.https, "local_addr": (ELSEWHERE, 0)}
        return connect(f"wss://{NAME}{path}", ssl=unverified(), additional_headers=headers, proxy=None, **here)

    async def page_lives(self, browser: httpx2.Client, *, cookie: str) -> bool:
        """Fetch a page and join its socket as its script does; says whether the process there knows the page."""
        document = browser.get("/sign-in").text
        client = re.search(r"""['"]client_id['"]: ?['"]([^'"]+)""", document)
        assert client is not None
        asked = (
            f"EIO=4&transport=websocket&client_id={client[1]}&next_message_id=0&document_id=d&tab_id={client[1]}"
            "&implicit_handshake=true"
        )
        headers = {"Cookie": cookie.format(**browser.cookies), "Origin": f"https://{NAME}"}
        async with self.socket(f"/_nicegui_ws/socket.io/?{asked}", **headers) as page:
            await page.recv()
            await page.send("40")
            return str(await page.recv()).startswith("40")

    def processes(self, path: str) -> set[str]:
        """Say which processes have answered requests for a path, as nginx has written down."""
        return {line["process"].rpartition(" ")[2] for line in self.nginx.lines if line["path"] == path}


def unverified() -> ssl.SSLContext:
    """Take any certificate: the test's is signed by nobody."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@pytest.fixture(scope="module")
def practice(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Start two processes over one PostgreSQL, the second when the first has made the tables, and nginx before them."""
    folder, settings = tmp_path_factory.mktemp("practice"), {**PUBLIC, "DATABASE_URL": postgres.made()}
    with program(folder, "run", **settings) as first:
        ports = [port_of(first)]
        with program(folder, "run", **settings) as second:
            ports += [port_of(second), free_port()]
            with nginx(tmp_path_factory.mktemp("nginx"), ports) as proxy:
                yield Practice(proxy, first, second)


def port_of(process: Program) -> int:
    """Wait until a process listens, and say where."""
    return int(process.listening().http.rpartition(":")[2])


async def test_a_page_stays_with_the_process_that_made_it(practice: Practice) -> None:
    for opened in count():
        with practice.browser() as browser:
            assert await practice.page_lives(browser, cookie="vervain_process={vervain_process}")
            assert browser.get("/sign-in").headers.get("set-cookie") is None, "it has its process"
        if len(practice.processes("/sign-in")) == 2:
            break
        assert opened < TRIES, "all browsers went to one process"


async def test_without_the_cookie_a_page_would_be_lost(practice: Practice) -> None:
    for _ in range(TRIES):
        with practice.browser() as browser:
            if not await practice.page_lives(browser, cookie="forgotten=1"):
                return
    pytest.fail("pages live in every process: then nothing has to be sticky")


def test_the_cookie_names_nobody_and_goes_over_https_only(practice: Practice) -> None:
    with practice.browser() as browser:
        [given] = browser.get("/sign-in").headers.get_list("set-cookie")
        assert re.fullmatch(r"vervain_process=[0-9a-f]{32}; Path=/; Secure; HttpOnly; SameSite=Lax", given)
    with practice.browser(vervain_process="x" * 5000) as browser:
        assert re.match(r"vervain_process=[0-9a-f]{32};", browser.get("/sign-in").headers["set-cookie"])


async def test_sockets_pass_to_any_process(practice: Practice) -> None:
    path = "/ws/1"
    for opened in count():
        async with practice.socket(f"{path}?auth=message") as socket:
            await socket.send(json.dumps({"type": "auth", "token": "nobody's"}))
            assert json.loads(await socket.recv())["data"]["code"] == "not_signed_in"
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008, "the close code comes through"
        if len(practice.processes(path)) == 2:
            break
        assert opened < TRIES, "all sockets went to one process"


async def test_nothing_secret_is_written_down(practice: Practice, tmp_path: Path) -> None:
    async with practice.socket(f"/ws/1?token={SECRET}") as socket:
        assert json.loads(await socket.recv())["type"] == "error"
    with nginx(tmp_path, [free_port(), free_port()]) as alone:  # nobody there: nginx would complain of each request
        lonely = Practice(alone, practice.first, practice.second)
        with pytest.raises(websockets.InvalidStatus, match="502"):
            async with lonely.socket(f"/ws/1?token={SECRET}"):
                pass
        with lonely.browser() as browser:
            for path in ("/auth/oidc/clinic/callback?code=", "/api/diagnosis?token=", "/m?token=", "/?token="):
                assert browser.get(f"{path}{SECRET}", headers={"Referer": f"https://x/{SECRET}"}).status_code == 502
        until(lambda: len(alone.lines) == 5, what="the lines of five requests")
        assert SECRET not in alone.written
        assert {line["status"] for line in alone.lines} == {502}
    until(lambda: practice.processes("/ws/1"), what="the line of the socket")
    assert SECRET not in practice.nginx.written + practice.first.printed + practice.second.printed


def test_who_asks_is_known_by_the_address_that_nginx_saw(practice: Practice) -> None:
    claimed = {"X-Forwarded-For": "192.0.2.66", "X-Real-IP": "192.0.2.66", "Forwarded": "for=192.0.2.66"}
    with practice.browser() as browser:
        said = {"login": "nobody", "password": "wrong password"}
        for _ in range(6):
            assert browser.post("/api/auth/token", json=said, headers=claimed).status_code == 401
    printed = [one.printed for one in (practice.first, practice.second)]
    assert sum(f'"address": "{ELSEWHERE}"' in one for one in printed) >= 1
    assert [one.count("wrong_password") for one in printed if "wrong_password" in one] == [6], "one process counts"
    assert "192.0.2.66" not in "".join(printed)


def test_bounds_are_ours(practice: Practice) -> None:
    with practice.browser() as browser:
        assert browser.post("/api/diagnosis", content=b" " * (256 * 1024)).status_code != 413
        assert browser.post("/api/diagnosis", content=b" " * (256 * 1024 + 1)).status_code == 413
        assert browser.get(f"/?{'x' * 9000}").status_code == 414


def test_https_names_and_what_is_not_passed_on(practice: Practice) -> None:
    with practice.browser() as browser:
        answer = browser.get("/sign-in")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert answer.headers["server"] == "nginx"
        assert browser.get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 421
        assert browser.get("/metrics").status_code == 404
        assert browser.get("/readyz").status_code == 200
    plain = httpx2.get(f"http://127.0.0.1:{practice.nginx.http}/m?a=1", headers={"Host": NAME})
    assert (plain.status_code, plain.headers["location"]) == (308, f"https://{NAME}/m?a=1")


def test_what_anybody_may_keep_is_kept(practice: Practice) -> None:
    vendor = next(file for file in (ROOT / "static" / "vendor").rglob("*.js"))
    path = f"/{vendor.relative_to(ROOT)}"
    with practice.browser() as browser:
        first, again = browser.get(path), browser.get(path)
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    until(lambda: sum(line["path"] == path for line in practice.nginx.lines) == 2, what="both lines")
    assert practice.processes(path) > {""}, "the second came from nginx alone"


def test_a_process_that_goes_is_passed_over(practice: Practice) -> None:
    with practice.browser() as browser:
        browser.get("/sign-in")
        assert practice.second.stop() == 0
        assert {browser.get("/sign-in").status_code for _ in range(10)} == {200}
        assert {browser.get("/api/knowledge/side-effects").status_code for _ in range(10)} == {200}
