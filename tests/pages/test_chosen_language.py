"""Pages speak the language that was chosen."""

from nicegui import ui

from tests.pages.conftest import Visit
from tests.support.house import House


async def test_persian_is_said_in_the_page_and_written_in_its_digits(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    answer = await leila.http.get("/language/fa?next=/feedback")
    assert answer.headers["location"] == "/feedback"
    page = await leila.http.get("/")
    assert '<html lang="fa-IR"' in page.text
    await leila.open("/")
    assert leila.the(ui.label, "count-patients").text == "۲"
    await leila.user.should_see("نمای کلی")


async def test_a_language_that_nobody_speaks_is_english_and_leads_nowhere_else(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    answer = await leila.http.get("/language/tlh?next=https://elsewhere.example")
    assert answer.headers["location"] == "/"
    assert '<html lang="en-US"' in (await leila.http.get("/")).text
