"""Pages speak the language that was chosen."""

from nicegui import ui

from domain.feedback import FeedbackInput, submit
from domain.ledger import utc_now
from pages.elements.inbox import Inbox
from pages.elements.plan import Plan
from pages.elements.stream import Stream
from pages.language import Language
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


async def test_herbs_are_named_in_persian_wherever_they_are_shown(house: House, visitor: Visit) -> None:
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, improvement=1))
    leila = await visitor(house.leila)
    await leila.http.get("/language/fa")
    await leila.open("/")
    assert [item["subtitle"] for item in leila.the(Inbox, "inbox").items] == ["زنجبیل"]
    assert [item["subtitle"] for item in leila.the(Stream, "recent").items] == ["زنجبیل"]
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    assert leila.the(Plan, "plan").cards[house.ginger]["name"] == "زنجبیل"


async def test_a_language_that_nobody_speaks_is_english_and_leads_nowhere_else(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    answer = await leila.http.get("/language/tlh?next=https://elsewhere.example")
    assert answer.headers["location"] == "/"
    assert '<html lang="en-US"' in (await leila.http.get("/")).text


async def test_calendar_and_digits_are_chosen_on_the_account_page_and_hold_everywhere(
    house: House, visitor: Visit
) -> None:
    leila = await visitor(house.leila)
    await leila.http.get("/language/fa")
    await leila.open("/account")
    assert leila.the(ui.label, "today").text == f"امروز {Language('fa').day(utc_now())} است."
    target = leila.the(ui.link, "numerals-latin").props["href"]
    assert (await leila.http.get(target)).headers["location"] == "/account"
    await leila.http.get("/language/fa?calendar=gregorian")
    await leila.open("/account")
    today = utc_now().astimezone()
    assert f"{today:%Y}" in leila.the(ui.label, "today").text
    assert [leila.the(ui.link, chosen).props.get("aria-current") for chosen in CHOSEN] == ["true", "true", None, None]
    await leila.open("/")
    assert leila.the(ui.label, "count-patients").text == "2"
    await leila.http.get("/language/en")
    await leila.open("/account")
    assert [one for one in leila.page.elements.values() if one.props.get("data-testid") == "numerals-own"] == []


CHOSEN = ("numerals-latin", "calendar-gregorian", "numerals-own", "calendar-solar")
