"""Searching for a patient by name: who is found, who is not, what is noted of it, and what it asks of the database."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import col, select

from domain import erasing, patient, profile, searching
from domain.knowledge import fold
from domain.ledger import Change
from domain.patient import PatientInput, ProfileInput
from domain.patient_names import PatientNames, fit, folded_name, typed
from storage.tables import AuditEntry, Patient
from tests.support.house import House, diagnose, new_patient
from tests.support.statements import statements


def found(house: House, text: str, who: str = "leila") -> list[str]:
    return [one.name for one in searching.patients(house.services, getattr(house, who), text)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("mina", "Mina Farahani"),
        ("FARA", "Mina Farahani"),
        ("fara mi", "Mina Farahani"),
        ("jose", "José Núñez"),
        ("NÚÑ", "Jose Nunez"),
        ("علي", "علی کریمی"),
        ("كریمی", "علی کریمی"),
        ("علیرضا", "علی‌رضا مرادی"),
        ("علی رضا", "علی‌رضا مرادی"),
        ("王", "王 小明"),
        ("o'bri", "Siobhan O’Brien"),
    ],
)
def test_a_name_fits_however_it_is_written(words: str, name: str) -> None:
    assert fit(typed(words), folded_name(name)) is not None


@pytest.mark.parametrize(("words", "name"), [("ina", "Mina Farahani"), ("mina x", "Mina Farahani"), ("", "Mina")])
def test_a_name_does_not_fit_by_its_middle(words: str, name: str) -> None:
    assert fit(typed(words), folded_name(name)) is None


@given(st.text(max_size=30), st.integers(0, 30))
def test_whoever_types_the_beginning_of_a_name_finds_it(name: str, letters: int) -> None:
    whole = fold(name)
    begun = typed(whole[:letters])
    assert not begun.words or fit(begun, folded_name(name)) == 0


def test_a_patient_is_found_with_what_they_are_treated_for(house: House) -> None:
    newer = diagnose(house.services, house.leila, house.mina)
    diagnose(house.services, house.leila, house.mina)
    [mina] = searching.patients(house.services, house.leila, "mina")
    assert (mina.id, mina.name, mina.born) == (house.mina.patient_id, "Mina Farahani", None)
    assert [one.id for one in mina.diagnoses] == [newer + 1, newer]
    assert {(one.tradition, one.condition_id) for one in mina.diagnoses} == {("tcm", "t-stcold")}


def test_who_begins_with_it_comes_first_and_ten_rows_are_all(house: House) -> None:
    for number in range(20):
        new_patient(house.services, house.leila, f"Sara Mint {number:02}")
    assert found(house, "min") == ["Mina Farahani", *(f"Sara Mint {number:02}" for number in range(8))]
    assert len(searching.patients(house.services, house.leila, "sara", most=3)) == 3
    assert searching.patients(house.services, house.leila, "sara", most=0) == []


def test_only_whom_one_may_read_is_found(house: House) -> None:
    for nobody in ("chen", "ida", "stranger"):
        assert found(house, "mina", nobody) == []
    assert found(house, "om", "mina") == []
    house.share_with(house.chen)
    assert found(house, "mina", "chen") == ["Mina Farahani"]
    assert found(house, "om", "chen") == []


@pytest.mark.parametrize("text", ["", " ", "m", "%", "_", "m%", "''"])
def test_too_little_finds_nobody(house: House, text: str) -> None:
    assert found(house, text) == []


def test_new_changed_and_erased_names_are_known_at_once(house: House) -> None:
    assert found(house, "sara") == []
    sara = new_patient(house.services, house.leila, "Sara Lind").patient_id or 0
    assert found(house, "sara") == ["Sara Lind"]
    profile.change(house.services, house.leila, sara, ProfileInput(name="Zara Lind"))
    assert (found(house, "sara"), found(house, "zara")) == ([], ["Zara Lind"])
    omar = house.omar.patient_id or 0
    given = erasing.ErasureInput(name="Omar Haddad", reason="asked_for", override_reason="no_duty")
    erasing.erase(house.services, house.leila, omar, given)
    assert found(house, "omar") == []
    with house.services.database.read() as session:
        assert omar not in house.services.names.fitting(session, house.leila.practice_id, "omar")


def test_what_came_past_the_log_is_found_after_a_while(house: House) -> None:
    now = [0.0]
    services = replace(house.services, names=PatientNames(lambda: now[0]))
    assert searching.patients(services, house.leila, "past") == []

    def act(change: Change) -> None:
        leila = house.leila
        row = Patient(
            name="Past Log", practice_id=leila.practice_id, practitioner_id=leila.person_id, created=change.now
        )
        change.session.add(row)

    services.ledger.write(act)
    assert searching.patients(services, house.leila, "past") == []
    now[0] = 3_601.0
    assert [one.name for one in searching.patients(services, house.leila, "past")] == ["Past Log"]


def test_whoever_is_found_is_noted_as_seen_and_nobody_else(house: House) -> None:
    searching.patients(house.services, house.leila, "mina")
    with house.services.database.read() as session:
        wanted = (AuditEntry.action == "read", AuditEntry.detail == "search")
        rows = session.exec(select(AuditEntry).where(*wanted).order_by(col(AuditEntry.id))).all()
    assert [(row.person_id, row.patient_id) for row in rows] == [(house.leila.person_id, house.mina.patient_id)]


def test_ten_thousand_patients_cost_as_many_statements_as_two(house: House) -> None:
    def act(change: Change) -> None:
        mine = {"practice_id": house.leila.practice_id, "practitioner_id": house.leila.person_id, "created": change.now}
        born = date(1980, 1, 1)
        rows = [
            {"name": f"Ma{number % 26:x}ia Nr{number}", "born": born, "sex": "", "synthetic": True} | mine
            | {"allergies": [], "conditions": [], "medicines": []}
            for number in range(10_000)
        ]  # fmt: skip
        change.session.execute(insert(Patient), rows)

    house.services.ledger.write(act)
    assert len(found(house, "ma")) == 10  # read once; who is shown is noted
    for text, many in (("ma", 10), ("nr77", 10), ("mina", 1), ("nobody", 0)):
        found(house, text)
        with statements(house.services) as asked:
            assert len(found(house, text)) == many
        assert all(one.startswith(("BEGIN", "SELECT")) for one in asked), asked
        assert len([one for one in asked if one.startswith("SELECT")]) <= 4, asked
    patient.record(house.services, house.leila, PatientInput(name="Mabel Newly"))
    with statements(house.services) as asked:
        assert found(house, "mabel") == ["Mabel Newly"]
    assert not [
        one for one in asked if "patient.name" in one and "WHERE patient.practice_id" in one and " IN " not in one
    ]
