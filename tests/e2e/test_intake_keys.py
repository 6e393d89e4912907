"""Recording a follow-up visit without a mouse, and what the list of findings does in a real browser."""

import re
from threading import Event
from typing import Any

import pytest
from playwright.async_api import Page, expect

from domain import diagnosis
from domain.diagnosis import FindingInput
from domain.finding_names import Named, offered
from pages import findings
from tests.support.browsers import Browsers, connected, sign_in, visit
from tests.support.house import House, diagnose
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_errors")]

SMALLEST = 24
"""Pixels that a thing to click has at least in both directions (WCAG 2.2, 2.5.8)."""
MOST_STROKES = 30
"""Keys that a follow-up takes, each letter and each Alt counted: a new finding and its severity, a score, all else as it was."""
LAST_TIME = [
    FindingInput(finding_id="stool-loose", severity=2),
    FindingInput(finding_id="tired-after-meals", severity=3),
    FindingInput(finding_id="tongue-pale"),
]


@pytest.fixture
def house(house: House) -> House:
    """The house, whose patient has been there before."""
    diagnose(house.services, house.leila, house.mina, findings=LAST_TIME)
    return house


async def test_a_follow_up_is_recorded_by_keyboard_alone(house: House, server: Server, browsers: Browsers) -> None:
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/intake")
    await page.evaluate("window.strokes = 0; addEventListener('keydown', () => { window.strokes += 1; }, true)")
    keys = page.keyboard
    await keys.press("Alt+W")
    await keys.type("mina")
    await expect(page.get_by_role("option")).to_have_text(["Mina Farahani"])  # the list of all four letters
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_test_id("profile")).to_contain_text("Medicines")
    await expect(page.get_by_test_id("overruled")).to_contain_text("Discussed with the patient.")
    await expect(page.get_by_test_id("take-over")).to_be_visible()
    await press_in_persian(page, "KeyL", "م")  # the first group: what is looked at, the tongue
    await expect(page.get_by_test_id("finding-tongue-pale")).to_have_attribute("data-mark", "there")
    await expect(page.get_by_test_id("finding-stool-loose")).to_have_attribute("data-mark", "")
    await keys.press("Alt+A")
    await expect(page.get_by_test_id("finding-tired-after-meals")).to_have_attribute("data-mark", "3")

    await keys.press("Alt+K")
    await expect(page.get_by_test_id("present")).to_be_focused()
    await keys.type("bloat")  # by its first letters, from the list
    selected = page.locator("[role=option][aria-selected=true]")
    await expect(selected).to_contain_text(re.compile("bloat", re.I))
    chosen = await selected.get_attribute("data-testid") or ""
    bloating = chosen.removeprefix("offer-")
    await keys.press("Enter")
    await expect(page.get_by_test_id(f"finding-{bloating}")).to_have_attribute("data-mark", "there")
    await keys.press("4")  # how severe the last one is
    await expect(page.get_by_test_id(f"finding-{bloating}")).to_have_attribute("data-mark", "4")
    await keys.press("Alt+M")
    await keys.type("4")
    await expect(page.get_by_text("7 of 10 last time: 3 points less")).to_be_visible()
    await expect(page.get_by_test_id("draft")).to_have_attribute("data-kind", "kept")
    assert await page.evaluate("window.strokes") + 2 <= MOST_STROKES  # with Control and Enter
    await page.reload()  # the browser crashes
    await connected(page)
    await expect(page.get_by_test_id("draft")).to_contain_text("is back.")
    await expect(page.get_by_test_id("finding-stool-loose")).to_have_attribute("data-mark", "2")
    await keys.press("Control+Enter")
    await page.wait_for_url(re.compile(r"/recommendations/\d+$"))
    newest = diagnosis.listing(house.services, house.leila)[0]
    assert {one["finding_id"]: (one["present"], one["severity"]) for one in newest["findings"]} == {
        "stool-loose": (True, 2),
        "tired-after-meals": (True, 3),
        "tongue-pale": (True, None),
        bloating: (True, 4),
    }
    assert (newest["baseline"], newest["symptom"]) == (4, "Stomach pain")


async def test_findings_are_changed_by_keyboard_and_questions_answered(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/intake?patient={house.mina.patient_id}")
    keys = page.keyboard
    await expect(page.get_by_test_id("take-over")).to_be_visible()
    await keys.press("Alt+A")
    await expect(page.get_by_test_id("take-over")).to_have_count(0)
    await keys.press("Alt+K")
    await keys.type("wiry pulse")  # faster than the list can come
    await keys.press("Shift+Enter")
    await expect(page.get_by_test_id("finding-pulse-wiry")).to_have_attribute("data-mark", "absent")
    await keys.type("red tongue body")
    await keys.press("Enter")
    await expect(page.get_by_test_id("objection")).to_contain_text("cannot be there beside “Pale tongue body”")
    await expect(page.get_by_test_id("finding-tongue-red")).to_have_count(0)
    await expect(page.get_by_test_id("replace")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_test_id("finding-tongue-red")).to_have_attribute("data-mark", "there")

    await mark(page, "stool-loose", "ArrowRight")  # from moderate to severe
    await expect(page.get_by_test_id("finding-stool-loose")).to_have_attribute("data-mark", "3")
    await expect(page.get_by_test_id("finding-stool-loose")).to_contain_text("stronger")
    await keys.press("Tab")
    await keys.type("2 weeks")  # what a list does with letters
    await expect(page.get_by_test_id("finding-stool-loose")).to_have_attribute("data-days", "14")
    await mark(page, "tired-after-meals", "Tab")
    await keys.press("Tab")
    await keys.press("Enter")  # takes it away: as open as last time it was there
    await expect(page.get_by_test_id("finding-tired-after-meals")).to_have_attribute("data-mark", "")
    await expect(page.get_by_test_id("difference")).to_contain_text("1 stronger")

    question = page.get_by_test_id("question")
    for pressed in ("Alt+U", "n", "y"):
        before = await question.get_attribute("data-id") or ""
        await expect(page.get_by_test_id("why")).to_contain_text("It helps to tell")
        await keys.press(pressed)
        await expect(question).not_to_have_attribute("data-id", before)
        answered = page.get_by_test_id(f"finding-{before}")
        if pressed == "Alt+U":
            await expect(answered).to_have_count(0)
            await page.get_by_test_id("answer-yes").focus()  # from here on one key alone
        else:
            await expect(answered).to_have_attribute("data-mark", "absent" if pressed == "n" else "there")
    await keys.press("Alt+/")
    await expect(page.get_by_test_id("keys-dialog")).to_contain_text("everything as last time")
    await keys.press("Escape")
    await expect(page.get_by_test_id("keys-dialog")).to_be_hidden()


async def test_what_can_mean_several_things_is_never_taken_unseen(
    house: House, server: Server, browsers: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/intake")
    typed = Event()  # all of it, before a search is answered

    def when_typed(*given: Any, **more: Any) -> list[Named]:
        typed.wait(ANSWER_SECONDS)
        return offered(*given, **more)

    monkeypatch.setattr(findings, "offered", when_typed)
    field = page.get_by_test_id("present")
    await field.focus()
    await page.keyboard.type("loose")
    await page.keyboard.press("Enter")  # before the list is there
    typed.set()
    await expect(page.get_by_role("option").nth(1)).to_be_visible()
    await expect(page.get_by_test_id("recorded").get_by_role("radiogroup")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("recorded").get_by_role("radiogroup")).to_have_count(1)
    typed.clear()
    for word in ("tired after meals", "nausea", "dizziness"):  # one behind the other, without a pause
        await page.keyboard.type(word)
        await page.keyboard.press("Enter")
    typed.set()
    await expect(page.get_by_test_id("recorded").get_by_role("radiogroup")).to_have_count(4)
    await expect(field).to_have_value("")
    await page.keyboard.type("zzzz")
    await expect(page.get_by_text("Nothing is called like that in this tradition.")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("listbox")).to_be_hidden()


async def test_everything_that_can_be_pressed_is_large_enough(house: House, server: Server, browsers: Browsers) -> None:
    browser = await browsers.phone()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/intake")
    await page.get_by_test_id("group-pain").tap()
    await page.get_by_role("option").first.tap()
    await page.get_by_role("option").nth(1).tap()
    await page.get_by_test_id("present").press("Escape")
    things = page.get_by_test_id("findings").locator("button, select, .vv-mark, input[type=text]")
    sizes = [await one.bounding_box() for one in await things.all()]
    assert len(sizes) > 20
    assert [size for size in sizes if size and min(size["width"], size["height"]) < SMALLEST] == []


async def test_a_medicine_counts_although_enter_was_not_pressed(
    house: House, server: Server, browsers: Browsers
) -> None:
    browser = await browsers.desk()
    await sign_in(browser, server.http, house.leila.name)
    page = await visit(browser, f"{server.http}/recommendations/{house.diagnosis_id}")
    await page.get_by_test_id("edit-profile").click()
    await page.get_by_test_id("profile-medicines").fill("warfrin")
    await page.get_by_test_id("profile-name").focus()
    await expect(page.get_by_test_id("profile-unchecked")).to_contain_text("did you mean warfarin?")
    await page.get_by_test_id("profile-medicines").fill("warfarin")
    await page.get_by_test_id("profile-save").click()
    await expect(page.get_by_test_id("facts")).to_contain_text("warfarin")
    await expect(page.get_by_test_id(f"recommendation-{house.ginger}")).to_contain_text("Major concern")


async def press_in_persian(page: Page, code: str, letter: str) -> None:
    """Press Alt and a key as a keyboard with a Persian layout does: by the place of the key, with its Persian letter."""
    event = {"code": code, "key": letter, "altKey": True, "bubbles": True, "cancelable": True}
    await page.evaluate("event => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event))", event)


async def mark(page: Page, finding_id: str, key: str) -> None:
    """Go to the marks of a finding by Tab, and press a key there."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        here = "document.activeElement?.closest('[data-testid^=finding-]')?.dataset?.testid"
        kind = "document.activeElement?.type"
        if await page.evaluate(here) == f"finding-{finding_id}" and await page.evaluate(kind) == "radio":
            await page.keyboard.press(key)
            return
    pytest.fail(f"no way to {finding_id} by keyboard")
