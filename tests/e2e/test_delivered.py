"""A phone confirms what it got, and the practitioner's open page says so, in real browsers."""

import pytest
from playwright.async_api import expect

from domain import recommendation
from domain.recommendation import StopInput
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House
from tests.support.server import Server

pytestmark = pytest.mark.e2e


async def test_what_a_phone_has_confirmed_shows_on_the_open_page(
    house: House, server: Server, browsers: Browsers
) -> None:
    desk, pocket = await browsers.desk(), await browsers.phone()
    await sign_in(desk, server.http, house.leila.name)
    listing = await visit(desk, f"{server.http}/recommendations")
    page = await visit(desk, f"{server.http}/recommendations/{house.diagnosis_id}")
    for one in (listing, page):
        await one.evaluate("window.never_left = true")
    line = page.get_by_test_id(f"delivery-{house.ginger}")
    await expect(line).to_contain_text("Not delivered: no phone is signed in. Tell the patient")
    await expect(page.get_by_test_id("phones")).to_contain_text("No phone is signed in: invite the patient.")
    await expect(listing.get_by_role("row").filter(has_text=house.mina.name)).to_contain_text("No phone · invite")

    phone = await pocket.new_page()
    await phone.goto(f"{server.http}/m")
    await phone.get_by_role("button", name=house.mina.name).tap()

    await expect(line).to_contain_text("Delivered to the patient’s phone:")
    await expect(page.get_by_test_id("phones")).to_contain_text("Has everything · confirmed")
    await expect(listing.get_by_role("row").filter(has_text=house.mina.name)).to_contain_text("Delivered")

    await pocket.set_offline(True)
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Heartburn."))
    await expect(line).to_contain_text("The stop is not delivered yet · waiting since")
    await expect(page.get_by_test_id("phones")).to_contain_text("not confirmed · last confirmed")
    await pocket.set_offline(False)
    await expect(line).to_contain_text("The stop was delivered to the patient’s phone:")
    for one in (listing, page):
        assert await one.evaluate("window.never_left")
    assert all("DISCONNECTED" in complaint for complaint in browsers.complaints), browsers.complaints
    browsers.complaints.clear()
