"""Pages speak the language that was chosen."""

from nicegui import ui

from domain import own_account
from domain.feedback import FeedbackInput, submit
from domain.ledger import utc_now
from domain.own_account import CALENDARS, NUMERALS
from pages.elements.inbox import Inbox
from pages.elements.plan import Plan
from pages.elements.stream import Stream
from pages.language import GREGORIAN, LATIN, OWN, SOLAR, Language
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor, let_click


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


async def test_calendar_and_digits_go_with_the_person_and_not_with_the_browser(house: House, visitor: Visit) -> None:
    for actor in (house.leila, house.chen):
        let_click(house.services, actor)
    at_work, at_home = await visitor(None), await visitor(None)
    for one in (at_work, at_home):
        await one.http.post("/auth/demo", data={"person_id": house.leila.person_id})
    await at_work.http.get("/language/fa?calendar=gregorian&numerals=latin")
    await at_work.http.get("/language/fa?calendar=mayan&numerals=roman")  # which nobody reads here
    assert await chosen(at_home, "fa") == {"calendar-solar", "numerals-own"}, "a browser that is open stays as it is"

    await at_home.http.post("/auth/sign-out")
    await at_home.http.post("/auth/demo", data={"person_id": house.leila.person_id})
    assert await chosen(at_home, "fa") == {"calendar-gregorian", "numerals-latin"}
    await at_home.http.get("/language/fa?calendar=solar")
    await at_work.http.post("/auth/demo", data={"person_id": house.leila.person_id})
    assert await chosen(at_work, "fa") == {"calendar-solar", "numerals-latin"}

    await at_home.http.post("/auth/sign-out")
    await at_home.http.post("/auth/demo", data={"person_id": house.chen.person_id})
    assert await chosen(at_home, "fa") == {"calendar-solar", "numerals-own"}, "nothing of whoever was there before"
    assert (CALENDARS, NUMERALS) == ((SOLAR, GREGORIAN), (OWN, LATIN))


async def test_a_stranger_chooses_for_a_browser_and_for_nobody(house: House, visitor: Visit) -> None:
    one = await visitor(None)
    assert (await one.http.get("/language/fa?calendar=gregorian")).headers["location"] == "/"
    signed_in = await visitor(house.leila)
    await signed_in.http.get(
        "/language/fa?calendar=gregorian",
        headers={"sec-fetch-site": "cross-site", "origin": "https://elsewhere.example"},
    )
    assert own_account.reading_of(house.services, house.leila.person_id) == {}


async def chosen(one: Visitor, code: str) -> set[str]:
    """Say what the Account page marks as chosen."""
    await one.http.get(f"/language/{code}")
    await one.open("/account")
    return {name for name in CHOSEN if one.the(ui.link, name).props.get("aria-current") == "true"}
