"""Changing a profile: never over what a colleague has changed meanwhile; a medicine that nobody knows is named."""

import pytest

from domain import patient, profile
from domain.errors import Conflict
from domain.patient import PatientInput
from tests.support.house import House


def test_what_a_colleague_has_added_meanwhile_is_not_lost(house: House) -> None:
    patient_id = house.mina.patient_id or 0
    before = patient.read(house.services, house.leila, patient_id)
    house.share_with(house.chen)
    added = PatientInput(name="Mina Farahani", medicines=["warfarin"])
    profile.change(house.services, house.leila, patient_id, added, before=before)
    with pytest.raises(Conflict):
        profile.change(house.services, house.leila, patient_id, PatientInput(name="Mina F."), before=before)
    now = patient.read(house.services, house.leila, patient_id)
    assert (now.name, now.medicines) == ("Mina Farahani", ["warfarin"])
    profile.change(house.services, house.leila, patient_id, PatientInput(name="Mina F."), before=now)
    assert patient.read(house.services, house.leila, patient_id).medicines == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["warfarin 5 mg daily", "metformin", "none"], []),
        (["warfrin"], ["The medicine warfrin is not recognised", "did you mean warfarin?"]),
        (["SSRI"], ["names a class of medicines"]),
    ],
)
def test_a_medicine_that_cannot_be_checked_is_said_in_one_sentence(
    house: House, typed: list[str], said: list[str]
) -> None:
    sentences = profile.unchecked_medicines(house.services, house.leila, typed)
    assert len(sentences) == min(len(said), 1)
    assert all(part in sentence for sentence in sentences for part in said)
