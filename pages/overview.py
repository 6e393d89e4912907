"""The first page: what needs the practitioner now, sorted by risk, and what is going on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import consent, emergency, overview, reminding
from domain import inbox as inboxes
from domain.events import LoggedEvent
from domain.inbox import InboxItem, Opened, Risk, Withdrawn
from domain.library import Knowledge
from domain.overview import Overview
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from pages.answers import SETTLED, item_of, seeing
from pages.called import title_of
from pages.elements.stream import Item, Stream
from pages.frame import built, frame, heading, labelled
from pages.language import N_, Language
from pages.visit import Visit

REFRESH_SECONDS = 0.5
"""The counters are read anew at most twice a second, however busy the practice."""
RECENT = 8
EMPTY = N_(
    "Nothing needs you now. Serious side effects, plans that have become dangerous, and patients who stop, get worse or do "
    "not answer come here by themselves, the most urgent first. What you mark as seen leaves the list."
)
COUNTERS = (
    ("answers_since", N_("Answers today")),
    ("proposed", N_("Waiting for approval")),
    ("approved", N_("Running recommendations")),
    ("open_diagnoses", N_("Open diagnoses")),
    ("patients", N_("Patients")),
)
INBOX = {
    Risk.SERIOUS: ("block", N_("Serious side effect or warning sign")),
    Risk.DANGEROUS: ("block", N_("Has become dangerous: the safety gate objects")),
    Risk.OPENED: ("major", N_("Opened in an emergency")),
    Risk.WITHDRAWN: ("major", N_("Consent to treatment withdrawn")),
    Risk.STOPPED: ("major", N_("Stopped because of a side effect")),
    Risk.WORSE: ("moderate", N_("Getting worse")),
    Risk.SILENT: ("unknown", N_("No answer")),
    Risk.SETTLED: ("approved", SETTLED),
}
SAID_SO = N_("Said by the patient. Nothing new is planned; what they take goes on until you stop it with them.")
NOTED = N_("Noted by a colleague. Nothing new is planned; what they take goes on until you stop it with them.")
ANSWER, SILENCE, DANGER, OPENED, WITHDRAWN = "answer", "silence", "danger", "opened", "withdrawn"
"""What an item of the inbox is about, as its key says it before its number."""


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Show what needs the practitioner now."""
    return await built(request, _build)


def _opens_a_record(event: LoggedEvent) -> bool:
    """Say whether an event is of a record that was opened in an emergency, which an admin is told without its patient."""
    return event.type == "patient_update" and event.values["change"] == "opened_in_emergency"


@dataclass(frozen=True)
class _Shown:
    """What the page shows, in words: the same for all who may read the same patients in the same language."""

    counters: dict[str, str]
    inbox: list[Item]
    recent: list[Item]
    days: str


async def _build(here: Visit) -> None:
    _ = here._
    counters: dict[str, ui.label] = {}

    administers = may(here.actor, Action.ADMINISTER, Thing(here.actor.practice_id))

    async def refresh(_events: list[LoggedEvent]) -> None:
        # What an admin is shown hangs on no patients; a practitioner without any is not shown it.
        show(await (here.read_of_practice if administers else here.read_of_patients)(_read, _))

    await here.follow_practice(refresh, every=REFRESH_SECONDS, keep=_opens_a_record if administers else None)
    seen = await here.read(_read, _)
    with frame(here, _("Overview"), "/", subtitle=_("What needs you now, and what is going on.")):
        with labelled(ui.element("section"), _("Numbers")).classes("vv-stats"):
            for name, label in COUNTERS:
                with ui.element("div").classes("vv-card vv-stat"):
                    counters[name] = ui.label(seen.counters[name]).props(f"data-testid=count-{name}")
                    ui.label(_(label))
        with ui.element("div").classes("vv-columns"):
            with ui.element("section").classes("vv-main"):
                heading(_("Needs you now"))
                inbox = Stream(
                    title=_("Needs you now"), empty=_(EMPTY), most=inboxes.MOST_LOOKED_AT * 2, on_act=_settling(here)
                )
                inbox.props("data-testid=inbox")
            with ui.element("section").classes("vv-side"):
                heading(_("Answers in the last two weeks"))
                days = ui.html("", sanitize=False).classes("vv-card")
                heading(_("Just in"))
                empty = _("No answers yet: invite a patient from a recommendation.")
                recent = Stream(title=_("Just in"), empty=empty, most=RECENT, on_act=seeing(here))
                recent.props("data-testid=recent")
        inbox.start(seen.inbox)
        recent.start(seen.recent)
        days.content = seen.days

    def show(now: _Shown) -> None:
        for name, label in counters.items():
            label.text = now.counters[name]
        inbox.replace(now.inbox)
        shown = {item["key"]: item for item in recent.items}
        for item in reversed(now.recent):
            if shown.get(item["key"]) != item:
                recent.upsert(item)
        recent.replace(now.recent)  # where the order differs: a record that was handed over brings older answers
        days.content = now.days


def _read(services: Services, actor: Actor, language: Language) -> _Shown:
    """Read the overview and put it into words."""
    seen, knowledge = overview.read(services, actor), services.library.of(actor.practice_id).knowledge
    return _Shown(
        counters={name: language.number(seen.counters[name]) for name, _label in COUNTERS},
        inbox=[_inbox_item(one, language, knowledge) for one in seen.inbox],
        recent=[item_of(answer, language, knowledge) for answer in seen.answers[:RECENT]],
        days=_bars(seen, language),
    )


def _settling(here: Visit) -> Callable[[str], Awaitable[None]]:
    """Return what takes an item out of the inbox: an answer is seen, a silence is known."""
    see = seeing(here)

    async def settle(key: str) -> None:
        kind, _dash, number = key.partition("-")
        if kind == ANSWER:
            await see(number)
        elif kind == OPENED:
            await here.act(emergency.know, int(number), done=here._("It is not in the inbox any more"))
        elif kind == WITHDRAWN:
            await here.act(consent.know, int(number), done=here._("It is not in the inbox any more"))
        else:
            await here.act(reminding.know, int(number), done=here._("It is not in the inbox any more"))

    return settle


def _inbox_item(one: InboxItem, _: Language, knowledge: Knowledge) -> Item:
    if one.opened is not None:
        return _opened_item(one, one.opened, _)
    if one.withdrawn is not None:
        return _withdrawn_item(one, one.withdrawn, _)
    names = (title_of({"kind": row.kind, "item_id": row.item_id, "name": row.name}, knowledge, _) for row in one.about)
    opened = one.risk not in (Risk.DANGEROUS, Risk.SETTLED)  # a danger wants a decision, on its own page
    return {
        "key": _key(one),
        "as_of": one.updated.isoformat() if one.updated else "",
        "title": one.patient,
        "subtitle": _(", ").join(names),
        "href": f"/recommendations/{one.diagnosis_id}",
        "at": one.since.isoformat(),
        "time": _.day(one.since) if one.risk is Risk.SILENT else _.time(one.since),
        "chips": _chips(one, _),
        "alert": one.risk in (Risk.SERIOUS, Risk.DANGEROUS),
        "quiet": one.risk is Risk.SETTLED,
        "action": _("Mark as seen") if opened else "",
    }


def _opened_item(one: InboxItem, opened: Opened, _: Language) -> Item:
    if not one.patient:  # for an admin: who opened which record, and nothing to open or to mark
        title = _("Record {number}", number=_.digits(str(one.patient_id)))
        return _of_record(one, f"{OPENED}-{opened.access_id}", _) | {"title": title, "subtitle": opened.by}
    said = _("{who}: {reason}", who=opened.by, reason=opened.reason)
    return _of_record(one, f"{OPENED}-{opened.access_id}", _) | {
        "subtitle": said,
        "href": f"/patient/{one.patient_id}",
        "alert": True,
        "action": _("Mark as seen"),
    }


def _withdrawn_item(one: InboxItem, withdrawn: Withdrawn, _: Language) -> Item:
    return _of_record(one, f"{WITHDRAWN}-{withdrawn.consent_id}", _) | {
        "subtitle": _(SAID_SO if withdrawn.by_patient else NOTED),
        "href": f"/patient/{one.patient_id}",
        "action": _("Mark as seen"),
    }


def _of_record(one: InboxItem, key: str, _: Language) -> Item:
    kind, text = INBOX[one.risk]
    return {
        "key": key,
        "as_of": "",
        "title": one.patient,
        "subtitle": "",
        "at": one.since.isoformat(),
        "time": _.time(one.since),
        "chips": [{"kind": kind, "text": _(text)}],
        "alert": False,
        "quiet": False,
        "action": "",
    }


def _key(one: InboxItem) -> str:
    if one.feedback_id is not None:
        return f"{ANSWER}-{one.feedback_id}"
    if one.risk is Risk.SILENT:
        return f"{SILENCE}-{one.diagnosis_id}"
    return f"{DANGER}-{one.diagnosis_id}-{one.about[0].name}"


def _chips(one: InboxItem, _: Language) -> list[dict[str, str]]:
    kind, text = INBOX[one.risk]
    said = _(text)
    if one.risk is Risk.SILENT and one.reminded is not None:
        said = _("No answer: reminded on {date}", date=_.day(one.reminded))
    elif one.risk is Risk.SILENT:
        said = _("No answer: the check-in was due on {date}", date=_.day(one.since))
    chips = [{"kind": kind, "text": said}]
    if one.rise is not None and one.rise > 0 and one.risk is not Risk.SETTLED:
        points = _.number(one.rise)
        chips.append({"kind": "major", "text": _("Symptom up by {points}", points=points)})
    return chips


def _bars(seen: Overview, _: Language) -> str:
    """Draw the answers of each day as bars with a text for those who cannot see them; numbers and dates only."""
    most = max((count for _day, count in seen.days), default=0) or 1
    bars = "".join(
        f'<span class="vv-bar" style="block-size:{max(2, round(100 * count / most))}%" '
        f'title="{_.digits(f"{day}: {count}")}"></span>'
        for day, count in seen.days
    )
    total = sum(count for _day, count in seen.days)
    words = _.plural(N_("{count} answer in 14 days"), N_("{count} answers in 14 days"), total)
    return (
        f'<div class="vv-bars" role="img" aria-label="{words}">{bars}</div><div class="vv-soft vv-small">{words}</div>'
    )
