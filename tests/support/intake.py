"""The form of Intake in tests: opened for somebody, and filled in."""

from typing import Any

from nicegui import ui

from domain import diagnosis
from pages.elements.findings import Findings
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor


async def intake_of(house: House, visitor: Visit, *, tradition: str = "tcm") -> Visitor:
    """Open the page."""
    leila = await visitor(house.leila)
    await leila.open("/intake")
    leila.the(ui.toggle, "tradition").value = tradition
    return leila


def fill(one: Visitor, **given: str) -> None:
    """Fill in fields of the patient."""
    for name, text in given.items():
        one.the(ui.input, f"patient-{name}").value = text


def marks(one: Visitor) -> dict[str, str]:
    """Read what is recorded, in the order in which it is shown."""
    return {row["id"]: row["mark"] for row in one.the(Findings, "findings").rows}


def recorded(house: House) -> list[dict[str, Any]]:
    """Read the findings of the newest diagnosis, by id."""
    newest = diagnosis.listing(house.services, house.leila)[0]
    return sorted(newest["findings"], key=lambda row: str(row["finding_id"]))


def tell(one: Visitor, event: str, value: str = "", **given: Any) -> None:
    """Do what the browser does where somebody searches, records or removes."""
    one.happen(one.the(Findings, "findings"), event, given or value)
