"""What resources are called, and how one names another: the same record has the same names in every export."""

import uuid
from typing import Any

Resource = dict[str, Any]
ICD11 = "http://id.who.int/icd/release/11/mms"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem/"
_NAMES = uuid.UUID("6d1f8a0e-5a3f-4d0f-9a53-0b7a3c1d2e4f")


def named(kind: str, number: object, **content: Any) -> Resource:
    """Make a resource with an id; fields without a value are left out, as FHIR has no empty ones."""
    return {"resourceType": kind, "id": f"{kind.lower()}-{number}"} | {
        name: value for name, value in content.items() if value not in (None, "", [], {})
    }


def refer(one: Resource) -> str:
    """Give the address of a resource inside the bundle."""
    return address(one["resourceType"], one["id"].removeprefix(f"{one['resourceType'].lower()}-"))


def address(kind: str, number: object) -> str:
    """Give the address of a resource by its kind and number."""
    return f"urn:uuid:{uuid.uuid5(_NAMES, f'{kind}/{number}')}"


def to(kind: str, number: object) -> Resource:
    """Refer to a resource."""
    return {"reference": address(kind, number)}


def words(text: str, *codings: Resource) -> Resource:
    """Say something in words, with codes where there are any."""
    return ({"coding": list(codings)} if codings else {}) | {"text": text}


def own(system: str, code: str) -> Resource:
    """Give one of FHIR's own words."""
    return {"system": HL7 + system, "code": code}
