"""Who is in shows once more that it is they: before another password, new recovery codes, and the end of other sign-ins."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pyotp
import pytest

from domain import account, own_account, sign_in, sign_ins
from domain.again import FRESH, Again
from domain.errors import Invalid, NotSignedIn, TooOften
from domain.ledger import Change, utc_now
from domain.permission import Actor
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from storage.tables import SignIn
from tests.support.house import House, add_person, signed_in

PASSWORD, NEW = "correct horse battery", "another horse battery"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(NotSignedIn) as error:
        yield
    assert error.value.code == code


@pytest.fixture
def leila(services: Services) -> Actor:
    """Leila in a browser, with a password alone."""
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    return sign_in.open_page_session(services, person_id).actor


def changes(services: Services, leila: Actor, other: int) -> list[Callable[[Again], object]]:
    """List what asks for it."""
    return [
        lambda given: own_account.change_password(services, leila, given=given, new=NEW),
        lambda given: own_account.renew_recovery_codes(services, leila, given),
        lambda given: own_account.remove_second_factor(services, leila, given),
        lambda given: sign_ins.end(services, leila, other, given),
        lambda given: sign_ins.end_others(services, leila, given),
    ]


def test_the_password_alone_is_not_enough_where_there_is_a_second_factor(services: Services, leila: Actor) -> None:
    enrolment = own_account.begin_second_factor(services, leila, Again(PASSWORD))
    codes = own_account.finish_second_factor(services, leila, enrolment, pyotp.TOTP(enrolment.secret).at(utc_now()))
    other = sign_in.open_device(services, leila.person_id)
    number = services.tokens.read(other.access_token).sign_in_id
    for change in changes(services, leila, number):
        with refused("wrong_password"):
            change(Again("wrong", codes[0]))
        with refused("second_factor_needed"):
            change(Again(PASSWORD))
    with refused("wrong_code"):
        sign_ins.end(services, leila, number, Again(PASSWORD, "000000x"))
    assert sign_in.still_in(services, number)
    sign_ins.end(services, leila, number, Again(PASSWORD, codes[0]))
    assert not sign_in.still_in(services, number)
    with refused("wrong_code"):
        own_account.change_password(services, leila, given=Again(PASSWORD, codes[0]), new=NEW)
    later = pyotp.HOTP(enrolment.secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1)
    own_account.change_password(services, leila, given=Again(PASSWORD, later), new=NEW)


def test_who_tries_in_a_stolen_sign_in_keeps_nobody_from_ending_it(services: Services, leila: Actor) -> None:
    thief = sign_in.open_page_session(services, leila.person_id).actor
    for _ in range(10):
        with refused("wrong_password"):
            sign_ins.end_others(services, thief, Again("a guess"))
    with pytest.raises(TooOften):
        sign_ins.end_others(services, thief, Again(PASSWORD))
    assert sign_ins.end_others(services, leila, Again(PASSWORD)) == 1
    assert not sign_in.still_in(services, thief.sign_in_id or 0)


def test_a_weak_new_password_uses_no_code_up(services: Services, leila: Actor) -> None:
    enrolment = own_account.begin_second_factor(services, leila, Again(PASSWORD))
    codes = own_account.finish_second_factor(services, leila, enrolment, pyotp.TOTP(enrolment.secret).at(utc_now()))
    with pytest.raises(Invalid):
        own_account.change_password(services, leila, given=Again(PASSWORD, codes[0]), new="short")
    assert own_account.look(services, leila).recovery_codes == len(codes)


def test_one_signs_out_here_without_it(services: Services, leila: Actor) -> None:
    with refused("wrong_password"):
        sign_ins.end_others(services, leila)
    sign_ins.end(services, leila, leila.sign_in_id or 0)
    assert not sign_in.still_in(services, leila.sign_in_id or 0)


def test_who_comes_by_a_provider_has_just_come(services: Services, leila: Actor) -> None:
    theirs = signed_in(services, add_person(services, leila.practice_id, "practitioner", "Dr Chen"))[0]
    assert sign_ins.end_others(services, theirs) == 0
    begin_earlier(services, theirs, FRESH + timedelta(seconds=1))
    with refused("sign_in_again"):
        sign_ins.end_others(services, theirs)


def test_a_patient_ends_a_lost_phone_at_once(house: House) -> None:
    services = house.services
    here, lost = (signed_in(services, house.mina)[0] for _ in range(2))
    begin_earlier(services, here, timedelta(days=20))
    sign_ins.end(services, here, lost.sign_in_id or 0)
    assert not sign_in.still_in(services, lost.sign_in_id or 0)


def begin_earlier(services: Services, actor: Actor, span: timedelta) -> None:
    def act(change: Change) -> None:
        row = change.session.get_one(SignIn, actor.sign_in_id)
        row.created -= span
        change.session.add(row)

    services.ledger.write(act)
