"""A practice demands a second factor: from the password to the first session in a real browser, and out again without it."""

from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from fastapi import FastAPI
from playwright.async_api import expect

import main
from domain import account
from domain.ledger import utc_now
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from settings import Settings
from tests.support.access import violations
from tests.support.browsers import Browsers
from tests.support.server import Server

pytestmark = pytest.mark.e2e
PASSWORD = "correct horse battery"  # a passphrase, as people are asked for


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, of a practice that demands it, and somebody who has none."""
    account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    return main.create_app(settings, replace(services, second_factor_demanded=True))


async def test_it_is_set_up_before_anything_else(server: Server, browsers: Browsers, pictures: Path) -> None:
    desk = await browsers.desk(locale="fa")
    page = await desk.new_page()
    await page.goto(f"{server.http}/sign-in?next=/account")
    await page.locator("input[name=login]").fill("leila")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url("**/sign-in/set-up?next=/account")
    secret = (await page.get_by_test_id("secret").inner_text()).replace(" ", "")
    assert await violations(page) == []
    await page.screenshot(path=pictures / "setting-up-fa.png", full_page=True)
    await page.locator("input[name=code]").fill(pyotp.TOTP(secret).at(utc_now()))
    await page.get_by_test_id("take-up").click()
    await page.wait_for_url("**/account")
    await page.get_by_test_id("remove").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_have_attribute("aria-label", "برداشتن عامل دوم")
    await page.get_by_test_id("password").fill(PASSWORD)
    await page.get_by_test_id("code").fill(pyotp.HOTP(secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1))
    await page.get_by_test_id("go").click()
    await page.wait_for_url("**/sign-in**")
