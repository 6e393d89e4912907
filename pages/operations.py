"""How the program runs, for whoever may observe it: counts, units, what they mean, and what wants a look. Never a person."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from nicegui import Client, ui
from starlette.responses import Response

from domain import operations, status
from domain.errors import VervainError
from domain.operations import Operations, Shown, Unit
from pages.elements.meters import Group, Meter, Meters
from pages.elements.processes import Line, Processes
from pages.frame import built, frame
from pages.language import N_, Language
from pages.operations_words import GROUPS, KINDS, MAIN, MEANS
from pages.parts import Registering
from pages.visit import Visit

EVERY_SECONDS = 2.0
"""How often an open page that can be seen asks."""
SIZES = ((1024**3, N_("GiB")), (1024**2, N_("MiB")), (1024, N_("KiB")), (1, N_("bytes")))
FINE, COARSE = 0.001, 0.01
"""Seconds: below the first, hundredths of a millisecond are written, from the second on none."""
AGO = {"backup_age_seconds", "audit_verified_seconds"}
SPANS = (
    (86_400, N_("day"), N_("days")),
    (3_600, N_("hour"), N_("hours")),
    (60, N_("minute"), N_("minutes")),
    (1, N_("second"), N_("seconds")),
)


def register(at: Registering) -> None:
    """Add the page."""
    at("/operations")(page)


def pages_open() -> Mapping[str, Any]:
    """Count the pages whose browser is there."""
    return {"pages_open": sum(one.has_socket_connection for one in Client.instances.values())}


async def page(request: Request) -> Response | None:
    """Show how the program runs."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    status.require(here.actor)

    async def read() -> Operations:
        # Asked for on the loop, where everything is counted; the rest is read beside it.
        return await here.read(operations.read, here.services.running.counts())

    async def ask() -> None:
        try:
            now = await read()
            meters.show(_groups(now, _))
            processes.show(_lines(now, _))
        except VervainError as error:
            here.refuse(error)

    seen = await read()
    subtitle = _("How the program runs. Counts only: no patient, no diagnosis and no name is on this page.")
    with frame(here, _("Operations"), "/operations", subtitle=subtitle):
        started, version = _.time(seen.started), seen.version or _("not known yet")
        ui.label(_("Version {version}, started {time}", version=version, time=started)).classes("vv-soft")
        meters = Meters(_groups(seen, _), words=_words(_), seconds=EVERY_SECONDS, on_ask=ask)
        meters.props("data-testid=meters")
        processes = Processes(_lines(seen, _), words=_processes_words(_))
        processes.props("data-testid=processes")


def _words(_: Language) -> dict[str, str]:
    return {
        "look": _("Look at this"),
        "look_at": _("Look at"),
        "fine": _("Nothing has come to its threshold."),
        "parts": _("In detail"),
    }


def _processes_words(_: Language) -> dict[str, str]:
    return {
        "title": _("Processes"),
        "means": _(
            "What the program consists of. Each says every 10 seconds that it is there; one that has died is shown for a day."
        ),
        "name": _("Process"),
        "state": _("State"),
        "version": _("Version"),
        "started": _("Started"),
        "connections": _("Live connections"),
        "pages": _("Open pages"),
        "lag": _("Lag of the event loop"),
        "position": _("Published up to"),
    }


def _lines(seen: Operations, _: Language) -> list[Line]:
    return [
        {
            "key": one.name,
            "name": one.name,
            "note": _("This one") if one.here else "",
            "leads": _("Does what is done once") if one.leads and one.alive else "",
            "state": _("Running") if one.alive else _("Silent since {time}", time=_.time(one.said)),
            "gone": not one.alive,
            "version": one.version or _("not known yet"),
            "started": _.time(one.started),
            "connections": _.number(one.connections),
            "pages": _.number(one.pages),
            "lag": " ".join(written(one.loop_lag_seconds, Unit.SECONDS, _)).strip(),
            "position": _.number(one.position),
        }
        for one in seen.processes
    ]


def _groups(seen: Operations, _: Language) -> list[Group]:
    by_group = {group: [one for one in seen.shown if one.measure.group == group] for group in GROUPS}
    return [
        {"key": group, "title": _(GROUPS[group]), "meters": [_meter(one, _) for one in those]}
        for group, those in by_group.items()
        if those
    ]


def _meter(one: Shown, _: Language) -> Meter:
    measure = one.measure
    name, means = MEANS[measure.name]
    largest = max((float(bound) for bound in one.parts if bound != "+Inf"), default=0.0) if one.in_steps else 0.0
    value, unit = written(one.value, measure.unit, _, largest=largest)
    if measure.name in AGO and one.value is not None:
        unit = _("{unit} ago", unit=unit)
    limit = ""
    if measure.limit is not None:
        at, of = written(measure.limit, measure.unit, _)
        said = N_("Look at this from {limit} an hour") if measure.grows else N_("Look at this from {limit}")
        limit = _(said, limit=f"{at} {of}".strip())
    return {
        "key": measure.name,
        "name": _(name),
        "means": _(means),
        "value": value,
        "unit": unit,
        "unknown": one.value is None,
        "note": "" if one.hour is None else _("{count} in the last hour", count=_.number(one.hour)),
        "limit": limit,
        "look": one.wants_a_look,
        "main": measure.name in MAIN,
        "parts": _parts(one, _),
    }


def _parts(one: Shown, _: Language) -> list[list[str]]:
    if one.in_steps:
        unit = one.measure.unit
        return [[_bound(bound, unit, _), _.number(count)] for bound, count in one.parts.items() if count]
    return [[_(KINDS[label]) if label in KINDS else label, _.number(count)] for label, count in one.parts.items()]


def _bound(bound: str, unit: Unit, _: Language) -> str:
    if bound == "+Inf":
        return _("longer") if unit is Unit.SECONDS else _("more")
    value, name = written(float(bound), unit, _)
    return _("at most {time}", time=f"{value} {name}".strip())


def written(value: float | None, unit: Unit, _: Language, *, largest: float = 5.0) -> tuple[str, str]:
    """Write a number and its unit, in the unit that suits its size; what is not known is said to be so.

    ``largest`` is the last bound of what is counted in steps: more than that is not told apart.
    """
    if value is None:
        return _("not known yet"), ""
    if unit is Unit.STATE:
        return (_("yes") if value else _("no")), ""
    if value == float("inf"):
        least, name = written(largest, unit, _)
        return _("over {seconds}", seconds=least), name
    if unit in (Unit.COUNT, Unit.SHARED):
        return _.number(value), ""
    if unit is Unit.BYTES:
        size, name = next((one for one in SIZES if value >= one[0]), SIZES[-1])
        return _few(value / size, _), _(name)
    if value < 1:
        digits = 0 if value == 0 or value >= COARSE else 1 if value >= FINE else 2
        return _.number(value * 1000, digits), _("ms")
    span, single, several = next(one for one in SPANS if value >= one[0])
    return _few(value / span, _), _(single if value == span else several)


def _few(number: float, _: Language) -> str:
    return _.number(number, 1 if number < 100 and number != int(number) else 0)
