"""What the gate would say before anything is recorded is what it says afterwards."""

import pytest

from domain import diagnosis, patient
from domain.diagnosis import DiagnosisInput
from domain.errors import NotFound
from domain.foreseen import Foreseen, foresee
from domain.gate import Verdict, badness
from domain.matching import FindingValue, match
from domain.patient import PatientInput
from domain.permission import Actor
from tests.support.house import House

FOUND = [FindingValue("pain-epigastric", severity=2), FindingValue("stool-loose"), FindingValue("tongue-pale")]


def foreseen(house: House, who: int | PatientInput, *, by: Actor | None = None) -> list[Foreseen]:
    """Foresee for three findings."""
    knowledge = house.services.library.of(house.leila.practice_id).knowledge
    found = match(FOUND, knowledge, tradition="tcm", limit=3)
    return foresee(house.services, by or house.leila, who, "tcm", FOUND, found)


def test_a_new_patient_is_judged_as_when_they_are_recorded(house: House) -> None:
    typed = PatientInput(name="Sara", medicines=["warfarin"])
    before = foreseen(house, typed)[0]
    given = DiagnosisInput.model_validate(
        {
            "patient": typed,
            "tradition": "tcm",
            "findings": [{"finding_id": one.finding_id, "severity": one.severity} for one in FOUND],
        }
    )
    after = diagnosis.record(house.services, house.leila, given)["recommendations"]
    proposed = {one["item_id"]: one["verdict"] for one in after}
    named = {one.item_id: one.verdict.value for one in before.concerns if one.verdict is not Verdict.BLOCK}
    assert {one: verdict for one, verdict in proposed.items() if one in named} == {
        one: verdict for one, verdict in named.items() if one in proposed
    }
    assert "major" in named.values()
    assert set(named) & set(proposed)
    assert [badness(one.verdict) for one in before.concerns] == sorted(
        (badness(one.verdict) for one in before.concerns), reverse=True
    )
    assert "warfarin" in str(before.concerns[0].reason)


def test_what_is_in_the_plan_is_judged_against_and_not_named(house: House) -> None:
    minas = foreseen(house, house.mina.patient_id or 0)
    assert "ginger" not in {concern.item_id for one in minas for concern in one.concerns}
    omars = foreseen(house, house.omar.patient_id or 0)
    assert sum(one.documented for one in minas) < sum(one.documented for one in omars)


@pytest.mark.parametrize("who", ["chen", "ida", "stranger", "mina"])
def test_it_is_for_who_treats_the_patient(house: House, who: str) -> None:
    with pytest.raises(NotFound):
        foreseen(house, house.mina.patient_id or 0, by=getattr(house, who))
    assert len(patient.listing(house.services, house.leila)) == 2
