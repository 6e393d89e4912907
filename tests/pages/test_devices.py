"""Where a patient is signed in, on the page of the record and beside a new invite."""

import dataclasses

from nicegui import ui

from domain import invite, sign_in, sign_ins
from pages.elements.notes import Notes
from pages.language import Language
from pages.patient_record.devices import device_note
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def test_devices_and_invites_are_listed_and_ended(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device='Old "phone" <b>')
    invite.issue(services, house.leila, house.diagnosis_id)
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    phone, open_invite = leila.the(Notes, "devices").notes
    assert (phone["title"], open_invite["title"]) == ('Old "phone" <b>', "Open invite")
    leila.happen(leila.the(Notes, "devices"), "choose", open_invite["key"])
    await eventually(lambda: titles(leila) == ['Old "phone" <b>'])
    assert not invite.open_invites(services, house.leila, patient_id)
    leila.happen(leila.the(Notes, "devices"), "choose", phone["key"])
    await eventually(lambda: leila.shows("device-end-sure"))
    leila.click("device-end-sure")
    await eventually(lambda: titles(leila) == [])
    assert not sign_ins.of_patient(services, house.leila, patient_id)


async def test_one_that_is_ended_elsewhere_leaves_the_list(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device="Old phone")
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    assert titles(leila) == ["Old phone"]
    sign_ins.end_of_patient(services, house.leila, patient_id)
    await eventually(lambda: titles(leila) == [])


async def test_a_new_invite_offers_to_end_the_old_devices(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device="Lost phone")
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    leila.click("invite")
    await leila.user.should_see("Was a phone lost?", retries=100)
    assert leila.the(ui.button, "end-old-devices").visible
    leila.click("end-old-devices")
    await eventually(lambda: not sign_ins.of_patient(services, house.leila, patient_id))
    assert invite.open_invites(services, house.leila, patient_id), "the new invite stays"


def test_a_last_day_that_is_near_is_said_beside_the_device(house: House) -> None:
    sign_in.open_device(house.services, house.mina.person_id, device="Phone")
    for days, said in ((22, False), (20, True)):
        shortened = dataclasses.replace(house.services, device_days=days)
        [one] = sign_ins.of_patient(shortened, house.leila, house.mina.patient_id or 0)
        assert any("invite the patient anew" in line for line in device_note(one, Language("en"))["lines"]) is said


def titles(one: Visitor) -> list[str]:
    return [note["title"] for note in one.the(Notes, "devices").notes]
