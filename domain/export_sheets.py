"""A patient's export as a zip of tables for a spreadsheet, one file a table, written as it is sent."""

import json
import zipfile
from collections.abc import Iterator
from typing import Any

from domain.export import is_outdated
from domain.sheet import Value, sheet

Table = list[dict[str, Any]]
WITHIN = ("findings", "side_effects", "reply")
"""What is inside a row and stands in tables of its own."""
MOST_IN_A_CELL = 32_767
"""Characters that Excel takes in one cell (Microsoft, Excel specifications and limits; recalled and not checked)."""


class _Sent:
    """Where the zip is written to: what is there is taken away by whoever sends it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Have nothing to do: what is written is there."""

    def close(self) -> None:
        """Have nothing to do: whoever sends it ends it."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def zipped(document: dict[str, Any]) -> Iterator[bytes]:
    """Write an export as a zip, part by part: never more than one table of it is held twice."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables(document).items():
            names = list(dict.fromkeys(column for row in table for column in row))
            rows = ([_cell(row.get(column)) for column in names] for row in table)
            archive.writestr(f"{name}.csv", sheet(names, rows))
            yield sent.take()
    yield sent.take()


def tables(document: dict[str, Any]) -> dict[str, Table]:
    """Lay an export out as tables: rows of a diagnosis name it, rows of an answer name the answer."""
    found: dict[str, Table] = {"patient": [document["patient"]], "consents": document["consents"]}
    for snapshot in document["diagnoses"]:
        diagnosis = snapshot["diagnosis"]
        about = {"diagnosis_id": diagnosis["id"]}
        _add(found, "diagnoses", diagnosis)
        _extend(found, "findings", about, diagnosis.get("findings", []))
        for name in ("recommendations", "feedback"):
            for row in snapshot[name]:
                _add(found, name, about | row)
        for answer in snapshot["feedback"]:
            _extend(found, "side_effects", about | {"feedback_id": answer["id"]}, answer.get("side_effects", []))
            if said := answer["reply"]:
                outdated = {"written_before_the_answer_was_changed": is_outdated(said, answer)}
                _extend(found, "replies", about | {"feedback_id": answer["id"]}, [said | outdated])
    for name in (
        "answers_before",
        "replies_before",
        "check_ins",
        "alarms",
        "predictions",
        "devices",
        "shared_with",
        "audit",
    ):
        if document[name]:
            found[name] = document[name]
    return found


def _add(found: dict[str, Table], name: str, row: dict[str, Any]) -> None:
    found.setdefault(name, []).append({column: value for column, value in row.items() if column not in WITHIN})


def _extend(found: dict[str, Table], name: str, about: dict[str, Any], rows: Table) -> None:
    if rows:
        found.setdefault(name, []).extend(about | row for row in rows)


def _cell(value: Any) -> Value:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:MOST_IN_A_CELL]
