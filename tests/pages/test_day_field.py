"""A day is typed in the person's own calendar, from any keyboard, and read back as the day that was understood."""

from datetime import date

import pytest
from nicegui import ui

from domain import patient
from pages.day_field import NO_DATE, DayField, day_of
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.intake import fill
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1363/12/11", date(1985, 3, 2)),
        ("۱۳۶۳/۱۲/۱۱", date(1985, 3, 2)),
        ("١٣٦٣-١٢-١١", date(1985, 3, 2)),
        (" 1363. 12 . 11 ", date(1985, 3, 2)),
        ("۱۳۶۳ ۱۲ ۱۱", date(1985, 3, 2)),
        ("13631211", date(1985, 3, 2)),
        ("\u2066۱۳۶۳/۱۲/۱۱\u2069\u200e", date(1985, 3, 2)),
        ("1403/12/30", date(2025, 3, 20)),  # a leap year
        ("1985-03-02", date(1985, 3, 2)),
        ("1404/12/30", None),
        ("1363/13/1", None),
        ("1985-02-29", None),
        ("63/12/11", None),
        ("1363/12", None),
        ("20260-01-01", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_day_is_read_in_either_calendar_by_its_year(typed: str, day: date | None) -> None:
    assert day_of(typed) == day


async def test_somebody_with_the_solar_calendar_types_its_dates(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.http.get("/language/fa")
    await leila.open("/intake")
    born = leila.the(DayField, "patient-born")
    assert born.props["type"] == "text"
    assert born.props["hint"] == "سال/ماه/روز"
    fill(leila, name="Sara Lind", born="۱۳۶۸/۱۲/۹")
    leila.happen(born, "blur")
    assert born.props["hint"] == "۹ اسفند ۱۳۶۸ · ۲۸ فوریه ۱۹۹۰"
    leila.click("record")
    await eventually(lambda: len(patient.listing(house.services, house.leila)) == 3)
    assert patient.listing(house.services, house.leila, newest=True)[0].born == date(1990, 2, 28)


@pytest.mark.parametrize("field", ["born", "surgery"])
@pytest.mark.parametrize("typed", ["1404/12/30", "1404-12-30", "۱۴۰۵-۰۷-۳۱", "86400", "0", "1990-0"])
async def test_what_is_no_date_is_said_when_the_field_is_left_and_never_recorded(
    house: House, visitor: Visit, field: str, typed: str
) -> None:
    leila = await visitor(house.leila)
    await leila.http.get("/language/fa")
    await leila.open("/intake")
    fill(leila, name="Sara Lind")
    day = leila.the(DayField, f"patient-{field}")
    day.value = typed
    leila.happen(day, "blur")
    assert day.error == "این تاریخ درست نیست."
    leila.click("record")
    await eventually(lambda: bool(leila.the(ui.label, "wrong").text))
    assert len(patient.listing(house.services, house.leila)) == 2


async def test_a_draft_follows_whoever_changes_the_calendar(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/intake")
    born = leila.the(DayField, "patient-born")
    assert born.props["type"] == "date"
    born.show("۱۳۶۸/۱۲/۹")  # as a draft has it that was begun in the other calendar
    assert (born.value, born.day) == ("1990-02-28", "1990-02-28")
    await leila.http.get("/language/fa")
    await leila.open("/intake")
    solar = leila.the(DayField, "patient-born")
    solar.show("1990-02-28")
    assert (solar.value, solar.day) == ("۱۳۶۸/۱۲/۰۹", "1990-02-28")
    solar.show("1990-0")
    assert (solar.value, solar.day) == ("1990-0", NO_DATE)
