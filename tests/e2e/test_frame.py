"""What is on every page, in a real browser: the search by keyboard, the look that stays, the language, and holding still."""

import re

import pytest
from playwright.async_api import Page, expect

from domain import feedback
from domain.feedback import FeedbackInput, SideEffectInput
from tests.support.browsers import Browsers, connected, sign_in
from tests.support.house import House, new_patient
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

DARK_PAPER, LIGHT_PAPER = "rgb(21, 18, 30)", "rgb(250, 246, 236)"
PAINTED = """
new PerformanceObserver(list => {
  for (const one of list.getEntries())
    (window.painted ??= []).push(`${one.name} ${document.documentElement.dataset.theme}`);
}).observe({type: "paint", buffered: true})
"""


async def test_a_patient_is_opened_by_keyboard_alone(house: House, server: Server, browsers: Browsers) -> None:
    new_patient(house.services, house.leila, "Minoo Karimi")
    browser = await browsers.desk()
    page = await sign_in(browser, server.http, house.leila.name)
    button, field = page.get_by_test_id("search-open"), page.get_by_test_id("search-field")

    await button.focus()
    await page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    await expect(page.get_by_role("option")).to_have_count(9)
    await expect(page.get_by_test_id("search-said")).to_contain_text("noted as seen")
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()
    await expect(button).to_be_focused()

    await page.keyboard.press("/")
    await page.keyboard.type("min")
    options = page.get_by_role("option")
    await expect(options).to_have_text(
        [re.compile(r"Mina Farahani"), re.compile(r"stomach", re.I), re.compile("Minoo")]
    )
    await expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowUp")
    await expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    active = await field.get_attribute("aria-activedescendant")
    assert active == await options.nth(2).get_attribute("id")
    await page.keyboard.press("ArrowDown")
    assert "min" not in page.url
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(rf"/patient/{house.mina.patient_id}$"))
    await connected(page)
    await page.keyboard.press("Meta+k")
    await page.keyboard.type("feedb")
    await page.keyboard.press("Enter")  # before the list has come: there is only one that can be meant
    await page.wait_for_url(re.compile("/feedback$"))


async def test_the_look_that_was_chosen_stays_and_is_there_at_the_first_paint(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk(color_scheme="light", locale="fa-IR")
    await browser.add_init_script(PAINTED)
    page = await sign_in(browser, server.http, house.leila.name)
    await expect(page.locator("html")).to_have_attribute("lang", re.compile("^fa"))  # as the browser asks for
    assert await paper(page) == LIGHT_PAPER
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
    await page.emulate_media(color_scheme="light")
    other = await browser.new_page()
    await other.goto(f"{server.http}/sign-in")

    await page.get_by_test_id("account").click()
    await page.locator("label").filter(has=page.get_by_test_id("theme-dark")).click()
    await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
    await expect(other.locator("html")).to_have_attribute("data-theme", "dark")  # also in the other tab
    await page.get_by_test_id("language-en").click()
    await connected(page)
    for _reloaded in range(2):
        await expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))
        painted = await (await page.wait_for_function("window.painted?.length && window.painted")).json_value()
        assert {one.split()[-1] for one in painted} == {"dark"}, painted
        await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
        assert await paper(page) == DARK_PAPER
        await page.reload()
        await connected(page)


async def test_a_page_can_be_read_before_its_script_has_run_and_nothing_jumps_then(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    page = await sign_in(browser, server.http, house.leila.name)
    await page.goto(f"{server.http}/")
    await connected(page)
    await expect(page.locator("#vv-before")).to_have_count(0)
    still = await browsers.desk(java_script_enabled=False, storage_state=await browser.storage_state())
    early = await still.new_page()
    await early.goto(f"{server.http}/")
    for one in (page, early):
        await expect(one.get_by_role("heading", level=1)).to_have_text("Overview")
        await expect(one.locator(".vv-stat")).to_have_text(
            [
                "0Answers today",
                re.compile("Waiting for approval"),
                "1Running recommendations",
                "1Open diagnoses",
                "2Patients",
            ]
        )
        await expect(one.locator(".vv-nav[aria-current=page]")).to_have_attribute("href", "/")
    for part in ("h1", ".vv-subtitle", ".vv-stat", ".vv-brand__mark", ".vv-nav"):
        places = [await one.locator(part).first.bounding_box() for one in (page, early)]
        assert places[0] == pytest.approx(places[1], abs=1), part


async def test_a_page_that_is_held_still_counts_what_waits_and_shows_dangers(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    page = await sign_in(browser, server.http, house.leila.name)
    mark, recent = page.get_by_test_id("live-mark"), page.get_by_test_id("recent")
    await expect(mark).to_have_text(re.compile(r"^Live · \d\d:\d\d:\d\d$"))
    await page.get_by_test_id("pause-live").click()
    await expect(mark).to_have_text(re.compile(r"^Paused · as of \d\d:\d\d:\d\d$"))
    say(house, "It is quiet.")
    say(house, "Still quiet.")
    await expect(page.get_by_test_id("held-count")).to_have_text("2")
    await expect(page.get_by_test_id("announcer")).to_have_text(re.compile("2 changes wait"))
    await expect(recent).not_to_contain_text("quiet")
    assert await page.locator("[aria-live]").count() == 1

    say(house, "I cannot breathe.", side_effects=[SideEffectInput(term="wheeze", serious=True)])
    await expect(page.get_by_test_id("alarms")).to_contain_text("I cannot breathe.")
    await expect(recent).to_contain_text("Still quiet.")
    await expect(mark).to_have_attribute("data-state", "paused")
    await page.get_by_test_id("pause-live").click()
    await expect(mark).to_have_attribute("data-state", "live")
    say(house, "Back again.")
    await expect(recent).to_contain_text("Back again.")


async def paper(page: Page) -> str:
    """Give the colour that the page is painted on."""
    return str(await page.evaluate("getComputedStyle(document.body).backgroundColor"))


def say(house: House, words: str, **more: object) -> None:
    """Let Mina answer."""
    given = FeedbackInput.model_validate({"rating": 4, "comment": words} | more)
    feedback.submit(house.services, house.mina, house.diagnosis_id, given)
