"""The practitioner’s pages in a real browser when something is in the way: a lost line, ill-meant words, strangers."""

import re
from typing import Any

import pytest
from nicegui import Client
from playwright.async_api import expect

import main
import pages
import pages.elements.live_mark
from domain import feedback
from domain.diagnosis import confirm
from domain.feedback import FeedbackInput, SideEffectInput
from domain.services import Services
from settings import Settings
from tests.support.browsers import Browsers, find_some, sign_in, visit
from tests.support.house import House, approve, diagnose, new_patient, recommended
from tests.support.pages import let_click
from tests.support.server import Server, serving
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

SIGN_IN = re.compile(r"/sign-in(\?|$)")
MOST_ELEMENTS = 100
"""What one page may cost the server (DESIGN section 11)."""
ILL_MEANT = (
    """<img src=x onerror="window.hacked = 1; alert(1)">'"`{{ $root.constructor.constructor('hacked = 1')() }}</div>"""
)


async def test_a_lost_line_keeps_the_page_and_what_was_typed(
    house: House, settings: Settings, services: Services, browsers: Browsers
) -> None:
    """Cut for a moment, and for longer; a page waits 30 s for its browser."""
    assert 2 * pages.elements.live_mark.ASK_SECONDS < 5, (
        "a second question that is not answered is said within five seconds"
    )
    with serving(main.create_app(settings, services)) as server:
        browser = await browsers.desk()
        stream = await sign_in(browser, server.http, house.leila.name)
        form = await visit(browser, f"{server.http}/intake")
        typed = "Sara"
        await form.get_by_test_id("patient-name").fill(typed)
        for page in (stream, form):
            await page.evaluate("window.never_left = true")

        for cut_ms in (2_000, 4_000):
            for page in (stream, form):
                await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
            await browser.set_offline(True)
            for page in (stream, form):
                mark = page.get_by_test_id("live-mark")
                await expect(mark).to_have_attribute("data-state", "offline")
                await expect(mark).to_have_text(re.compile(r"^Offline · as of \d\d:\d\d:\d\d$"))
                await expect(page.get_by_test_id("announcer")).to_contain_text("What you type is kept.")
            await expect(stream.locator(".vv-stats")).to_have_css("filter", re.compile("grayscale"))
            assert "as of" in await stream.evaluate(
                "getComputedStyle(document.querySelector('.vv-page h1'), '::after').content"
            )
            typed += " Lind"
            await form.get_by_test_id("patient-name").fill(typed)
            answer(house, comment=f"Said while nobody listened for {cut_ms} ms.")
            await stream.wait_for_timeout(cut_ms)  # how long the line is cut is what this is about
            await browser.set_offline(False)

            for page in (stream, form):
                await expect(page.get_by_test_id("live-mark")).to_have_attribute("data-state", "live")
                assert await page.evaluate("window.never_left")
            await expect(stream.get_by_test_id("recent")).to_contain_text(f"for {cut_ms} ms.")
            await expect(stream.locator(".vv-stats")).to_have_css("filter", "none")
            await expect(form.get_by_test_id("patient-name")).to_have_value(typed)

        # A line that is cut without a word: no event of the browser's says so, and nothing that is asked is answered.
        await stream.evaluate("window.socket.emit = () => {}")
        await expect(stream.get_by_test_id("live-mark")).to_have_attribute("data-state", "offline")
        await form.get_by_test_id("record").click()
        await expect(form.get_by_role("heading", name="Sara Lind Lind")).to_be_visible()
        await browser.close()  # before the server: what a page still loads would complain later than it is looked at
    lost = ("DISCONNECTED", "ERR_CONNECTION", "WebSocket")
    assert all(any(one in said for one in lost) for said in browsers.complaints), browsers.complaints
    browsers.complaints.clear()


async def test_signing_out_closes_the_other_pages_of_that_sign_in(
    house: House, server: Server, browsers: Browsers
) -> None:
    here, there = await browsers.desk(), await browsers.desk()
    page = await sign_in(here, server.http, house.leila.name)
    others = [
        await visit(here, f"{server.http}/{path}") for path in ("feedback", f"recommendations/{house.diagnosis_id}")
    ]
    elsewhere = await sign_in(there, server.http, house.leila.name)

    await page.get_by_test_id("account").click()
    await page.get_by_test_id("sign-out").click()

    for one in (page, *others):
        await one.wait_for_url(SIGN_IN)
    await others[0].goto(f"{server.http}/feedback")
    await others[0].wait_for_url(SIGN_IN)
    answer(house, comment="Who is still there?")
    await expect(elsewhere.get_by_test_id("recent")).to_contain_text("Who is still there?")


async def test_ill_meant_words_are_shown_as_words(house: House, server: Server, browsers: Browsers) -> None:
    services = house.services
    who = new_patient(services, house.leila, ILL_MEANT, medicines=[ILL_MEANT], allergies=[ILL_MEANT])
    let_click(services, who)
    diagnosis_id = diagnose(services, house.leila, who, complaint=ILL_MEANT, symptom=ILL_MEANT)
    plan = recommended(services, diagnosis_id, "ginger")
    approve(services, house.leila, plan, ILL_MEANT)

    def say() -> None:
        effect = SideEffectInput(term=ILL_MEANT, serious=True)
        given = FeedbackInput(recommendation_id=plan, rating=1, comment=ILL_MEANT, stopped=True, side_effects=[effect])
        feedback.submit(services, who, diagnosis_id, given)

    say()
    desk, pocket = await browsers.desk(), await browsers.phone()
    await sign_in(desk, server.http, house.leila.name)
    paths = ("/", "/feedback", "/recommendations", f"/recommendations/{diagnosis_id}", "/effectiveness", "/intake")
    opened = [await visit(desk, server.http + path) for path in paths]
    phone = await pocket.new_page()
    await phone.goto(f"{server.http}/m")
    await phone.get_by_role("button", name=ILL_MEANT).tap()
    await phone.get_by_test_id("tab-feedback").tap()
    say()  # also what comes in while the pages are open

    overview, stream, listing, diagnosis, _effectiveness, intake = opened
    await expect(overview.get_by_test_id("inbox").get_by_text(ILL_MEANT).first).to_be_visible()
    await expect(stream.get_by_test_id("answers").get_by_role("paragraph").filter(has_text=ILL_MEANT)).to_have_count(2)
    await expect(listing.get_by_role("row").filter(has_text=ILL_MEANT).first).to_be_visible()
    await expect(diagnosis.get_by_role("heading", name=ILL_MEANT)).to_be_visible()
    await intake.get_by_test_id("patient").click()
    await expect(intake.get_by_role("option", name=ILL_MEANT)).to_be_visible()
    await expect(phone.get_by_role("paragraph").filter(has_text=ILL_MEANT).first).to_be_visible()
    for page in (*opened, phone):
        assert await page.evaluate("typeof window.hacked") == "undefined", page.url
        assert await page.locator("img[src=x]").count() == 0, page.url


async def test_a_patient_is_found_by_typing_however_long_ago_they_came(
    house: House, server: Server, browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pages.intake.MOST_PATIENTS", 1)
    new_patient(house.services, house.leila, "Sara Lind")
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/intake")
    who = page.get_by_test_id("patient")
    await who.click()
    await expect(page.get_by_role("option")).to_have_text(["A new patient", "Sara Lind"])
    await who.fill("mina")
    await page.get_by_role("option", name="Mina Farahani").click()
    await expect(who).to_have_value("Mina Farahani")
    await expect(page.get_by_test_id("patient-name")).to_be_hidden()
    await who.click()
    await expect(page.get_by_role("option", name="Mina Farahani")).to_be_visible()
    await who.press("Escape")
    await page.get_by_test_id("record").click()
    await expect(page.get_by_role("heading", name="Mina Farahani")).to_be_visible()


async def test_a_condition_confirmed_elsewhere_shows_here_without_a_new_page(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/recommendations/{house.diagnosis_id}")
    await page.evaluate("window.never_left = true")
    known = house.services.library.shared.knowledge.conditions.values()
    other = next(one for one in known if one.tradition == "tcm" and one.id != "t-stcold")
    await expect(page.get_by_test_id("choose-t-stcold")).to_have_count(0)
    confirm(house.services, house.leila, house.diagnosis_id, other.id)
    await expect(page.get_by_test_id("facts")).to_contain_text(other.names["en"])
    await expect(page.get_by_test_id("choose-t-stcold")).to_be_visible()
    assert await page.evaluate("window.never_left")


async def test_what_is_not_yours_and_what_is_not_there_look_the_same(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    page = await sign_in(browser, server.http, house.chen.name)
    seen = set()
    for asked in (house.diagnosis_id, 999_999, 10**25, "abc"):
        await page.goto(f"{server.http}/recommendations/{asked}")
        await expect(page.get_by_text("There is no such diagnosis.")).to_be_visible()
        seen.add(await page.locator(".vv-page").inner_text())
    assert len(seen) == 1
    assert house.mina.name not in seen.pop()


async def test_pages_cost_little_and_nothing_is_left_of_them(
    house: House, settings: Settings, services: Services, browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "RECONNECT_SECONDS", 0.5)  # a page that is closed counts as lost after this
    with serving(main.create_app(settings, services)) as server:
        before = services.hub.follower_count()
        browser = await browsers.desk()
        await sign_in(browser, server.http, house.leila.name)
        paths = ("feedback", "effectiveness", "recommendations", f"recommendations/{house.diagnosis_id}", "intake")
        intake = [await visit(browser, f"{server.http}/{path}") for path in paths][-1]
        await find_some(intake, 6)
        costs = {one.page.path: len(one.elements) for one in Client.instances.values()}
        assert len(costs) >= 1 + len(paths)
        assert {path: cost for path, cost in costs.items() if cost > MOST_ELEMENTS} == {}
        assert services.hub.follower_count() > before

        await browsers.close()
        await eventually(lambda: services.hub.follower_count() == before, what="the last follower's end")
        await eventually(lambda: not Client.instances, what="the last page's end")


def answer(house: House, **more: Any) -> None:
    """Let Mina answer."""
    feedback.submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=4, **more))
