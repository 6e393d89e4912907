"""What one answer changes on a page goes to it as one message."""

from typing import Any

import pytest

from domain import feedback
from domain.feedback import FeedbackInput
from pages.elements.chart import Chart
from pages.elements.live_table import LiveTable
from tests.pages.conftest import Visit
from tests.support.house import House, under_treatment
from tests.support.waiting import eventually


async def test_a_row_and_its_mark_are_one_message(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses = [under_treatment(house.services, house.leila, name=f"Patient {number}") for number in range(7)]

    def answer(number: int) -> None:
        one = courses[number]
        said = FeedbackInput(recommendation_id=one.recommendation_id, rating=4, symptom=2)
        feedback.submit(house.services, one.patient, one.diagnosis_id, said)

    for number in range(6):  # more than the 5 that a share needs
        answer(number)
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    table, chart = leila.the(LiveTable, "evidence"), leila.the(Chart, "chart")
    sent: list[str] = []

    def enqueue(kind: str, message: dict[str, Any], _to: str) -> None:
        if kind == "run_javascript":
            sent.append(message["code"])

    monkeypatch.setattr(leila.page.outbox, "enqueue_message", enqueue)
    answer(6)
    wanted = [f'[{table.id}, "upsert", ', f'[{chart.id}, "put", ']
    await eventually(lambda: any(all(one in code for one in wanted) for code in sent))
    assert [code for code in sent if wanted[0] in code] == [code for code in sent if wanted[1] in code]
