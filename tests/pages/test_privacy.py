"""The privacy section of a patient's record: consents, export, restriction and erasing, as a practitioner does them."""

from nicegui import ui

from domain import consent, patient
from domain.consent import ConsentInput
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def test_what_the_patient_allows_is_shown_and_said(house: House, visitor: Visit) -> None:
    leila, patient_id = await opened(house, visitor)
    toggle, said = leila.the(ui.toggle, "consent-care"), leila.the(ui.label, "said-care")
    banner = leila.the(ui.label, "privacy-banner")
    assert (toggle.value, banner.visible) == (None, False)
    assert "Nobody asked" in said.text
    consent.say(house.services, house.mina, patient_id, ConsentInput(granted=False), kind="care")
    await eventually(lambda: toggle.value is False and banner.visible)
    assert "said by the patient" in said.text
    assert "goes on until you stop it" in banner.text
    toggle.value = True
    await eventually(lambda: "on their word" in said.text and not banner.visible)
    again, _ = await opened(house, visitor)
    await eventually(lambda: again.the(ui.toggle, "consent-care").value is True)
    words = [(one.kind, one.granted) for one in consent.history(house.services, house.leila, patient_id)]
    assert words == [("care", False), ("care", True)], "what is shown is not said once more"
    await again.user.should_not_see("Noted")  # to look is not to say
    assert len(leila.page.elements) < 100


async def test_the_plan_says_why_nothing_new_is_planned(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    assert not leila.shows("set-aside")
    consent.say(house.services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False), kind="care")
    await eventually(lambda: leila.shows("set-aside"))
    assert "goes on until you stop it" in leila.the(ui.label, "set-aside").text


async def test_restricting_wants_a_reason(house: House, visitor: Visit) -> None:
    leila, patient_id = await opened(house, visitor)
    leila.click("restrict")
    await eventually(lambda: leila.shows("restrict-reason"))
    leila.click("restrict-go")
    await leila.user.should_see("at least three letters")
    leila.the(ui.textarea, "restrict-reason").value = "They dispute a finding"
    leila.click("restrict-go")
    await eventually(lambda: leila.the(ui.label, "privacy-banner").visible)
    assert patient.read(house.services, house.leila, patient_id).restricted is not None
    assert leila.the(ui.button, "restrict").text == "Lift the restriction"


async def test_erasing_wants_the_name_and_says_why(house: House, visitor: Visit) -> None:
    leila, patient_id = await opened(house, visitor)
    leila.click("erase")
    await eventually(lambda: leila.shows("erase-name"))
    leila.the(ui.input, "erase-name").value = "Mina"
    leila.click("erase-go")
    await leila.user.should_see("choose why")
    leila.the(ui.select, "erase-reason").value = "asked_for"
    leila.the(ui.select, "erase-override").value = "no_duty"
    leila.click("erase-go")
    await leila.user.should_see("as it stands in the record")
    leila.the(ui.input, "erase-name").value = "Mina Farahani"
    leila.click("erase-go")
    await eventually(lambda: patient_id not in {one.id for one in patient.listing(house.services, house.leila)})


async def opened(house: House, visitor: Visit) -> tuple[Visitor, int]:
    leila, patient_id = await visitor(house.leila), house.mina.patient_id or 0
    await leila.open(f"/patient/{patient_id}")
    return leila, patient_id
