"""A reading is written down before anything is shown, once in ten minutes, and nothing is shown where it cannot be."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from domain import alarm, diagnosis, log, overview, patient
from domain.errors import Unavailable
from domain.ledger import Ledger
from domain.permission import Actor
from domain.readings import MOST_KEPT, Reading, Readings, carry
from domain.services import Services
from storage.tables import AuditEntry
from tests.support.clock import Clock, with_clock
from tests.support.house import House, under_treatment


def reads(services: Services) -> list[tuple[int | None, str, int, int | None, str, str]]:
    """List the readings that were written down: who, what, whose, in which view, from where."""
    with services.database.read() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.action == "read").order_by(col(AuditEntry.id))).all()
    return [(one.person_id, one.thing, one.thing_id, one.patient_id, one.detail, one.address) for one in rows]


def test_what_is_read_again_within_ten_minutes_is_one_reading(house: House) -> None:
    services, clock = with_clock(house.services)
    for minutes in (0, 4, 5):  # at 0, 4 and 9 minutes
        clock.move(timedelta(minutes=minutes))
        diagnosis.read(services, house.leila, house.diagnosis_id)
    once = (house.leila.person_id, "diagnosis", house.diagnosis_id, house.mina.patient_id, "", "")
    assert reads(services) == [once]
    clock.move(timedelta(minutes=1, seconds=1))
    diagnosis.read(services, house.leila, house.diagnosis_id)
    assert reads(services) == [once, once]
    clock.move(timedelta(hours=-1))  # the machine's clock was put back: what was written then says nothing of now
    diagnosis.read(services, house.leila, house.diagnosis_id)
    assert reads(services) == [once, once, once]


def test_another_sign_in_address_or_record_is_another_reading(house: House) -> None:
    leila = house.leila
    for who in (leila, replace(leila, sign_in_id=5), replace(leila, address="192.0.2.7"), house.mina):
        diagnosis.read(house.services, who, house.diagnosis_id)
    patient.read(house.services, leila, house.mina.patient_id or 0)
    assert len(reads(house.services)) == 5


def test_of_a_list_there_is_an_entry_for_each_patient_in_one_change(house: House) -> None:
    under_treatment(house.services, house.leila)
    before = house.services.ledger.commits
    shown = patient.listing(house.services, house.leila)
    assert house.services.ledger.commits == before + 1
    assert [one[3] for one in reads(house.services)] == [one.id for one in shown]
    assert {one[4] for one in reads(house.services)} == {"patients"}
    overview.read(house.services, house.chen)
    overview.answers(house.services, house.leila)
    alarm.read(house.services, house.leila)
    assert patient.listing(house.services, house.ida) == []
    assert house.services.ledger.commits == before + 1, "nobody was shown"


def test_what_cannot_be_written_down_is_not_shown(house: House) -> None:
    def full(_act: object) -> None:
        raise OSError("no space left on the device")

    async def never(_act: object) -> None:
        full(_act)

    services = house.services
    readings = Readings(full, never, Clock())
    carry(services.database, readings)
    for read in (
        lambda: diagnosis.read(services, house.leila, house.diagnosis_id),
        lambda: patient.read(services, house.leila, house.mina.patient_id or 0),
        lambda: patient.listing(services, house.leila),
    ):
        with pytest.raises(Unavailable, match="written down first") as refused:
            read()
        assert refused.value.status == 503
    with pytest.raises(Unavailable):
        asyncio.run(readings.noted(house.leila, [Reading("diagnosis", 1, 1)]))
    carry(services.database, services.ledger.readings)
    assert diagnosis.read(services, house.leila, house.diagnosis_id), "it was not taken for written down"


def test_polling_is_a_reading_as_following_is(house: House) -> None:
    for _ in range(3):
        log.join(house.services, house.mina, house.diagnosis_id, since=0)
    assert [one[4] for one in reads(house.services)] == [log.FOLLOWED]


async def test_a_herd_that_comes_back_shares_a_few_changes(house: House) -> None:
    services = replace(house.services, ledger=Ledger(house.services.database, house.services.hub))
    readings, before = services.ledger.readings, services.ledger.commits
    herd = [Actor(house.mina.person_id, 1, "patient", sign_in_id=number) for number in range(1, 3_001)]
    one = Reading("diagnosis", house.diagnosis_id, house.mina.patient_id or 0, log.FOLLOWED)
    await asyncio.gather(*(readings.noted(actor, [one]) for actor in herd))
    assert services.ledger.commits - before <= 4
    assert len(reads(services)) == 3_000
    await asyncio.gather(*(readings.noted(actor, [one]) for actor in herd))
    assert services.ledger.commits - before <= 4


async def test_whoever_goes_away_meanwhile_holds_nobody_up(house: House) -> None:
    readings = house.services.ledger.readings
    one = Reading("diagnosis", house.diagnosis_id, house.mina.patient_id or 0)
    gone = asyncio.create_task(readings.noted(house.leila, [one]))
    stays = asyncio.create_task(readings.noted(house.mina, [one]))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert {entry[0] for entry in reads(house.services)} == {house.leila.person_id, house.mina.person_id}


def test_what_is_remembered_is_bounded() -> None:
    written: list[int] = []
    lock = threading.Lock()

    class Counting:
        def audit(self, *_said: object, **_more: object) -> None:
            with lock:
                written.append(1)

    async def never(_act: object) -> None:
        raise AssertionError

    readings = Readings(lambda act: act(Counting()), never, Clock())
    someone = Actor(1, 1, "practitioner")
    readings.note(someone, [Reading("patient", number, number) for number in range(MOST_KEPT + 10)])
    assert len(written) == MOST_KEPT + 10
    readings.note(someone, [Reading("patient", MOST_KEPT, MOST_KEPT)])
    assert len(written) == MOST_KEPT + 10
    readings.note(someone, [Reading("patient", 3, 3)])
    assert len(written) == MOST_KEPT + 11, "the oldest was forgotten, and is written down again"
