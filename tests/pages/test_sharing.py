"""Sharing on the pages: from one page to the other's at once, both ways; and a record that is opened in an emergency."""

from typing import Any

from nicegui import ui

from domain import sharing
from domain.sharing import HandOverInput
from pages.elements.choices import Choices
from pages.elements.inbox import Inbox
from pages.elements.live_table import LiveTable
from pages.elements.notes import Notes
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually

REASON = "Unconscious in the waiting room."


def people(one: Visitor) -> list[tuple[str, str]]:
    return [(note["title"], note["lines"][0]) for note in one.the(Notes, "shared-with").notes]


def names(one: Visitor) -> list[str]:
    return [row["cells"]["patient"]["text"] for row in one.the(LiveTable, "diagnoses").rows]


async def test_sharing_and_ending_it(house: House, visitor: Visit) -> None:
    leila, chen = await visitor(house.leila), await visitor(house.chen)
    await chen.open("/recommendations")
    assert names(chen) == []
    await leila.open(f"/patient/{house.mina.patient_id}")
    assert people(leila) == [("Dr Leila Moradi", "Their own practitioner")]
    leila.click("share")
    await eventually(lambda: leila.shows("share-go"))
    leila.click("share-go")
    await eventually(lambda: "Choose a colleague." in leila.user.notify.messages)
    leila.the(ui.select, "share-who").value = house.chen.person_id
    leila.click("share-go")
    await eventually(lambda: ("Dr Chen Wei", "May read") in people(leila))

    there = await visitor(house.chen)
    await there.open(f"/patient/{house.mina.patient_id}")
    share = there.the(ui.button, "share").parent_slot
    assert share is not None
    assert not share.parent.visible, "it is not theirs to share"
    on_recommendations = await visitor(house.chen)
    await on_recommendations.open(f"/recommendations/{house.diagnosis_id}")
    choose(leila, str(house.chen.person_id))
    await eventually(lambda: len(people(leila)) == 1)
    await eventually(lambda: shown(there) == "There is no such patient.")
    await eventually(lambda: shown(on_recommendations) == "There is no such diagnosis.")
    assert not there.shows("shared-with")
    assert not on_recommendations.shows("plan")


async def test_giving_it_back(house: House, visitor: Visit) -> None:
    house.share_with(house.chen)
    chen = await visitor(house.chen)
    await chen.open(f"/patient/{house.mina.patient_id}")
    choose(chen, str(house.chen.person_id))
    await eventually(lambda: shown(chen) == "There is no such patient.")


async def test_handing_over(house: House, visitor: Visit) -> None:
    leila, chen = await visitor(house.leila), await visitor(house.chen)
    await chen.open("/recommendations")
    await leila.open(f"/patient/{house.mina.patient_id}")
    leila.click("hand-over")
    await eventually(lambda: leila.shows("hand-over-who"))
    leila.the(ui.select, "hand-over-who").value = house.chen.person_id
    leila.click("hand-over-go")
    await eventually(lambda: shown(leila) == "There is no such patient.")
    own, *others = sharing.readers(house.services, house.chen, house.mina.patient_id or 0)
    assert (own.person_id, others) == (house.chen.person_id, [])
    sharing.hand_over(house.services, house.ida, own_patient(house), HandOverInput(person_id=house.leila.person_id))


def own_patient(house: House) -> int:
    return house.mina.patient_id or 0


async def test_opening_in_an_emergency(house: House, visitor: Visit) -> None:
    leila, chen, ida = await visitor(house.leila), await visitor(house.chen), await visitor(house.ida)
    await leila.open("/")
    await ida.open("/")
    inbox, told = leila.the(Inbox, "inbox"), ida.the(Inbox, "inbox")
    assert told.items == []
    await chen.open("/emergency")
    chen.the(ui.input, "emergency-number").value = "۹۹۹۹۹۹"
    chen.the(ui.textarea, "emergency-reason").value = "Why"
    chen.click("emergency-ask")
    await eventually(lambda: "Say why, in at least 10 characters." in chen.user.notify.messages)
    chen.the(ui.textarea, "emergency-reason").value = REASON
    chen.click("emergency-ask")
    chen.click("emergency-go")
    await eventually(lambda: any("nobody was found" in one for one in chen.user.notify.messages))
    chen.the(ui.input, "emergency-number").value = str(house.mina.patient_id)
    chen.click("emergency-ask")
    chen.click("emergency-go")
    await eventually(lambda: chen.user.back_history[-1:] == [f"/patient/{house.mina.patient_id}"])
    await eventually(lambda: any(REASON in item["subtitle"] for item in inbox.items))
    (item,) = [one for one in inbox.items if REASON in one["subtitle"]]
    assert (item["title"], item["href"]) == ("Mina Farahani", f"/patient/{house.mina.patient_id}")
    await eventually(lambda: len(told.items) == 1)
    (seen,) = told.items
    assert (seen["title"], seen["subtitle"]) == (f"Record {house.mina.patient_id}", "Dr Chen Wei")
    assert "href" not in seen
    ida.happen(told, "asked", {"what": "noted", "key": seen["key"], "said": seen["said"]})
    await eventually(lambda: told.items == [])
    assert [one["key"] for one in inbox.items if REASON in one["subtitle"]] == [item["key"]], (
        "an admin's look settles nothing"
    )
    leila.happen(inbox, "asked", {"what": "done", "key": item["key"], "said": item["as_of"]})
    await eventually(lambda: item["key"] not in [one["key"] for one in inbox.items])
    await chen.open(f"/patient/{house.mina.patient_id}")
    assert chen.the(ui.label, "patient").text.endswith(str(house.mina.patient_id))
    assert not chen.the(Choices, "consents").enabled
    assert (chen.the(ui.button, "restrict").visible, chen.the(ui.button, "erase").visible) == (False, False)


async def test_an_admin_has_no_emergencies(house: House, visitor: Visit) -> None:
    ida = await visitor(house.ida)
    await ida.open("/emergency")
    assert shown(ida) == "Only a practitioner can open a record in an emergency."


def choose(one: Visitor, key: str) -> None:
    one.happen(one.the(Notes, "shared-with"), "choose", key)


def shown(one: Visitor) -> str:
    """Read what stands in place of a page."""
    found: list[Any] = [label for label in one.page.elements.values() if "vv-empty" in label.classes]
    return str(found[0].text) if found else ""
