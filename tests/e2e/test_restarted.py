"""The server is killed and comes back under open pages and phones: they come back by themselves, with all that was typed."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from playwright.async_api import expect

from bench.ports import free_port
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.server import program

pytestmark = pytest.mark.e2e

LEILA, MINA = "Dr Leila Moradi", "Mina Farahani"


async def test_a_server_that_is_killed_and_comes_back(
    tmp_path: Path, browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("PYTEST", "NICEGUI"))]:
        monkeypatch.delenv(name)
    port = str(free_port())
    with program(tmp_path, "demo", "--no-play", PORT=port) as first:
        at = await asyncio.to_thread(first.listening)
        desk, pocket = await browsers.desk(), await browsers.phone()
        await sign_in(desk, at.http, LEILA)
        form = await visit(desk, f"{at.http}/intake")
        await form.get_by_test_id("patient-name").fill("Sara Lind")
        phone = await pocket.new_page()
        await phone.goto(f"{at.http}/m")
        await phone.get_by_role("button", name=MINA).tap()
        await expect(phone.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
        await phone.get_by_test_id("tab-feedback").tap()
        await phone.locator("[data-testid^=choose-]").first.tap()
        await phone.get_by_test_id("rating-5").tap()
        await phone.get_by_test_id("feedback-comment").fill("Said while nobody was there.")
        await phone.evaluate("window.never_left = true")
        first.stop(signal.SIGKILL)

    for page in (form, phone):
        await expect(page.get_by_test_id("live-mark")).not_to_have_attribute("data-state", "live")
    await phone.get_by_test_id("feedback-send").tap()
    await expect(phone.locator("article.entry").first).to_contain_text("Said while nobody was there.")

    with program(tmp_path, "demo", "--no-play", PORT=port) as second:
        await asyncio.to_thread(second.listening)
        for page in (form, phone):
            await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live", timeout=60_000)
        entry = phone.locator("article.entry").filter(has_text="Said while nobody was there.")
        await expect(entry.locator(".vv-chip--delivered")).to_have_count(1)
        assert await phone.evaluate("window.never_left"), "the phone's page stayed where it was"
        stream = await visit(desk, f"{at.http}/feedback")
        await expect(stream.get_by_test_id("answers")).to_contain_text("Said while nobody was there.")
        assert "Traceback" not in second.printed, second.printed
    lost = ("net::ERR_", "WebSocket connection")  # in whichever way the browser says that there was no server
    left = [one for one in browsers.complaints if not any(word in one for word in lost)]
    browsers.complaints.clear()
    assert left == []
