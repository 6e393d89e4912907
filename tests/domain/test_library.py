"""Each practice knows what comes with the program and what it has added itself, and nothing of the others."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from domain import own_knowledge, recommendation
from domain.errors import Unavailable
from domain.hub import Hub
from domain.knowledge import Identified
from domain.ledger import Change, Ledger
from domain.library import Known, Library
from domain.recommendation import ApproveInput, StopInput
from domain.services import Services
from storage.tables import FileImport, PracticeRow
from tests.support.house import House
from tests.support.own_files import LEAF, METFORMIN
from tests.support.waiting import eventually


def test_practices_that_added_nothing_share_one_copy(house: House) -> None:
    library = house.services.library
    assert library.of(house.leila.practice_id) is library.of(house.stranger.practice_id) is library.shared
    assert library.of(999) is library.shared


def test_two_practices_never_see_each_others_rows(house: House) -> None:
    library = house.services.library
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    own_knowledge.bring_in(house.services, house.stranger, "interactions.csv", METFORMIN)
    ours, theirs = library.of(house.leila.practice_id), library.of(house.stranger.practice_id)
    assert isinstance(ours.names.identify("برگ ما", "herb"), Identified)
    assert ours.knowledge.doses["our-leaf"][0].max == 4
    assert "our-leaf" not in theirs.knowledge.herbs
    assert not isinstance(theirs.names.identify("our leaf", "herb"), Identified)
    assert len(theirs.knowledge.interactions) == len(ours.knowledge.interactions) + 1
    assert "our-leaf" not in library.shared.knowledge.herbs
    assert len({one.knowledge.version for one in (ours, theirs, library.shared)}) == 3


def test_the_version_is_that_of_the_rows(house: House) -> None:
    """A number of a file that was taken out may be given to another one: the version tells them apart."""
    services, practice_id = house.services, house.leila.practice_id
    first = own_knowledge.bring_in(services, house.leila, "ours.yaml", LEAF)
    one = services.library.of(practice_id).knowledge.version
    second = own_knowledge.bring_in(services, house.leila, "interactions.csv", METFORMIN)
    both = services.library.of(practice_id).knowledge.version
    own_knowledge.forget(services, house.leila, first.id)
    other = services.library.of(practice_id).knowledge.version
    own_knowledge.forget(services, house.leila, second.id)
    assert len({one, both, other}) == 3
    assert services.library.of(practice_id) is services.library.shared


def test_rows_that_do_not_fit_any_more_are_left_out_and_reported(house: House) -> None:
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    practice_id = house.leila.practice_id

    def write_what_an_older_version_allowed(change: Change) -> None:
        row = FileImport(practice_id=practice_id, kind="knowledge", name="old.csv", digest="x", rows=1, at=change.now)
        change.session.add(row)
        change.session.flush()
        content = {"herb": "a-herb-that-is-gone", "part": "root"}
        old = PracticeRow(practice_id=practice_id, import_id=row.id or 0, file="doses.csv", label="2", content=content)
        change.session.add(old)

    house.services.ledger.write(write_what_an_older_version_allowed)
    known = house.services.library.renew(practice_id)
    assert known.refused
    assert {(one.file, one.row) for one in known.refused} == {("doses.csv", "2")}
    assert "our-leaf" in known.knowledge.herbs
    added = own_knowledge.bring_in(house.services, house.leila, "interactions.csv", METFORMIN)
    assert added.rows == 1, "what does not fit is no hindrance for what comes later"


async def test_a_running_program_learns_what_another_process_has_brought_in(house: House) -> None:
    running, command = house.services, another_process(house.services)
    practice_id = house.leila.practice_id
    running.hub.bind(asyncio.get_running_loop())
    unfollow = running.library.follow(running.hub)
    try:
        assert "our-leaf" not in running.library.of(practice_id).knowledge.herbs
        kept = await asyncio.to_thread(own_knowledge.bring_in, command, house.leila, "ours.yaml", LEAF)
        assert "our-leaf" not in running.library.of(practice_id).knowledge.herbs, "the old one serves until then"
        await asyncio.to_thread(running.ledger.catch_up)
        await eventually(lambda: "our-leaf" in running.library.of(practice_id).knowledge.herbs)
        await asyncio.to_thread(own_knowledge.forget, command, house.leila, kept.id)
        await asyncio.to_thread(running.ledger.catch_up)
        await eventually(lambda: running.library.of(practice_id) is running.library.shared)
    finally:
        unfollow()
        running.hub.unbind()


async def test_knowledge_that_cannot_be_read_is_read_as_soon_as_it_can_and_nothing_is_decided_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("domain.library.FIRST_WAIT", 0.01)
    running, command, practice_id = house.services, another_process(house.services), house.leila.practice_id
    running.library.of(practice_id)
    away, read = True, Library._read

    def may_fail(self: Library, practice_id: int) -> Known:
        if away and self is running.library:
            raise OSError("the cable")
        return read(self, practice_id)

    monkeypatch.setattr(Library, "_read", may_fail)
    clove = house.proposed("clove")
    approve = partial(recommendation.approve, running, house.leila, clove)
    given = ApproveInput(override_reason="She has taken it for years.", confirmed=True)
    running.hub.bind(asyncio.get_running_loop())
    unfollow = running.library.follow(running.hub)
    try:
        await asyncio.to_thread(own_knowledge.bring_in, command, house.leila, "ours.yaml", LEAF)
        await asyncio.to_thread(running.ledger.catch_up)
        await eventually(lambda: running.library.is_outdated(practice_id))
        with pytest.raises(Unavailable, match="changed and cannot be read"):
            await asyncio.to_thread(approve, given)
        stop = partial(recommendation.stop, running, house.leila, house.ginger)
        stopped = await asyncio.to_thread(stop, StopInput(reason="It burns."))
        assert stopped.status == "stopped", "what ends a danger needs no knowledge"
        away = False
        await eventually(lambda: not running.library.is_outdated(practice_id))
        assert "our-leaf" in running.library.of(practice_id).knowledge.herbs
        assert (await asyncio.to_thread(approve, given)).status == "approved"
    finally:
        unfollow()
        running.hub.unbind()
    said = [record.getMessage() for record in caplog.get_records("call")]
    assert said.count("what a practice knows cannot be read") == 1


async def test_who_decides_does_not_wait_for_the_next_try(house: House) -> None:
    library, practice_id = house.services.library, house.leila.practice_id
    command = another_process(house.services)
    assert "our-leaf" not in library.of(practice_id).knowledge.herbs
    await asyncio.to_thread(own_knowledge.bring_in, command, house.leila, "ours.yaml", LEAF)
    library._told[practice_id] += 1  # as the log says, and nothing was read yet
    assert "our-leaf" not in library.of(practice_id).knowledge.herbs
    assert "our-leaf" in (await asyncio.to_thread(library.current, practice_id)).knowledge.herbs


def another_process(services: Services) -> Services:
    """Give the parts as a command would build them over the same database."""
    hub, library = Hub(), services.library.over(services.database)
    assert isinstance(library, Library)
    return replace(services, hub=hub, ledger=Ledger(services.database, hub), library=library)
