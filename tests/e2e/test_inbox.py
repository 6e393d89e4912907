"""The inbox in a browser: emptied by keyboard, taken back within 8 seconds, and what it says once it is empty."""

import pytest
from fastapi import FastAPI
from playwright.async_api import expect

from domain import overview, setting_aside
from domain.feedback import FeedbackInput, SideEffectInput, submit
from tests.support.browsers import NARROW, Browsers, sign_in
from tests.support.house import House, under_treatment
from tests.support.server import serving

pytestmark = pytest.mark.e2e

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


async def test_it_is_emptied_by_keyboard_and_taken_back(
    house: House, app: FastAPI, browsers: Browsers, no_errors: None
) -> None:
    other = under_treatment(house.services, house.leila, name="Sara Lind <b>")
    worse = FeedbackInput(recommendation_id=other.recommendation_id, rating=2, improvement=1)
    submit(house.services, other.patient, other.diagnosis_id, worse)
    serious = FeedbackInput(rating=1, side_effects=[SideEffectInput(term="wheeze")])
    submit(house.services, house.mina, house.diagnosis_id, serious)
    with serving(app) as server:
        desk = await browsers.desk()
        page = await sign_in(desk, server.http, house.leila.name)
        inbox = page.get_by_test_id("inbox")
        items = inbox.locator("li.vv-item:not(.vv-item--quiet)")
        await expect(items).to_have_count(2)
        await items.first.focus()
        await page.keyboard.press("w")  # a serious one is not set aside for a week
        await expect(items).to_have_count(2)
        await page.keyboard.press("j")
        await expect(items.nth(1)).to_be_focused()
        await page.keyboard.press("w")
        await expect(items).to_have_count(1)
        await expect(items.first).to_be_focused()  # the next one has the focus
        await expect(page.get_by_test_id("undo")).to_contain_text("Set aside until")
        await page.keyboard.press("u")
        await expect(items).to_have_count(2)
        await expect(page.get_by_test_id("undo")).to_have_count(0)
        await items.nth(1).focus()
        await page.keyboard.down("e")
        await expect(items).to_have_count(1)
        await expect(items.first).to_be_focused()
        await page.keyboard.down("e")  # held down for too long: it repeats, about the item that has the focus by now
        await page.keyboard.up("e")
        await page.keyboard.press("j")
        await page.keyboard.press("t")
        await expect(page.get_by_test_id("inbox-empty")).to_be_visible()
        await expect(page.get_by_test_id("inbox-empty")).to_be_focused()
        await page.get_by_test_id("undo").get_by_role("button").focus()  # whoever is about to press it has the time
        aside = inbox.get_by_test_id("inbox-aside")
        await aside.locator("summary").click()
        await expect(aside).to_contain_text(house.mina.name)
        await page.reload()
        await expect(items).to_have_count(0)
        await expect(aside).to_contain_text("1 set aside for later")
        await page.set_viewport_size(NARROW)
        await page.wait_for_function(FITS)
        await page.goto(f"{server.http}/operations")
        commits = page.get_by_test_id("meter-ledger_commits").locator(".vv-meters__value")
        before = await commits.inner_text()
        submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))
        await expect(commits).not_to_have_text(before)
        await page.wait_for_function(FITS)
        await browsers.close()  # before the server, or the page complains that it is gone


async def test_what_leaves_it_elsewhere_hands_the_focus_to_no_other_item(
    house: House, app: FastAPI, browsers: Browsers, no_errors: None
) -> None:
    for name in ("Sara Lind", "Ann Berg"):
        other = under_treatment(house.services, house.leila, name=name)
        worse = FeedbackInput(recommendation_id=other.recommendation_id, rating=2, improvement=1)
        submit(house.services, other.patient, other.diagnosis_id, worse)
    with serving(app) as server:
        desk = await browsers.desk()
        page = await sign_in(desk, server.http, house.leila.name)
        items = page.get_by_test_id("inbox").locator("li.vv-item:not(.vv-item--quiet)")
        await expect(items).to_have_count(2)
        first, second = [await items.nth(at).get_attribute("data-key") or "" for at in (0, 1)]
        await items.first.focus()
        item = next(one for one in overview.read(house.services, house.leila).inbox if one.key == first)
        setting_aside.set_aside(house.services, house.leila, first, said=item.said, choice="tomorrow")
        await expect(items).to_have_count(1)
        await expect(page.get_by_test_id("inbox").locator("ol.vv-stream")).to_be_focused()
        await page.keyboard.press("e")
        await page.keyboard.press("j")  # from the list to its first item
        await expect(items.first).to_be_focused()
        await expect(items.first).to_have_attribute("data-key", second)
        await page.keyboard.press("t")
        await expect(page.get_by_test_id("undo")).to_contain_text("Set aside until")
        await browsers.close()
