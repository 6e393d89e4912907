"""The form of Intake in tests: opened for somebody, and filled in."""

from nicegui import ui

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
