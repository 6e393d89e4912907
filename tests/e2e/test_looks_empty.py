"""The second step of a sign-in, and every page before there is anything to show: for everybody, and to be looked at."""

from pathlib import Path

import pyotp
import pytest
from playwright.async_api import expect

from domain import account, own_account
from domain.ledger import utc_now
from domain.permission import Actor
from domain.second_factor import STEP_SECONDS, new_enrolment
from domain.services import Services
from tests.e2e.test_looks import take
from tests.support.access import SETTLED, violations
from tests.support.browsers import Browsers, connected
from tests.support.every_page import EMPTY, PAGES
from tests.support.server import Server

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"


async def test_the_second_step_and_pages_without_anything(
    services: Services, server: Server, browsers: Browsers, pictures: Path
) -> None:
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    enrolment = new_enrolment("leila")
    actor = Actor(person_id, 1, "practitioner", "Dr Leila Moradi")
    own_account.finish_second_factor(services, actor, enrolment, pyotp.TOTP(enrolment.secret).at(utc_now()))
    browser = await browsers.desk(color_scheme="light")
    page = await browser.new_page()
    await page.goto(f"{server.http}/sign-in")
    await connected(page)
    await page.get_by_label("Name").fill("leila")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_test_id("sign-in").click()
    await page.wait_for_url("**/sign-in/code**")
    await connected(page)
    assert await violations(page) == []
    await take(page, pictures / "second-step-light.png")
    await page.get_by_label("Code").fill(
        pyotp.HOTP(enrolment.secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1)
    )
    await page.get_by_test_id("second-step").click()
    await page.wait_for_url(f"{server.http}/")
    for name in EMPTY:
        await page.goto(server.http + PAGES[name])
        await connected(page)
        await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
        await page.wait_for_function(SETTLED)
        assert await violations(page) == [], name
        await take(page, pictures / f"{name}-empty.png")
