"""The screens of the main story: a practitioner's open pages, what stands on them, and how they are filled in."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

CONDITION = "Spleen qi deficiency"
"""What both patients of the story have."""


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


async def choose(page: Page, field: str, option: str | re.Pattern[str]) -> None:
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
