"""Patients over the API."""

import httpx2
import pytest

from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient


async def test_taking_in_reading_and_listing(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    given = {"name": "Sara Lind", "born": "1988-04-23", "medicines": ["warfarin"]}
    taken_in = await client.post("/api/patients", json=given, headers=leila)
    assert taken_in.status_code == 201
    patient_id = taken_in.json()["id"]
    read = (await client.get(f"/api/patients/{patient_id}", headers=leila)).json()
    assert (read["name"], read["pregnant"], read["medicines"]) == ("Sara Lind", None, ["warfarin"])
    first = (await client.get("/api/patients?limit=2", headers=leila)).json()
    rest = (await client.get(f"/api/patients?limit=2&cursor={first['next']}", headers=leila)).json()
    names = [one["name"] for one in first["items"] + rest["items"]]
    assert names == ["Mina Farahani", "Omar Haddad", "Sara Lind"]


async def test_everything_that_is_kept_of_a_patient(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    said = {"recommendation_id": house.ginger, "rating": 4, "comment": "بهتر شدم."}
    await client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said, headers=mina)
    for reader in (mina, bearer(house.services, house.leila)):
        written = await client.get(f"/api/patients/{house.mina.patient_id}/export", headers=reader)
        assert written.status_code == 200
        for part in ("Mina Farahani", "ginger", "بهتر شدم."):
            assert part in written.text
        assert "Omar" not in written.text


@pytest.mark.parametrize(
    "wrong", [{}, {"name": ""}, {"name": "S", "born": "1800-01-01"}, {"name": "S", "synthetic": True}, {"name": "\x00"}]
)
async def test_who_cannot_be_taken_in(client: Client, house: House, wrong: dict[str, object]) -> None:
    leila = bearer(house.services, house.leila)
    before = rows(house.services)
    refused(await client.post("/api/patients", json=wrong, headers=leila), 422, "invalid")
    assert rows(house.services) == before


async def test_only_practitioners_take_patients_in(client: Client, house: House) -> None:
    for who in (house.mina, house.ida):
        answer = await client.post("/api/patients", json={"name": "Sara"}, headers=bearer(house.services, who))
        refused(answer, 403, "not_allowed")


async def test_a_profile_is_changed_once_and_never_over_a_newer_one(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    at = f"/api/patients/{house.mina.patient_id}"
    version = (await client.get(at, headers=leila)).json()["version"]
    given = {"name": "Mina Farahani", "medicines": ["warfarin"], "version": version}
    headers = {**leila, "Idempotency-Key": "warfarin"}
    changed = await client.put(at, json=given, headers=headers)
    assert changed.status_code == 200
    assert changed.json()["version"] != version
    before = rows(house.services)
    again = await client.put(at, json=given, headers=headers)
    assert (again.status_code, again.json()) == (200, changed.json())
    assert rows(house.services) == before
    refused(await client.put(at, json={**given, "medicines": []}, headers=headers), 409, "idempotency_key_reused")
    refused(await client.put(at, json={**given, "medicines": []}, headers=leila), 409, "stale")
    assert (await client.get(at, headers=leila)).json()["medicines"] == ["warfarin"]
    newest = {"name": "Mina Farahani", "version": changed.json()["version"]}
    assert (await client.put(at, json=newest, headers=leila)).json()["medicines"] == []


async def test_a_patient_says_whether_they_are_counted(client: Client, house: House) -> None:
    mina, leila = bearer(house.services, house.mina), bearer(house.services, house.leila)
    here = f"/api/patients/{house.mina.patient_id}/consents"
    before = (await client.get(here, headers=mina)).json()["items"]
    assert [one["granted"] for one in before if one["kind"] == "statistics"] == [None]
    said = await client.put(f"{here}/statistics", json={"granted": False}, headers=mina | {"Idempotency-Key": "c"})
    again = await client.put(f"{here}/statistics", json={"granted": False}, headers=mina | {"Idempotency-Key": "c"})
    assert (said.status_code, said.json()["granted"], again.json()) == (200, False, said.json())
    known = (await client.get(f"/api/recommendations/{house.ginger}/effectiveness", headers=leila)).json()
    assert known["prescribed"] == 0
    refused(await client.put(f"{here}/statistics", json={"granted": None}, headers=mina), 422, "invalid")


async def test_an_export_comes_in_three_forms_and_its_file_has_no_name_in_it(client: Client, house: House) -> None:
    leila, at = bearer(house.services, house.leila), f"/api/patients/{house.mina.patient_id}/export"
    for form, media, begins in (("json", "json", b"{"), ("csv", "zip", b"PK"), ("fhir", "fhir+json", b"{")):
        written = await client.get(at, params={"format": form}, headers=leila)
        assert (written.status_code, written.headers["content-type"]) == (200, f"application/{media}")
        assert written.content.startswith(begins)
        assert "Mina" not in written.headers["content-disposition"]
        assert written.headers["cache-control"] == "no-store"
    refused(await client.get(at, params={"format": "pdf"}, headers=leila), 422, "invalid")
    refused(await client.get(at, params={"for": "practice"}, headers=leila), 403, "no_consent_to_share")
    refused(await client.get(at, headers=bearer(house.services, house.chen)), 404, "not_found")


async def test_the_rights_of_a_patient(client: Client, house: House) -> None:
    services, at = house.services, f"/api/patients/{house.mina.patient_id}"
    mina, leila = bearer(services, house.mina), bearer(services, house.leila)
    said = await client.put(f"{at}/consents/care", json={"granted": False}, headers=mina)
    assert (said.json()["granted"], said.json()["by"]) == (False, "patient")
    refused(await client.put(f"{at}/consents/anything", json={"granted": True}, headers=mina), 422, "invalid")
    told = (await client.get(f"{at}/consents/history", headers=leila)).json()["items"]
    assert [(one["kind"], one["granted"]) for one in told] == [("care", False)]
    given = {"restricted": True, "reason": "They dispute a finding"}
    assert (await client.put(f"{at}/restriction", json=given, headers=leila)).json()["restricted"]
    refused(await client.put(f"{at}/restriction", json=given, headers=mina), 404, "not_found")
    assert (await client.get(f"{at}/erasure", headers=leila)).json()["kept"] is True
    wanted = {"name": "Mina Farahani", "reason": "asked_for"}
    refused(await client.post(f"{at}/erasure", json=wanted, headers=mina), 404, "not_found")
    refused(await client.post(f"{at}/erasure", json=wanted, headers=leila), 409, "kept_by_law")
    done = await client.post(f"{at}/erasure", json=wanted | {"override_reason": "no_duty"}, headers=leila)
    assert done.json()["erased"]
    refused(await client.get(at, headers=leila), 404, "not_found")
    refused(await client.get(at, headers=mina), 401, "not_signed_in")
