"""Drafts of visits: whose they are, that nothing is overwritten unseen, and how they end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from domain import diagnosis, draft, erasing
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.draft import NEW, Said, said_of
from domain.erasing import ErasureInput
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.patient import PatientInput
from domain.permission import Actor
from domain.retention import trim
from domain.sharing import ShareInput, share
from storage.tables import AuditEntry, IntakeDraft
from tests.support.clock import with_clock
from tests.support.house import House

FELT = Said(complaint="Tired since spring", findings=[FindingInput(finding_id="stool-loose", severity=3)])


def kept(house: House, said: Said = FELT, *, of: Actor | None = None, seen: int = 0, page: str = "one") -> int:
    """Keep a draft about Mina; returns its version."""
    return draft.keep(house.services, of or house.leila, mina(house), said, seen=seen, page=page).version


def mina(house: House) -> int:
    return house.mina.patient_id or 0


def test_a_draft_comes_back_as_it_was_typed_to_who_wrote_it_alone(house: House) -> None:
    half = said_of(
        {"profile": {"name": "Sara", "born": "1990-0"}, "scores": {"baseline": "۷,"}, "lists": {"medicines": ["warf"]}}
    )
    draft.keep(house.services, house.leila, NEW, half, seen=0, page="one")
    kept(house)
    assert draft.read(house.services, house.leila, NEW).said == half
    assert draft.read(house.services, house.leila, mina(house)).said == FELT
    assert [one.name for one in draft.mine(house.services, house.leila)] == ["Mina Farahani", "Sara"]
    assert draft.mine(house.services, house.chen) == []
    assert draft.read(house.services, house.chen, NEW).said is None


@pytest.mark.parametrize("who", ["chen", "ida", "stranger", "mina"])
def test_a_draft_is_for_who_may_treat(house: House, who: str) -> None:
    actor = getattr(house, who)
    for verb in (
        lambda: draft.read(house.services, actor, mina(house)),
        lambda: kept(house, of=actor),
        lambda: draft.discard(house.services, actor, mina(house), seen=0, page="x"),
        lambda: draft.restore(house.services, actor, mina(house), page="x"),
    ):
        with pytest.raises(NotFound):
            verb()
    with house.services.database.read() as session:
        assert session.exec(select(IntakeDraft)).all() == []


def test_who_may_only_read_the_record_drafts_nothing(house: House) -> None:
    share(house.services, house.leila, mina(house), ShareInput(person_id=house.chen.person_id, level="read"))
    with pytest.raises(NotAllowed):
        kept(house, of=house.chen)


def test_of_two_pages_nobody_is_overwritten_unseen(house: House) -> None:
    first = kept(house)
    second = kept(house, Said(complaint="Newer"), seen=first, page="two")
    with pytest.raises(Conflict) as refused:
        kept(house, Said(complaint="Older"), seen=first)
    assert refused.value.code == "draft_newer"
    now = draft.read(house.services, house.leila, mina(house))
    assert now.said is not None
    assert (now.said.complaint, now.version) == ("Newer", second)
    mine = draft.keep(house.services, house.leila, mina(house), FELT, seen=first, page="one", anyhow=True)
    assert mine.version > second
    with pytest.raises(Conflict):
        kept(house, Said(complaint="Newer still"), seen=second, page="two")


def test_recording_ends_the_draft_it_was_made_from_and_two_windows_record_once(house: House) -> None:
    given = DiagnosisInput(patient_id=mina(house), tradition="tcm", findings=FELT.findings, complaint=FELT.complaint)
    first = kept(house)
    second = kept(house, Said(complaint="Written elsewhere meanwhile"), seen=first, page="two")
    with pytest.raises(Conflict) as refused:
        draft.record(house.services, house.leila, given, seen=first)
    assert refused.value.code == "draft_newer"
    assert draft.read(house.services, house.leila, mina(house)).version == second
    draft.record(house.services, house.leila, given, seen=second)
    assert draft.read(house.services, house.leila, mina(house)).version == 0
    with pytest.raises(Conflict) as refused:
        draft.record(house.services, house.leila, given, seen=second)
    assert refused.value.code == "draft_over"
    with pytest.raises(Conflict) as refused:
        kept(house, seen=second, page="two")
    assert refused.value.code == "draft_over"
    assert len(diagnosis.listing(house.services, house.leila)) == 2
    new = draft.keep(house.services, house.leila, NEW, FELT, seen=0, page="one").version
    given = DiagnosisInput(patient=PatientInput(name="Sara"), tradition="tcm")
    draft.record(house.services, house.leila, given, seen=new)
    assert draft.mine(house.services, house.leila) == []


def test_what_is_refused_leaves_its_draft(house: House) -> None:
    version = kept(house)
    given = DiagnosisInput(patient_id=mina(house), tradition="tcm", activity_baseline=3)
    with pytest.raises(Invalid):
        draft.record(house.services, house.leila, given, seen=version)
    assert draft.read(house.services, house.leila, mina(house)).said == FELT


async def test_what_is_thrown_away_can_be_brought_back_for_a_day(house: House) -> None:
    services, clock = with_clock(house.services)
    version = kept(house)
    draft.discard(services, house.leila, mina(house), seen=version, page="one")
    assert draft.mine(services, house.leila) == []
    assert draft.restore(services, house.leila, mina(house), page="one").said == FELT
    now = draft.read(services, house.leila, mina(house))
    draft.discard(services, house.leila, mina(house), seen=now.version, page="one")
    clock.move(timedelta(days=1, seconds=1))
    await trim(services, days=30)
    with pytest.raises(Conflict):
        draft.restore(services, house.leila, mina(house), page="one")


async def test_what_nobody_comes_back_to_goes_after_thirty_days(house: House) -> None:
    services, clock = with_clock(house.services)
    draft.keep(services, house.leila, NEW, FELT, seen=0, page="one")
    clock.move(timedelta(days=29))
    draft.keep(services, house.leila, mina(house), FELT, seen=0, page="one")
    clock.move(timedelta(days=1, seconds=1))
    await trim(services, days=30)
    assert [one.patient_id for one in draft.mine(services, house.leila)] == [mina(house)]


def test_erasing_the_patient_takes_their_drafts(house: House) -> None:
    kept(house)
    given = ErasureInput(name="Mina Farahani", reason="asked_for", override_reason="no_duty")
    erasing.erase(house.services, house.leila, mina(house), given)
    with house.services.database.read() as session:
        assert session.exec(select(IntakeDraft)).all() == []


def test_reading_a_draft_is_written_down_as_reading_the_record(house: House) -> None:
    kept(house)
    draft.mine(house.services, house.leila)
    with house.services.database.read() as session:
        read = select(AuditEntry.person_id, AuditEntry.patient_id).where(col(AuditEntry.detail) == "draft")
        assert session.exec(read).all() == [(house.leila.person_id, mina(house))]


@pytest.mark.parametrize(
    ("given", "empty"),
    [
        ({}, True),
        ({"tradition": "ayurveda", "complaint": " ", "profile": {"name": ""}, "lists": {"medicines": []}}, True),
        ({"answers": {"pregnant": None}}, True),
        ({"answers": {"pregnant": False}}, False),
        ({"scores": {"baseline": "7"}}, False),
        ({"lists": {"allergies": ["ragweed"]}}, False),
        ({"findings": [{"finding_id": "x", "present": False}]}, False),
    ],
)
def test_what_is_empty(given: dict[str, Any], empty: bool) -> None:
    assert said_of(given).empty is empty


def test_what_an_earlier_version_wrote_otherwise_is_left_out_and_the_rest_comes_back(house: House) -> None:
    kept(house)
    with house.services.database.write() as session:
        row = session.exec(select(IntakeDraft)).one()
        row.said = {**row.said, "scores": "seven", "tongue": "pale"}
        session.add(row)
    assert draft.read(house.services, house.leila, mina(house)).said == FELT


@pytest.mark.parametrize(
    "given", [{"complaint": "x" * 2_001}, {"profile": {"name": "\x07"}}, {"profile": {"nickname": "x"}}]
)
def test_what_no_form_says_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        said_of(given)
