"""What a patient has answered and allowed, as FHIR resources."""

from collections.abc import Iterator
from typing import Any

from domain.export import is_outdated
from domain.fhir.naming import Resource, named, own, to, words
from domain.fhir.record import score
from storage.knowledge import Knowledge

KINDS = {
    "herb": "MedicationRequest", "formula": "MedicationRequest", "diet": "NutritionOrder", "lifestyle": "CarePlan",
    "protocol": "CarePlan",
}  # fmt: skip
ASKED = {
    "rating": "How satisfied are you? 1 to 5",
    "improvement": "How much has it improved? 1 to 5",
    "adherence": "Share of the doses taken, in percent",
    "ease_of_use": "How easy is it to take? 1 to 5",
    "stopped": "Stopped because of a side effect",
    "comment": "Comment",
}
OUTDATED = "Written before this answer was changed"
SCORED = ("symptom", "second_symptom", "activity")
CONSENTS = {
    "care": "Treatment, and keeping a record of it",
    "statistics": "Being counted in the practice's numbers",
    "sharing": "Sharing with another practice",
}


def answer(one: dict[str, Any], snapshot: dict[str, Any], knowledge: Knowledge) -> Iterator[Resource]:
    """Yield an answer as a QuestionnaireResponse, its scores as Observations, its side effects as AdverseEvents."""
    diagnosis = snapshot["diagnosis"]
    about, at = to("Patient", diagnosis["patient_id"]), one["created"]
    kinds = {row["id"]: KINDS[row["kind"]] for row in snapshot["recommendations"]}
    items = []
    if one["recommendation_id"] in kinds:
        what = to(kinds[one["recommendation_id"]], one["recommendation_id"])
        items.append({"linkId": "recommendation", "text": "About", "answer": [{"valueReference": what}]})
    for name, asked in ASKED.items():
        value = one.get(name)
        if value not in (None, ""):
            kind = (
                "valueBoolean"
                if isinstance(value, bool)
                else "valueInteger"
                if isinstance(value, int)
                else "valueString"
            )
            items.append({"linkId": name, "text": asked, "answer": [{kind: value}]})
    yield named(
        "QuestionnaireResponse",
        one["id"],
        status="completed" if one["updated"] == at else "amended",
        subject=about,
        authored=one["updated"],
        item=items,
    )
    for name in SCORED:
        if one.get(name) is not None:
            yield score(f"{name.replace('_', '-')}-{one['id']}", diagnosis[name] or name, one[name], about, at)
    for at_place, effect in enumerate(one["side_effects"], start=1):
        yield _side_effect(f"{one['id']}-{at_place}", effect, about, at, knowledge)


def reply(one: dict[str, Any], snapshot: dict[str, Any]) -> Iterator[Resource]:
    """Yield the reply to an answer, where one stands, as a Communication to the patient; who wrote it is named in words."""
    said = one.get("reply")
    if said is None:
        return
    about = to("Patient", snapshot["diagnosis"]["patient_id"])
    yield named(
        "Communication",
        one["id"],
        status="completed",
        category=[words("Reply to an answer")],
        subject=about,
        about=[to("QuestionnaireResponse", one["id"])],
        recipient=[about],
        sender={"display": said["by"]},
        sent=said["updated"],
        received=said["seen"],
        payload=[{"contentString": said["text"]}],
        note=[{"text": OUTDATED}] if is_outdated(said, one) else None,
    )


def consents(document: dict[str, Any]) -> Iterator[Resource]:
    """Yield every word that the patient has said on what they allow."""
    for at, one in enumerate(document["consents"], start=1):
        what = words(CONSENTS[one["kind"]])
        yield named(
            "Consent",
            f"{document['patient']['id']}-{at}",
            status="active",
            scope=what,
            category=[what],
            patient=to("Patient", document["patient"]["id"]),
            dateTime=one["at"],
            organization=[to("Organization", document["practice"]["id"])],
            policyRule=words("As said to the practice"),
            provision={"type": "permit" if one["granted"] else "deny"},
        )


def _side_effect(number: str, effect: dict[str, Any], about: Resource, at: str, knowledge: Knowledge) -> Resource:
    known = knowledge.side_effects.get(effect["term"])
    severity = effect.get("severity")
    serious = "serious" if effect["serious"] else "non-serious"
    said = known.names["en"] if known else effect["term"]
    return named(
        "AdverseEvent",
        number,
        actuality="actual",
        event=words(said if severity is None else f"{said} (severity {severity} of 4)"),
        subject=about,
        date=effect.get("onset"),
        recordedDate=at,
        seriousness={"coding": [own("adverse-event-seriousness", serious)]},
    )
