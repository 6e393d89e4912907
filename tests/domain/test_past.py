"""What harmed a patient once is not proposed to them again, whichever diagnosis they come with."""

import pytest

from domain import diagnosis, feedback, recommendation
from domain.feedback import FeedbackInput, SideEffectInput
from domain.ledger import Change
from domain.recommendation import StopInput
from storage.tables import Consent
from tests.support.house import House, diagnose


def proposed_again(house: House) -> set[str]:
    """Open another diagnosis of the same patient; list what is proposed."""
    other = diagnose(house.services, house.leila, house.mina)
    seen = diagnosis.read(house.services, house.leila, other)
    return {one["item_id"] for one in seen["recommendations"] if one["status"] == "proposed"}


def say(house: House, **more: object) -> None:
    given = FeedbackInput.model_validate({"recommendation_id": house.ginger, "rating": 2} | more)
    feedback.submit(house.services, house.mina, house.diagnosis_id, given)


def stop(house: House) -> None:
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="Allergic reaction"))


def test_what_was_stopped(house: House) -> None:
    stop(house)
    assert "ginger" not in proposed_again(house)


@pytest.mark.parametrize("said", [{"improvement": 1}, {"stopped": True}, {"symptom": 7}])
def test_what_did_not_help(house: House, said: dict[str, object]) -> None:
    say(house, **said)
    assert "ginger" not in proposed_again(house)


def test_what_was_told_of_with_a_serious_side_effect(house: House) -> None:
    say(house, improvement=5, side_effects=[SideEffectInput(term="my throat closed", severity=4, serious=True)])
    assert "ginger" not in proposed_again(house)


def test_it_does_not_hang_on_consent_to_statistics(house: House) -> None:
    def refuse(change: Change) -> None:
        consent = Consent(patient_id=house.mina.patient_id or 0, kind="statistics", granted=False, at=change.now)
        change.session.add(consent)

    house.services.ledger.write(refuse)
    say(house, improvement=1)
    assert "ginger" not in proposed_again(house)


def test_what_helped_may_come_again(house: House) -> None:
    say(house, improvement=5, symptom=1)
    recommended = diagnosis.read(house.services, house.leila, diagnose(house.services, house.leila, house.omar))
    assert "ginger" in {one["item_id"] for one in recommended["recommendations"]}, "others are not concerned"
