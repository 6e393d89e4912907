"""The profile dialog: what is known stands in it, what is saved is judged by, and nothing of a colleague's is lost."""

from datetime import timedelta
from typing import Any

from nicegui import ui

from domain import diagnosis, patient, profile
from domain.ledger import utc_now
from domain.patient import PatientInput, PatientState
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually

LAST_PERIOD = utc_now().date() - timedelta(weeks=8)
KNOWN: dict[str, Any] = {
    "name": "Mina Farahani",
    "born": "1984-03-02",
    "sex": "female",
    "medicines": ["metformin"],
    "allergies": ["ragweed"],
    "conditions": ["diabetes"],
}


async def test_what_is_known_stands_there_and_what_is_saved_is_judged_at_once(house: House, visitor: Visit) -> None:
    become(house, **KNOWN)
    leila = await dialog_of(house, visitor)
    assert leila.the(ui.input, "profile-name").value == "Mina Farahani"
    assert leila.the(ui.input, "profile-born").value == "1984-03-02"
    assert leila.the(ui.select, "profile-medicines").value == ["metformin"]
    assert leila.the(ui.select, "profile-conditions").value == ["diabetes"]
    leila.the(ui.select, "profile-medicines").value = ["metformin", "warfarin"]
    leila.click("profile-save")
    await eventually(lambda: mina(house).medicines == ["metformin", "warfarin"])
    assert mina(house).model_dump(exclude={"medicines"}) | KNOWN == mina(house).model_dump() | KNOWN
    verdict = next(one["verdict"] for one in plan(house) if one["id"] == house.ginger)
    assert verdict == "major"


async def test_the_last_period_is_asked_of_who_is_pregnant_only(house: House, visitor: Visit) -> None:
    leila = await dialog_of(house, visitor)
    since = leila.the(ui.input, "profile-since")
    assert not since.visible
    leila.the(ui.select, "profile-pregnant").value = True
    assert since.visible
    since.value = LAST_PERIOD.isoformat()
    leila.click("profile-save")
    await eventually(lambda: mina(house).pregnant_since == LAST_PERIOD)
    leila.click("edit-profile")
    await eventually(lambda: leila.the(ui.input, "profile-since") is not since)
    assert leila.the(ui.input, "profile-since").value == LAST_PERIOD.isoformat()
    leila.the(ui.select, "profile-pregnant").value = False
    leila.click("profile-save")
    await eventually(lambda: (mina(house).pregnant, mina(house).pregnant_since) == (False, None))


async def test_a_man_is_not_asked_whether_he_is_pregnant(house: House, visitor: Visit) -> None:
    leila = await dialog_of(house, visitor)
    asked = [leila.the(ui.select, f"profile-{name}") for name in ("pregnant", "breast")]
    assert all(one.visible for one in asked)
    leila.the(ui.select, "profile-sex").value = "male"
    assert not any(one.visible for one in asked)
    leila.the(ui.select, "profile-sex").value = ""
    assert all(one.visible for one in asked)


async def test_a_medicine_that_is_not_recognised_is_said_at_once(house: House, visitor: Visit) -> None:
    leila = await dialog_of(house, visitor)
    said = leila.the(ui.label, "profile-unchecked")
    assert not said.visible
    leave(leila, "profile-medicines", "warfrin")
    assert leila.the(ui.select, "profile-medicines").value == ["warfrin"], "typed, and the field left without Enter"
    await eventually(lambda: said.visible)
    assert said.text.startswith("The medicine warfrin is not recognised")
    assert said.text.endswith("did you mean warfarin?")
    leila.the(ui.select, "profile-medicines").value = ["warfarin"]
    await eventually(lambda: not said.visible)


async def test_a_profile_that_a_colleague_has_changed_is_not_written_over(house: House, visitor: Visit) -> None:
    leila = await dialog_of(house, visitor)
    become(house, name="Mina Farahani", medicines=["warfarin"])
    leila.the(ui.input, "profile-name").value = "Mina F."
    leila.click("profile-save")
    said = "Somebody has changed this profile meanwhile: open it again."
    await eventually(lambda: leila.user.notify.messages == [said])
    assert (mina(house).name, mina(house).medicines) == ("Mina Farahani", ["warfarin"])


async def test_what_is_wrong_is_said_and_the_dialog_stays(house: House, visitor: Visit) -> None:
    leila = await dialog_of(house, visitor)
    leila.the(ui.input, "profile-born").value = "20260-01-01"
    leila.click("profile-save")
    await eventually(lambda: leila.user.notify.messages == ["Born: This is not a date."])
    assert mina(house).born is None


async def test_words_that_another_program_wrote_are_kept(house: House, visitor: Visit) -> None:
    become(house, name="Mina Farahani", sex="intersex", conditions=["asthma"])
    leila = await dialog_of(house, visitor)
    leila.the(ui.input, "profile-name").value = "Mina F."
    leila.click("profile-save")
    await eventually(lambda: mina(house).name == "Mina F.")
    assert (mina(house).sex, mina(house).conditions) == ("intersex", ["asthma"])


async def dialog_of(house: House, visitor: Visit) -> Visitor:
    """Open Mina's profile on the page of her diagnosis."""
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    leila.click("edit-profile")
    await eventually(lambda: leila.shows("profile-name"))
    return leila


def leave(one: Visitor, testid: str, text: str) -> None:
    """Leave a field in which something stands."""
    one.happen(one.the(ui.select, testid), "focusout", text)


def become(house: House, **known: Any) -> None:
    """Change Mina's profile elsewhere."""
    given = PatientInput.model_validate(known)
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


def mina(house: House) -> PatientState:
    """Read Mina's profile."""
    return patient.read(house.services, house.leila, house.mina.patient_id or 0)


def plan(house: House) -> list[dict[str, Any]]:
    """Read the recommendations of Mina's diagnosis."""
    return list(diagnosis.read(house.services, house.leila, house.diagnosis_id)["recommendations"])
