"""The first page: what needs the practitioner now, sorted by risk, and what is going on."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import consent, correcting, emergency, overview, reminding, setting_aside, sharing, undoing
from domain.errors import Invalid, VervainError
from domain.events import LoggedEvent
from domain.hub import deliveries_topic
from domain.inbox import ANSWER, OPENED, SILENCE, WITHDRAWN
from domain.ledger import utc_now
from domain.overview import Overview
from domain.permission import Action, Actor, Thing, may
from domain.rhythm import local_day, midnight
from domain.services import Services
from domain.setting_aside import Aside
from pages.answers import item_of as answer_item
from pages.answers import seeing, without_refused
from pages.elements.agenda import Agenda, Group
from pages.elements.inbox import Inbox
from pages.elements.sparkline import Day, Sparkline
from pages.elements.stream import Item, Stream
from pages.frame import built, frame, heading, labelled
from pages.inbox_items import EMPTY, EMPTY_ADMIN, around, aside_items, item_of, words
from pages.language import N_, Language
from pages.parts import Registering
from pages.today_groups import groups_of
from pages.visit import Visit

REFRESH_SECONDS = 0.5
"""The counters are read anew at most twice a second, however busy the practice."""
SHORTEST_SECONDS = 1.0
"""Until it is looked again because of the time, also where that has come already."""
RECENT = 8
COUNTERS = (
    ("answers_since", N_("Answers today")),
    ("proposed", N_("Waiting for approval")),
    ("approved", N_("Running recommendations")),
    ("open_diagnoses", N_("Open diagnoses")),
    ("patients", N_("Patients")),
)
ELSEWHERE = (
    ("/operations", N_("Operations"), N_("How the program runs: connections, delays, the database.")),
    ("/effectiveness", N_("Effectiveness"), N_("What works in the practice, over all patients.")),
    ("/knowledge", N_("Knowledge"), N_("What recommendations and the safety gate go by.")),
)


def register(at: Registering) -> None:
    """Add the page."""
    at("/")(page)


async def page(request: Request) -> Response | None:
    """Show what needs the practitioner now."""
    return await built(request, _build)


@dataclass(frozen=True)
class _Shown:
    """What the page shows, in words: the same for all who may read the same patients in the same language."""

    counters: dict[str, str]
    inbox: list[Item]
    aside: list[Item]
    around: dict[str, object]
    today: list[Group]
    recent: list[Item]
    days: list[Day]
    summary: str
    without_phone: frozenset[int]
    """The diagnoses of which it says that no phone is signed in."""
    next: datetime
    """When the page is another one though nothing happens: something set aside is back, or a day begins."""


async def _build(here: Visit) -> None:
    page = _Page(here)
    await here.follow_practice(
        page.notice, every=REFRESH_SECONDS, keep=page.concerns, also=[deliveries_topic(here.practice.id)]
    )
    page.aside = await here.read(setting_aside.of)
    page.only_read = await here.read(sharing.only_read)
    page.lay_out(await here.read(_read, here._, page.aside))


class _Page:
    """One overview that is open."""

    def __init__(self, here: Visit) -> None:
        self._here = here
        self._administers = may(here.actor, Action.ADMINISTER, Thing(here.actor.practice_id))
        self.aside: Aside = setting_aside.NOTHING
        self.only_read: frozenset[int] = frozenset()
        """The patients whose answers one may look at, and not mark as seen."""
        self._without_phone: frozenset[int] = frozenset()
        self._counters: dict[str, ui.label] = {}
        self._undoing: dict[int, Callable[[], Awaitable[bool | None]]] = {}
        self._next: asyncio.TimerHandle | None = None
        here.client.on_delete(lambda: self._forget())

    def concerns(self, event: LoggedEvent) -> bool:
        """Say whether something changes this page: of one's patients, of one's own inbox, and for admins what was opened."""
        if event.type == "inbox_update":
            return bool(event.values["person_id"] == self._here.actor.person_id)
        if event.type == "delivery_update":  # a phone has confirmed something: news where there was none
            return event.diagnosis_id in self._without_phone
        if self._administers:
            return event.type == "patient_update" and event.values["change"] == "opened_in_emergency"
        return self._here.may_see(event)

    async def notice(self, events: list[LoggedEvent]) -> None:
        """Show what has happened."""
        if any(event.type == "inbox_update" for event in events):
            self.aside = await self._here.read(setting_aside.of)
        if any(event.type == "patient_update" for event in events):
            self.only_read = await self._here.read(sharing.only_read)
        await self._refresh()

    async def _refresh(self) -> None:
        here = self._here
        now = utc_now()
        aside = frozenset(one for one in self.aside if one[2] > now)
        # What an admin is shown hangs on no patients; a practitioner without any is not shown it.
        read = here.read_of_practice if self._administers else here.read_of_patients
        self.show(await read(_read, here._, aside))

    def lay_out(self, seen: _Shown) -> None:
        """Build the page."""
        here, _ = self._here, self._here._
        self._without_phone = seen.without_phone
        subtitle = _("What needs you now, and what is going on.")
        first = [] if self._administers else [(seen.counters[name], _(label)) for name, label in COUNTERS]
        with frame(here, _("Overview"), "/", subtitle=subtitle, first=first):
            if not self._administers:
                with labelled(ui.element("section"), _("Numbers")).classes("vv-stats"):
                    for name, label in COUNTERS:
                        with ui.element("div").classes("vv-card vv-stat"):
                            self._counters[name] = ui.label(seen.counters[name]).props(f"data-testid=count-{name}")
                            ui.label(_(label))
            with ui.element("div").classes("vv-columns vv-columns--overview"):
                with ui.element("section").classes("vv-main"):
                    heading(_("Needs you now"))
                    empty = _(EMPTY_ADMIN if self._administers else EMPTY)
                    self._inbox = Inbox(words=words(_), empty=empty, on_asked=self._asked)
                    self._inbox.props("data-testid=inbox")
                with ui.element("section").classes("vv-side"):
                    if self._administers:
                        _elsewhere(_)
                    else:
                        self._side(seen, _)
                if not self._administers:
                    with ui.element("section").classes("vv-main"):
                        self._just_in(seen, _)
        self._inbox.start(without_refused(seen.inbox, self.only_read), seen.aside, seen.around)
        self._wait_until(seen.next)

    def _side(self, seen: _Shown, _: Language) -> None:
        heading(_("Today"))
        self._today = Agenda()
        self._today.props("data-testid=today")
        self._today.start(seen.today)
        heading(_("Answers in the last 30 days"))
        said = {"title": _("Answers of each day"), "table": _("As a table"), "day": _("Day"), "count": _("Answers")}
        self._days = Sparkline(words=said | {"today": _("today")})
        self._days.props("data-testid=days")
        self._days.start(seen.days, seen.summary)

    def _just_in(self, seen: _Shown, _: Language) -> None:
        heading(_("Just in"))
        empty = _("No answers yet: invite a patient from a recommendation.")
        self._recent = Stream(title=_("Just in"), empty=empty, most=RECENT, on_act=seeing(self._here))
        self._recent.props("data-testid=recent")
        self._recent.start(without_refused(seen.recent, self.only_read))

    def show(self, now: _Shown) -> None:
        """Show what is another by now, and nothing else."""
        self._inbox.show(without_refused(now.inbox, self.only_read), now.aside, now.around)
        self._without_phone = now.without_phone
        self._wait_until(now.next)
        if self._administers:
            return
        for name, label in self._counters.items():
            label.text = now.counters[name]
        self._today.show(now.today)
        self._days.show(now.days, now.summary)
        shown = {item["key"]: item for item in self._recent.items}
        recent = without_refused(now.recent, self.only_read)
        for item in reversed(recent):
            if shown.get(item["key"]) != item:
                self._recent.upsert(item)
        self._recent.replace(recent)  # where the order differs: a record that was handed over brings older answers

    async def _asked(self, what: str, key: str, said: str) -> None:
        here, _ = self._here, self._here._
        if what not in ("back", "undo") and not any(item["key"] == key for item in self._inbox.items):
            return  # it has just left
        match what:
            case "done":
                if await here.act(_settle, key, said):
                    self._offer_undo(_undo, key, _("Marked as seen."))
            case "tomorrow" | "week" | "noted":
                until = await here.act(setting_aside.set_aside, key, said=said, choice=what)
                if until is not None:
                    seen = _("Marked as seen.")
                    back = _("Set aside until {time}.", time=_.time(until))
                    self._offer_undo(_put_back, key, seen if what == "noted" else back)
            case "back":
                await here.act(_put_back, key)
            case "undo":
                undo = self._undoing.pop(int(key), None) if key.isdecimal() else None
                if undo is not None:
                    await undo()

    def _offer_undo(self, verb: Callable[[Services, Actor, str], bool], key: str, text: str) -> None:
        number = max(self._undoing, default=0) + 1
        here = self._here
        self._undoing = {number: lambda: here.act(verb, key, done=here._("It is back in the inbox."))}
        self._inbox.offer_undo(number, text)

    def _wait_until(self, moment: datetime) -> None:
        self._forget()
        left = max(SHORTEST_SECONDS, (moment - utc_now()).total_seconds())
        self._next = asyncio.get_running_loop().call_later(left, self._begin_anew)

    def _begin_anew(self) -> None:
        """Read anew because of the time, though nothing has happened."""
        self._again = asyncio.create_task(self._in_page(), name="overview of a new day")

    async def _in_page(self) -> None:
        with self._here.client, suppress(VervainError):
            await self._refresh()

    def _forget(self) -> None:
        if self._next is not None:
            self._next.cancel()


def _read(services: Services, actor: Actor, language: Language, aside: Aside) -> _Shown:
    """Read the overview and put it into words."""
    seen, knowledge = overview.read(services, actor, aside), services.library.of(actor.practice_id).knowledge
    takes_in = may(actor, Action.RECORD_PATIENT, Thing(actor.practice_id))
    tomorrow = midnight(local_day(seen.as_of) + timedelta(days=1))
    return _Shown(
        counters={name: language.number(seen.counters[name]) for name, _label in COUNTERS},
        inbox=[item_of(one, language, knowledge) for one in seen.inbox],
        aside=aside_items(seen.aside, language, knowledge),
        around=around(seen, language, steps=takes_in),
        today=groups_of(seen.today, language, knowledge),
        recent=[answer_item(answer, language, knowledge) for answer in seen.answers[:RECENT]],
        days=[
            {
                "key": day,
                "count": count,
                "day": language.date(date.fromisoformat(day)),
                "text": language.number(count),
            }
            for day, count in seen.days
        ],
        summary=_summary(seen, language),
        without_phone=seen.without_phone,
        next=min([tomorrow, *(until for _item, until in seen.aside)]),
    )


def _summary(seen: Overview, _: Language) -> str:
    """Say in a sentence what the line of answers shows."""
    total = sum(count for _day, count in seen.days)
    said = _.plural(N_("{count} answer in 30 days"), N_("{count} answers in 30 days"), total)
    day, most = max(seen.days, key=lambda one: one[1])
    if [count for _day, count in seen.days].count(most) > 1:
        return said  # no day stands out
    busiest = _("most on {day}: {count}", day=_.date(date.fromisoformat(day)), count=_.number(most))
    return _(", ").join((said, busiest))


def _settle(services: Services, actor: Actor, key: str, as_of: str) -> bool:
    """Take an item out of the inbox: an answer is seen, of everything else one knows."""
    kind, _dash, number = key.partition("-")
    if kind == ANSWER:
        try:
            shown = datetime.fromisoformat(as_of).astimezone(UTC)
        except ValueError:
            raise Invalid("Say which answer was read, as it was shown.") from None
        correcting.mark_seen(services, actor, int(number), as_of=shown)
    else:
        know = {OPENED: emergency.know, WITHDRAWN: consent.know, SILENCE: reminding.know}[kind]
        know(services, actor, int(number))
    return True


def _undo(services: Services, actor: Actor, key: str) -> bool:
    undoing.undo(services, actor, key)
    return True


def _put_back(services: Services, actor: Actor, key: str) -> bool:
    setting_aside.put_back(services, actor, key)
    return True


def _elsewhere(_: Language) -> None:
    """Lead an admin, who sees no records, to what they look after."""
    heading(_("What you look after"))
    for path, name, text in ELSEWHERE:
        with ui.element("div").classes("vv-card vv-note"):
            ui.link(_(name), path).classes("vv-item__title")
            ui.label(_(text)).classes("vv-soft")
