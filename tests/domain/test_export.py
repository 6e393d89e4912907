"""Exporting a patient: all of it in every form, nothing of anybody else, nothing that runs in a spreadsheet."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from domain import consent, correcting, export, exporting, feedback, profile, reply, restriction, sign_in
from domain.consent import ConsentInput
from domain.diagnosis import FindingInput
from domain.errors import NotAllowed, NotFound
from domain.export import Form
from domain.feedback import FeedbackInput, SideEffectInput
from domain.fhir.dosage import dosage
from domain.fhir.naming import ICD11
from domain.patient import PatientInput
from domain.permission import Actor
from domain.reply import ReplyInput
from domain.restriction import RestrictionInput
from tests.support.house import House, diagnose

FORMULA = "=HYPERLINK(A1)"
HERE = "192.0.2.7"
OWN_WORD = "قلقلک"
REPLIED = "Take half of it after meals."


@pytest.fixture
def full(house: House) -> House:
    """A house in which Mina's record has something of everything."""
    services, patient_id = house.services, house.mina.patient_id or 0
    given = PatientInput(name="Mina Farahani", born=date(1988, 4, 23), sex="female", medicines=["Aspirin 100 mg"])
    profile.change(services, house.leila, patient_id, given.model_copy(update={"allergies": ["Asteraceae"]}))
    more: dict[str, Any] = {"activity": "Climbing stairs", "activity_baseline": 6, "complaint": "It burns"}
    found = [FindingInput(finding_id="pain-epigastric", severity=3, duration_days=9)]
    diagnose(services, house.leila, house.mina, "t-lvqi", findings=found, **more)
    effects = [SideEffectInput(term="nausea", severity=2), SideEffectInput(term=OWN_WORD, serious=True)]
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, symptom=2, comment=FORMULA, side_effects=effects)
    first = feedback.submit(services, house.mina, house.diagnosis_id, said)
    reply.reply(services, house.leila, first["id"], ReplyInput(text="Take it after meals."))
    reply.edit(services, house.leila, first["id"], ReplyInput(text=REPLIED))
    correcting.set_rating(services, house.mina, first["id"], 5)
    consent.say(services, house.mina, patient_id, ConsentInput(granted=True))
    sign_in.open_device(services, house.mina.person_id, device="test", address=HERE)
    return house


def written(house: House, actor: Actor, form: Form) -> bytes:
    document = export.export(house.services, actor, house.mina.patient_id or 0, form=form)
    return b"".join(exporting.written(house.services, document, form))


def test_json_has_everything_and_no_secret(full: House) -> None:
    document = json.loads(written(full, full.leila, "json"))
    assert document["patient"]["medicines"] == ["Aspirin 100 mg"]
    assert [one["diagnosis"]["condition_id"] for one in document["diagnoses"]] == ["t-stcold", "t-lvqi"]
    assert document["consents"][0] | {"at": ""} == {"kind": "statistics", "granted": True, "at": "", "by": "patient"}
    assert [(one["what"], one["said"]["rating"]) for one in document["answers_before"]] == [("changed", 4)]
    assert [one["text"] for one in document["replies_before"]] == ["Take it after meals."]
    assert document["diagnoses"][0]["feedback"][0]["reply"]["text"] == REPLIED
    assert [one["urgency"] for one in document["alarms"]] == [5]
    assert {one["diagnosis_id"] for one in document["check_ins"]} == {full.diagnosis_id}
    assert document["predictions"]
    assert [one["device"] for one in document["devices"]] == ["test"]
    assert [one["address"] for one in document["devices"]] == [""], "where a patient is, is for the patient"
    assert document["practitioners"] == [{"id": full.leila.person_id, "name": "Dr Leila Moradi"}]
    assert any(one["action"] == "export" and one["detail"] == "json, for patient" for one in document["audit"])
    text = json.dumps(document)
    for secret in ("hash", "token", "Omar"):
        assert secret not in text


def test_the_export_says_which_reply_is_from_before_its_answer_was_changed(full: House) -> None:
    def told() -> tuple[str, str]:
        with zipfile.ZipFile(io.BytesIO(written(full, full.leila, "csv"))) as archive:
            [row] = csv.DictReader(io.StringIO(archive.read("replies.csv").decode("utf-8-sig")))
        bundle = json.loads(written(full, full.leila, "fhir"))
        [sent] = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Communication"]
        note = sent.get("note", [{"text": ""}])[0]["text"]
        return row["written_before_the_answer_was_changed"], note

    assert told() == ("yes", "Written before this answer was changed")
    [given] = feedback.listing(full.services, full.mina, full.diagnosis_id)
    reply.edit(full.services, full.leila, given["id"], ReplyInput(text="Go on."))
    assert told() == ("no", "")


def test_a_reply_to_a_withdrawn_answer_is_in_the_export(full: House) -> None:
    [given] = feedback.listing(full.services, full.mina, full.diagnosis_id)
    correcting.withdraw(full.services, full.mina, given["id"])
    for reader in (full.leila, full.mina):
        kept = json.loads(written(full, reader, "json"))["replies_before"]
        assert [(one["what"], one["text"]) for one in kept] == [
            ("changed", "Take it after meals."),
            ("withdrawn", REPLIED),
        ]
    with zipfile.ZipFile(io.BytesIO(written(full, full.leila, "csv"))) as archive:
        assert REPLIED in archive.read("replies_before.csv").decode("utf-8-sig")


def test_a_patient_gets_their_own_as_they_may_see_it(full: House) -> None:
    document = json.loads(written(full, full.mina, "json"))
    assert (document["audit"], document["predictions"]) == ([], [])
    assert [one["address"] for one in document["devices"]] == [HERE]
    assert all(one["approved"] for each in document["diagnoses"] for one in each["recommendations"])
    with pytest.raises(NotFound):
        written(full, full.omar, "json")


def test_the_tables_open_in_a_spreadsheet_and_do_not_run(full: House) -> None:
    content = written(full, full.leila, "csv")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
        assert all(archive.read(name).startswith(b"\xef\xbb\xbf") for name in files)
    assert {"patient.csv", "diagnoses.csv", "findings.csv", "feedback.csv", "side_effects.csv", "audit.csv"} <= set(
        files
    )
    [answer] = csv.DictReader(io.StringIO(files["feedback.csv"]))
    assert answer["comment"] == f"'{FORMULA}"
    assert [one["term"] for one in csv.DictReader(io.StringIO(files["side_effects.csv"]))] == ["nausea", OWN_WORD]
    [replied] = csv.DictReader(io.StringIO(files["replies.csv"]))
    assert (replied["feedback_id"], replied["text"]) == (answer["id"], REPLIED)
    cells = [cell for text in files.values() for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t")) or cell[:2] == "-="]


@pytest.mark.parametrize("who", ["leila", "mina"])
def test_the_bundle_is_whole(full: House, who: str) -> None:
    text = written(full, getattr(full, who), "fhir").decode()
    read = Bundle.model_validate_json(text)
    bundle = json.loads(text)
    assert json.loads(read.model_dump_json()) == bundle, "a round trip changes nothing"
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    ids = [(entry["resource"]["resourceType"], entry["resource"]["id"]) for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses) == len(set(ids))
    assert set(references(bundle)) <= set(addresses), "everything that is named is inside"
    kinds = {kind for kind, _ in ids}
    expected = {
        "Patient",
        "Practitioner",
        "Organization",
        "Condition",
        "Observation",
        "MedicationRequest",
        "Provenance",
    }
    expected |= {
        "Communication",
        "AdverseEvent",
        "QuestionnaireResponse",
        "Consent",
        "AllergyIntolerance",
        "MedicationStatement",
    }
    assert expected <= kinds
    if who == "leila":
        assert {"NutritionOrder", "CarePlan"} <= kinds, "proposals of diet and lifestyle"


def test_codes_are_those_that_the_knowledge_has(full: House) -> None:
    bundle = json.loads(written(full, full.leila, "fhir"))
    known = {one.icd11 for one in full.services.library.shared.knowledge.conditions.values()}
    codings = list(under(bundle, "coding"))
    given = {coding["code"] for each in codings for coding in each if coding["system"] == ICD11}
    assert given
    assert given <= known
    others = {coding["system"] for each in codings for coding in each} - {ICD11}
    assert all(system.startswith("http://terminology.hl7.org/CodeSystem/") for system in others)
    scores = [one for one in under(bundle, "valueQuantity") if one["code"] == "{score}"]
    assert sorted(one["value"] for one in scores) == [2, 6, 7, 7]


@pytest.mark.parametrize(
    ("dose", "rate"),
    [
        ({"amount": 3, "unit": "g", "per": "day"}, ("rateRatio", 3, "g")),
        ({"amount": 500, "unit": "mg", "per": "dose", "times_a_day": "2-3"}, ("doseQuantity", 500, "mg")),
        ({"amount": 5, "unit": "mL", "per": "dose"}, ("doseQuantity", 5, "mL")),
        ({"amount": 20, "unit": "drops", "per": "dose", "times_a_day": "3"}, None),
        ({"amount": 2, "unit": "capsule", "per": "day"}, None),
    ],
)
def test_a_dose_has_a_quantity_where_its_unit_has_a_code(
    dose: dict[str, Any], rate: tuple[str, float, str] | None
) -> None:
    said = dosage(dose | {"preparation": "powder"}, "") or {}
    assert said["text"].startswith(f"{dose['amount']} {dose['unit']} per {dose['per']}")
    if rate is None:
        assert "doseAndRate" not in said
    else:
        name, amount, code = rate
        quantity = said["doseAndRate"][0][name]
        quantity = quantity.get("numerator", quantity)
        assert (quantity["value"], quantity["code"]) == (amount, code)
    if dose.get("times_a_day") == "2-3":
        assert said["timing"]["repeat"] == {"frequency": 2, "period": 1, "periodUnit": "d", "frequencyMax": 3}


def test_nothing_leaves_the_practice_without_consent(full: House) -> None:
    services, patient_id = full.services, full.mina.patient_id or 0

    def for_another_practice(actor: Actor = full.leila) -> dict[str, Any]:
        return export.export(services, actor, patient_id, recipient="practice")

    for granted in (None, False):
        if granted is not None:
            consent.say(services, full.mina, patient_id, ConsentInput(granted=granted), kind="sharing")
        with pytest.raises(NotAllowed) as error:
            for_another_practice()
        assert error.value.code == "no_consent_to_share"
        assert for_another_practice(full.mina)["patient"]["id"] == patient_id, "it is the patient’s own"
    consent.say(services, full.mina, patient_id, ConsentInput(granted=True), kind="sharing")
    assert for_another_practice()["patient"]["id"] == patient_id
    restricted = RestrictionInput(restricted=True, reason="They dispute it")
    restriction.restrict(services, full.leila, patient_id, restricted)
    with pytest.raises(NotAllowed):
        for_another_practice()
    assert export.export(services, full.leila, patient_id)["patient"]["restricted"] is not None


def references(part: Any) -> Iterator[str]:
    """Yield every reference in a resource."""
    yield from under(part, "reference")


def under(part: Any, name: str) -> Iterator[Any]:
    """Yield what stands under a name, however deep."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == name:
                yield value
            yield from under(value, name)
    elif isinstance(part, list):
        for one in part:
            yield from under(one, name)
