"""Every page and every tab of the phone can be used by everybody and looked at, in light, dark, narrow and from right to left.

A picture of each is what ``make screenshots`` keeps.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, ViewportSize, expect

from tests.permission import table
from tests.support.access import FITS, SETTLED, small_targets, tabbed, violations
from tests.support.browsers import NARROW, WIDE, Browsers, connected, find_some, sign_in, token_of
from tests.support.every_page import ALONE, PAGES, ROUNDS, TABS
from tests.support.server import Server

pytestmark = pytest.mark.e2e

LEILA = "Dr Leila Moradi"
NARROWEST: ViewportSize = {"width": 320, "height": 640}
"""What a window of 1280 pixels has at 400 % (WCAG 1.4.10)."""
TWICE: ViewportSize = {"width": WIDE["width"] // 2, "height": WIDE["height"] // 2}
"""What is left of a window at 200 % (WCAG 1.4.4)."""
PHONE_LOOKS: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "persian": {"color_scheme": "light", "locale": "fa"},
}


def test_no_page_is_forgotten() -> None:
    assert {path.split("?")[0] for name, path in PAGES.items() if name != "not-found"} | ALONE == set(table.PAGES)
    assert sorted(name for names in ROUNDS.values() for name in names) == sorted(PAGES)


@pytest.mark.parametrize("part", ROUNDS)
async def test_every_page_is_for_everybody(demo: Server, browsers: Browsers, pictures: Path, part: str) -> None:
    page, ids = await at_the_desk(demo, browsers)
    for name in ROUNDS[part]:
        await show(page, demo, name, ids)
        assert await violations(page) == [], name
        assert await small_targets(page) == [], name
        await take(page, pictures / f"{name}-light.png")
        await page.emulate_media(color_scheme="dark")
        await page.wait_for_function(SETTLED)
        assert await violations(page, colours_only=True) == [], f"{name}, dark"
        await take(page, pictures / f"{name}-dark.png")
        await page.emulate_media(color_scheme="light")
        for size in (TWICE, NARROWEST):
            await page.set_viewport_size(size)
            await page.wait_for_function(FITS)
        await page.set_viewport_size(NARROW)
        await take(page, pictures / f"{name}-narrow.png")
        await page.set_viewport_size(WIDE)


@pytest.mark.parametrize("part", ROUNDS)
async def test_every_page_is_for_everybody_in_persian(
    demo: Server, browsers: Browsers, pictures: Path, part: str
) -> None:
    page, ids = await at_the_desk(demo, browsers)
    await page.goto(f"{demo.http}/language/fa")
    for name in ROUNDS[part]:
        await show(page, demo, name, ids)
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert await violations(page) == [], name
        await take(page, pictures / f"{name}-persian.png")


@pytest.mark.parametrize("name", ["overview", "intake", "recommendations"])
async def test_a_page_can_be_walked_through_with_the_keyboard(demo: Server, browsers: Browsers, name: str) -> None:
    page, ids = await at_the_desk(demo, browsers)
    await show(page, demo, name, ids)
    await page.set_viewport_size({"width": 1000, "height": 500})  # low, so that much is above and below
    stops = await tabbed(page)
    assert len(stops) > 12
    assert [stop["what"] for stop in stops if not stop["inside"]] == []
    assert [stop["what"] for stop in stops if not stop["shown"]] == []


@pytest.mark.parametrize("look", PHONE_LOOKS)
async def test_every_tab_of_the_phone_is_for_everybody(
    demo: Server, browsers: Browsers, pictures: Path, look: str
) -> None:
    browser = await browsers.phone(**PHONE_LOOKS[look])
    page = await browser.new_page()
    await page.goto(f"{demo.http}/m")
    await expect(page.get_by_test_id("invite-code")).to_be_visible()
    await looked_at(page, pictures / f"phone-sign-in-{look}.png")
    await page.get_by_role("button", name="Mina Farahani").tap()
    await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
    await answers_of_mina(browser, demo)
    for tab in TABS:
        await page.get_by_test_id(f"tab-{tab}").tap()
        await expect(page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-current", "page")
        await looked_at(page, pictures / f"phone-{tab}-{look}.png")
    await page.get_by_test_id("tab-overview").tap()
    await page.get_by_test_id("menu-open").tap()
    await looked_at(page, pictures / f"phone-menu-{look}.png")
    await page.get_by_test_id("account-open").tap()
    await expect(page.get_by_test_id("account-readers")).to_be_visible()
    await looked_at(page, pictures / f"phone-account-{look}.png")
    assert await page.evaluate(FONTS) == (["Vazirmatn"] if look == "persian" else [])


FONTS = "[...new Set([...document.fonts].filter((one) => one.status === 'loaded').map((one) => one.family))]"


async def at_the_desk(demo: Server, browsers: Browsers) -> tuple[Page, dict[str, int]]:
    """Sign a practitioner in; gives the newest diagnosis and its patient as well."""
    browser = await browsers.desk(color_scheme="light")
    page = await sign_in(browser, demo.http, LEILA)
    newest = max(await diagnoses(browser, demo), key=lambda one: int(one["id"]))
    return page, {"diagnosis_id": newest["id"], "patient_id": newest["patient_id"]}


async def show(page: Page, demo: Server, name: str, ids: dict[str, int]) -> None:
    """Open a page and wait until it stands."""
    await page.goto(demo.http + PAGES[name].format(**ids))
    await connected(page)
    if name != "sign-in":
        await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
    if name == "intake" and not await page.get_by_test_id("draft").is_visible():  # which brings earlier findings back
        await find_some(page, 2)
    await page.wait_for_function(SETTLED)


async def looked_at(page: Page, file: Path) -> None:
    """Look for what keeps people out of a view of the phone, and take its picture."""
    assert await violations(page) == [], file.stem
    assert await small_targets(page) == [], file.stem
    size = page.viewport_size
    assert size is not None
    await page.set_viewport_size(NARROWEST)
    await page.wait_for_function(FITS)
    await page.set_viewport_size(size)
    await take(page, file)


async def take(page: Page, file: Path) -> None:
    """Take a picture of a whole page as if the window were as high as it; nothing may stick out at its side."""
    await page.evaluate("document.fonts.ready")
    await page.wait_for_function(FITS)  # at once, or after what moves has settled
    size = page.viewport_size
    assert size is not None
    height = max(size["height"], await page.evaluate("document.documentElement.scrollHeight"))
    await page.set_viewport_size({"width": size["width"], "height": height})
    await page.screenshot(path=file, animations="disabled")
    await page.set_viewport_size(size)


async def diagnoses(browser: BrowserContext, demo: Server) -> list[dict[str, Any]]:
    """List what the practitioner may read."""
    token = await token_of(browser, demo.http, LEILA)
    asked = await browser.request.get(f"{demo.http}/api/diagnosis", headers={"Authorization": f"Bearer {token}"})
    return list((await asked.json())["items"])


async def answers_of_mina(browser: BrowserContext, demo: Server) -> None:
    """Let a patient of the demo answer three times, so that there is a curve to see."""
    header = {"Authorization": f"Bearer {await token_of(browser, demo.http, 'Mina Farahani')}"}
    found = await (await browser.request.get(f"{demo.http}/api/diagnosis", headers=header)).json()
    address = f"{demo.http}/api/diagnosis/{found['items'][0]['id']}"
    known = await (await browser.request.get(f"{address}/recommendations", headers=header)).json()
    for symptom in (6, 4, 3):
        given = {"recommendation_id": known["items"][0]["id"], "rating": 4, "symptom": symptom, "comment": "Better."}
        await expect(await browser.request.post(f"{address}/feedback", headers=header, data=given)).to_be_ok()
