"""A browser without a screen: it keeps cookies and goes from site to site, the program being one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
from fastapi import FastAPI

from tests.support.waiting import ANSWER_SECONDS

HERE = "http://127.0.0.1:8000"
"""Where the program seems to be; providers are on real ports of the same machine."""
MOST_STEPS = 12


class Browser:
    """Somebody's browser."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http
        self.visited: list[str] = []

    async def follow(self, address: str, *, until: str = "", site: str | None = "same-origin") -> str:
        """Go where one is sent, and stop before ``until`` or the first page of the program; returns the address of that.

        ``site`` is what browsers say of where the link was: on a page of the program, unless told otherwise.
        """
        address = urljoin(HERE, address)
        said = {} if site is None else {"Sec-Fetch-Site": site}  # of the whole chain of redirects, as browsers do
        for _ in range(MOST_STEPS):
            answer = await self.http.get(address, headers=said)
            self.visited.append(address)
            assert answer.is_redirect, f"{answer.status_code} at {address}: {answer.text[:300]}"
            address = urljoin(address, answer.headers["location"])
            here = address.startswith(HERE) and not urlsplit(address).path.startswith("/auth/")
            if here or (until and until in address):
                return address.removeprefix(HERE)
        raise AssertionError(f"sent on and on: {self.visited}")


@asynccontextmanager
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Open a browser that has been nowhere."""
    ours = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(mounts={HERE: ours}, trust_env=False, timeout=ANSWER_SECONDS) as http:
        yield Browser(http)


def problem(address: str) -> str:
    """Read why somebody was sent back to the sign-in page."""
    parts = urlsplit(address)
    assert parts.path == "/sign-in", address
    return parse_qs(parts.query)["problem"][0]
