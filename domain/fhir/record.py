"""Who is treated and by whom, what was found, and what is recommended, as FHIR resources."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.fhir.dosage import dosage
from domain.fhir.naming import ICD11, Resource, named, own, to, words
from storage.knowledge import Knowledge

GENDERS = {"female": "female", "male": "male", "": "unknown"}
"""Words of FHIR; what else somebody has written is “other”."""
STATUS = {"proposed": "draft", "approved": "active", "stopped": "stopped"}
PLAN_STATUS = STATUS | {"stopped": "revoked"}


def people(document: dict[str, Any]) -> Iterator[Resource]:
    """Yield the practice and those who treat."""
    yield named("Organization", document["practice"]["id"], name=document["practice"]["name"])
    for one in document["practitioners"]:
        yield named("Practitioner", one["id"], name=[{"text": one["name"]}])


def profile(document: dict[str, Any]) -> Iterator[Resource]:
    """Yield the patient, with allergies and medicines as they are written."""
    patient = document["patient"]
    number = patient["id"]
    yield named(
        "Patient",
        number,
        name=[{"text": patient["name"]}],
        birthDate=patient["born"],
        gender=GENDERS.get(patient["sex"], "other"),
        managingOrganization=to("Organization", document["practice"]["id"]),
    )
    about = to("Patient", number)
    for at, allergy in enumerate(patient["allergies"], start=1):
        yield named("AllergyIntolerance", f"{number}-{at}", code=words(allergy), patient=about)
    for at, medicine in enumerate(patient["medicines"], start=1):
        yield named(
            "MedicationStatement",
            f"{number}-{at}",
            status="active",
            medicationCodeableConcept=words(medicine),
            subject=about,
        )
    for at, condition in enumerate(patient["conditions"], start=1):
        yield named("Condition", f"known-{number}-{at}", code=words(condition), subject=about)
    for name in ("pregnant", "lactating"):
        if patient[name] is not None:
            said = words(name.capitalize())
            yield named(
                "Observation", f"{name}-{number}", status="final", code=said, subject=about, valueBoolean=patient[name]
            )


def diagnosis(snapshot: dict[str, Any], knowledge: Knowledge) -> Iterator[Resource]:
    """Yield a diagnosis as a Condition, with what was found and the scores of its first day."""
    one = snapshot["diagnosis"]
    number, about = one["id"], to("Patient", one["patient_id"])
    found = []
    for at, finding in enumerate(one.get("findings") or [], start=1):
        known = knowledge.findings.get(finding["finding_id"])
        said = words(known.names["en"] if known else finding["finding_id"])
        parts = [
            {"code": words(label), "valueInteger": finding[name]}
            for name, label in (
                ("severity", "Severity, 0 none to 4 very severe"),
                ("degree", "Degree of the temperament, 1 slight to 4 extreme"),
                ("duration_days", "Days since it began"),
            )
            if finding.get(name) is not None
        ]
        found.append(f"finding-{number}-{at}")
        yield named(
            "Observation",
            found[-1],
            status="final",
            code=said,
            subject=about,
            effectiveDateTime=one["created"],
            valueBoolean=finding["present"],
            component=parts,
        )
    for name, baseline in (
        ("symptom", "baseline"),
        ("second_symptom", "second_baseline"),
        ("activity", "activity_baseline"),
    ):
        if one.get(name) and one.get(baseline) is not None:
            yield score(f"{baseline.replace('_', '-')}-{number}", one[name], one[baseline], about, one["created"])
    condition = knowledge.conditions.get(one["condition_id"] or "")
    codes = [{"system": ICD11, "code": condition.icd11}] if condition is not None and condition.icd11 else []
    confirmed = one["condition_id"] is not None
    yield named(
        "Condition",
        number,
        clinicalStatus={"coding": [own("condition-clinical", "active" if one["status"] == "open" else "inactive")]},
        verificationStatus={"coding": [own("condition-ver-status", "confirmed" if confirmed else "provisional")]},
        code=words(one["condition"] or one["complaint"] or "Not confirmed yet", *codes),
        subject=about,
        recordedDate=one["created"],
        recorder=to("Practitioner", snapshot["practitioner_id"]),
        evidence=[{"detail": [to("Observation", one) for one in found]}] if found else [],
        note=[{"text": one["complaint"]}] if one["complaint"] else [],
    )


def score(number: object, symptom: str, value: int, about: Resource, at: str) -> Resource:
    """Say what somebody scored, on the scale from 0 to 10."""
    scale = {"unit": "{score}", "system": "http://unitsofmeasure.org", "code": "{score}"}
    return named(
        "Observation",
        number,
        status="final",
        code=words(symptom),
        subject=about,
        effectiveDateTime=at,
        valueQuantity={"value": value, **scale},
        referenceRange=[
            {
                "low": {"value": 0, **scale},
                "high": {"value": 10, **scale},
                "text": "Scale: 0 none to 10 as bad as can be",
            }
        ],
    )


def recommendation(one: dict[str, Any], snapshot: dict[str, Any]) -> Resource:
    """Say what is recommended: what is taken as a MedicationRequest, diet as a NutritionOrder, all else as a CarePlan."""
    about = to("Patient", snapshot["diagnosis"]["patient_id"])
    cause = [to("Condition", one["diagnosis_id"])]
    told = one["approved"] or one["created"]
    by = to("Practitioner", snapshot["practitioner_id"])
    ended = [{"text": f"Stopped: {one['stop_reason']}"}] if one["stop_reason"] else []
    order = "proposal" if one["approved"] is None else "order"
    if one["kind"] in ("herb", "formula"):
        said = dosage(one["dose"], one["text"])
        return named(
            "MedicationRequest",
            one["id"],
            status="cancelled" if one["status"] == "stopped" and one["approved"] is None else STATUS[one["status"]],
            intent=order,
            medicationCodeableConcept=words(one["name"]),
            subject=about,
            authoredOn=told,
            requester=by,
            reasonReference=cause,
            dosageInstruction=[said] if said else [],
            note=ended,
        )
    if one["kind"] == "diet":
        diet = {"instruction": one["text"] or one["name"]}
        status = PLAN_STATUS[one["status"]]
        return named(
            "NutritionOrder",
            one["id"],
            status=status,
            intent=order,
            patient=about,
            dateTime=told,
            oralDiet=diet,
            note=ended,
        )
    return named(
        "CarePlan",
        one["id"],
        status=PLAN_STATUS[one["status"]],
        intent="proposal" if one["approved"] is None else "plan",
        title=one["name"],
        description=one["text"],
        subject=about,
        created=told,
        author=by,
        addresses=cause,
        note=ended,
    )


def provenance(document: dict[str, Any], at: datetime) -> Resource:
    """Say from where all of it comes."""
    by = {"who": to("Organization", document["practice"]["id"])}
    target = [to("Patient", document["patient"]["id"])]
    return named("Provenance", document["patient"]["id"], target=target, recorded=at.isoformat(), agent=[by])
