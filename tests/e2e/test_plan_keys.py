"""A plan is decided about without a mouse: the keys of the cards, and a focus that never gets lost, in a real browser."""

import pytest
from playwright.async_api import Locator, Page, expect

from domain import profile, recommendation
from domain.patient import PatientInput
from domain.recommendation import StopInput
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

BEFORE_IT_IS_SEEN = """() => document.addEventListener("focusin", ({ target }) => target.matches("article[data-id]")
    && target.dispatchEvent(new KeyboardEvent("keydown", { key: "a", code: "KeyA", bubbles: true, cancelable: true })))"""
"""Presses A anew on each card in the moment in which it gets the focus."""
MOST_STROKES = 20
"""Keys from the top of the page until a herb is approved."""


async def test_the_content_is_one_key_away_and_a_herb_is_approved_stopped_and_taken_back(
    house: House, server: Server, browsers: Browsers
) -> None:
    page = await plan_of(house, server, browsers)
    keys = page.keyboard
    await page.evaluate("window.strokes = 0; addEventListener('keydown', () => { window.strokes += 1; }, true)")
    await keys.press("Tab")
    await expect(page.get_by_test_id("skip")).to_be_focused()
    await keys.press("Enter")
    cards = page.locator("article[data-id]")
    while not await cards.first.evaluate("(one) => one === document.activeElement"):
        await keys.press("Tab")
        assert await page.evaluate("window.strokes") < MOST_STROKES
    await keys.press("j")
    chosen = await focused(page)
    await page.evaluate(BEFORE_IT_IS_SEEN)
    await keys.down("a")
    await expect(card(page, chosen)).to_have_attribute("data-status", "approved")
    assert await page.evaluate("window.strokes") <= MOST_STROKES
    await expect(page.locator(f"article[data-id]:not([data-id='{chosen}']):focus")).to_have_count(1)
    following = await focused(page)
    await keys.down("a")  # held down for too long: it repeats, on the card that has the focus by now
    await keys.up("a")
    for _ in range(await cards.count()):
        if await focused(page) != chosen:
            await keys.press("k")
    await expect(card(page, chosen)).to_be_focused()
    await keys.press("s")
    await expect(page.get_by_test_id("stop-reason")).to_be_focused()
    await keys.type("Heartburn")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(card(page, chosen)).to_have_attribute("data-status", "stopped")
    # The next one has it: the dialog gave it back to a button that is gone.
    await expect(page.locator("article[data-id]:focus")).to_have_count(1)
    await keys.press("u")  # wherever one stands by now: it goes there first
    await expect(page.get_by_test_id(f"undo-{chosen}")).to_be_focused()
    await keys.press("u")
    await expect(card(page, chosen)).to_have_attribute("data-status", "approved")
    assert following != chosen
    await expect(card(page, following)).to_have_attribute("data-status", "proposed")


async def test_a_reason_for_overruling_is_typed_at_once_below_what_the_gate_says_in_persian(
    house: House, server: Server, browsers: Browsers
) -> None:
    given = PatientInput(name="Mina Farahani", medicines=["warfarin"])
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)
    page = await plan_of(house, server, browsers, locale="fa-IR")
    objected = page.locator("article[data-id][data-status=proposed]", has=page.locator(".vv-chip--major")).first
    chosen = await objected.get_attribute("data-id") or ""
    await objected.focus()
    await page.keyboard.down("a")
    await expect(page.get_by_test_id("override-reason")).to_be_focused()
    await page.keyboard.down("a")  # held down for too long: it repeats, in the field that has the focus by now
    await page.keyboard.up("a")
    await expect(page.get_by_test_id("override-reason")).to_have_value("")
    await expect(page.get_by_test_id("override-why")).to_contain_text("وارفارین")
    await expect(page.get_by_test_id("override-why").locator("bdi[lang=en]")).to_have_count(0)
    await page.keyboard.type("INR is checked weekly")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(card(page, chosen)).to_have_attribute("data-status", "approved")
    await expect(card(page, chosen)).to_contain_text("INR is checked weekly")
    await expect(page.locator("article[data-id]:focus")).to_have_count(1)


async def test_what_others_do_moves_no_focus_and_the_next_key_decides_about_no_other_card(
    house: House, server: Server, browsers: Browsers
) -> None:
    page = await plan_of(house, server, browsers)
    keys = page.keyboard
    proposed = page.locator("article[data-id][data-status=proposed]")
    second, third, fourth = [await proposed.nth(at).get_attribute("data-id") or "" for at in (1, 2, 3)]
    before = await proposed.count()
    await card(page, second).focus()
    await stopped_elsewhere(page, house, second)
    await expect(card(page, second)).to_be_focused()
    for key in "asuu":  # U goes to the button that undoes it, and there does nothing at once
        await keys.press(key)
    await expect(page.get_by_test_id(f"undo-{second}")).to_be_focused()
    await page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    await stopped_elsewhere(page, house, third)
    assert await page.evaluate("[document.activeElement === document.body, scrollY]") == [True, 0]
    await keys.press("a")
    await proposed.first.focus()
    await keys.press("j")
    await keys.press("u")  # nothing was stopped from here
    await expect(card(page, fourth)).to_be_focused()
    await keys.press("a")
    await expect(card(page, fourth)).to_have_attribute("data-status", "approved")
    for one in (second, third):
        await expect(card(page, one)).to_have_attribute("data-status", "stopped")
    await expect(proposed).to_have_count(before - 3)


async def stopped_elsewhere(page: Page, house: House, chosen: str) -> None:
    """Stop it from another page than this one, and wait until this one shows it."""
    recommendation.stop(house.services, house.leila, int(chosen), StopInput(reason="Not for her."))
    await expect(card(page, chosen)).to_have_attribute("data-status", "stopped")


async def plan_of(house: House, server: Server, browsers: Browsers, **look: str) -> Page:
    desk = await browsers.desk(**look)
    await sign_in(desk, server.http, house.leila.name)
    page = await visit(desk, f"{server.http}/recommendations/{house.diagnosis_id}")
    await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
    return page


def card(page: Page, chosen: str) -> Locator:
    return page.locator(f"article[data-id='{chosen}']")


async def focused(page: Page) -> str:
    return await page.locator("article[data-id]:focus").get_attribute("data-id") or ""
