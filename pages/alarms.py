"""The alarm on every page: what somebody has to see now, from the event that raised it to the one that ends it."""

import asyncio

import structlog

from domain import alarm
from domain.alarm import Open
from domain.errors import NotSignedIn
from domain.events import LoggedEvent
from domain.library import Knowledge
from domain.permission import Actor
from domain.services import Services
from pages.answers import effect_name, seeing
from pages.called import title_of
from pages.elements.alarms import NOTHING, Alarms, Shown
from pages.language import N_, Language
from pages.said import shortened
from pages.visit import Visit

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0
"""After so long a page that could not read the alarms tries again."""
QUOTED = 120
"""Letters of a comment; the whole of it is on the page that the banner leads to."""


async def follow_alarms(here: Visit) -> None:
    """Follow the alarms of the patients whose record this person may read; ``show_alarms`` puts them into the frame.

    They are read again only for what raises, changes or ends one, once for all pages whose people may read the same patients.
    """

    def concerns(event: LoggedEvent) -> bool:
        if event.type == "patient_update":
            return here.may_see(event) or bool(
                here.alarms["count"]
            )  # a record that changed hands takes its alarms along
        if event.type != "feedback_update" or not here.may_see(event):
            return False
        corrected = event.values["change"] != "added" and here.alarms["count"] > 0
        return corrected or alarm.urgency(event.values) > 0

    async def show() -> None:
        here.alarms = await here.read_of_patients(in_words, here._)
        if here.banner is not None:
            here.banner.replace(here.alarms)

    async def show_at_last(_events: list[LoggedEvent]) -> None:
        while True:  # no other event may come that would tell of this alarm
            try:
                return await show()
            except NotSignedIn:
                raise
            except Exception:
                log.exception("a page could not read the alarms, and tries again")
            await asyncio.sleep(AGAIN_SECONDS)

    await here.follow_practice(show_at_last, keep=concerns, urgent=True)
    await show()


def show_alarms(here: Visit) -> None:
    """Put the banner here."""
    here.banner = Alarms(here.alarms, see=here._("Mark as seen"), on_see=seeing(here))


def in_words(services: Services, actor: Actor, _: Language) -> Shown:
    """Read the alarms, and say the worst in words."""
    found = alarm.read(services, actor)
    if not found.worst:
        return NOTHING
    one, knowledge = found.worst[0], services.library.of(actor.practice_id).knowledge
    others = found.count - 1
    more = _.plural(N_("and {count} more"), N_("and {count} more"), others) if others else ""
    return {
        "count": found.count,
        "key": one.feedback_id,
        "as_of": one.updated.isoformat(),
        "patient": one.patient,
        "href": f"/recommendations/{one.diagnosis_id}",
        "about": title_of({"kind": one.kind, "item_id": one.item_id, "name": one.recommendation}, knowledge, _),
        "what": _what(one, _, knowledge),
        "said": _said(one, _, knowledge) if one.red_flags else "",
        "at": one.since.isoformat(),
        "time": _("since {time}", time=_.time(one.since)),
        "more": more,
    }


def _what(one: Open, _: Language, knowledge: Knowledge) -> str:
    parts = []
    if one.side_effects:
        names = _(", ").join(effect_name(term, _, knowledge) for term in one.side_effects)
        parts.append(_("Serious side effect: {names}", names=names))
    if one.red_flags:
        parts.append(_("Warning sign in the answer"))
    return _("; ").join(parts)


def _said(one: Open, _: Language, knowledge: Knowledge) -> str:
    return _("; ").join(
        part
        for part in (shortened(one.comment, QUOTED), *(effect_name(term, _, knowledge) for term in one.others))
        if part
    )
