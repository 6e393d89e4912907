"""Patients: what is recorded, what is not known, who may see it."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domain import patient
from domain.age import age
from domain.errors import NotAllowed, NotFound
from domain.patient import PatientInput, profile_of
from storage.tables import Patient
from tests.support.house import House

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_what_is_recorded_is_what_is_read(house: House) -> None:
    given = PatientInput(name="  Sara   Lind ", born=date(1988, 4, 23), pregnant=False, medicines=["warfarin"])
    kept = patient.record(house.services, house.leila, given)
    assert (kept.name, kept.born, kept.pregnant, kept.lactating) == ("Sara Lind", date(1988, 4, 23), False, None)
    assert patient.read(house.services, house.leila, kept.id) == kept
    assert [one.name for one in patient.listing(house.services, house.leila)] == [
        "Mina Farahani",
        "Omar Haddad",
        "Sara Lind",
    ]
    assert patient.listing(house.services, house.leila, after=kept.id - 1, limit=5) == [kept]


def test_a_patient_is_their_practitioners(house: House) -> None:
    mina = house.mina.patient_id or 0
    assert patient.read(house.services, house.mina, mina).name == "Mina Farahani"
    for nobody in (house.chen, house.stranger, house.ida, house.omar):
        with pytest.raises(NotFound, match="There is no such patient"):
            patient.read(house.services, nobody, mina)
    house.share_with(house.chen)
    assert patient.read(house.services, house.chen, mina).id == mina
    assert [one.id for one in patient.listing(house.services, house.chen)] == [mina]


@pytest.mark.parametrize("who", ["ida", "mina"])
def test_only_practitioners_take_patients_in(house: House, who: str) -> None:
    with pytest.raises(NotAllowed):
        patient.record(house.services, getattr(house, who), PatientInput(name="Somebody"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 201},
        {"name": "Sara\x00Lind"},
        {"name": "Sara", "born": "1899-12-31"},
        {"name": "Sara", "medicines": ["x"] * 51},
        {"name": "Sara", "practice_id": 2},
    ],
)
def test_what_cannot_be_recorded(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PatientInput.model_validate(wrong)


def test_a_name_is_kept_in_one_form() -> None:
    assert PatientInput(name="Zoe\u0308").name == "Zo\u00eb"


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_age(born: date, today: date, years: int) -> None:
    assert age(born, today) == years


def test_what_is_not_known_is_not_assumed() -> None:
    today = date(2026, 11, 23)
    unknown = profile_of(Patient(name="Sara", created=NOW), today=today)
    assert (unknown.age, unknown.pregnant, unknown.surgery_within_days) == (None, None, None)
    soon = profile_of(Patient(name="Sara", surgery_on=date(2026, 12, 1), created=NOW), today=today)
    past = profile_of(Patient(name="Sara", surgery_on=date(2026, 11, 22), created=NOW), today=today)
    assert (soon.surgery_within_days, past.surgery_within_days) == (8, None)
