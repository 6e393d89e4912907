"""The sheet over the API: a PDF for who treats, never cached, written down, and nothing for anybody else."""

import httpx2
import pytest
from sqlmodel import select

from storage.tables import AuditEntry
from tests.support.house import House, bearer


async def test_the_plan_is_a_pdf(client: httpx2.AsyncClient, house: House) -> None:
    where = f"/api/diagnosis/{house.diagnosis_id}/sheet"
    answer = await client.get(f"{where}?language=fa&paper=letter", headers=bearer(house.services, house.leila))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="vervain-plan-{house.diagnosis_id}-fa.pdf"'
    assert "no-store" in answer.headers["cache-control"]
    assert answer.content.startswith(b"%PDF")
    with house.services.database.read() as session:
        written = session.exec(select(AuditEntry).where(AuditEntry.action == "print")).one()
    assert (written.person_id, written.detail) == (house.leila.person_id, "pdf")
    assert written.patient_id == house.mina.patient_id


@pytest.mark.parametrize("query", ["language=de", "paper=a3"])
async def test_a_language_or_paper_that_there_is_not_is_refused(
    client: httpx2.AsyncClient, house: House, query: str
) -> None:
    where = f"/api/diagnosis/{house.diagnosis_id}/sheet?{query}"
    answer = await client.get(where, headers=bearer(house.services, house.leila))
    assert answer.status_code == 422
