"""A patient's export as one FHIR R4B Bundle of the type ``collection``: all that is kept, and no claim that somebody signed it.

A ``document`` would need a Composition that a person attests. Codes are given only where the knowledge has them (ICD-11 chapter
26) and for FHIR's own words; everything else is text, as it stands in the record. Numbers about others are no part of it.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.fhir import answers, record
from domain.fhir.naming import Resource, refer
from storage.knowledge import Knowledge


def bundle(document: dict[str, Any], knowledge: Knowledge, *, at: datetime) -> str:
    """Write an export (``domain.export``) as a Bundle in JSON, checked against the classes of fhir.resources."""
    from fhir.resources.R4B.bundle import Bundle  # 0.3 s, for those who export only

    entries = [{"fullUrl": refer(one), "resource": one} for one in _resources(document, knowledge, at)]
    whole = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": entries,
    }
    return str(Bundle.model_validate(whole).model_dump_json())


def _resources(document: dict[str, Any], knowledge: Knowledge, at: datetime) -> Iterator[Resource]:
    yield from record.people(document)
    yield from record.profile(document)
    for snapshot in document["diagnoses"]:
        yield from record.diagnosis(snapshot, knowledge)
        for one in snapshot["recommendations"]:
            yield record.recommendation(one, snapshot)
        for one in snapshot["feedback"]:
            yield from answers.answer(one, snapshot, knowledge)
            yield from answers.reply(one, snapshot)
    yield from answers.consents(document)
    yield record.provenance(document, at)
