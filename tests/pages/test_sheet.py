"""The sheet on its page: it follows the plan, and prints nothing that changed and was not looked at."""

from typing import Any

import pytest
from nicegui import ui
from sqlmodel import select

from domain import practice_phone, profile, recommendation
from domain.patient import PatientInput
from domain.recommendation import ApproveInput, DoseInput, StopInput
from pages.elements.live_mark import LiveMark
from pages.elements.take_home import TakeHomeSheet
from storage.tables import AuditEntry, Invite
from tests.pages.conftest import Visit
from tests.support.house import House, approve
from tests.support.pages import Visitor
from tests.support.waiting import eventually


async def at_the_sheet(house: House, visitor: Visit, language: str = "en") -> tuple[Visitor, TakeHomeSheet]:
    leila = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}/sheet?language={language}")
    return leila, leila.the(TakeHomeSheet, "sheet")


def names_on(sheet: TakeHomeSheet) -> list[str]:
    return [item["name"] for group in sheet.sheet["groups"] for item in group["items"]]


def prints_of(house: House) -> list[str]:
    with house.services.database.read() as session:
        return list(session.exec(select(AuditEntry.detail).where(AuditEntry.action == "print")))


def takes(house: House, *medicines: str) -> None:
    given = PatientInput(name="Mina Farahani", medicines=list(medicines))
    profile.change(house.services, house.leila, house.mina.patient_id or 0, given)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What came to the browser's way to print."""
    calls: list[bool] = []
    monkeypatch.setattr(TakeHomeSheet, "print", lambda sheet: calls.append(sheet.refuses))
    return calls


async def test_a_change_has_to_be_looked_at_before_anything_is_printed(
    house: House, visitor: Visit, printed: list[bool]
) -> None:
    leila, sheet = await at_the_sheet(house, visitor)
    notice = leila.the(ui.element, "changed")
    assert names_on(sheet) == ["ginger"]
    assert not notice.visible
    leila.click("print")
    await eventually(lambda: printed == [False])
    assert prints_of(house) == ["paper"]

    takes(house, "warfarin")
    await eventually(lambda: notice.visible)
    assert sheet.refuses
    assert names_on(sheet) == []
    assert leila.the(ui.label, "what-changed").text == "ginger: no longer on the sheet"
    assert leila.the(ui.label, "left-out").text.endswith("ginger: has become dangerous since it was approved.")
    assert "dangerous" not in str(sheet.sheet), "that is for the practitioner, and not for the paper"
    for button in ("print", "pdf-a4"):
        leila.click(button)
        await eventually(lambda: bool(leila.user.notify.messages))
        leila.user.notify.messages.clear()
    leila.happen(sheet, "printed", None)  # by the browser's own menu
    await eventually(lambda: bool(leila.user.notify.messages))
    assert (printed, prints_of(house)) == ([False], ["paper"])

    leila.click("looked")
    await eventually(lambda: not notice.visible)
    assert not sheet.refuses
    leila.click("print")
    await eventually(lambda: printed == [False, False])
    assert prints_of(house) == ["paper", "paper"]


async def test_each_change_is_said_and_marked_and_one_that_is_taken_back_is_none(house: House, visitor: Visit) -> None:
    leila, sheet = await at_the_sheet(house, visitor)
    marked: list[Any] = []
    replace = sheet.replace

    def noted(*given: Any, **more: Any) -> None:
        marked.append(given[1])
        replace(*given, **more)

    sheet.replace = noted  # type: ignore[method-assign]
    what = leila.the(ui.label, "what-changed")
    given = ApproveInput(dose=DoseInput(amount=2, unit="g", per="day", preparation="decoction"))
    recommendation.go_on(house.services, house.leila, house.ginger, given)
    await eventually(lambda: "ginger: dose" in what.text)
    assert what.text.endswith("→ 2 g per day · decoction · oral")
    assert marked == [[house.ginger]]
    fennel = house.proposed("fennel")
    approve(house.services, house.leila, fennel)
    await eventually(lambda: "fennel: new on the sheet" in what.text)
    recommendation.stop(house.services, house.leila, fennel, StopInput(reason="Not wanted."))
    await eventually(lambda: "fennel" not in what.text)
    assert "ginger: dose" in what.text


async def test_another_dose_comes_to_the_sheet_also_while_the_page_is_paused(
    house: House, visitor: Visit, printed: list[bool]
) -> None:
    leila, sheet = await at_the_sheet(house, visitor)
    mark = next(one for one in leila.page.elements.values() if isinstance(one, LiveMark))
    leila.happen(mark, "pause", True)
    leila.click("print")
    await eventually(lambda: bool(leila.user.notify.messages))
    assert (printed, prints_of(house)) == ([], [])
    given = ApproveInput(dose=DoseInput(amount=2, unit="g", per="day", preparation="decoction"))
    recommendation.go_on(house.services, house.leila, house.ginger, given)
    await eventually(lambda: sheet.refuses)
    assert dict(sheet.sheet["groups"][0]["items"][0]["terms"])["How much"] == "2 g per day"


async def test_the_sheet_is_in_the_patients_language_and_the_page_in_the_practitioners(
    house: House, visitor: Visit
) -> None:
    leila, sheet = await at_the_sheet(house, visitor, "fa")
    assert (sheet.sheet["lang"], sheet.sheet["dir"], sheet.sheet["title"]) == ("fa", "rtl", "برنامهٔ شما")
    assert leila.the(ui.button, "print").text == "Print"
    assert leila.the(ui.link, "sheet-fa").props["aria-current"] == "page"
    assert len(leila.page.elements) < 100


async def test_an_empty_plan_says_so(house: House, visitor: Visit) -> None:
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="It burns."))
    leila, sheet = await at_the_sheet(house, visitor)
    assert sheet.sheet["empty"] == "Nothing is approved at present: there is nothing to take."
    assert sheet.sheet["stop"] == []
    assert not leila.the(ui.label, "left-out").visible


async def test_an_invitation_comes_onto_the_sheet_only_when_it_is_asked_for_and_is_kept_nowhere(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(TakeHomeSheet, "invite", lambda _sheet, invitation: shown.append(invitation))
    leila, sheet = await at_the_sheet(house, visitor)
    leila.click("add-invite")
    await eventually(lambda: any(one.value for one in leila.page.elements.values() if isinstance(one, ui.dialog)))
    assert shown == []
    with house.services.database.read() as session:
        assert session.exec(select(Invite)).all() == []
    leila.click("invite-go")
    await eventually(lambda: len(shown) == 1)
    assert shown[0]["code"].startswith("data:image/svg+xml")
    assert shown[0]["letters"] not in str(sheet.props)
    assert len(leila.page.elements) < 100


async def test_the_pdf_is_downloaded_and_written_down(house: House, visitor: Visit) -> None:
    leila, _sheet = await at_the_sheet(house, visitor, "fa")
    leila.click("pdf-letter")
    answer = await leila.user.download.next(timeout=30)
    assert answer.content.startswith(b"%PDF")
    assert prints_of(house) == ["pdf"]


async def test_another_number_of_the_practice_has_to_be_looked_at(house: House, visitor: Visit) -> None:
    leila, sheet = await at_the_sheet(house, visitor)
    notice = leila.the(ui.element, "changed")
    assert sheet.sheet["call"] == ""
    practice_phone.set_number(house.services, house.ida, "021 8877 6655")
    await eventually(lambda: notice.visible)
    assert leila.the(ui.label, "what-changed").text == "The telephone number of the practice has changed."
    assert (sheet.sheet["call"], sheet.sheet["phone"]) == ("The number of Sunrise Herbal Care:", "021 8877 6655")
