"""The main story: what happens on one screen is seen at once wherever it may be seen, and nowhere else.

Two practitioners, a patient with two phones, and another patient's phone, each in a browser of its own.
"""

import asyncio
import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.e2e.screens import (
    CONDITION,
    Desk,
    Herb,
    choose,
    counter,
    details_of,
    find,
    funnel_with_one_more,
    known_of,
    one_more,
    one_more_told,
    row_of,
    tap,
)
from tests.support.browsers import Browsers, sign_in, token_of, visit
from tests.support.phone import Phone, phone
from tests.support.server import Server

pytestmark = pytest.mark.e2e

LEILA, CHEN = "Dr Leila Moradi", "Dr Chen Wei"
STRANGER = "Tomas Berg"
"""Another patient of hers, with the same condition; the colleague does not see him."""
PATIENT = "Noor Haidari"
SIGNS = ("Tired after meals", "Loose stool", "Tooth marks on the edge of the tongue")
COMMENT, ELSEWHERE = "Much lighter after lunch. مرسی!", "The stairs go well again."


async def test_what_happens_is_seen_everywhere_at_once_and_nowhere_else(demo: Server, browsers: Browsers) -> None:
    first, second = await browsers.desk(), await browsers.desk()
    desk = await sign_in(first, demo.http, LEILA)
    await sign_in(second, demo.http, CHEN)

    await record(desk, demo)
    diagnosis_id = int(desk.url.rsplit("/", 1)[1])
    plan = [await approve(desk, number) for number in range(2)]
    patient, beside = [await come_in(await browsers.phone(), await invite(desk), plan) for _ in range(2)]
    await beside.get_by_test_id("tab-effectiveness").tap()
    stranger = await another_patient(await browsers.phone(), demo)
    await share(desk, CHEN)

    everywhere = [await open_desk(one, demo, diagnosis_id) for one in (first, second)]
    token = await token_of(first, demo.http, LEILA)
    async with phone(demo.ws, diagnosis_id, token) as socket:
        await socket.expect("snapshot")
        await an_answer(patient, plan[0], everywhere, socket)
        await on_the_second_phone(beside, plan[0])
        await an_answer_of_somebody_else(stranger.page, everywhere[0])
        await a_serious_side_effect(patient, plan[1], everywhere, socket)
        await a_decision(everywhere, plan[1], (patient, beside))
    for windows in everywhere:
        assert [await page.evaluate("window.never_left") for page in windows.pages] == [True] * 4
    for page in (*everywhere[1].pages, patient, beside):
        await expect(page.get_by_text(ELSEWHERE)).to_have_count(0)
    assert stranger.heard, "it was live all the time"
    for message in stranger.heard:
        assert COMMENT not in message
        assert f'"diagnosis_id":{diagnosis_id},' not in message.replace(" ", "")
    await stranger.page.get_by_test_id("tab-recommendations").tap()
    await expect(stranger.page.locator("[data-testid^=recommendation-]").first).to_be_visible()
    for herb in plan:
        await expect(stranger.page.get_by_test_id(f"recommendation-{herb.id}")).to_have_count(0)


@dataclass(frozen=True)
class Stranger:
    """The phone of another patient, and every message that its socket got."""

    page: Page
    heard: list[str]


async def record(page: Page, demo: Server) -> None:
    """Take a new patient in: what was found, and what fits while it is written down."""
    await page.get_by_role("link", name="Intake").click()
    await page.get_by_test_id("patient-name").fill(PATIENT)
    await choose(page, "patient-sex", "Male")
    await page.get_by_test_id("complaint").fill("Tired after every meal.")
    await page.get_by_test_id("symptom").fill("Tiredness")
    await page.get_by_test_id("baseline").fill("7")
    await page.get_by_test_id("second-symptom").fill("Loose stool")
    await page.get_by_test_id("second-baseline").fill("۵")
    await page.get_by_test_id("activity").fill("Work after lunch")
    await page.get_by_test_id("activity-baseline").fill("8")
    thinking = page.get_by_test_id("thinking")
    await expect(thinking).to_contain_text("Choose a finding")
    for sign in SIGNS:
        await find(page, sign)
        await expect(thinking).to_contain_text(sign)
    await expect(thinking).to_contain_text(CONDITION)
    await expect(page.get_by_test_id("next-question")).not_to_be_empty()
    await page.get_by_test_id("answer-no").click()
    await page.get_by_test_id("record").click()
    await page.wait_for_url(re.compile(r"/recommendations/\d+$"))


async def approve(page: Page, number: int) -> Herb:
    """Approve one of the herbs that passed the gate and that this practice knows something of."""
    await expect(page.get_by_role("heading", name=PATIENT)).to_be_visible()
    known = page.get_by_role("article").filter(has=page.locator("[data-testid^=known-]"))
    testid = await known.nth(number).get_attribute("data-testid") or ""
    card = page.get_by_test_id(testid)
    await expect(card).to_contain_text(f"Documented for {CONDITION}")
    await expect(card).to_have_attribute("data-status", "proposed")
    await card.get_by_role("button", name="Approve").click()
    await expect(card).to_have_attribute("data-status", "approved")
    await expect(card).to_contain_text("Approved")
    return Herb(int(testid.rsplit("-", 1)[1]), await card.locator(".vv-option__name").inner_text())


async def invite(page: Page) -> str:
    """Ask for the patient's way in; returns the link that the dialog shows beside its QR code."""
    await page.get_by_test_id("invite").click()
    code = page.get_by_role("img", name="QR code of the invitation")
    await expect(code).to_be_visible()
    await expect(code.locator("img")).to_have_attribute("src", re.compile("^data:image/svg"))
    link = await page.get_by_test_id("invite-link").inner_text()
    assert (await page.get_by_test_id("invite-letters").inner_text()) in link
    await page.get_by_role("button", name="Done").click()
    return link


async def come_in(pocket: BrowserContext, link: str, plan: list[Herb]) -> Page:
    """Open the link on the phone and read the plan."""
    patient = await pocket.new_page()
    await patient.goto(link)
    for herb in plan:
        await expect(patient.get_by_test_id(f"plan-item-{herb.id}")).to_contain_text(herb.name)
    await expect(patient.get_by_test_id("live-mark")).to_contain_text("Live")
    assert "invite" not in patient.url
    return patient


async def another_patient(pocket: BrowserContext, demo: Server) -> Stranger:
    """Sign another patient in, and listen to what reaches that phone."""
    heard: list[str] = []
    page = await pocket.new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    await page.goto(f"{demo.http}/m")
    await page.get_by_role("button", name=STRANGER).tap()
    await expect(page.get_by_test_id("live-mark")).to_contain_text("Live")
    return Stranger(page, heard)


async def share(page: Page, colleague: str) -> None:
    """Share the patient with a colleague, who may treat them from then on."""
    await page.get_by_test_id("about").click()
    await page.get_by_test_id("share").click()
    await choose(page, "share-who", re.compile(colleague))
    await choose(page, "share-level", "May read and treat")
    await page.get_by_test_id("share-go").click()
    await expect(page.get_by_test_id("shared-with")).to_contain_text(colleague)


async def open_desk(browser: BrowserContext, demo: Server, diagnosis_id: int) -> Desk:
    """Open every page that has to follow."""
    paths = ("/", f"/recommendations/{diagnosis_id}", "/effectiveness", "/feedback")
    desk = Desk(*await asyncio.gather(*[visit(browser, demo.http + path) for path in paths]))
    for page in desk.pages:
        await page.evaluate("window.never_left = true")  # a reload would take this away
    return desk


async def an_answer(patient: Page, herb: Herb, everywhere: list[Desk], socket: Phone) -> None:
    """Send an ordinary answer, and see it on every page without a reload."""
    answered = [int(await counter(desk).inner_text()) for desk in everywhere]
    known = [await known_of(desk, herb).inner_text() for desk in everywhere]
    rows = [await row_of(desk, herb).inner_text() for desk in everywhere]
    for desk in everywhere:
        await row_of(desk, herb).get_by_role("button", name="Details").press("Enter")
        await expect(details_of(desk)).to_contain_text("How the number comes about")
    before = socket.seqs[-1] if socket.seqs else socket.seen[-1]["data"]["seq"]

    await patient.get_by_test_id("tab-feedback").click()
    await tap(patient, f"choose-{herb.id}")
    await tap(patient, "rating-4")
    await expect(patient.get_by_test_id("as-last-time")).to_be_hidden()
    await tap(patient, "symptom-3")
    await tap(patient, "second-symptom-2")
    await expect(patient.get_by_role("group", name="Work after lunch")).to_be_visible()
    await patient.get_by_test_id("activity-slider").fill("6")
    await expect(patient.get_by_test_id("activity-6")).to_be_checked()
    await tap(patient, "improvement-4")
    await patient.get_by_test_id("side-effects").locator("summary").click()
    await tap(patient, "side-effect-bloating")
    await tap(patient, "severity-bloating-1")
    await expect(patient.get_by_test_id("better-bloating-yes")).to_be_hidden()
    await tap(patient, "stopped-bloating-no")
    await patient.get_by_test_id("feedback-comment").fill(COMMENT)
    await patient.get_by_test_id("feedback-send").click()
    await expect(patient.get_by_test_id("feedback-status")).to_contain_text("Your practitioner sees it now")

    for desk, count, text, row in zip(everywhere, answered, known, rows, strict=True):
        await expect(counter(desk)).to_have_text(str(count + 1))
        for stream in (desk.overview.get_by_test_id("recent"), desk.feedback.get_by_test_id("answers")):
            newest = stream.locator("li").first
            await expect(newest).to_contain_text(PATIENT)
            await expect(newest).to_contain_text(COMMENT)
            await expect(newest.get_by_text(COMMENT)).to_have_attribute("dir", "auto")
            await expect(newest).to_contain_text("\u2068Tiredness\u2069 3 of 10")
            await expect(newest).to_contain_text("\u2068Loose stool\u2069 2 of 10")
            await expect(newest).to_contain_text("\u2068Work after lunch\u2069: difficulty 6 of 10")
            await expect(newest).to_contain_text("Bloating")
            await expect(newest.get_by_role("img", name="4 of 5 stars")).to_be_visible()
        await expect(known_of(desk, herb)).to_have_text(one_more(text))
        await expect(row_of(desk, herb)).to_contain_text(funnel_with_one_more(row))
        await expect(details_of(desk)).to_contain_text(one_more_told(row))
        await expect(details_of(desk)).to_contain_text("Bloating: reported by")

    messages = [await socket.next() for _ in range(3)]
    assert [one["type"] for one in messages] == ["feedback_update", "effectiveness_update", "prediction_update"]
    assert [one["seq"] for one in messages] == [before + 1, before + 2, before + 3]
    assert {one["data"]["recommendation_id"] for one in messages} == {herb.id}
    assert messages[0]["data"]["rating"] == 4
    assert messages[0]["data"]["comment"] == COMMENT
    assert [messages[0]["data"][name] for name in ("symptom", "second_symptom", "activity")] == [3, 2, 6]
    [effect] = messages[0]["data"]["side_effects"]
    today = await patient.evaluate("new Date().toLocaleDateString('sv')")
    assert (effect["severity"], effect["onset"], effect["stopped"]) == (1, today, False)


async def on_the_second_phone(beside: Page, herb: Herb) -> None:
    """See the answer on the same patient's other phone, which nobody has touched."""
    await expect(beside.get_by_test_id("symptom-card").locator(".figure--value")).to_contain_text("3 / 10")
    await beside.get_by_test_id("tab-feedback").tap()
    await expect(beside.get_by_text(COMMENT)).to_be_visible()
    await expect(beside.locator(".entry", has_text=COMMENT)).to_contain_text(herb.name)


async def an_answer_of_somebody_else(stranger: Page, hers: Desk) -> None:
    """Send an answer of a patient whom only one of the two practitioners treats."""
    await stranger.get_by_test_id("tab-feedback").tap()
    await stranger.locator("label", has=stranger.locator("[data-testid^=choose-]")).first.tap()
    await tap(stranger, "rating-5")
    await stranger.get_by_test_id("as-last-time").tap()
    await stranger.get_by_test_id("feedback-comment").fill(ELSEWHERE)
    await stranger.get_by_test_id("feedback-send").click()
    for stream in (hers.overview.get_by_test_id("recent"), hers.feedback.get_by_test_id("answers")):
        await expect(stream.locator("li").first).to_contain_text(ELSEWHERE)


async def a_serious_side_effect(patient: Page, herb: Herb, everywhere: list[Desk], socket: Phone) -> None:
    """Report a serious side effect: the phone says stop at once, the inbox has it on top, each page until it is seen."""
    typing = everywhere[0].recommendations.get_by_test_id("dose-amount")
    await everywhere[0].recommendations.get_by_test_id(f"dose-{herb.id}").click()
    await typing.fill("4")
    await tap(patient, f"choose-{herb.id}")
    await tap(patient, "rating-1")
    await patient.get_by_test_id("as-last-time").tap()
    await patient.get_by_test_id("side-effects").locator("summary").click()
    await expect(patient.get_by_test_id("stop-card")).to_be_hidden()
    await patient.get_by_test_id("effect-search").fill("خس\u200cخس سينه")  # with the Arabic ye
    await patient.get_by_test_id("effect-search").press("Enter")
    await expect(patient.get_by_test_id("side-effect-wheeze")).to_be_checked()
    await expect(patient.get_by_test_id("stop-card")).to_contain_text("call your practitioner now")
    await patient.get_by_test_id("feedback-send").click()
    await expect(patient.get_by_test_id("feedback-advice")).to_contain_text("call your practitioner now")

    for desk in everywhere:
        on_top = desk.overview.get_by_test_id("inbox").locator("li").first
        await expect(on_top).to_contain_text(PATIENT)
        await expect(on_top).to_contain_text("Serious side effect")
        await expect(desk.feedback.get_by_test_id("answers").locator("li").first).to_contain_text("Needs you now")
        for page in desk.pages:
            await expect(page.get_by_role("alert").filter(has=page.get_by_test_id("alarms"))).to_contain_text(PATIENT)
            await expect(page.get_by_test_id("alarms")).to_contain_text("Serious side effect: Wheeze")
    await expect(typing).to_be_focused()
    await expect(typing).to_have_value("4")
    await everywhere[0].recommendations.get_by_role("button", name="Cancel").last.click()
    await everywhere[1].feedback.get_by_test_id("alarms-see").click()  # of the newest of the worst: hers
    for page in (page for desk in everywhere for page in desk.pages):
        await expect(page.get_by_role("alert").filter(has_text=PATIENT)).to_have_count(0)
    await expect(everywhere[0].overview.get_by_test_id("inbox").locator(".vv-item--quiet").first).to_contain_text(
        PATIENT
    )
    told = await socket.until("feedback_update")
    assert [(effect["term"], effect["serious"]) for effect in told["side_effects"]] == [("wheeze", True)]
    assert [told[name] for name in ("symptom", "second_symptom", "activity")] == [3, 2, 6], "as last time"
    assert socket.seqs == list(range(socket.seqs[0], socket.seqs[0] + len(socket.seqs)))


async def a_decision(everywhere: list[Desk], herb: Herb, phones: tuple[Page, Page]) -> None:
    """Stop the herb that was not borne, take that back, and approve another thing, on one page: all the others follow."""
    page = everywhere[0].recommendations
    for patient in phones:
        await patient.get_by_test_id("tab-recommendations").tap()
    await page.get_by_test_id(f"recommendation-{herb.id}").get_by_role("button", name="Stop").click()
    await page.get_by_test_id("stop-reason").fill("Wheeze.")
    await page.get_by_test_id("stop-go").click()
    for desk in everywhere:
        card = desk.recommendations.get_by_test_id(f"recommendation-{herb.id}")
        await expect(card).to_have_attribute("data-status", "stopped")
    for patient in phones:
        await expect(patient.get_by_test_id(f"recommendation-{herb.id}")).to_contain_text("Stopped")
        await expect(patient.get_by_test_id(f"recommendation-{herb.id}")).to_contain_text("Wheeze.")
    await (
        everywhere[1].recommendations.get_by_test_id(f"undo-{herb.id}").click()
    )  # by the colleague, who saw that it was a slip
    for desk in everywhere:
        card = desk.recommendations.get_by_test_id(f"recommendation-{herb.id}")
        await expect(card).to_have_attribute("data-status", "approved")
    for patient in phones:
        await expect(patient.get_by_test_id(f"recommendation-{herb.id}")).not_to_contain_text("Stopped")

    proposed = page.locator("article[data-status=proposed]").filter(has=page.get_by_role("button", name="Approve"))
    testid = await proposed.last.get_attribute("data-testid") or ""
    await page.get_by_test_id(testid).get_by_role("button", name="Approve").click()
    for desk in everywhere:
        await expect(desk.recommendations.get_by_test_id(testid)).to_have_attribute("data-status", "approved")
    for patient in phones:
        await expect(patient.get_by_test_id(testid)).to_have_count(1)
