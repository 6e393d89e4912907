"""What every refusal over HTTP looks like."""

from typing import Any

import httpx2
from sqlmodel import func, select

from domain.services import Services
from storage.tables import metadata

VOLATILE = {"audit_entry", "mark"}
"""Reading may leave a trace here, and the program's jobs do so shortly after its start."""


def refused(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a problem (RFC 9457) with this status and code; returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, "about:blank")
    assert problem["title"]
    assert not problem["detail"][0].islower() or "field" in str(problem.get("errors")), problem
    assert problem["detail"].endswith("."), problem
    assert "\n" not in problem["detail"]
    assert "Traceback" not in answer.text
    return problem


def rows(services: Services) -> dict[str, int]:
    """Count what is kept, table by table."""
    with services.database.read() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if table.name not in VOLATILE
        }
