"""Real browsers: contexts of one Chromium whose pages must not complain, and the ways in that people take."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, async_playwright, expect

CHROMIUM = shutil.which("chromium")
"""The system's own; Playwright's where there is none."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
"""How long a page may take to show something; far more than it needs, because the machine may be busy."""
LINE_GIVEN_UP = "WebSocket is already in CLOSING or CLOSED state"
"""What Chromium says where NiceGUI's client sends in the moment in which the server has given its line up: a page that does not
answer a ping within two seconds, on a busy machine, is taken for gone, and comes back by itself."""
WIDE: ViewportSize = {"width": 1280, "height": 860}
NARROW: ViewportSize = {"width": 390, "height": 844}

expect.set_options(timeout=PATIENCE_MS)


class Browsers:
    """Of one test; each is a context of Chromium's with nothing kept. ``complaints`` is what the pages said to the console."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []

    async def desk(self, **more: Any) -> BrowserContext:
        """Give a practitioner's browser."""
        return await self._context(viewport=WIDE, **more)

    async def phone(self, **more: Any) -> BrowserContext:
        """Give a patient's phone."""
        return await self._context(viewport=NARROW, device_scale_factor=2, is_mobile=True, has_touch=True, **more)

    async def close(self) -> None:
        """Close them all; a page whose line goes before it does is not listened to any more."""
        for context in [one for one in self._chromium.contexts if one in self._contexts]:
            await context.cookies()  # what was said before this is asked has been heard when it is answered
            context.remove_listener("console", self._listen)
            await context.close()

    async def _context(self, **look: Any) -> BrowserContext:
        context = await self._chromium.new_context(**{"locale": "en-GB", "reduced_motion": "reduce", **look})
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(f"page error: {error.error}"))
        context.on("page", lambda page: page.on("dialog", self._refuse))
        return context

    def _listen(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        given_up = LINE_GIVEN_UP in message.text and where.endswith("/nicegui.js")
        if message.type == "error" and not given_up:
            self.complaints.append(f"{message.text} ({where})")

    async def _refuse(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        await dialog.dismiss()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run Chromium."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield running
        finally:
            await running.close()


async def sign_in(browser: BrowserContext, address: str, name: str) -> Page:
    """Sign a demo person in with one click; returns the Overview page."""
    page = await browser.new_page()
    await page.goto(f"{address}/sign-in")
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(f"{address}/")
    return await connected(page)


async def visit(browser: BrowserContext, address: str) -> Page:
    """Open a practitioner's page in a new tab and wait until it is live."""
    page = await browser.new_page()
    await page.goto(address)
    return await connected(page)


async def connected(page: Page) -> Page:
    """Wait until a page of NiceGUI's has its socket."""
    await page.wait_for_function("window.did_handshake === true")
    return page


async def token_of(browser: BrowserContext, address: str, name: str) -> str:
    """Take a demo person's access token, as a program does."""
    asked = await browser.request.get(f"{address}/api/auth/demo")
    person = next(one for one in (await asked.json())["people"] if one["name"].startswith(name))
    given = await browser.request.post(f"{address}/api/auth/demo", data={"person_id": person["id"], "device": "test"})
    return str((await given.json())["access_token"])


async def find_some(page: Page, count: int) -> None:
    """Choose so many findings on Intake, whatever they are called in this language, and wait for the next question."""
    await page.get_by_test_id("group-symptom").click()
    for number in range(2, 2 + count):  # the first two exclude each other
        await page.get_by_role("option").nth(number).click()
    await page.get_by_test_id("present").press("Escape")
    await expect(page.get_by_test_id("recorded").get_by_role("radiogroup")).to_have_count(count)
    await expect(page.get_by_test_id("next-question")).not_to_be_empty()
