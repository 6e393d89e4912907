"""The Operations page: counts with their units, live while it is seen, for whoever may observe."""

import pytest
from nicegui import ui

from domain.operations import MEASURES, Unit
from pages.elements.meters import Meter, Meters
from pages.elements.processes import Line, Processes
from pages.language import Language
from pages.operations import written
from pages.operations_words import GROUPS, MAIN, MEANS
from tests.pages.conftest import Visit
from tests.support.house import House, new_patient
from tests.support.pages import Visitor
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, Unit.COUNT, ("not known yet", "")),
        (0, Unit.COUNT, ("0", "")),
        (12_345, Unit.COUNT, ("12,345", "")),
        (0.0, Unit.SECONDS, ("0", "ms")),
        (0.00025, Unit.SECONDS, ("0.25", "ms")),
        (0.0042, Unit.SECONDS, ("4.2", "ms")),
        (0.042, Unit.SECONDS, ("42", "ms")),
        (1, Unit.STATE, ("yes", "")),
        (0, Unit.STATE, ("no", "")),
        (1, Unit.SECONDS, ("1", "second")),
        (1.25, Unit.SECONDS, ("1.2", "seconds")),
        (90, Unit.SECONDS, ("1.5", "minutes")),
        (7_200, Unit.SECONDS, ("2", "hours")),
        (20 * 86_400, Unit.SECONDS, ("20", "days")),
        (float("inf"), Unit.SECONDS, ("over 5", "seconds")),
        (512, Unit.BYTES, ("512", "bytes")),
        (3.5 * 1024**2, Unit.BYTES, ("3.5", "MiB")),
    ],
)
def test_a_number_is_never_without_its_unit(value: float | None, unit: Unit, expected: tuple[str, str]) -> None:
    assert written(value, unit, Language("en")) == expected


def test_everything_that_is_counted_says_what_it_means() -> None:
    assert set(MEANS) == {one.name for one in MEASURES}
    assert set(GROUPS) == {one.group for one in MEASURES}
    assert {one.name for one in MEASURES} > MAIN
    assert {one.group for one in MEASURES if one.name in MAIN} == set(GROUPS)


def meter(who: Visitor, name: str) -> Meter:
    return who.the(Meters, "meters").meters[name]


async def test_it_is_live_and_sends_only_what_has_changed(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ida = await visitor(house.ida)
    await ida.open("/operations")
    before = int(meter(ida, "ledger_commits")["value"])
    assert meter(ida, "backup_age_seconds")["value"] == "not known yet"
    assert len(ida.page.elements) < 100
    sent: list[list[Meter]] = []
    monkeypatch.setattr(Meters, "run_method", lambda _self, _name, changed: sent.append(changed))
    new_patient(house.services, house.leila, name="Nobody Elsewhere")
    ida.happen(ida.the(Meters, "meters"), "ask")
    await eventually(lambda: int(meter(ida, "ledger_commits")["value"]) > before)
    changed = {one["key"]: one for one in sent[-1]}
    assert "means" not in changed["ledger_commits"], "what stays as it is is not sent again"
    assert "connections_by_kind" not in changed

    def processes() -> list[Line]:
        ida.happen(ida.the(Meters, "meters"), "ask")
        return ida.the(Processes, "processes").lines

    await eventually(processes)
    [here] = processes()
    assert (here["name"], here["note"], here["gone"]) == (house.services.running.name, "This one", False)
    said = (
        repr(here)
        + repr(ida.the(Meters, "meters").meters)
        + repr([one.text for one in ida.page.elements.values() if isinstance(one, ui.label)])
    )
    assert not any(name in said for name in ("Mina", "Nobody Elsewhere", "Leila"))


async def test_who_may_not_observe_is_led_nowhere(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/")
    links = [one.props.get("href") for one in leila.page.elements.values()]
    assert "/operations" in links
    nobody = await visitor(None)
    answer = await nobody.http.get("/operations")
    assert answer.headers["location"].startswith("/sign-in")
