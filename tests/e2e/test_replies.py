"""A reply typed on the page appears on the phone, and that it was seen there comes back, in real browsers."""

import pytest
from playwright.async_api import expect

from domain.correcting import mark_seen, set_comment
from domain.feedback import FeedbackInput, submit
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House
from tests.support.server import Server

pytestmark = pytest.mark.e2e


async def test_a_reply_reaches_the_phone_and_its_seen_mark_comes_back(
    house: House, server: Server, browsers: Browsers
) -> None:
    said = FeedbackInput(rating=2, symptom=6, comment="It burns after meals.")
    key = int(submit(house.services, house.mina, house.diagnosis_id, said)["id"])
    desk, pocket = await browsers.desk(), await browsers.phone()
    await sign_in(desk, server.http, house.leila.name)
    page = await visit(desk, f"{server.http}/feedback?patient={house.mina.patient_id}")
    phone = await pocket.new_page()
    await phone.goto(f"{server.http}/m")
    await phone.get_by_role("button", name=house.mina.name).tap()
    await expect(phone.get_by_test_id(f"plan-item-{house.ginger}")).to_be_visible()

    card = page.get_by_test_id(f"item-{key}")  # all of it by keyboard
    await card.focus()
    await page.keyboard.press("r")
    await expect(page.get_by_test_id(f"reply-text-{key}")).to_be_focused()
    await page.keyboard.type("Take half of it, an hour after the meal.")
    await page.keyboard.press("Control+Enter")
    await expect(card).to_be_focused()
    receipt = page.get_by_test_id(f"receipt-{key}")
    await expect(receipt).to_contain_text("Delivered")
    await expect(receipt).to_contain_text("not seen yet")

    await expect(phone.get_by_test_id("news")).to_contain_text("your practitioner has replied")
    await phone.get_by_test_id("tab-feedback").tap()
    reply = phone.get_by_test_id("reply")
    await reply.scroll_into_view_if_needed()
    await expect(reply).to_contain_text(f"{house.leila.name} replied")
    await expect(reply).to_contain_text("Take half of it, an hour after the meal.")
    await expect(receipt).to_contain_text("· seen")
    outdated = phone.get_by_test_id("reply-outdated")
    await expect(outdated).to_be_hidden()
    set_comment(house.services, house.mina, key, "Chest pain since yesterday.")
    await expect(outdated).to_have_text("Written before this answer was changed.")
    await expect(page.get_by_test_id(f"outdated-{key}")).to_have_text("Written before this answer was changed")

    await expect(page.locator(".vv-course__point")).to_have_count(1)
    line = page.locator(".vv-course__line")
    before = await line.get_attribute("d")
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    await expect(page.locator(".vv-course__point")).to_have_count(2)
    assert await line.get_attribute("d") != before


async def test_an_answer_that_was_seen_elsewhere_hands_the_focus_to_no_other(
    house: House, server: Server, browsers: Browsers
) -> None:
    keys = [
        int(submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1))["id"]) for _ in range(3)
    ]
    desk = await browsers.desk()
    await sign_in(desk, server.http, house.leila.name)
    page = await visit(desk, f"{server.http}/feedback?unseen=1")
    first, second, third = (page.get_by_test_id(f"item-{key}") for key in reversed(keys))  # the newest on top
    await first.focus()
    mark_seen(house.services, house.leila, keys[-1])
    await expect(first).to_have_count(0)
    await expect(page.locator("ol.vv-stream:focus")).to_have_count(1)
    await second.focus()
    await page.keyboard.down("s")
    await expect(second).to_have_count(0)
    await expect(third).to_be_focused()
    await page.keyboard.down("s")  # held down for too long: it repeats, about the answer that has the focus by now
    await page.keyboard.up("s")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("r")
    await expect(page.get_by_test_id(f"reply-text-{keys[0]}")).to_be_focused()
