"""The last visit: whose it is, what is taken over from it, and what has changed since."""

from dataclasses import replace

import pytest

from domain.errors import NotFound
from domain.matching import FindingValue
from domain.visit import Measured, last_visit, taken_over
from tests.support.house import House, diagnose, new_patient

F = FindingValue


def test_the_newest_visit_with_findings_is_the_last(house: House) -> None:
    patient_id = house.mina.patient_id or 0
    first = last_visit(house.services, house.leila, patient_id)
    assert first is not None
    assert (first.diagnosis_id, first.tradition, first.symptom) == (house.diagnosis_id, "tcm", "Stomach pain")
    assert first.findings == (F("pain-epigastric", severity=2),)
    assert first.measured == {"symptom": Measured(7), "second_symptom": Measured(None), "activity": Measured(None)}
    second = diagnose(house.services, house.leila, house.mina)
    diagnose(house.services, house.leila, house.mina, findings=[])
    newest = last_visit(house.services, house.leila, patient_id)
    assert newest is not None
    assert newest.diagnosis_id == second


def test_who_has_never_been_there_has_no_last_visit(house: House) -> None:
    nobody = new_patient(house.services, house.leila)
    assert last_visit(house.services, house.leila, nobody.patient_id or 0) is None


@pytest.mark.parametrize("who", ["chen", "ida", "stranger", "mina", "omar"])
def test_it_is_for_who_treats_the_patient(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        last_visit(house.services, getattr(house, who), house.mina.patient_id or 0)
    with pytest.raises(NotFound):
        last_visit(house.services, house.leila, 999_999)


@pytest.mark.parametrize(
    ("then", "days", "now"), [(None, 30, None), (3, 30, None), (89, 30, None), (90, 30, 120), (43_790, 30, 43_800)]
)
def test_only_what_had_lasted_long_is_known_to_last(then: int | None, days: int, now: int | None) -> None:
    found = F("tired", severity=3, duration_days=then)
    assert taken_over([found], days=days) == [replace(found, duration_days=now)]
