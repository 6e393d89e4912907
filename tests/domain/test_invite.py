"""The patient's way in: a code that works once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from domain import invite, patient, sign_in
from domain.errors import NotFound, NotSignedIn
from domain.invite import LIFE, plain_code
from domain.patient import PatientInput
from domain.permission import Actor
from domain.sign_in import actor_of_token
from domain.text import ALPHABET
from domain.tokens import hash_secret
from storage.tables import Invite
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

    def attempt(number: int) -> bool:
        try:
            invite.redeem(house.services, code, address=f"192.0.2.{number}")
        except NotSignedIn:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_a_code_gets_old(house: House) -> None:
    services, clock = with_clock(house.services)
    invitation = invite.issue(services, house.leila, house.diagnosis_id)
    assert invitation.expires - clock() <= LIFE
    clock.move(LIFE + timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        invite.redeem(services, invitation.code)


@pytest.mark.parametrize(
    "pasted",
    [
        "K7QF-3MX9", "k7qf3mx9", " K7QF 3MX9 \n", "K7QF—3MX9", "K 7 Q F - 3 M X 9", "‏K7QF‌-3MX9‎",
        "K۷QF-۳MX۹", "k٧qf٣mx٩", "Ｋ７ＱＦ-３ＭＸ９",
        "https://practice.example/m#invite=K7QF-3MX9", "http://127.0.0.1:8000/m#invite=k7qf3mx9&language=fa", "invite=K7QF-3MX9 ",
    ],
)  # fmt: skip
def test_a_code_may_be_pasted_in_any_form(pasted: str) -> None:
    assert plain_code(pasted) == "K7QF3MX9"


def test_the_link_can_be_pasted_whole(house: House) -> None:
    invitation = invite.issue(house.services, house.leila, house.diagnosis_id)
    assert invite.redeem(house.services, f" {invitation.link}\n").person.id == house.mina.person_id


def test_only_the_newest_invite_can_be_used(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    old = invite.issue(services, house.leila, house.diagnosis_id)
    new = invite.issue(services, house.leila, house.diagnosis_id)
    (listed,) = invite.open_invites(services, house.leila, patient_id)
    assert (listed.created_by, listed.expires, listed.diagnosis_id) == (
        house.leila.name,
        new.expires,
        house.diagnosis_id,
    )
    with pytest.raises(NotSignedIn):
        invite.redeem(services, old.code)
    assert invite.redeem(services, new.code)
    assert invite.open_invites(services, house.leila, patient_id) == []


def test_an_invite_is_taken_back(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    code = invite.issue(services, house.leila, house.diagnosis_id).code
    number = invite.open_invites(services, house.leila, patient_id)[0].id
    for who in (house.chen, house.stranger, house.ida, house.mina):
        with pytest.raises(NotFound):
            invite.open_invites(services, who, patient_id)
        with pytest.raises(NotFound):
            invite.withdraw(services, who, patient_id, number)
    with pytest.raises(NotFound):
        invite.withdraw(services, house.leila, house.omar.patient_id or 0, number)
    invite.withdraw(services, house.leila, patient_id, number)
    with pytest.raises(NotFound):
        invite.withdraw(services, house.leila, patient_id, number)
    with pytest.raises(NotSignedIn):
        invite.redeem(services, code)


def test_after_a_lost_phone_the_old_devices_end_with_the_new_invite(house: House) -> None:
    services = house.services
    lost = sign_in.open_device(services, house.mina.person_id, device="Lost phone")
    invite.issue(services, house.leila, house.diagnosis_id)
    assert actor_of_token(services, lost.access_token), "an invite alone ends nothing"
    again = invite.issue(services, house.leila, house.diagnosis_id, end_devices=True)
    with pytest.raises(NotSignedIn):
        actor_of_token(services, lost.access_token)
    assert invite.redeem(services, again.code, device="New phone")


def test_a_code_cannot_be_found_out_from_the_database(house: House) -> None:
    code = invite.issue(house.services, house.leila, house.diagnosis_id).code.replace("-", "")
    with house.services.database.read() as session:
        (kept,) = session.exec(select(Invite.code_hash)).all()
    assert kept == house.services.tokens.hash_code(code)
    assert kept != hash_secret(code), "40 bits are tried out in an hour where no key is needed"


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
