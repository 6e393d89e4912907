"""A practice demands a second factor: what a browser, a program and a provider's sign-in come to without one."""

import asyncio
from dataclasses import replace

import httpx2
import pyotp
import pytest
from fastapi import FastAPI

import main
from domain import account, local_sign_in, own_account, second_factor, second_factor_demanded, sign_in
from domain.again import Again
from domain.errors import NotSignedIn
from domain.ledger import utc_now
from domain.local_sign_in import MOST_TRIES, SETTING_UP_LIFE, Ticket
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from settings import Settings
from tests.support.clock import with_clock
from tests.support.house import House, add_person
from tests.support.problems import refused

Client = httpx2.AsyncClient
OURS = {"Origin": "http://test"}
PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
GIVEN = {"login": "leila", "password": PASSWORD}


@pytest.fixture
def demanding(services: Services) -> Services:
    """The parts of a program that demands it, and Leila, who has none."""
    account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    return replace(services, second_factor_demanded=True)


@pytest.fixture
def app(settings: Settings, demanding: Services) -> FastAPI:
    return main.create_app(settings, demanding)


def code_of(secret: str, later: int = 0) -> str:
    return pyotp.HOTP(secret).at(int(utc_now().timestamp()) // STEP_SECONDS + later)


def begun(services: Services) -> str:
    ticket = local_sign_in.begin(services, "leila", PASSWORD)
    assert isinstance(ticket, Ticket)
    assert ticket.setting_up
    return ticket.secret


async def test_a_browser_sets_it_up_and_can_do_nothing_before(client: Client, demanding: Services) -> None:
    asked = await client.post("/auth/sign-in", data={**GIVEN, "next": "/feedback"}, headers=OURS)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in/set-up?next=/feedback")
    for path in ("/", "/feedback", "/account"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in?next="), path
    assert (await client.post("/auth/second-step", data={"code": "123456"}, headers=OURS)).headers[
        "location"
    ] == "/sign-in/code?problem=wrong_code&next=/"
    [one] = await asyncio.to_thread(account.listing, demanding)
    assert one.last_sign_in is None


def test_the_first_code_lets_in_and_the_recovery_codes_that_were_shown_count(demanding: Services) -> None:
    ticket = begun(demanding)
    offered = second_factor_demanded.offer(demanding, ticket)
    assert offered == second_factor_demanded.offer(demanding, ticket), "a page that is loaded again says the same"
    assert len(set(offered.recovery)) == len(offered.recovery) == second_factor.RECOVERY_CODES
    with pytest.raises(NotSignedIn) as wrong:
        second_factor_demanded.take_up(demanding, ticket, "000000x")
    assert wrong.value.code == "wrong_code"
    person_id = second_factor_demanded.take_up(demanding, ticket, code_of(offered.enrolment.secret))
    for used in (ticket, ""):
        with pytest.raises(NotSignedIn) as stale:
            second_factor_demanded.take_up(demanding, used, code_of(offered.enrolment.secret, 1))
        assert stale.value.code == "stale_ticket"
    again = local_sign_in.begin(demanding, "leila", PASSWORD)
    assert isinstance(again, Ticket)
    assert not again.setting_up
    assert local_sign_in.finish(demanding, again.secret, offered.recovery[3]) == person_id


def test_a_password_alone_replaces_no_authenticator(demanding: Services) -> None:
    early = begun(demanding)
    ticket = begun(demanding)
    offered = second_factor_demanded.offer(demanding, ticket)
    second_factor_demanded.take_up(demanding, ticket, code_of(offered.enrolment.secret))
    asked = local_sign_in.begin(demanding, "leila", PASSWORD)
    assert isinstance(asked, Ticket)
    for other in (early, asked.secret):
        with pytest.raises(NotSignedIn):
            second_factor_demanded.offer(demanding, other)
        with pytest.raises(NotSignedIn):
            second_factor_demanded.take_up(demanding, other, code_of(offered.enrolment.secret, 1))
    assert local_sign_in.finish(demanding, asked.secret, code_of(offered.enrolment.secret, 1))


def test_there_are_so_many_tries_and_minutes(demanding: Services) -> None:
    timed, clock = with_clock(demanding)
    slow, wrong = begun(timed), "000000x"
    clock.move(SETTING_UP_LIFE)
    with pytest.raises(NotSignedIn, match="took too long"):
        second_factor_demanded.take_up(timed, slow, wrong)
    ticket = begun(timed)
    said = []
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(NotSignedIn) as error:
            second_factor_demanded.take_up(timed, ticket, wrong)
        said.append(error.value.code)
    assert said == ["wrong_code"] * MOST_TRIES + ["stale_ticket"]


async def test_a_program_is_told_and_a_device_from_before_goes_on_no_longer(client: Client, services: Services) -> None:
    person_id = await asyncio.to_thread(local_sign_in.with_password, services, "leila", PASSWORD)
    before = await asyncio.to_thread(sign_in.open_device, services, person_id)
    refused(await client.post("/api/auth/token", json=GIVEN), 401, "second_factor_missing")
    refused(await client.post("/api/auth/token", json={**GIVEN, "password": "wrong"}), 401, "wrong_password")
    given = {"refresh_token": before.refresh_token}
    refused(await client.post("/api/auth/refresh", json=given), 401, "second_factor_missing")


def test_who_came_in_before_with_the_password_alone_is_out_when_it_is_set_up(
    services: Services, demanding: Services
) -> None:
    person_id = local_sign_in.with_password(services, "leila", PASSWORD)
    device, page = sign_in.open_device(services, person_id), sign_in.open_page_session(services, person_id)
    ticket = begun(demanding)
    offered = second_factor_demanded.offer(demanding, ticket)
    second_factor_demanded.take_up(demanding, ticket, code_of(offered.enrolment.secret))
    with pytest.raises(NotSignedIn):
        sign_in.refresh(demanding, device.refresh_token)
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_session(demanding, page.secret)


def test_who_comes_by_a_provider_can_do_without_what_was_set_up_here(demanding: Services, services: Services) -> None:
    leila, _ = account.find(demanding, "leila")
    person_id = add_person(demanding, leila.practice_id, "practitioner", "Dr Chen").person_id
    asked = local_sign_in.after_first_step(demanding, person_id)
    assert isinstance(asked, Ticket)
    offered = second_factor_demanded.offer(demanding, asked.secret)
    second_factor_demanded.take_up(demanding, asked.secret, code_of(offered.enrolment.secret))
    actor = sign_in.open_page_session(demanding, person_id).actor
    with pytest.raises(NotSignedIn) as missing:
        own_account.renew_recovery_codes(demanding, actor, Again())
    assert missing.value.code == "second_factor_needed"
    codes = own_account.renew_recovery_codes(demanding, actor, Again(code=offered.recovery[0]))
    own_account.remove_second_factor(services, actor, Again(code=codes[0]))
    assert not own_account.look(services, actor).second_factor


def test_a_provider_has_to_tell_of_one_or_one_is_set_up_here(demanding: Services) -> None:
    person, _ = account.find(demanding, "leila")
    asked = local_sign_in.after_first_step(demanding, person.id or 0)
    assert isinstance(asked, Ticket)
    assert asked.setting_up
    assert local_sign_in.after_first_step(demanding, person.id or 0, second_factor_given=True) == person.id


def test_removing_it_signs_out_here_as_well(demanding: Services) -> None:
    ticket = begun(demanding)
    offered = second_factor_demanded.offer(demanding, ticket)
    person_id = second_factor_demanded.take_up(demanding, ticket, code_of(offered.enrolment.secret))
    session = sign_in.open_page_session(demanding, person_id)
    assert own_account.look(demanding, session.actor).demanded
    own_account.remove_second_factor(demanding, session.actor, Again(PASSWORD, code_of(offered.enrolment.secret, 1)))
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_session(demanding, session.secret)


def test_patients_and_the_demos_people_are_asked_for_none(house: House) -> None:
    demanding = replace(house.services, second_factor_demanded=True)
    phone = sign_in.open_device(demanding, house.mina.person_id)
    assert sign_in.refresh(demanding, phone.refresh_token)
    assert not own_account.look(demanding, house.mina).demanded
