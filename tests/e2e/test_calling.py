"""Where a patient is told to stop and call, the phone dials the practice, by name, and keeps up with its number."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from domain import practice_phone
from tests.e2e.test_phone_offline import come_in, off_line
from tests.support.access import small_targets, violations
from tests.support.browsers import Browsers
from tests.support.house import House
from tests.support.server import Server

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(("locale", "whose"), [("en-GB", "Call"), ("fa", "تماس با")])
async def test_the_number_stands_beside_what_to_do(
    house: House, server: Server, browsers: Browsers, pictures: Path, locale: str, whose: str
) -> None:
    pocket = await browsers.phone(locale=locale, color_scheme="dark" if locale == "fa" else "light")
    page = await come_in(pocket, server, house)
    await page.get_by_test_id("tab-feedback").tap()
    await page.get_by_test_id("side-effects").locator("summary").tap()
    await page.get_by_test_id("effect-search").fill("wheeze")
    await page.get_by_test_id("effect-search").press("Enter")
    card = page.get_by_test_id("stop-card")
    link = card.get_by_test_id("call")
    await expect(card).to_be_visible()
    await expect(link).to_be_hidden()  # none is set: told to call, as before

    practice_phone.set_number(house.services, house.ida, "+98 21 8877-6655")
    await expect(link).to_be_visible()
    await dials(page, "stop-card", whose)
    assert await violations(page) == []
    assert await small_targets(page) == []
    await page.screenshot(path=pictures / f"calling-{locale}.png")

    await page.get_by_test_id("rating-1").tap()
    await page.get_by_test_id("feedback-send").tap()
    await dials(page, "feedback-advice", whose)
    assert await violations(page) == []
    await page.screenshot(path=pictures / f"calling-advice-{locale}.png")
    await pocket.set_offline(True)
    practice_phone.set_number(house.services, house.ida, "")
    await pocket.set_offline(False)
    await expect(page.get_by_test_id("feedback-advice").get_by_test_id("call")).to_be_hidden()
    await expect(page.get_by_test_id("feedback-advice")).to_be_visible()
    off_line(browsers)


async def dials(page: Page, card: str, whose: str) -> None:
    """Hold a link to what it dials, whose number it says it is, and how large it is."""
    link = page.get_by_test_id(card).get_by_test_id("call")
    await expect(link).to_have_attribute("href", "tel:+982188776655")
    await expect(link).to_contain_text(whose)
    await expect(link).to_contain_text("Sunrise Herbal Care")
    box = await link.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
