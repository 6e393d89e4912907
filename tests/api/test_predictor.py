"""Predictions and the predictor's card over the API: what the page says, for those who may read it."""

import httpx2
import pytest

from domain.predictors import report, versions
from domain.predictors.features import NAMES
from domain.predictors.versions import Version
from tests.support.house import House, bearer
from tests.support.outcomes import fitting_in_a_moment, past_outcomes
from tests.support.problems import refused

Client = httpx2.AsyncClient


async def test_a_practice_without_a_fit_is_told_why(client: Client, house: House) -> None:
    told = (await client.get("/api/predictor", headers=bearer(house.services, house.ida))).json()
    assert (told["speaks"], told["card"], told["versions"], told["watch"]) == ("rules-1", None, [], None)
    assert told["sentence"] == "The evidence is used: there are 0 outcomes, and a fitted predictor needs 200."
    assert told["not_for"] == list(report.NOT_FOR)
    [rules] = told["said"]
    assert (rules["predictor"], rules["shown"], rules["scored"], rules["brier"]) == ("rules-1", 1, 0, None)


async def test_the_card_of_a_fit(client: Client, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fitting_in_a_moment(monkeypatch)
    past_outcomes(house, 400)
    found = versions.train(house.services, house.leila.practice_id)
    assert isinstance(found, Version)
    house.services.predictors.load(house.leila.practice_id)
    told = (await client.get("/api/predictor", headers=bearer(house.services, house.leila))).json()
    assert told["speaks"] == f"fitted-{found.version}"
    assert told["outcomes"] == told["card"]["outcomes"] < 400, "what is four weeks old"
    card = told["card"]
    assert card == found.card.model_dump(mode="json")
    assert card["features"] == list(NAMES)
    assert all(card["judged"]["brier"][one] > 0 for one in ("value", "low", "high"))
    assert sum(one["answered"] for one in card["judged"]["reliability"]) == card["judged"]["outcomes"]
    assert [(one["version"], one["status"]) for one in told["versions"]] == [(found.version, "active")]
    assert told["watch"]["demote"] is None


async def test_the_card_is_for_the_practice(client: Client, house: House) -> None:
    refused(await client.get("/api/predictor"), 401, "not_signed_in")
    refused(await client.get("/api/predictor", headers=bearer(house.services, house.mina)), 403, "not_allowed")
    theirs = (await client.get("/api/predictor", headers=bearer(house.services, house.stranger))).json()
    assert theirs["said"] == []


async def test_a_prediction_with_its_reasons(client: Client, house: House) -> None:
    at = f"/api/recommendations/{house.ginger}/prediction"
    told = (await client.get(at, headers=bearer(house.services, house.leila))).json()
    assert 0 < told["low"] < told["probability"] < told["high"] < 1
    assert (told["predictor"], told["recommendation_id"]) == ("rules-1", house.ginger)
    assert told["reasons"][-1] == "no answers here yet"
    assert all(one in told["basis"] for one in told["reasons"])
    snapshot = (
        await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=bearer(house.services, house.leila))
    ).json()
    [pushed] = [one for one in snapshot["predictions"] if one["recommendation_id"] == house.ginger]
    assert pushed.items() <= told.items()


async def test_who_may_not_read_a_prediction(client: Client, house: House) -> None:
    at = f"/api/recommendations/{house.ginger}/prediction"
    refused(await client.get(at, headers=bearer(house.services, house.mina)), 403, "not_allowed")
    refused(await client.get(at, headers=bearer(house.services, house.omar)), 404, "not_found")
    refused(await client.get(at, headers=bearer(house.services, house.stranger)), 404, "not_found")
    leila = bearer(house.services, house.leila)
    refused(await client.get("/api/recommendations/999999/prediction", headers=leila), 404, "not_found")
    shown = (await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=leila)).json()
    advice = next(one["id"] for one in shown["recommendations"] if one["kind"] == "diet")
    refused(await client.get(f"/api/recommendations/{advice}/prediction", headers=leila), 404, "not_found")
