"""An export in the form that was asked for: JSON, a zip of tables, or FHIR."""

import json
from collections.abc import Iterator
from typing import Any

from domain import fhir
from domain.export import Form
from domain.export_sheets import zipped
from domain.ledger import utc_now
from domain.services import Services

MEDIA: dict[Form, str] = {"json": "application/json", "csv": "application/zip", "fhir": "application/fhir+json"}
ENDINGS: dict[Form, str] = {"json": "json", "csv": "zip", "fhir": "fhir.json"}


def written(services: Services, document: dict[str, Any], form: Form) -> Iterator[bytes]:
    """Write an export (``export.export``) part by part."""
    if form == "csv":
        yield from zipped(document)
    elif form == "fhir":
        yield fhir.bundle(document, services.library.of(document["practice"]["id"]).knowledge, at=utc_now()).encode()
    else:
        yield json.dumps(document, ensure_ascii=False).encode()


def file_name(patient_id: int, form: Form) -> str:
    """Name the file by the patient's number: a name would stand in histories and lists of downloads."""
    return f"patient-{patient_id}.{ENDINGS[form]}"
