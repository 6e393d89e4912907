"""The sheet on paper, in a real browser: nothing but the sheet, black on white, in both directions, and never an old one."""

import io

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader
from sqlmodel import select

from domain import profile
from domain.patient import PatientInput
from storage.tables import AuditEntry
from tests.support.browsers import Browsers, sign_in, visit
from tests.support.house import House, approve
from tests.support.server import Server

pytestmark = pytest.mark.e2e

LOOK = """() => {
  const paper = getComputedStyle(document.querySelector(".vv-sheet__paper"));
  const texts = [...document.querySelectorAll(".vv-sheet__paper :is(p, dt, dd, li)")];
  return {
    colours: [paper.color, paper.backgroundColor],
    smallest: Math.min(...texts.map((one) => parseFloat(getComputedStyle(one).fontSize))),
    together: [...document.querySelectorAll(".vv-sheet__item")].every((one) => getComputedStyle(one).breakInside === "avoid"),
    direction: paper.direction,
  };
}"""
BLACK_ON_WHITE = ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
TWELVE_POINTS = 16


@pytest.fixture
def house(house: House) -> House:
    """The house, with a plan of two herbs."""
    approve(house.services, house.leila, house.proposed("fennel"))
    return house


async def printed(page: Page, paper: str) -> str:
    reader = PdfReader(io.BytesIO(await page.pdf(format=paper)))
    return "\n".join(one.extract_text() for one in reader.pages)


def prints_of(house: House) -> int:
    with house.services.database.read() as session:
        return len(session.exec(select(AuditEntry.id).where(AuditEntry.action == "print")).all())


async def test_paper_shows_the_sheet_alone_and_never_one_that_has_changed(
    house: House, server: Server, browsers: Browsers
) -> None:
    desk = await browsers.desk(color_scheme="dark")
    await sign_in(desk, server.http, house.leila.name)
    where = f"{server.http}/recommendations/{house.diagnosis_id}/sheet"
    for language, direction, title in (("fa", "rtl", "برنامهٔ شما"), ("en", "ltr", "Your plan")):
        page = await visit(desk, f"{where}?language={language}")
        await expect(page.get_by_test_id("sheet")).to_contain_text(title)
        await page.emulate_media(media="print")
        look = await page.evaluate(LOOK)
        assert look["colours"] == BLACK_ON_WHITE
        assert look["smallest"] >= TWELVE_POINTS
        assert look["together"]
        assert look["direction"] == direction
        for gone in (page.get_by_role("navigation").first, page.get_by_test_id("print"), page.locator(".q-header")):
            await expect(gone).to_be_hidden()
        await page.emulate_media(media="null")
    await expect(page.locator(".vv-live")).to_have_attribute("data-state", "live")
    for paper in ("A4", "Letter"):
        text = await printed(page, paper)
        assert "Foeniculum vulgare" in text
        assert "Overview" not in text
    assert prints_of(house) > 0, "what the browser's own menu prints is written down too"

    await page.evaluate("() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; }")
    await page.get_by_test_id("print").click()
    await page.wait_for_function("window.printed === 1")

    given = PatientInput(name="Mina Farahani", medicines=["warfarin"])
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)
    await expect(page.get_by_test_id("changed")).to_contain_text("ginger: no longer on the sheet")
    text = await printed(page, "A4")
    assert "The plan has changed" in text
    assert "fennel" not in text.lower()
    await page.get_by_test_id("looked").click()
    await expect(page.get_by_test_id("changed")).to_be_hidden()
    text = await printed(page, "A4")
    assert "fennel" in text.lower()
    assert "Zingiber" not in text
