"""How one reads: the calendar that dates are written in, and the digits."""

from nicegui import ui

from domain.ledger import utc_now
from pages.frame import heading, labelled
from pages.language import GREGORIAN, LATIN, N_, OWN, SOLAR, Language
from pages.visit import Visit

CALENDARS = {SOLAR: N_("Solar Hijri"), GREGORIAN: N_("Gregorian")}


def show_reading(here: Visit, path: str) -> None:
    """Offer the calendars, and the digits where the language has its own; the choice is the person's on all browsers."""
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card").props("data-testid=reading"):
        heading(_("Dates and digits"))
        ui.label(_("Today is {day}.", day=_.day(utc_now()))).classes("vv-soft").props("data-testid=today")
        names = {calendar: _(name) for calendar, name in CALENDARS.items()}
        _choice(_, path, "calendar", _("Calendar"), names, SOLAR if _.solar else GREGORIAN)
        digits = {OWN: Language(_.code).digits("123"), LATIN: "123"}
        if digits[OWN] != digits[LATIN]:
            _choice(_, path, "numerals", _("Digits"), digits, OWN if _.own_digits else LATIN)


def _choice(_: Language, path: str, name: str, title: str, options: dict[str, str], chosen: str) -> None:
    """Write links: what changes the cookie is a request, which keeps it for the person as well."""
    with labelled(ui.element("nav"), title).classes("vv-toolbar"):
        ui.label(title).classes("vv-soft").props("aria-hidden=true")
        for value, text in options.items():
            current = " aria-current=true" if value == chosen else ""
            target = f"/language/{_.code}?{name}={value}&next={path}"
            ui.link(text, target).classes("vv-pick").props(f"data-testid={name}-{value}{current}")
