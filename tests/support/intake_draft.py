"""Intake's draft as a test reads and fills it: what the page says, what is marked, what is kept on the server."""

from typing import Any

from nicegui import ui

from domain import draft
from domain.draft import NEW, Said
from pages.elements.draft import Draft
from pages.elements.findings import Findings
from tests.support.house import House
from tests.support.pages import Visitor


def said(one: Visitor) -> dict[str, Any]:
    """Read what the page says of its draft."""
    return next(element for element in one.page.elements.values() if isinstance(element, Draft)).said


def state(one: Visitor) -> str:
    return str(said(one)["kind"])


def text(one: Visitor) -> str:
    return str(said(one)["text"])


def do(one: Visitor, does: str) -> None:
    """Press one of the draft's buttons."""
    element = next(element for element in one.page.elements.values() if isinstance(element, Draft))
    one.happen(element, "do", does)


def choose(one: Visitor, patient_id: int | None) -> None:
    one.the(ui.select, "patient").value = patient_id


def put(one: Visitor, finding_id: str, mark: str, days: str = "") -> None:
    one.happen(one.the(Findings, "findings"), "put", {"id": finding_id, "mark": mark, "days": days})


def marked(one: Visitor) -> dict[str, str]:
    """Read what is recorded, without what is only known from last time."""
    return {row["id"]: row["mark"] for row in one.the(Findings, "findings").rows if row["mark"]}


def kept(house: House, patient_id: int | None) -> list[str]:
    """Read the findings of Leila's draft from the server."""
    found = draft.read(house.services, house.leila, patient_id or NEW).said
    return [] if found is None else [one.finding_id for one in found.findings]


def profile(house: House, patient_id: int) -> tuple[str, list[str]]:
    """Read the name and the allergies of Leila's draft from the server."""
    found = draft.read(house.services, house.leila, patient_id).said or Said()
    return dict(found.profile).get("name", ""), dict(found.lists).get("allergies", [])
