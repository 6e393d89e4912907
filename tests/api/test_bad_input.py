"""Bad input of the clinic's kind, over the API: one clear sentence, the right code, nothing half-done."""

from typing import Any

import httpx2
import pytest

from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient

FINDINGS: dict[str, tuple[list[Any], str]] = {
    "10,000 findings": ([{"finding_id": f"f{number}"} for number in range(10_000)], "at most 200 items"),
    "201 findings": ([{"finding_id": "nausea"}] * 201, "at most 200 items"),
    "there and not there": (
        [{"finding_id": "nausea"}, {"finding_id": "nausea", "present": False}],
        "both as there and as not there",
    ),
    "two severities": (
        [{"finding_id": "nausea", "severity": 1}, {"finding_id": "nausea", "severity": 4}],
        "recorded twice, with different severity",
    ),
    "two that exclude each other": (
        [{"finding_id": "tongue-pale"}, {"finding_id": "tongue-red"}],
        "exclude each other",
    ),
    "not there, but severe": (
        [{"finding_id": "nausea", "present": False, "severity": 3}],
        "recorded as not there, so it has no severity",
    ),
    "an unknown finding": ([{"finding_id": "nausae"}], "There is no finding “nausae”; near it: “Nausea”"),
    "nothing like a finding": ([{"finding_id": "<script>"}], "There is no finding “<script>”"),
    "a degree of what has none": ([{"finding_id": "nausea", "degree": 2}], "has no degree"),
}


@pytest.mark.parametrize("what", FINDINGS)
async def test_findings_that_cannot_be_meant(client: Client, house: House, what: str) -> None:
    leila, (given, sentence) = bearer(house.services, house.leila), FINDINGS[what]
    at = f"/api/diagnosis/{house.diagnosis_id}"
    before, counted = (await client.get(at, headers=leila)).json(), rows(house.services)
    answer = await client.put(f"{at}/findings", json={"findings": given}, headers=leila)
    said = refused(answer, 422, "invalid")["detail"]
    assert sentence in said
    assert len(said) < 400
    opened = {"patient": {"name": "Ada"}, "tradition": "tcm", "findings": given}
    refused(await client.post("/api/diagnosis", json=opened, headers=leila), 422, "invalid")
    assert rows(house.services) == counted, "neither a patient nor a diagnosis is left of it"
    assert (await client.get(at, headers=leila)).json() == before


async def test_far_too_many_findings_are_not_even_read(client: Client, house: House) -> None:
    given = [{"finding_id": "nausea", "severity": 2, "duration_days": 14} for _ in range(10_000)]
    at = f"/api/diagnosis/{house.diagnosis_id}/findings"
    answer = await client.put(at, json={"findings": given}, headers=bearer(house.services, house.leila))
    refused(answer, 413, "too_large")


async def test_a_medicine_that_is_misspelt_is_open_and_its_likeness_is_named(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    given = {"name": "Mina Farahani", "medicines": ["warfrin 5 mg"]}
    assert (await client.put(f"/api/patients/{house.mina.patient_id}", json=given, headers=leila)).status_code == 200
    read = (await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=leila)).json()["recommendations"]
    for one in read:
        if one["kind"] in ("herb", "formula"):
            [open_] = [reason for reason in one["verdict_reasons"] if reason["rule"] == "medicine"]
            assert open_["outcome"] == "not_identified"
            assert "did you mean warfarin?" in open_["message"]
            assert one["verdict"] not in ("nothing_documented", "minor")


@pytest.mark.parametrize(
    ("dose", "sentence", "code"),
    [
        ({"amount": 20, "unit": "drops", "per": "dose"}, "how many drops of this product make one", "unusable_dose"),
        (
            {"amount": 20, "unit": "spoon", "per": "day"},
            "is not a unit that a dose can be compared in",
            "unusable_dose",
        ),
        ({"amount": -1, "unit": "g", "per": "day"}, "greater than 0", "invalid"),
        ({"amount": 1, "unit": "g", "per": "week"}, "'day' or 'dose'", "invalid"),
        ({"amount": 1, "unit": "g", "per": "day", "drops_per_ml": 0}, "greater than 0", "invalid"),
    ],
)
async def test_a_dose_that_cannot_be_compared(
    client: Client, house: House, dose: dict[str, Any], sentence: str, code: str
) -> None:
    leila, fennel = bearer(house.services, house.leila), house.proposed("fennel")
    before = rows(house.services)
    answer = await client.post(f"/api/recommendations/{fennel}/approve", json={"dose": dose}, headers=leila)
    assert sentence in refused(answer, 422, code)["detail"]
    assert rows(house.services) == before
    read = (await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=leila)).json()["recommendations"]
    assert next(one for one in read if one["id"] == fennel)["status"] == "proposed"
