"""The Account page, and the second step of a sign-in."""

import asyncio

import pyotp
import pytest
from nicegui import ui

import pages.visit
from domain import account, own_account, practice_phone, sign_in
from domain.ledger import utc_now
from domain.permission import Actor
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from pages.account.device import words_of
from pages.elements.notes import Notes
from pages.language import Language
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (something new)", "An unknown device"),
        ("Leila’s tablet", "Leila’s tablet"),
        ("", "An unknown device"),
    ],
)
def test_devices_in_words(device: str, words: str) -> None:
    assert words_of(device, Language("en")) == words


@pytest.fixture
async def leila(services: Services) -> Actor:
    person_id = await asyncio.to_thread(
        account.add_person, services, name="Dr Leila Moradi", login="leila", password=PASSWORD
    )
    return Actor(person_id, 1, "practitioner", "Dr Leila Moradi")


async def enter(one: Visitor, password: str = PASSWORD) -> str:
    """Give name and password; says where that leads."""
    answer = await one.http.post("/auth/sign-in", data={"login": "leila", "password": password, "next": "/account"})
    return str(answer.headers["location"])


def titles(one: Visitor) -> list[str]:
    """List where the page says that one is signed in."""
    return [note["title"] for note in listed(one).notes]


def give_the_password(one: Visitor) -> None:
    """Answer the dialog that asks for it once more."""
    one.the(ui.input, "password").value = PASSWORD
    one.click("go")


def listed(one: Visitor) -> Notes:
    """Find the list of sign-ins."""
    [found] = [element for element in one.page.elements.values() if isinstance(element, Notes)]
    return found


async def test_who_i_am_and_where_i_am_signed_in(services: Services, leila: Actor, visitor: Visit) -> None:
    one = await visitor(None)
    one.http.headers["user-agent"] = FIREFOX
    assert await enter(one) == "/account"
    elsewhere = await asyncio.to_thread(sign_in.open_device, services, leila.person_id, device="Leila’s tablet")
    await one.open("/account")
    for text in ("Dr Leila Moradi", "You sign in as leila.", "Practitioner · My practice"):
        await one.user.should_see(text)
    assert titles(one) == ["Leila’s tablet", "Firefox on Linux"]
    assert [note.get("mark", note.get("action")) for note in listed(one).notes] == ["End", "This one"]
    assert len(one.page.elements) < 100
    one.happen(listed(one), "choose", listed(one).notes[0]["key"])
    give_the_password(one)
    await eventually(lambda: titles(one) == ["Firefox on Linux"])
    assert not await asyncio.to_thread(
        sign_in.still_in, services, services.tokens.read(elsewhere.access_token).sign_in_id
    )
    other = await asyncio.to_thread(sign_in.open_device, services, leila.person_id, device="Phone")
    await one.open("/account")
    one.click("end-others")
    one.the(ui.input, "password").value = "wrong"
    one.click("go")
    await eventually(lambda: one.the(ui.label, "refusal").text == "This is not your present password.")
    give_the_password(one)
    await eventually(lambda: titles(one) == ["Firefox on Linux"])
    assert not await asyncio.to_thread(sign_in.still_in, services, services.tokens.read(other.access_token).sign_in_id)


async def test_setting_a_second_factor_up_and_coming_in_with_it(
    services: Services, leila: Actor, visitor: Visit
) -> None:
    one = await visitor(None)
    await enter(one)
    await one.open("/account")
    one.click("set-up")
    one.the(ui.input, "password").value = "wrong"
    one.click("go")
    await eventually(lambda: one.the(ui.label, "refusal").text == "This is not your present password.")
    one.the(ui.input, "password").value = PASSWORD
    one.click("go")
    await eventually(lambda: one.shows("secret"))
    secret = one.the(ui.label, "secret").text.replace(" ", "")
    one.the(ui.input, "first-code").value = pyotp.TOTP(secret).at(utc_now())
    one.click("turn-on")
    await eventually(lambda: one.shows("codes"))
    assert (await one.http.post("/auth/renew")).headers["location"] == "/account"
    await one.open("/account")
    await one.user.should_see("10 recovery codes were not used yet.")

    two = await visitor(None)
    assert await enter(two) == "/sign-in/code?next=/account"
    await two.open("/sign-in/code?next=/account")
    await two.user.should_see("Type the six digits")
    code = pyotp.HOTP(secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1)
    answer = await two.http.post("/auth/second-step", data={"code": code, "next": "/account"})
    assert answer.headers["location"] == "/account"
    nobody = await visitor(None)
    assert (await nobody.http.get("/sign-in/code")).headers["location"].startswith("/sign-in?next=")


async def test_a_page_goes_to_the_door_when_its_person_is_disabled(
    services: Services, leila: Actor, visitor: Visit
) -> None:
    one = await visitor(None)
    await enter(one)
    await one.open("/account")
    assert await asyncio.to_thread(account.disable, services, "leila") == 1
    await eventually(lambda: one.shows("sign-in"))
    assert await enter(one) == "/sign-in?problem=wrong_password&next=/account"


async def test_an_open_page_counts_as_use(
    services: Services, leila: Actor, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.visit, "SEEN_SECONDS", 0.01)
    one = await visitor(None)
    await enter(one)
    await one.open("/account")
    services.seen._until.clear()  # as after a minute, in which nobody has clicked
    services.seen.take(100)
    await eventually(lambda: services.seen.take(100))


async def test_how_the_last_try_went_is_said(leila: Actor, visitor: Visit) -> None:
    one = await visitor(None)
    await enter(one)
    await one.open("/account?problem=known_password")
    await one.user.should_see("little more than a name or a word")
    await one.open("/account?problem=<script>")
    await one.user.should_see("That did not work: try again.")
    await one.open("/account?done=password")
    await one.user.should_see("Your password is changed")


async def test_the_demos_people_have_no_password(house: House, visitor: Visit) -> None:
    one = await (await visitor(house.leila)).open("/account")
    await one.user.should_see("There is no password.")
    assert not one.shows("change-password")
    assert not one.shows("set-up")
    assert not own_account.look(house.services, house.leila).has_password


async def test_an_admin_sets_the_number_of_the_practice_and_others_are_not_offered_it(
    house: House, visitor: Visit
) -> None:
    ida, leila = await visitor(house.ida), await visitor(house.leila)
    await ida.open("/account")
    field = ida.the(ui.input, "practice-phone")
    field.value = "our number"
    ida.click("keep-phone")
    problem = ida.the(ui.label, "practice-problem")
    await eventually(lambda: problem.text.startswith("This is no telephone number"))
    field.value = "۰۲۱ ۸۸۷۷ ۶۶۵۵"
    ida.click("keep-phone")
    await eventually(lambda: field.value == "021 8877 6655")
    assert problem.text == ""
    assert practice_phone.read(house.services, house.leila).phone == "021 8877 6655"
    practice_phone.set_number(house.services, house.ida, "115")  # on another page
    await eventually(lambda: field.value == "115")
    await leila.open("/account")
    assert not leila.shows("practice-phone")
