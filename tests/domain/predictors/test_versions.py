"""Versions of a practice's predictor: fitted from its database, used, taken out of use, and read from their files."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from domain.errors import Conflict, NotFound
from domain.predictors import measures, versions
from domain.predictors.files import Unusable
from domain.predictors.fitting import Unfitted
from domain.predictors.versions import SUPERSEDED, WAITS, Version
from storage.tables import Consent, Event, Patient
from tests.support.house import House
from tests.support.outcomes import past_outcomes


def trained(house: House) -> Version:
    found = versions.train(house.services, house.leila.practice_id)
    assert isinstance(found, Version)
    return found


@pytest.fixture
def learnt(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house after 400 treatments whose outcome depends on the age; intervals are drawn in a moment."""
    monkeypatch.setattr(measures, "DRAWS", 30)
    past_outcomes(house, 400)
    return house


def test_it_is_fitted_used_and_read_from_its_file(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    steps: list[tuple[str, float]] = []
    first = versions.train(services, practice_id, progress=lambda what, done: steps.append((what, done)))
    assert isinstance(first, Version)
    assert (first.status, first.reason) == ("active", first.card.sentence)
    assert first.card.promoted, first.reason
    assert [done for _, done in steps] == sorted(done for _, done in steps), "progress goes forward"
    assert steps[-1] == ("Fitted", 1.0)
    assert services.predictors.fitted(practice_id) is None, "until it is read, the rules speak"
    read = services.predictors.load(practice_id)
    assert read is not None
    assert read is services.predictors.fitted(practice_id) is services.predictors.load(practice_id)
    assert read.card == first.card
    assert services.predictors.load(learnt.stranger.practice_id) is None, "each practice has its own"

    second = trained(learnt)
    assert [(one.version, one.status) for one in versions.listing(services, practice_id)] == [
        (second.version, "active"),
        (first.version, "retired"),
    ]
    assert versions.listing(services, practice_id)[1].reason == SUPERSEDED
    assert second.card.trained_on == first.card.trained_on
    reread = services.predictors.load(practice_id)
    assert reread is not None
    assert reread.card.version == second.version
    assert versions.listing(services, learnt.stranger.practice_id) == []
    with services.database.read() as session:
        told = session.exec(select(Event.practice_id).where(Event.type == "predictor_update")).all()
    assert told == [practice_id] * 3


def test_who_wants_to_be_in_no_statistics_is_taken_out_at_the_next_fit(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    trained(learnt)
    services.predictors.load(practice_id)
    with services.database.write() as session:
        for patient_id in session.exec(select(Patient.id)).all()[150:]:
            session.add(Consent(patient_id=patient_id or 0, kind="statistics", granted=False, at=datetime.now(UTC)))
    found = versions.train(services, practice_id)
    assert isinstance(found, Unfitted)
    assert "needs 200" in found.sentence
    assert services.predictors.fitted(practice_id) is None
    [only] = versions.listing(services, practice_id)
    assert (only.status, only.reason) == ("retired", found.sentence)


def test_what_no_longer_passes_is_not_used(learnt: House) -> None:
    trained(learnt)
    past_outcomes(learnt, 800, signal=False, seed=2, every=timedelta(minutes=20))  # of late the age decides nothing
    newer = trained(learnt)
    assert newer.status == "candidate", newer.reason
    assert [one.status for one in versions.listing(learnt.services, learnt.leila.practice_id)] == [
        "candidate",
        "retired",
    ]
    with pytest.raises(Conflict, match="did not pass the rule"):
        versions.promote(learnt.services, learnt.leila.practice_id, newer.version)


def test_what_somebody_takes_out_stays_out_until_somebody_uses_it(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    first = trained(learnt)
    services.predictors.load(practice_id)
    gone = versions.demote(services, practice_id, "It frightens me.", by_hand=True)
    assert gone is not None
    assert (gone.version, gone.status, gone.reason) == (first.version, "retired", "It frightens me.")
    assert services.predictors.fitted(practice_id) is None
    assert versions.demote(services, practice_id, "Once more.", by_hand=True) is None
    second = trained(learnt)
    assert (second.status, second.reason) == ("candidate", WAITS)
    assert versions.promote(services, practice_id, second.version).status == "active"
    third = trained(learnt)
    assert third.status == "active"
    assert versions.promote(services, practice_id, first.version).status == "active"
    assert [one.status for one in versions.listing(services, practice_id)] == ["retired", "retired", "active"]
    with pytest.raises(NotFound):
        versions.promote(services, practice_id, "20200101-none")
    with pytest.raises(NotFound):
        versions.promote(services, learnt.stranger.practice_id, first.version)


def test_a_file_that_was_tampered_with_is_refused_and_the_rules_speak(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    found = trained(learnt)
    file = services.predictors.folder(practice_id) / f"{found.version}.skops"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(Unusable, match="not the one that was written"):
        services.predictors.load(practice_id)
    assert services.predictors.fitted(practice_id) is None
    with pytest.raises(Unusable):
        versions.promote(services, practice_id, found.version)
