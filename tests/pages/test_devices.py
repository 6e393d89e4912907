"""Where a patient is signed in, on the page of the record and beside a new invite."""

from nicegui import ui

from domain import invite, sign_in, sign_ins
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.waiting import eventually


async def test_devices_and_invites_are_listed_and_ended(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device='Old "phone" <b>')
    invite.issue(services, house.leila, house.diagnosis_id)
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    await leila.user.should_see('Old "phone" <b>')
    leila.click("invite-withdraw")
    await eventually(lambda: not invite.open_invites(services, house.leila, patient_id))
    leila.click("device-end")
    leila.click("device-end-sure")
    await eventually(lambda: not sign_ins.of_patient(services, house.leila, patient_id))
    await leila.user.should_see("No phone is signed in: invite the patient.")


async def test_one_that_is_ended_elsewhere_leaves_the_list(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device="Old phone")
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    await leila.user.should_see("Old phone")
    sign_ins.end_of_patient(services, house.leila, patient_id)
    await leila.user.should_not_see("Old phone", retries=50)


async def test_a_new_invite_offers_to_end_the_old_devices(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    sign_in.open_device(services, house.mina.person_id, device="Lost phone")
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    leila.click("invite")
    await leila.user.should_see("Was a phone lost?")
    assert leila.the(ui.button, "end-old-devices").visible
    leila.click("end-old-devices")
    await eventually(lambda: not sign_ins.of_patient(services, house.leila, patient_id))
    assert invite.open_invites(services, house.leila, patient_id), "the new invite stays"
