"""What nginx does besides: the cookie that it gives, HTTPS and names, and files that anybody may keep."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from tests.support.proxied import NAME, Proxy, needs, nginx
from tests.support.server import ROOT
from tests.support.waiting import ANSWER_SECONDS, until

pytestmark = [pytest.mark.farm, needs("nginx")]


@pytest.fixture(scope="module")
def proxy(ports: list[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """Run nginx before the two processes."""
    with nginx(tmp_path_factory.mktemp("nginx"), ports) as running:
        yield running


def test_the_cookie_names_nobody_and_goes_over_https_only(proxy: Proxy) -> None:
    with proxy.browser() as browser:
        [given] = browser.get("/sign-in").headers.get_list("set-cookie")
        assert re.fullmatch(r"vervain_process=[0-9a-f]{32}; Path=/; Secure; HttpOnly; SameSite=Lax", given)
    with proxy.browser(vervain_process="x" * 5000) as browser:
        assert re.match(r"vervain_process=[0-9a-f]{32};", browser.get("/sign-in").headers["set-cookie"])


def test_https_and_plain_http(proxy: Proxy) -> None:
    with proxy.browser() as browser:
        answer = browser.get("/sign-in")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert answer.headers["server"] == "nginx"
        until(lambda: browser.get("/readyz").status_code == httpx2.codes.OK, what="being ready")
        assert browser.get(f"/?{'x' * 9000}").status_code == 414
    plain = httpx2.get(f"http://127.0.0.1:{proxy.plain}/m?a=1", headers={"Host": NAME}, timeout=ANSWER_SECONDS)
    assert (plain.status_code, plain.headers["location"]) == (308, f"https://{NAME}/m?a=1")


def test_what_anybody_may_keep_is_kept(proxy: Proxy) -> None:
    vendor = next(file for file in (ROOT / "static" / "vendor").rglob("*.js"))
    path = f"/{vendor.relative_to(ROOT)}"
    with proxy.browser() as browser:
        first, again = browser.get(path), browser.get(path)
    assert (first.status_code, first.content) == (200, again.content)
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    until(lambda: sum(line["path"] == path for line in proxy.lines) == 2, what="both lines")
    answered_by = [line["process"] for line in proxy.lines if line["path"] == path]
    assert [bool(process) for process in answered_by] == [True, False], "the second came from nginx alone"
