"""A patient's diagnoses, each with the way to its page."""

from datetime import datetime
from typing import Any

from domain import diagnosis as diagnoses
from domain.events import LoggedEvent
from domain.hub import diagnosis_topic
from domain.patient import PatientState
from domain.snapshot import condition_name
from pages.course import course_of
from pages.diagnosis_list import TRADITIONS
from pages.elements.live_table import LiveTable, Row
from pages.frame import heading
from pages.language import N_
from pages.part import Part
from pages.visit import Visit

SHOWN = 50
STATUSES = {"open": N_("Open"), "closed": N_("Closed")}


async def diagnoses_of(here: Visit, patient: PatientState, part: Part) -> None:
    """List them, newest first, with the course of what is scored in them."""
    _ = here._

    async def rows() -> list[Row]:
        return [_row(here, one) for one in await here.read(diagnoses.of_patient, patient.id, limit=SHOWN)]

    async def refresh(_events: list[LoggedEvent]) -> None:
        table.replace(await rows())

    seen = await rows()
    if seen:
        changes = [diagnosis_topic(int(one["key"])) for one in seen]
        part.follow(changes, refresh, keep=lambda event: event.type == "diagnosis_update")
        seen = await rows()
    heading(_("Diagnoses"))
    table = LiveTable(
        [
            {"name": "condition", "label": _("Condition")},
            {"name": "tradition", "label": _("Tradition")},
            {"name": "complaint", "label": _("Complaint")},
            {"name": "opened", "label": _("Opened")},
            {"name": "status", "label": _("Status")},
        ],
        title=_("Diagnoses"),
        empty=_("No diagnosis yet: record one on the Intake page."),
        unknown=_("Not confirmed yet"),
        most=SHOWN,
    )
    table.props("data-testid=diagnoses").classes("vv-stacks").start(seen)
    await course_of(here, patient, part)


def _row(here: Visit, one: dict[str, Any]) -> Row:
    _ = here._
    condition = condition_name(one["condition_id"], here.knowledge, _.code) or _("Not confirmed yet")
    return {
        "key": str(one["id"]),
        "cells": {
            "condition": {"text": condition, "href": f"/recommendations/{one['id']}"},
            "tradition": {"text": _(TRADITIONS[one["tradition"]])},
            "complaint": {"text": one["complaint"], "words": True},
            "opened": {"text": _.day(datetime.fromisoformat(one["created"]))},
            "status": {"text": _(STATUSES[one["status"]])},
        },
    }
