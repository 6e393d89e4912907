"""Every page and every tab of the phone fits its screen, in light, dark, narrow and from right to left; a picture of each."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.support.browsers import NARROW, WIDE, Browsers, connected, find_some, sign_in, token_of
from tests.support.server import Server

pytestmark = pytest.mark.e2e

LEILA = "Dr Leila Moradi"

PAGES = {
    "sign-in": "/sign-in",
    "overview": "/",
    "intake": "/intake",
    "diagnoses": "/recommendations",
    "recommendations": "/recommendations/{newest}",
    "effectiveness": "/effectiveness",
    "side-effects": "/effectiveness?by=effects",
    "predictor": "/predictor",
    "feedback": "/feedback",
    "patient": "/patient/{patient}",
    "account": "/account",
    "emergency": "/emergency",
}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PHONE_LOOKS: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "persian": {"color_scheme": "light", "locale": "fa"},
}


@pytest.mark.parametrize("language", ["en", "fa"])
async def test_every_page_fits_and_can_be_looked_at(
    demo: Server, browsers: Browsers, pictures: Path, language: str
) -> None:
    browser = await browsers.desk(color_scheme="light")
    page = await sign_in(browser, demo.http, LEILA)
    await page.goto(f"{demo.http}/language/{language}")
    newest, patient = max([(int(one["id"]), int(one["patient_id"])) for one in await diagnoses(browser, demo)])
    for name, path in PAGES.items():
        await page.goto(demo.http + path.format(newest=newest, patient=patient))
        await connected(page)
        if name == "intake":
            await find_some(page, 2)
        if name != "sign-in":
            await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
        if language == "fa":
            await expect(page.locator("html")).to_have_attribute("dir", "rtl")
            await take(page, pictures / f"{name}-persian.png")
            continue
        await take(page, pictures / f"{name}-light.png")
        await page.emulate_media(color_scheme="dark")
        await expect(page.locator("body")).to_have_class(re.compile("body--dark"))
        await take(page, pictures / f"{name}-dark.png")
        await page.emulate_media(color_scheme="light")
        await page.set_viewport_size(NARROW)
        await take(page, pictures / f"{name}-narrow.png")
        await page.set_viewport_size(WIDE)


@pytest.mark.parametrize("look", PHONE_LOOKS)
async def test_every_tab_of_the_phone_fits_and_can_be_looked_at(
    demo: Server, browsers: Browsers, pictures: Path, look: str
) -> None:
    browser = await browsers.phone(**PHONE_LOOKS[look])
    page = await browser.new_page()
    await page.goto(f"{demo.http}/m")
    await expect(page.get_by_test_id("invite-code")).to_be_visible()
    await take(page, pictures / f"phone-sign-in-{look}.png")
    await page.get_by_role("button", name="Mina Farahani").tap()
    await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
    await answers_of_mina(browser, demo)
    for tab in ("overview", "recommendations", "effectiveness", "feedback"):
        await page.get_by_test_id(f"tab-{tab}").tap()
        await expect(page.get_by_test_id(f"tab-{tab}")).to_have_attribute("aria-current", "page")
        await take(page, pictures / f"phone-{tab}-{look}.png")


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
