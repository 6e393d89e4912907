"""Re-scoring where a fitted predictor is in use: it speaks before the rules, after a restart too, and the rules after it."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from domain import rescoring
from domain.ledger import utc_now
from domain.predictors import keeping, versions
from domain.predictors.shelf import Predictors
from domain.predictors.versions import Version
from domain.updating import update_recommendations
from storage import care
from storage.tables import Prediction, Recommendation
from tests.support.house import House, approve, diagnose, new_patient, recommended
from tests.support.outcomes import fitting_in_a_moment, past_outcomes
from tests.support.rescoring import newest, running, undecided
from tests.support.tampered import tamper
from tests.support.waiting import eventually

pytestmark = pytest.mark.long


@pytest.fixture
def learnt(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with a fitted predictor in use: the older, the better it goes."""
    fitting_in_a_moment(monkeypatch)
    past_outcomes(house, 400)
    found = versions.train(house.services, house.leila.practice_id)
    assert isinstance(found, Version)
    assert found.status == "active", found.reason
    house.services.predictors.load(house.leila.practice_id)
    return house


async def test_a_fitted_predictor_speaks_before_the_rules_and_the_rules_after_it(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    old = new_patient(services, learnt.leila, "Old", born=date(utc_now().year - 78, 1, 1))
    young = new_patient(services, learnt.leila, "Young", born=date(utc_now().year - 21, 1, 1))
    theirs = [diagnose(services, learnt.leila, who) for who in (old, young)]
    fennels = [recommended(services, one, "fennel") for one in theirs]
    assert {newest(learnt, one).predictor for one in fennels} == {"rules-1"}, "the rules speak at once"
    for one in theirs:
        assert await update_recommendations(one, services)
    fitted = services.predictors.fitted(practice_id)
    assert fitted is not None
    high, low = (newest(learnt, one) for one in fennels)
    assert high.predictor == low.predictor == fitted.name
    assert high.probability > low.probability + 0.3
    assert "age 78 (+" in high.basis
    assert 0 <= high.low <= high.probability <= high.high <= 1
    with services.database.read() as session:
        row = session.get_one(Recommendation, fennels[0])
        match = services.predictors.made(practice_id, theirs[0])["fennel", "t-stcold"].probability.value
        assert row.score == pytest.approx(match * fit_of(learnt, theirs[0]), abs=0.006), "it ranks, too"

    approve(services, learnt.leila, fennels[0])
    frozen = newest(learnt, fennels[0])
    assert frozen.prescribed
    assert (frozen.features or {})["age"] == 78
    assert keeping.watched(services, practice_id) is not None

    versions.demote(services, practice_id, "Enough.", by_hand=True)
    assert services.predictors.made(practice_id, theirs[1]) == {}, "what it said counts no more, before anybody looks"
    for one in theirs:
        assert await update_recommendations(one, services)
    assert {newest(learnt, one).predictor for one in fennels} == {"rules-1"}


def fit_of(house: House, diagnosis_id: int) -> float:
    with house.services.database.read() as session:
        return next(one.score for one in care.matches(session, diagnosis_id) if one.condition_id == "t-stcold")


async def test_a_predictor_that_fails_leaves_the_rules(learnt: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services = learnt.services
    there = undecided(learnt)
    fitted = services.predictors.fitted(learnt.leila.practice_id)
    assert fitted is not None
    monkeypatch.setattr(fitted, "pipeline", None)
    assert not await update_recommendations(there, services), "the rules have spoken already"
    assert newest(learnt, recommended(services, there, "fennel")).predictor == "rules-1"


async def test_a_running_program_reads_uses_and_drops_a_predictor(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    services.predictors.forget(practice_id)
    there = undecided(learnt)
    fennel = recommended(services, there, "fennel")
    async with running(services, rescoring.rescoring, keeping.keeping):
        await eventually(lambda: newest(learnt, fennel).predictor.startswith("fitted-"), what="its word at the start")
        other = await asyncio.to_thread(undecided, learnt)
        theirs = recommended(services, other, "fennel")
        await eventually(lambda: newest(learnt, theirs).predictor.startswith("fitted-"), what="its word on what is new")
        await asyncio.to_thread(versions.demote, services, practice_id, "Enough.", by_hand=True)
        await eventually(lambda: newest(learnt, fennel).predictor == "rules-1", what="the rules' word afterwards")
        version = versions.listing(services, practice_id)[0].version
        file = services.predictors.folder(practice_id) / f"{version}.skops"
        await asyncio.to_thread(versions.promote, services, practice_id, version)
        await eventually(lambda: newest(learnt, fennel).predictor.startswith("fitted-"), what="its word once more")
        services.predictors.forget(practice_id)
        await asyncio.to_thread(tamper, services.database, file, b"not what was written")
        await asyncio.to_thread(keeping._read, services, practice_id)
        assert "not the one that was written" in versions.listing(services, practice_id)[0].reason
        await eventually(lambda: newest(learnt, fennel).predictor == "rules-1", what="the rules' word without its file")
    assert services.hub.follower_count() == 0


async def test_after_a_restart_it_speaks_again_without_anybody_looking(learnt: House) -> None:
    """In the newest diagnosis first, also in those that patients follow: nothing in it tells of anybody's answer."""
    last = undecided(learnt)
    shelf = Predictors(learnt.services.database, learnt.services.predictors.folder(0).parent)
    services = replace(learnt.services, predictors=shelf)
    assert not shelf.in_use(learnt.leila.practice_id), "nothing of before the restart is known"
    both = [recommended(services, there, "fennel") for there in (last, learnt.diagnosis_id)]
    async with running(services, rescoring.rescoring, keeping.keeping):
        await eventually(lambda: all(newest(learnt, one).predictor.startswith("fitted-") for one in both))
    first, second = (newest(learnt, one).id or 0 for one in both)
    assert first < second, "the newest first"


def test_looking_after_one_that_does_not_hold(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    fitted = services.predictors.fitted(practice_id)
    assert fitted is not None
    assert not keeping.is_due(services, practice_id), "it is not a day old"
    keeping.look_after(services, practice_id)
    assert services.predictors.fitted(practice_id) is fitted
    with services.database.write() as session:  # what it said of those who are treated already was wrong
        for row in session.exec(select(Prediction).where(col(Prediction.prescribed))):
            row.predictor, row.probability = fitted.name, 0.97
            session.add(row)
    keeping.look_after(services, practice_id)
    assert services.predictors.fitted(practice_id) is None
    [one] = versions.listing(services, practice_id)
    assert one.status == "retired"
    assert one.reason.startswith("The evidence is used: of the last 100 outcomes")
