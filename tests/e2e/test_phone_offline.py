"""A phone whose line comes and goes: what is written in a lift arrives once, and what is old is never shown as current."""

from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect
from sqlmodel import select

from domain import recommendation
from domain.recommendation import StopInput
from domain.services import Services
from storage.tables import Feedback
from tests.support.browsers import Browsers
from tests.support.house import House, approve
from tests.support.server import Server
from tests.support.waiting import eventually

pytestmark = pytest.mark.e2e

AWAY = {2: "fennel", 5: "black-pepper", 20: "long-pepper", 60: "keep-warm"}
"""Seconds, and what is approved meanwhile."""


def answers(services: Services, diagnosis_id: int) -> list[str]:
    """List the comments of all answers that the practice has."""
    with services.database.read() as session:
        wanted = select(Feedback.comment).where(Feedback.diagnosis_id == diagnosis_id)
        return list(session.exec(wanted).all())


async def come_in(pocket: BrowserContext, server: Server, house: House) -> Page:
    """Open the phone page and come in as Mina; live before it is given back."""
    page = await pocket.new_page()
    await page.goto(f"{server.http}/m")
    await page.get_by_role("button", name=house.mina.name).tap()
    await live(page)
    return page


async def live(page: Page, state: str = "live") -> None:
    """Wait until the phone says that it stands so."""
    await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", state)


async def write(page: Page, house: House, comment: str) -> None:
    """Fill a check-in in and send it."""
    await page.get_by_test_id("tab-feedback").tap()
    await page.get_by_test_id(f"choose-{house.ginger}").tap()
    await page.get_by_test_id("rating-4").tap()
    await page.get_by_test_id("feedback-comment").fill(comment)


async def test_what_is_written_in_a_lift_arrives_once(house: House, server: Server, browsers: Browsers) -> None:
    pocket = await browsers.phone()
    page = await come_in(pocket, server, house)
    await page.evaluate("navigator.serviceWorker.ready")
    await pocket.set_offline(True)
    await live(page, "offline")
    await write(page, house, "Written in a lift.")
    await page.get_by_test_id("feedback-send").tap()
    await expect(page.locator("article.entry")).to_contain_text("Written in a lift.")
    await page.get_by_test_id("feedback-comment").fill("Not finished")
    await page.close(run_before_unload=False)  # as the system ends a WebView

    opened = await pocket.new_page()
    await opened.goto(f"{server.http}/m#feedback")
    await live(opened, "offline")
    await expect(opened.locator("article.entry")).to_contain_text("Written in a lift.")
    await expect(opened.get_by_test_id("feedback-comment")).to_have_value("Not finished")
    assert answers(house.services, house.diagnosis_id) == []

    await pocket.set_offline(False)
    await live(opened)
    await eventually(lambda: answers(house.services, house.diagnosis_id) == ["Written in a lift."])
    await expect(opened.locator("article.entry .vv-chip--delivered")).to_have_count(1)
    await expect(opened.get_by_test_id("feedback-comment")).to_have_value("Not finished")
    off_line(browsers)


async def test_an_answer_that_was_taken_and_never_confirmed_is_not_given_twice(
    house: House, server: Server, browsers: Browsers
) -> None:
    pocket = await browsers.phone(service_workers="block")
    page = await come_in(pocket, server, house)
    asked: list[str] = []

    async def lose(route: Route) -> None:
        if route.request.method != "POST":
            await route.continue_()
            return
        asked.append(route.request.headers["idempotency-key"])
        if len(asked) == 1:
            await route.fetch()  # the practice has it; the phone never hears of it
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/diagnosis/*/feedback", lose)
    await write(page, house, "Once is enough.")
    await page.get_by_test_id("feedback-send").tap()
    await eventually(lambda: len(asked) >= 2, what="asking again")
    await expect(page.locator("article.entry .vv-chip--delivered")).to_have_count(1)
    assert len(set(asked)) == 1, "the same answer has the same key"
    assert answers(house.services, house.diagnosis_id) == ["Once is enough."]
    off_line(browsers)


async def test_away_for_seconds_and_for_a_minute(house: House, server: Server, browsers: Browsers) -> None:
    pocket = await browsers.phone()
    page = await pocket.new_page()
    await page.clock.install()
    await page.goto(f"{server.http}/m")
    await page.get_by_role("button", name=house.mina.name).tap()
    await live(page)
    await page.evaluate("window.never_left = true")
    await page.get_by_test_id("tab-recommendations").tap()
    for seconds, item_id in AWAY.items():
        await pocket.set_offline(True)
        await live(page, "offline")
        confirmed = await page.get_by_test_id("live-mark").inner_text()
        name = approve(house.services, house.leila, house.proposed(item_id)).name
        await page.clock.fast_forward(seconds * 1000)
        await live(page, "offline")
        assert await page.get_by_test_id("live-mark").inner_text() == confirmed, "the time is of when it was confirmed"
        await pocket.set_offline(False)
        await live(page)
        await expect(page.get_by_role("main")).to_contain_text(name, ignore_case=True)
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Heartburn."))
    assert await page.evaluate("window.never_left")
    off_line(browsers)


def off_line(browsers: Browsers) -> None:
    """Take off what the browser itself says of a line that is cut; anything else stays a complaint."""
    expected: tuple[Any, ...] = ("DISCONNECTED", "ERR_FAILED")
    left = [one for one in browsers.complaints if not any(word in one for word in expected)]
    browsers.complaints[:] = left
