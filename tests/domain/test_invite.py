"""The patient's way in: a code that works once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from domain import invite, patient
from domain.errors import NotFound, NotSignedIn
from domain.invite import ALPHABET, LIFE
from domain.patient import PatientInput
from domain.permission import Actor
from domain.sign_in import actor_of_token
from tests.support.clock import with_clock
from tests.support.house import House, diagnose


def test_a_patient_comes_in_with_a_code(house: House) -> None:
    services = house.services
    sara = patient.record(services, house.leila, PatientInput(name="Sara Lind"))
    diagnosis_id = diagnose(services, house.leila, Actor(0, 1, "patient", patient_id=sara.id))
    invitation = invite.issue(services, house.leila, diagnosis_id)
    assert invitation.link == f"{services.base_url}/m#invite={invitation.code}", "the code stays out of every log"
    assert set(invitation.code.replace("-", "")) <= set(ALPHABET)
    tokens = invite.redeem(services, invitation.code, device="Phone")
    assert tokens.person.name == "Sara Lind"
    assert tokens.person.patient_id == sara.id
    assert tokens.diagnosis_id == diagnosis_id
    assert actor_of_token(services, tokens.access_token)[0].is_patient
    # A second phone gets a second code and is the same person.
    again = invite.redeem(services, invite.issue(services, house.leila, diagnosis_id).code)
    assert again.person.id == tokens.person.id


def test_a_code_works_once(house: House) -> None:
    code = invite.issue(house.services, house.leila, house.diagnosis_id).code
    invite.redeem(house.services, code)
    with pytest.raises(NotSignedIn) as refused:
        invite.redeem(house.services, code)
    assert refused.value.code == "bad_invite"
    assert refused.value.message == "This code is not valid (any more): ask your practitioner for a new one."


def test_of_many_who_try_at_once_one_gets_in(house: House) -> None:
    code = invite.issue(house.services, house.leila, house.diagnosis_id).code

    def attempt(_: int) -> bool:
        try:
            invite.redeem(house.services, code)
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_code_gets_old(house: House) -> None:
    services, clock = with_clock(house.services)
    invitation = invite.issue(services, house.leila, house.diagnosis_id)
    assert invitation.expires - clock() <= LIFE
    clock.move(LIFE + timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        invite.redeem(services, invitation.code)


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code.replace('-', ' — ')}\u200f "]
)
def test_a_code_may_be_typed_as_people_type(house: House, typed: object) -> None:
    assert callable(typed)
    code = invite.issue(house.services, house.leila, house.diagnosis_id).code
    assert invite.redeem(house.services, typed(code)).person.id == house.mina.person_id


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA", "0000-0000", "ß", "\ud800", "A" * 10_000])
def test_a_code_that_was_never_given_out(house: House, wrong: str) -> None:
    with pytest.raises(NotSignedIn):
        invite.redeem(house.services, wrong)


def test_only_who_treats_the_patient_invites(house: House) -> None:
    for actor in (house.chen, house.stranger, house.ida, house.mina):
        with pytest.raises(NotFound):
            invite.issue(house.services, actor, house.diagnosis_id)
    with pytest.raises(NotFound):
        invite.issue(house.services, house.leila, 999_999)
