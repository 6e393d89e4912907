"""The page of a record stays small, and shows what this person may do with it at present, without being opened again."""

from nicegui.elements.dialog import Dialog

from domain import emergency, invite, sharing, sign_in
from domain.emergency import EmergencyInput
from domain.patient import read
from domain.sharing import ShareInput
from pages.elements.choices import Choices
from pages.elements.live_table import LiveTable
from pages.elements.notes import Notes
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually

AT_REST, LIMIT = 71, 100


async def test_it_stays_small_at_rest_and_with_every_dialog_open(house: House, visitor: Visit) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    for device in ("Phone", "Tablet", "Desk"):
        sign_in.open_device(services, house.mina.person_id, device=device)
    invite.issue(services, house.leila, house.diagnosis_id)
    house.share_with(house.chen)
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    at_rest = set(leila.page.elements)
    assert len(at_rest) <= AT_REST
    for button, shown in (
        ("share", "share-go"),
        ("hand-over", "hand-over-go"),
        ("export", "export-go"),
        ("restrict", "restrict-go"),
        ("erase", "erase-go"),
        ("devices-end-all", "device-end-sure"),
    ):
        leila.click(button)
        await eventually(lambda shown=shown: leila.shows(shown))  # type: ignore[misc]
        assert len(leila.page.elements) < LIMIT - 10, button
        (dialog,) = [one for one in leila.page.elements.values() if isinstance(one, Dialog)]
        leila.happen(dialog, "hide")
        assert set(leila.page.elements) == at_rest, f"{button} leaves nothing behind"


async def test_it_follows_how_far_it_is_shared(house: House, visitor: Visit) -> None:
    patient_id, chen_id = house.mina.patient_id or 0, house.chen.person_id
    share(house, "treat")
    chen = await visitor(house.chen)
    await chen.open(f"/patient/{patient_id}")
    followers = house.services.hub.follower_count()
    assert may_treat(chen) == [True]
    assert chen.shows("devices")
    share(house, "read")
    await eventually(lambda: may_treat(chen) == [False] and levels(chen) == ["Their own practitioner", "May read"])
    assert not chen.shows("devices")
    fewer = house.services.hub.follower_count()
    share(house, "treat")
    await eventually(lambda: may_treat(chen) == [True] and chen.shows("devices"))
    assert levels(chen) == ["Their own practitioner", "May read and treat"]
    assert (fewer, house.services.hub.follower_count()) == (followers, followers), "what is gone follows nothing"
    sharing.end(house.services, house.leila, patient_id, chen_id)
    await eventually(lambda: not chen.shows("consents"))
    await chen.user.should_see("There is no such patient.")


async def test_it_says_who_read_it_and_by_which_right(house: House, visitor: Visit) -> None:
    patient_id = house.mina.patient_id or 0
    given = EmergencyInput(patient_id=patient_id, reason="Unconscious in the waiting room.", confirmed=True)
    emergency.open_record(house.services, house.chen, given)
    read(house.services, house.chen, patient_id)
    leila = await visitor(house.leila)
    await leila.open(f"/patient/{patient_id}")
    await leila.user.should_see("The newest first")
    rows = [one["cells"] for one in leila.the(LiveTable, "readers").rows]
    said = [(one["who"]["text"], one["did"]["text"], one["right"]["text"]) for one in rows]
    assert said[0][::2] == ("Dr Leila Moradi", "Their own practitioner")
    assert ("Dr Chen Wei", "Read it", "Emergency") in said
    assert ("Dr Chen Wei", "Opened it in an emergency", "Emergency") in said
    keys = [int(one["key"]) for one in leila.the(LiveTable, "readers").rows]
    assert keys == sorted(keys, reverse=True)


def share(house: House, level: str) -> None:
    given = ShareInput.model_validate({"person_id": house.chen.person_id, "level": level})
    sharing.share(house.services, house.leila, house.mina.patient_id or 0, given)


def may_treat(one: Visitor) -> list[bool]:
    """Read whether consents can be noted; while the page is built anew, the old and the new stand beside each other."""
    return [found.enabled for found in one.page.elements.values() if isinstance(found, Choices)]


def levels(one: Visitor) -> list[str]:
    return [note["lines"][0] for note in one.the(Notes, "shared-with").notes]
