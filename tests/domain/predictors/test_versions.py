"""Versions of a practice's predictor: fitted from its database, used, taken out of use, and read from their files."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from domain.errors import Conflict, NotFound
from domain.events import LoggedEvent
from domain.hub import Hub
from domain.ledger import Change, Ledger
from domain.predictors import keeping, report, versions
from domain.predictors.files import CARD, KEPT, MODEL, Unusable
from domain.predictors.fitting import Unfitted
from domain.predictors.shelf import Predictors
from domain.predictors.versions import SUPERSEDED, WAITS, Version
from storage import predictor_rows
from storage.tables import Consent, Event, Patient, Predictor
from tests.support.house import House
from tests.support.outcomes import fitting_in_a_moment, past_outcomes
from tests.support.tampered import tamper
from tests.support.waiting import eventually

pytestmark = pytest.mark.long


def trained(house: House) -> Version:
    found = versions.train(house.services, house.leila.practice_id)
    assert isinstance(found, Version)
    return found


@pytest.fixture
def learnt(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house after 400 treatments whose outcome depends on the age; intervals are drawn in a moment."""
    fitting_in_a_moment(monkeypatch)
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
    # Of late the age decides nothing; only what is four weeks old is fitted to.
    past_outcomes(learnt, 800, signal=False, seed=2, every=timedelta(minutes=20), ended=timedelta(days=29))
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
    tamper(services.database, file, file.read_bytes() + b"x")
    with pytest.raises(Unusable, match="not the one that was written"):
        services.predictors.load(practice_id)
    assert services.predictors.fitted(practice_id) is None
    with pytest.raises(Unusable):
        versions.promote(services, practice_id, found.version)


def test_why_nothing_could_be_fitted_is_said_and_not_tried_again_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, practice_id = house.services, house.leila.practice_id
    past_outcomes(
        house, 300, every=timedelta(seconds=1), ended=timedelta(days=40)
    )  # all known after the last one began
    assert keeping.is_due(services, practice_id)
    assert report.of_practice(services, house.leila).sentence == report.DUE
    keeping.look_after(services, practice_id)
    assert report.of_practice(services, house.leila).sentence.startswith(
        "The evidence is used: too few outcomes are of"
    )
    assert not keeping.is_due(services, practice_id)
    monkeypatch.setattr(keeping, "AGAIN", timedelta(0))
    assert keeping.is_due(services, practice_id)


def test_a_program_that_ends_does_not_wait_for_a_fit(learnt: House) -> None:
    ending = threading.Event()
    ending.set()
    with pytest.raises(keeping.Ending):
        keeping.look_after(learnt.services, learnt.leila.practice_id, ending=ending)
    assert versions.listing(learnt.services, learnt.leila.practice_id) == []


async def test_what_is_taken_out_of_use_is_dropped_while_something_is_fitted(
    learnt: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    await asyncio.to_thread(trained, learnt)
    fitting, done = threading.Event(), threading.Event()

    def fit(*_given: object, **_more: object) -> None:
        fitting.set()
        done.wait(60)

    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(keeping, "look_after", fit)
    services.hub.bind(asyncio.get_running_loop())
    job = asyncio.create_task(keeping.keeping(services))
    try:
        await eventually(lambda: services.predictors.fitted(practice_id) is not None and fitting.is_set())
        with services.database.write() as session:  # as a command in another process does
            row = session.exec(select(Predictor)).one()
            row.status = "retired"
            session.add(row)
        services.hub.publish([predictor_update(practice_id)])
        await eventually(lambda: services.predictors.fitted(practice_id) is None)
    finally:
        done.set()
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)


def predictor_update(practice_id: int) -> LoggedEvent:
    return LoggedEvent.passing(
        "predictor_update", "{}", practice_id=practice_id, diagnosis_id=None, patient_id=None, at=datetime.now(UTC)
    )


def test_two_programs_that_promote_at_once_leave_one_in_use(learnt: House) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    both = [trained(learnt).version, trained(learnt).version]
    other = Ledger(services.database, Hub())  # of another process: its writer is not ours
    programs = [services, replace(services, ledger=other)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: versions.promote(one[0], practice_id, one[1]), zip(programs, both, strict=True)))
    assert [one.status for one in versions.listing(services, practice_id)].count("active") == 1
    read = services.predictors.load(practice_id)
    assert read is not None
    assert read.card.version in both


def test_another_host_has_the_file_from_the_database(learnt: House, tmp_path: Path) -> None:
    services, practice_id = learnt.services, learnt.leila.practice_id
    version = trained(learnt).version
    elsewhere = Predictors(services.database, tmp_path / "elsewhere")
    loaded = elsewhere.load(practice_id)
    assert loaded is not None
    assert loaded.card.version == version
    for suffix in (MODEL, CARD):
        here, there = (one.folder(practice_id) / (version + suffix) for one in (services.predictors, elsewhere))
        assert here.read_bytes() == there.read_bytes()
    assert Predictors(services.database, elsewhere.folder(practice_id)).load(practice_id) is not None

    damaged = elsewhere.folder(practice_id) / (version + MODEL)
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:100])
    assert Predictors(services.database, tmp_path / "elsewhere").load(practice_id) is not None, (
        "nobody else is concerned"
    )
    assert damaged.read_bytes() == whole
    tamper(services.database, damaged, b"another")
    with pytest.raises(Unusable, match="not the one that was written"):
        Predictors(services.database, tmp_path / "elsewhere").load(practice_id)


def test_the_database_keeps_the_last_files_and_the_one_in_use(learnt: House) -> None:
    def act(change: Change) -> list[int]:
        for number in range(6):
            row = Predictor(
                practice_id=learnt.leila.practice_id,
                name="fitted",
                version=f"v{number}",
                status="active" if number == 0 else "retired",
                changed=change.now,
                created=change.now,
            )
            change.session.add(row)
            change.session.flush()
            predictor_rows.keep_file(change.session, row, b"content", most=KEPT)
        return [row.id or 0 for row in predictor_rows.versions(change.session, learnt.leila.practice_id)]

    ids = learnt.services.ledger.write(act)
    with learnt.services.database.read() as session:
        kept = [predictor_rows.file_of(session, one) is not None for one in reversed(ids)]
    assert kept == [True, False, False, True, True, True]
