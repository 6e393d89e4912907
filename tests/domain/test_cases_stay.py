"""Past cases stay in the practice that has them, and are nothing that a patient reads."""

import json

from domain import case_history, diagnosis, export, proposal, reading
from domain.diagnosis import FindingInput
from domain.events import Audience
from domain.log import join
from tests.support.house import House, approve, diagnose, new_patient, recommended
from tests.support.own_files import history

LIKE_HERS = [FindingInput(finding_id="pain-epigastric", severity=2), FindingInput(finding_id="nausea", severity=2)]
SPEAKS = "past cases like this one"


def learnt(house: House) -> None:
    text = history(60, herbs="ginger; fennel; saffron")
    case_history.bring_in(house.services, house.leila, "h.csv", text, case_history.read("h.csv", text))
    for who in (house.leila, house.stranger):
        house.services.learned.learn(who.practice_id)


def test_another_practice_is_neither_moved_nor_told(house: House) -> None:
    services = house.services
    who = new_patient(services, house.stranger, "Ada")
    before = diagnose(services, house.stranger, who, findings=LIKE_HERS)
    scores = {
        one["item_id"]: one["score"] for one in diagnosis.read(services, house.stranger, before)["recommendations"]
    }
    learnt(house)
    diagnosis.set_findings(services, house.stranger, before, LIKE_HERS)
    after = diagnosis.read(services, house.stranger, before)["recommendations"]
    assert {one["item_id"]: one["score"] for one in after} == scores
    held = proposal.held_back(services, house.stranger, before)
    assert SPEAKS not in json.dumps(after) + str(held)
    shelf = reading.brought_in(services, house.stranger)
    assert (shelf.imports, shelf.cases, shelf.card) == ((), 0, None)
    assert services.learned.suggest(house.stranger.practice_id, ["pain-epigastric", "nausea"]) == ()


def test_a_patient_reads_nothing_of_other_people_s_cases(house: House) -> None:
    services = house.services
    learnt(house)
    diagnosis.set_findings(services, house.leila, house.diagnosis_id, LIKE_HERS)
    approve(services, house.leila, recommended(services, house.diagnosis_id, "fennel"))
    practice = diagnosis.read(services, house.leila, house.diagnosis_id)
    assert SPEAKS in json.dumps(practice)
    missed = join(services, house.mina, house.diagnosis_id, since=0).missed
    assert SPEAKS in "".join(event.text(Audience.PRACTICE) for event in missed)
    for seen in (
        json.dumps(diagnosis.read(services, house.mina, house.diagnosis_id)),
        json.dumps(export.export(services, house.mina, house.mina.patient_id or 0)),
        "".join(event.text(Audience.PATIENT) for event in missed),
    ):
        assert "fennel" in seen
        assert SPEAKS not in seen
        assert "past cases" not in seen
