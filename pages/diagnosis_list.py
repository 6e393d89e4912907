"""The diagnoses that somebody may read, newest first, live."""

from datetime import datetime
from typing import Any

from nicegui import ui

from domain import delivery, overview
from domain import diagnosis as diagnoses
from domain.delivery import Reached
from domain.events import LoggedEvent
from domain.hub import deliveries_topic
from domain.snapshot import condition_name
from pages.elements.live_table import LiveTable, Row
from pages.frame import frame
from pages.language import N_, Language
from pages.visit import Visit

SHOWN = 50
TRADITIONS = {"avicenna": N_("Persian"), "tcm": N_("Chinese"), "ayurveda": N_("Ayurveda"), "none": N_("None")}


async def diagnosis_list(here: Visit) -> None:
    """Show the list."""
    _ = here._

    async def refresh(events: list[LoggedEvent]) -> None:
        if any(event.type == "diagnosis_update" for event in events):
            table.replace(await rows())
            return
        moved = {
            str(event.diagnosis_id) for event in events if event.type in ("recommendation_update", "delivery_update")
        }
        shown = [row for row in table.rows if row["key"] in moved]
        reached = await here.read(delivery.reached, [int(row["key"]) for row in shown]) if shown else {}
        for row in shown:
            cell = _reached(int(row["key"]), reached.get(int(row["key"])), _)
            if row["cells"]["reached"] != cell:
                table.upsert({**row, "cells": {**row["cells"], "reached": cell}})

    async def rows() -> list[Row]:
        found = await here.read(diagnoses.listing, limit=SHOWN)
        names = await here.read(overview.patient_names, [one["patient_id"] for one in found])
        reached = await here.read(delivery.reached, [one["id"] for one in found])
        return [_row(here, one, names[one["patient_id"]], reached.get(one["id"])) for one in found]

    await here.follow_practice(refresh, every=1.0, also=[deliveries_topic(here.practice.id)])
    seen = await rows()
    with frame(here, _("Recommendations"), "/recommendations", subtitle=_("Choose a patient to see what may help.")):
        table = LiveTable(
            [
                {"name": "patient", "label": _("Patient"), "short": True},
                {"name": "condition", "label": _("Condition")},
                {"name": "tradition", "label": _("Tradition"), "short": True},
                {"name": "complaint", "label": _("Complaint")},
                {"name": "opened", "label": _("Opened"), "short": True},
                {"name": "reached", "label": _("On the phone")},
            ],
            title=_("Diagnoses"),
            empty=_("No diagnosis yet: record one on the Intake page."),
            unknown=_("Not confirmed yet"),
            most=SHOWN,
        )
        table.props("data-testid=diagnoses").classes("vv-stacks").start(seen)
        if here.actor.role == "practitioner":
            ui.link(_("A patient who is not yours, in an emergency"), "/emergency").classes("vv-small")


def _row(here: Visit, one: dict[str, Any], name: str, reached: Reached | None) -> Row:
    _ = here._
    condition = condition_name(one["condition_id"], here.knowledge, _.code)
    return {
        "key": str(one["id"]),
        "cells": {
            "patient": {"text": name, "href": f"/recommendations/{one['id']}"},
            "condition": {"text": condition} if condition else None,
            "tradition": {"text": _(TRADITIONS[one["tradition"]])},
            "complaint": {"text": one["complaint"], "words": True},
            "opened": {"text": _.day(datetime.fromisoformat(one["created"]))},
            "reached": _reached(one["id"], reached, _),
        },
    }


def _reached(diagnosis_id: int, reached: Reached | None, _: Language) -> dict[str, str]:
    """Say whether the patient's phone has confirmed all that they were told to take, or to stop; without one nothing can."""
    if reached is None:
        return {"text": _("Nothing approved yet")}
    if reached.delivered is None and not reached.phone:
        return {"chip": "waiting", "text": _("No phone · invite"), "href": f"/recommendations/{diagnosis_id}"}
    if reached.delivered is None:
        return {"chip": "waiting", "text": _("Waiting since {time}", time=_.time(reached.since))}
    return {"chip": "approved", "text": _("Delivered {time}", time=_.time(reached.delivered))}
