"""One page that stays open while much happens: it must not grow. ``make soak`` lets it run for ten minutes."""

import asyncio
import time
from collections.abc import Mapping

import pytest
from playwright.async_api import CDPSession, expect

from domain import feedback
from domain.feedback import FeedbackInput
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

A_SECOND = 5
WARM_UP = 50
"""Changes before the first look: the stream is full, and the browser has made what it makes once."""
MORE_NODES, MORE_HEAP = 200, 1.25
"""What the page may have more at the end: nodes of the document, and the heap of its scripts as a multiple."""


async def test_a_page_that_stays_open_does_not_grow(
    house: House, server: Server, browsers: Browsers, request: pytest.FixtureRequest
) -> None:
    seconds = float(request.config.getoption("--soak-seconds", default=10))
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/feedback")
    looking = await browser.new_cdp_session(page)
    await looking.send("Performance.enable")
    followers = house.services.hub.follower_count()

    await answers(house, WARM_UP, "Warm-up")
    await expect(page.get_by_test_id("answers")).to_contain_text(f"Warm-up {WARM_UP - 1}.")
    before = await measured(looking)
    most = round(seconds * A_SECOND)
    await answers(house, most, "Change")
    await expect(page.get_by_test_id("answers")).to_contain_text(f"Change {most - 1}.")
    after, deadline = await measured(looking), time.monotonic() + ANSWER_SECONDS
    while after["JSHeapUsedSize"] > before["JSHeapUsedSize"] * MORE_HEAP and time.monotonic() < deadline:
        after = await measured(looking)  # what nothing holds goes with one of the next rounds

    assert after["Nodes"] <= before["Nodes"] + MORE_NODES, (before, after)
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * MORE_HEAP, (before, after)
    assert after["JSEventListeners"] <= before["JSEventListeners"] * MORE_HEAP, (before, after)
    assert house.services.hub.follower_count() == followers


async def answers(house: House, count: int, words: str) -> None:
    """Answer so often at an even pace; who is late does not hurry afterwards."""
    for number in range(count):
        due = time.monotonic() + 1 / A_SECOND
        said = FeedbackInput(rating=4, symptom=4, comment=f"{words} {number}.")
        await asyncio.to_thread(feedback.submit, house.services, house.mina, house.diagnosis_id, said)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def measured(looking: CDPSession) -> Mapping[str, float]:
    """Read the browser's own counters after it has thrown away what nothing holds."""
    await looking.send("HeapProfiler.collectGarbage")
    found = await looking.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in found["metrics"]}
