"""The main story: a patient's answer, sent from a phone, is seen at once wherever it may be seen."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.support.browsers import Browsers, sign_in, token_of, visit
from tests.support.phone import Phone, phone
from tests.support.server import Server

pytestmark = pytest.mark.e2e

LEILA = "Dr Leila Moradi"
PATIENT = "Noor Haidari"
SIGNS = ("Tired after meals", "Loose stool", "Tooth marks on the edge of the tongue")
CONDITION = "Spleen qi deficiency"
COMMENT = "Much lighter after lunch. مرسی!"


async def test_an_answer_from_a_phone_is_seen_everywhere_at_once(demo: Server, browsers: Browsers) -> None:
    first, second, pocket = await browsers.desk(), await browsers.desk(), await browsers.phone()
    desk = await sign_in(first, demo.http, LEILA)
    await sign_in(second, demo.http, LEILA)

    await record(desk, demo)
    diagnosis_id = int(desk.url.rsplit("/", 1)[1])
    plan = [await approve(desk, number) for number in range(2)]
    link = await invite(desk)

    patient = await come_in(pocket, link, plan)
    everywhere = [await open_desk(one, demo, diagnosis_id) for one in (first, second)]
    token = await token_of(first, demo.http, LEILA)
    async with phone(demo.ws, diagnosis_id, token) as socket:
        await socket.expect("snapshot")
        await an_answer(patient, plan[0], everywhere, socket)
        await a_serious_side_effect(patient, plan[1], everywhere, socket)
    for windows in everywhere:
        assert [await page.evaluate("window.never_left") for page in windows.pages] == [True] * 4


@dataclass(frozen=True)
class Herb:
    """An approved recommendation."""

    id: int
    name: str


@dataclass(frozen=True)
class Desk:
    """The four pages that one of the practitioner's browsers has open."""

    overview: Page
    recommendations: Page
    effectiveness: Page
    feedback: Page

    @property
    def pages(self) -> tuple[Page, ...]:
        """All of them."""
        return self.overview, self.recommendations, self.effectiveness, self.feedback


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


async def open_desk(browser: BrowserContext, demo: Server, diagnosis_id: int) -> Desk:
    """Open every page that has to follow."""
    paths = ("/", f"/recommendations/{diagnosis_id}", "/effectiveness", "/feedback")
    desk = Desk(*[await visit(browser, demo.http + path) for path in paths])
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
            await expect(newest).to_contain_text("Symptom 3 of 10")
            await expect(newest).to_contain_text("Second symptom 2 of 10")
            await expect(newest).to_contain_text("Activity: difficulty 6 of 10")
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


async def choose(page: Page, field: str, option: str) -> None:
    """Choose from a list."""
    await page.get_by_test_id(field).click()
    await page.get_by_role("option", name=option, exact=True).click()


async def find(page: Page, sign: str) -> None:
    """Type a finding and take it from the list."""
    await page.get_by_test_id("present").fill(sign)
    await page.get_by_role("option").filter(has=page.get_by_text(sign, exact=True)).click()
    await expect(page.get_by_test_id("recorded")).to_contain_text(sign)


async def tap(page: Page, testid: str) -> None:
    """Tap a choice: what is seen and tapped is the label round the input."""
    await page.locator("label", has=page.get_by_test_id(testid)).tap()


def counter(desk: Desk) -> Locator:
    """Find today's answers on the Overview page."""
    return desk.overview.get_by_test_id("count-answers_since")


def known_of(desk: Desk, herb: Herb) -> Locator:
    """Find what the card says of the practice's own answers."""
    return desk.recommendations.get_by_test_id(f"known-{herb.id}")


def row_of(desk: Desk, herb: Herb) -> Locator:
    """Find the herb's row on the Effectiveness page."""
    rows = desk.effectiveness.get_by_test_id("evidence").locator("tr[data-testid^=row-]")
    return rows.filter(has_text=herb.name).filter(has_text=CONDITION)


def details_of(desk: Desk) -> Locator:
    """Find what the opened row of the Effectiveness page tells."""
    return desk.effectiveness.get_by_test_id("evidence").locator("tr[data-testid^=detail-]")


def one_more(known: str) -> re.Pattern[str]:
    """Say what stands on a card after one more patient answered and improved."""
    improved, answered = (int(number) for number in re.findall(r"\d+", known)[:2])
    return re.compile(rf"^{improved + 1} of {answered + 1} improved: \d+%")


def one_more_told(row: str) -> re.Pattern[str]:
    """Say what an opened row tells after one more patient answered and improved."""
    answered, improved = re.findall(r"\d+", funnel_with_one_more(row))[1:]
    return re.compile(rf"{improved} of (the )?{answered} ")


def funnel_with_one_more(row: str) -> str:
    """Say what stands in a row after one more patient answered and improved."""
    found = re.search(r"(\d+)\s→\s(\d+)\s→\s(\d+)", row)
    assert found, row
    prescribed, answered, improved = (int(number) for number in found.groups())
    return f"{prescribed} → {answered + 1} → {improved + 1}"
