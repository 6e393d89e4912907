"""nginx and Caddy before two processes: pages stay, sockets pass, nothing secret is written down, who asks is known."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import websockets

from tests.support.proxied import Proxy, caddy, needs, nginx
from tests.support.server import Program
from tests.support.waiting import until

pytestmark = pytest.mark.farm
Starts = Callable[[Path, Sequence[int]], AbstractContextManager[Proxy]]
SECRET = "eyJhbGciOiJub3QtdG8tYmUtd3JpdHRlbiJ9"
TRIES = 60
"""So many random choices among two all come out the same once in 10^17."""
KINDS = [pytest.param(nginx, marks=needs("nginx")), pytest.param(caddy, marks=needs("caddy"))]


@pytest.fixture(scope="module", params=KINDS, ids=["nginx", "caddy"])
def starts(request: pytest.FixtureRequest) -> Starts:
    """How a proxy is started."""
    started: Starts = request.param
    return started


@pytest.fixture(scope="module")
def proxy(starts: Starts, ports: list[int], dead: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy before the two, and before a third that is not there."""
    with starts(tmp_path_factory.mktemp("proxy"), [*ports, dead]) as running:
        yield running


async def test_a_page_stays_with_the_process_that_made_it(proxy: Proxy) -> None:
    for _ in range(10):
        with proxy.browser() as browser:
            assert await proxy.page_lives(browser, cookie="vervain_process={vervain_process}")
            assert browser.get("/sign-in").headers.get("set-cookie") is None, "it has its process"


async def test_without_the_cookie_a_page_would_be_lost(proxy: Proxy) -> None:
    for _ in range(TRIES):
        with proxy.browser() as browser:
            if not await proxy.page_lives(browser, cookie="forgotten=1"):
                return
    pytest.fail("pages live in every process: then nothing has to be sticky")


async def test_sockets_pass_to_any_process(proxy: Proxy, processes: list[Program]) -> None:
    before = [one.printed.count("security.token_refused") for one in processes]
    for _ in range(TRIES):
        async with proxy.socket("/ws/1?auth=message") as socket:
            await socket.send(json.dumps({"type": "auth", "token": "nobody's"}))
            assert json.loads(await socket.recv())["data"]["code"] == "not_signed_in"
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008, "the close code comes through"
        if all(
            one.printed.count("security.token_refused") > so_far for one, so_far in zip(processes, before, strict=True)
        ):
            return
    pytest.fail("all sockets went to one process")


async def test_nothing_secret_is_written_down(proxy: Proxy, processes: list[Program]) -> None:
    async with proxy.socket(f"/ws/1?token={SECRET}") as socket:
        assert json.loads(await socket.recv())["type"] == "error"
    until(lambda: '"/ws/1"' in proxy.written, what="the line of the socket")
    assert SECRET not in "".join([proxy.written, *(one.printed for one in processes)])


async def test_nothing_secret_is_written_down_where_nobody_answers(starts: Starts, dead: int, tmp_path: Path) -> None:
    with starts(tmp_path, [dead]) as alone:  # a proxy would complain of each request, and name it
        with pytest.raises(websockets.InvalidStatus, match=r"50[23]"):
            async with alone.socket(f"/ws/1?token={SECRET}"):
                pass
        with alone.browser() as browser:
            asked = browser.get(f"/auth/oidc/clinic/callback?code={SECRET}", headers={"Referer": f"https://x/{SECRET}"})
            assert asked.status_code in (502, 503)
        until(lambda: alone.written.count('"/auth/oidc/clinic/callback"') >= 1, what="the lines of the requests")
        assert SECRET not in alone.written


def test_who_asks_is_known_by_the_address_that_the_proxy_saw(proxy: Proxy, processes: list[Program]) -> None:
    claimed = {"X-Forwarded-For": "192.0.2.66", "X-Real-IP": "192.0.2.66", "Forwarded": "for=192.0.2.66"}
    before = [one.printed.count("wrong_password") for one in processes]
    with proxy.browser() as browser:
        said = {"login": f"nobody {proxy.port}", "password": "wrong password"}
        for _ in range(4):
            assert browser.post("/api/auth/token", json=said, headers=claimed).status_code == 401
    more = [one.printed.count("wrong_password") - so_far for one, so_far in zip(processes, before, strict=True)]
    assert sorted(more) == [0, 4], "one process counts an address"
    printed = processes[more.index(4)].printed
    assert f'"address": "{proxy.client}"' in printed
    assert "192.0.2.66" not in printed


def test_bounds_are_ours(proxy: Proxy) -> None:
    with proxy.browser() as browser:
        assert browser.post("/api/diagnosis", content=b" " * (256 * 1024)).status_code != 413
        assert browser.post("/api/diagnosis", content=b" " * (256 * 1024 + 1)).status_code == 413
        assert browser.get("/metrics").status_code == 404
        assert browser.get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 421


def test_a_process_that_is_not_there_is_passed_over(
    starts: Starts, ports: list[int], dead: int, tmp_path: Path
) -> None:
    with starts(tmp_path, [dead, ports[0]]) as running, running.browser() as browser:
        assert {browser.get(path).status_code for path in ("/sign-in", "/api/knowledge/side-effects", "/m") * 4} == {
            200
        }


class Dying(ThreadingHTTPServer):
    """A process that hears a request and dies; the one that hears it next answers. Two of them share what they have heard."""

    daemon_threads = True

    def __init__(self, heard: list[str]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                self.close_connection = True
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path != "/readyz":
                    heard.append(self.command)
                if self.path == "/readyz" or len(heard) > 1:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "walk-1"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize("path", ["/api/feedback/1", "/api/auth/sign-ins/1"])
@pytest.mark.parametrize(
    ("method", "times"), [("GET", 2), ("POST", 1), ("PUT", 1), ("PATCH", 1), ("DELETE", 1)], ids=lambda one: str(one)
)
def test_what_writes_is_sent_once(
    starts: Starts, tmp_path: Path, method: str, times: int, path: str, key: dict[str, str]
) -> None:
    heard: list[str] = []
    with ExitStack() as stack:
        ports = []
        for _ in range(2):
            process = stack.enter_context(Dying(heard))
            Thread(target=process.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(process.shutdown)
            ports.append(process.server_address[1])
        running = stack.enter_context(starts(tmp_path, ports))
        with running.browser() as browser:
            answer = browser.request(method, path, headers=key, content=None if method == "GET" else b"{}")
    assert heard == [method] * times
    assert answer.status_code == (200 if times == 2 else 502)
