"""What has become dangerous is on every open page at once, and stays until somebody has decided, in a real browser."""

import pytest
from playwright.async_api import Page, expect

from domain import profile
from domain.patient import PatientInput
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House
from tests.support.server import Server

pytestmark = pytest.mark.e2e


def takes(house: House, *medicines: str) -> None:
    given = PatientInput(name="Mina Farahani", medicines=list(medicines))
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


async def opened(house: House, server: Server, browsers: Browsers) -> tuple[Page, Page]:
    desk = await browsers.desk()
    overview = await sign_in(desk, server.http, house.leila.name)
    return overview, await visit(desk, f"{server.http}/recommendations/{house.diagnosis_id}")


async def test_a_new_medicine_is_an_alarm_until_somebody_decides(
    house: House, server: Server, browsers: Browsers
) -> None:
    overview, page = await opened(house, server, browsers)
    await expect(page.get_by_test_id("alarm")).to_be_hidden()

    takes(house, "warfarin")

    await expect(page.get_by_test_id("alarm")).to_contain_text("Has become dangerous: ginger (Bleeding")
    await expect(page.get_by_test_id(f"danger-{house.ginger}")).to_be_visible()
    first = page.get_by_test_id("plan").locator("article").first
    await expect(first).to_have_attribute("data-testid", f"recommendation-{house.ginger}")
    await expect(page.get_by_test_id(f"news-{house.ginger}")).to_contain_text("→ Major concern")
    await expect(page.get_by_test_id("facts")).to_contain_text("warfarin")
    await expect(overview.get_by_test_id("inbox")).to_contain_text("Has become dangerous")

    await page.get_by_test_id(f"go-on-{house.ginger}").click()
    await expect(page.get_by_test_id("override-why")).to_contain_text("ginger with warfarin")
    await page.get_by_test_id("override-reason").fill("Food amounts only; INR is checked weekly.")
    await page.get_by_test_id("override-go").click()
    await expect(page.get_by_test_id("alarm")).to_be_hidden()
    await expect(page.get_by_test_id(f"recommendation-{house.ginger}")).to_contain_text("INR is checked weekly.")
    await expect(overview.get_by_test_id("inbox")).not_to_contain_text("Has become dangerous")


async def test_a_reason_that_was_read_is_folded_away_on_every_page(
    house: House, server: Server, browsers: Browsers
) -> None:
    takes(house, "amlodipine")
    _, page = await opened(house, server, browsers)
    card = page.get_by_test_id(f"recommendation-{house.proposed('black-pepper')}")
    reading = card.get_by_role("button", name="Mark as read")
    await expect(reading.last).to_be_visible()
    before = await reading.count()
    assert before > 0
    await reading.last.click()
    await expect(reading).to_have_count(before - 1)
    await expect(card).to_contain_text("Read before, and nothing has changed since (1)")
    takes(house, "amlodipine", "metformin")
    await expect(reading).to_have_count(before)


async def test_another_dose_is_judged_before_it_is_approved(house: House, server: Server, browsers: Browsers) -> None:
    _, page = await opened(house, server, browsers)
    fennel = house.proposed("fennel")
    await page.get_by_test_id(f"dose-{fennel}").click()
    await page.get_by_test_id("dose-amount").fill("400")
    await page.get_by_test_id("dose-go").click()
    await expect(page.get_by_text("The safety gate objects")).to_be_visible()
    await expect(page.get_by_test_id("override-why")).to_contain_text("400 g of fennel")
    await page.get_by_role("button", name="Cancel").last.click()
    await page.get_by_test_id("dose-amount").fill("4")
    await page.get_by_test_id("dose-go").click()
    card = page.get_by_test_id(f"recommendation-{fennel}")
    await expect(card).to_have_attribute("data-status", "approved")
    await expect(card).to_contain_text("4 g per day")
    await page.get_by_test_id(f"dose-{fennel}").click()
    await page.get_by_test_id("dose-amount").fill("5")
    await page.get_by_test_id("dose-go").click()
    await expect(card).to_contain_text("5 g per day")


async def test_what_could_not_be_checked_says_why_without_a_click(
    house: House, server: Server, browsers: Browsers
) -> None:
    takes(house, "an unheard medicine")
    _, page = await opened(house, server, browsers)
    card = page.get_by_test_id(f"recommendation-{house.proposed('fennel')}")
    await expect(card).to_contain_text("Could not be checked")
    await expect(card.get_by_text("an unheard medicine").first).to_be_visible()
