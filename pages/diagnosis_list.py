"""The diagnoses that somebody may read, newest first, live."""

from datetime import datetime

from domain import diagnosis as diagnoses
from domain import overview
from domain.events import LoggedEvent
from domain.snapshot import condition_name
from pages.elements.live_table import LiveTable, Row
from pages.frame import frame
from pages.language import N_
from pages.visit import Visit

SHOWN = 50
TRADITIONS = {"avicenna": N_("Persian"), "tcm": N_("Chinese"), "ayurveda": N_("Ayurveda"), "none": N_("None")}


async def diagnosis_list(here: Visit) -> None:
    """Show the list."""
    _ = here._

    async def refresh(events: list[LoggedEvent]) -> None:
        if any(event.type == "diagnosis_update" for event in events):
            table.replace(await rows())

    async def rows() -> list[Row]:
        found = await here.read(diagnoses.listing, limit=SHOWN)
        names = await here.read(overview.patient_names, [one["patient_id"] for one in found])
        return [_row(here, one, names[one["patient_id"]]) for one in found]

    await here.follow_practice(refresh, every=1.0)
    seen = await rows()
    with frame(here, _("Recommendations"), "/recommendations", subtitle=_("Choose a patient to see what may help.")):
        table = LiveTable(
            [
                {"name": "patient", "label": _("Patient")},
                {"name": "condition", "label": _("Condition")},
                {"name": "tradition", "label": _("Tradition")},
                {"name": "complaint", "label": _("Complaint")},
                {"name": "opened", "label": _("Opened")},
            ],
            title=_("Diagnoses"),
            empty=_("No diagnosis yet: record one on the Intake page."),
            unknown=_("Not confirmed yet"),
            most=SHOWN,
        )
        table.props("data-testid=diagnoses").start(seen)


def _row(here: Visit, one: dict[str, str], name: str) -> Row:
    _ = here._
    condition = condition_name(one["condition_id"], here.services.knowledge, _.code)
    return {
        "key": str(one["id"]),
        "cells": {
            "patient": {"text": name, "href": f"/recommendations/{one['id']}"},
            "condition": {"text": condition} if condition else None,
            "tradition": {"text": _(TRADITIONS[one["tradition"]])},
            "complaint": {"text": one["complaint"], "words": True},
            "opened": {"text": _.day(datetime.fromisoformat(one["created"]))},
        },
    }
