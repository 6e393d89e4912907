"""The privacy section of a patient's record: consents, export, restriction and erasing, as a practitioner does them."""

from nicegui import ui

from domain import consent, patient
from domain.consent import ConsentInput
from pages.elements.choices import Choice, Choices
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def test_what_the_patient_allows_is_shown_and_said(house: House, visitor: Visit) -> None:
    leila, patient_id = await opened(house, visitor)
    banner = leila.the(ui.label, "privacy-banner")
    assert (care(leila)["chosen"], banner.visible) == (None, False)
    assert "Nobody asked" in care(leila)["said"]
    consent.say(house.services, house.mina, patient_id, ConsentInput(granted=False), kind="care")
    await eventually(lambda: care(leila)["chosen"] == "no" and banner.visible)
    assert "said by the patient" in care(leila)["said"]
    assert "goes on until you stop it" in banner.text
    press(leila, "care", "yes")
    await eventually(lambda: "on their word" in care(leila)["said"] and not banner.visible)
    assert care(leila)["chosen"] == "yes"
    again, _ = await opened(house, visitor)
    assert care(again)["chosen"] == "yes"
    words = [(one.kind, one.granted) for one in consent.history(house.services, house.leila, patient_id)]
    assert words == [("care", False), ("care", True)], "what is shown is not said once more"


async def test_what_no_button_says_is_dropped(house: House, visitor: Visit) -> None:
    leila, patient_id = await opened(house, visitor)
    for pressed in (["care", "perhaps"], ["money", "yes"], ["care"], "care", None, [["care"], "yes"]):
        leila.happen(leila.the(Choices, "consents"), "choose", pressed)
    press(leila, "statistics", "no")  # after them, so that they are done by now
    await eventually(lambda: consent.history(house.services, house.leila, patient_id))
    assert [one.kind for one in consent.history(house.services, house.leila, patient_id)] == ["statistics"]


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
    await leila.user.should_see("at least three letters", retries=100)
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
    await leila.user.should_see("choose why", retries=100)
    leila.the(ui.select, "erase-reason").value = "asked_for"
    leila.the(ui.select, "erase-override").value = "no_duty"
    leila.click("erase-go")
    await leila.user.should_see("as it stands in the record", retries=100)
    leila.the(ui.input, "erase-name").value = "Mina Farahani"
    leila.click("erase-go")
    await eventually(lambda: patient_id not in {one.id for one in patient.listing(house.services, house.leila)})


async def opened(house: House, visitor: Visit) -> tuple[Visitor, int]:
    leila, patient_id = await visitor(house.leila), house.mina.patient_id or 0
    await leila.open(f"/patient/{patient_id}")
    return leila, patient_id


def care(one: Visitor) -> Choice:
    """Read what stands of the patient's consent to treatment."""
    return next(choice for choice in one.the(Choices, "consents").choices if choice["key"] == "care")


def press(one: Visitor, kind: str, answer: str) -> None:
    one.happen(one.the(Choices, "consents"), "choose", [kind, answer])
