"""Break-glass: who opens what, what it lets them do, who is told, and that asking in vain teaches nothing."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from domain import diagnosis, emergency, overview, profile, recommendation, sharing
from domain.emergency import A_DAY, MOST_IN_VAIN, MOST_OPENED, EmergencyInput
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften
from domain.inbox import Risk
from domain.ledger import Change
from domain.patient import PatientInput
from domain.permission import Actor
from domain.recommendation import ApproveInput, StopInput
from domain.sharing import HandOverInput
from storage.tables import AuditEntry, AuditReason, EmergencyAccess, PatientShare
from tests.support.clock import with_clock
from tests.support.house import House, add_person, new_patient
from tests.support.printed import printed

BORN = date(1980, 5, 3)
REASON = "Unconscious in the waiting room."


def asked(**given: Any) -> EmergencyInput:
    return EmergencyInput.model_validate({"reason": REASON, "confirmed": True} | given)


def open_minas(house: House) -> None:
    emergency.open_record(house.services, house.chen, asked(patient_id=house.mina.patient_id))


def opened(house: House, actor: Actor) -> list[Any]:
    return [one for one in overview.read(house.services, actor).inbox if one.risk is Risk.OPENED]


def test_it_lets_read_and_stop_for_four_hours(house: House) -> None:
    services, chen = house.services, house.chen
    patient_id = house.mina.patient_id or 0
    until = emergency.open_record(services, chen, asked(patient_id=patient_id)).until
    assert diagnosis.read(services, chen, house.diagnosis_id)
    for refused in (
        lambda: recommendation.approve(services, chen, house.proposed("fennel"), ApproveInput()),
        lambda: profile.change(services, chen, patient_id, PatientInput(name="Somebody")),
        lambda: sharing.hand_over(services, chen, patient_id, HandOverInput(person_id=chen.person_id)),
    ):
        with pytest.raises((NotAllowed, NotFound)) as error:
            refused()
        assert isinstance(error.value, NotAllowed)
    recommendation.stop(services, chen, house.ginger, StopInput(reason="Bleeding."))
    with services.database.read() as session:
        (share,) = session.exec(select(PatientShare))
        assert share.until == until
        assert timedelta(hours=3.9) < until - share.created <= timedelta(hours=4)

    def later(change: Change) -> None:
        row = change.session.exec(select(PatientShare)).one()
        row.until = change.now
        change.session.add(row)

    services.ledger.write(later)
    with pytest.raises(NotFound):
        diagnosis.read(services, chen, house.diagnosis_id)


def test_its_practitioner_is_told_and_says_that_they_know(house: House) -> None:
    services = house.services
    open_minas(house)
    (item,) = opened(house, house.leila)
    assert (item.patient, item.opened.by, item.opened.reason) == ("Mina Farahani", "Dr Chen Wei", REASON)
    with pytest.raises(NotAllowed):
        emergency.know(services, house.chen, item.opened.access_id)
    for nobody in (house.stranger, house.ida, house.mina):
        with pytest.raises(NotFound):
            emergency.know(services, nobody, item.opened.access_id)
    emergency.know(services, house.leila, item.opened.access_id)
    emergency.know(services, house.leila, item.opened.access_id)
    assert opened(house, house.leila) == []
    sharing.end(services, house.leila, house.mina.patient_id or 0, house.chen.person_id)
    with pytest.raises(NotFound):
        diagnosis.read(services, house.chen, house.diagnosis_id)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"patient_id": 1, "reason": "Because"}, "needs_reason"),
        ({"patient_id": 1, "confirmed": False}, "needs_confirmation"),
        ({"patient_id": 999_999, "confirmed": False}, "needs_confirmation"),
        ({}, "invalid"),
        ({"name": "Mina Farahani"}, "invalid"),
        ({"patient_id": 1, "name": "Mina Farahani", "born": BORN}, "invalid"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_looked_up(house: House, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        emergency.open_record(house.services, house.chen, asked(**given))
    assert refused.value.code == code
    with house.services.database.read() as session:
        assert session.exec(select(EmergencyAccess)).all() == []


def test_only_practitioners_may_ask(house: House) -> None:
    for nobody in (house.ida, house.mina, Actor(9, house.leila.practice_id, "service", scopes=frozenset({"follow"}))):
        with pytest.raises(NotAllowed):
            emergency.open_record(house.services, nobody, asked(patient_id=house.mina.patient_id))


def test_whom_they_may_read_needs_no_emergency(house: House) -> None:
    with pytest.raises(Conflict):
        emergency.open_record(house.services, house.leila, asked(patient_id=house.mina.patient_id))


def test_by_the_whole_name_and_the_day_of_birth(house: House) -> None:
    services = house.services
    sara = new_patient(services, house.leila, "Sara Lind", born=BORN)
    found = emergency.open_record(services, house.chen, asked(name="  sara  LIND ", born=BORN))
    assert found.patient_id == sara.patient_id


def test_asking_in_vain_teaches_nothing_and_is_kept(house: House) -> None:
    services = house.services
    far = new_patient(services, house.stranger, "Far Away", born=BORN)
    for name in ("Twin", "Twin"):
        new_patient(services, house.leila, name, born=BORN)
    tries: list[dict[str, Any]] = [
        {"patient_id": far.patient_id},
        {"patient_id": 999_999},
        {"name": "Far Away", "born": BORN},
        {"name": "Mina", "born": BORN},
        {"name": "Twin", "born": BORN},
    ]
    refusals = set()
    for one in tries:
        with pytest.raises(NotFound) as refused:
            emergency.open_record(services, house.chen, asked(**one))
        refusals.add((refused.value.message, refused.value.code))
    assert refusals == {("No record was opened: in this practice nobody was found who was asked for so.", "not_found")}
    with services.database.read() as session:
        kept = session.exec(select(AuditEntry).where(AuditEntry.action == "break glass in vain")).all()
        assert len(kept) == len(tries)
        assert all(one.detail in ("by its number", "by name and day of birth") for one in kept)
        reasons = session.exec(select(AuditReason.text)).all()
        assert REASON not in reasons, "what was typed may be about anybody"
        assert set(session.exec(select(EmergencyAccess.reason))) == {""}
    for _ in range(MOST_IN_VAIN - len(tries)):
        with pytest.raises(NotFound):
            emergency.open_record(services, house.chen, asked(patient_id=999_999))
    with pytest.raises(TooOften) as stopped:
        emergency.open_record(services, house.chen, asked(patient_id=house.mina.patient_id))
    assert 0 < stopped.value.details["retry_after"] <= 3600
    with pytest.raises(NotAllowed):
        emergency.open_record(services, house.ida, asked(patient_id=1))


def test_nobody_opens_record_after_record(house: House) -> None:
    services, clock = with_clock(house.services)
    patients = [new_patient(services, house.leila, f"Patient {number}") for number in range(MOST_OPENED + 1)]
    before = clock()
    for one in patients[:MOST_OPENED]:
        emergency.open_record(services, house.chen, asked(patient_id=one.patient_id))
        clock.move(timedelta(minutes=1))
    with printed(public=True) as out, pytest.raises(TooOften) as stopped:
        emergency.open_record(services, house.chen, asked(patient_id=patients[-1].patient_id))
    assert stopped.value.code == "opened_too_often"
    wait = timedelta(seconds=stopped.value.details["retry_after"])
    assert before + A_DAY - clock() <= wait <= A_DAY - timedelta(minutes=MOST_OPENED) + timedelta(seconds=1)
    line = json.loads(out.getvalue().splitlines()[-1])
    assert (line["event"], line["reason"]) == ("security.emergency_refused", "opened_too_often")
    assert line["person"] == services.sealing.in_the_log(house.chen.person_id)
    assert REASON not in out.getvalue()
    colleague = add_person(services, house.chen.practice_id, "practitioner", "Dr Sara Lind")
    assert emergency.open_record(services, colleague, asked(patient_id=patients[-1].patient_id))
    clock.move(A_DAY - timedelta(minutes=MOST_OPENED))
    assert emergency.open_record(services, house.chen, asked(patient_id=patients[-1].patient_id))


def test_an_admin_is_told_who_opened_which_record_and_nothing_of_it(house: House) -> None:
    open_minas(house)
    (item,) = opened(house, house.ida)
    assert (item.patient_id, item.patient, item.opened.by, item.opened.reason) == (
        house.mina.patient_id,
        "",
        "Dr Chen Wei",
        "",
    )
    emergency.know(house.services, house.leila, item.opened.access_id)
    assert opened(house, house.ida) == [item], "that its practitioner knows is not the admin's business"
    assert opened(house, house.stranger) == []
