"""The audit as it is kept: whole, append-only, one chain for all processes, and nothing clinical in it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from domain import audit, correcting, diagnosis, recommendation
from domain.audit import Broken, walk
from domain.correcting import FeedbackChange
from domain.diagnosis import FindingInput
from domain.errors import Invalid, NotAllowed, NotFound
from domain.feedback import FeedbackInput, submit
from domain.hub import Hub
from domain.ledger import Change, Ledger
from domain.recommendation import ApproveInput, StopInput
from domain.services import Services
from storage.database import Database
from storage.tables import AuditEntry, AuditReason
from tests.support.house import House
from tests.support.owner import unguarded

TYPED = "Her father died of it."
OTHER_PROCESS = """
import sys
from domain.hub import Hub
from domain.ledger import Ledger
from domain.permission import Actor
from storage.database import Database
database = Database(sys.argv[1])
ledger = Ledger(database, Hub())
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    ledger.write(lambda change: change.audit(Actor(0, 1, "program"), "count", "test", number))
database.close()
"""


def verified(services: Services) -> int:
    """Verify the audit with the program's own seal; the number of its entries."""
    assert services.ledger.seal is not None
    return list(walk(services, [services.ledger.seal]))[-1].entries


def test_what_is_done_to_a_record_is_a_whole_sealed_chain(house: House) -> None:
    given = submit(
        house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, recommendation_id=house.ginger)
    )
    correcting.edit(house.services, house.mina, given["id"], FeedbackChange(rating=5))
    with house.services.database.read() as session:
        entries = session.exec(select(AuditEntry).order_by("id")).all()
    assert [entry.action for entry in entries][-3:] == ["approve", "answer", "edit"]
    assert {entry.patient_id for entry in entries[-3:]} == {house.mina.patient_id}
    assert verified(house.services) == len(entries)


def test_the_database_lets_no_entry_go(house: House) -> None:
    for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry WHERE id = 1"):
        with pytest.raises(DatabaseError, match="append-only"), house.services.database.write() as session:
            session.execute(text(statement))
    assert verified(house.services) > 0


def test_two_processes_make_one_chain(house: House) -> None:
    mine, theirs = 60, 60
    url = str(house.services.database.url)
    start = [sys.executable, "-c", OTHER_PROCESS, url, str(theirs)]
    with subprocess.Popen(
        start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(audit.__file__).parent.parent
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda number: _count(house, number), range(mine)))
        assert other.wait(timeout=60) == 0
    walked = list(walk(house.services))[-1]
    with house.services.database.read() as session:
        people = session.exec(select(AuditEntry.person_id).where(AuditEntry.action == "count").order_by("id")).all()
    assert (people.count(None), people.count(house.leila.person_id)) == (theirs, mine)
    assert walked.last[0] == walked.entries, "one chain, no entry beside it"


def test_a_change_that_fails_leaves_no_entry_and_no_gap(house: House) -> None:
    def fail(change: Change) -> None:
        change.audit(house.leila, "count", "test", 1)
        raise Invalid("Not so.")

    before = verified(house.services)
    with pytest.raises(Invalid):
        house.services.ledger.write(fail)
    _count(house, 2)
    assert verified(house.services) == before + 1


def test_an_end_that_was_cut_off_is_found_by_what_was_kept_elsewhere(house: House) -> None:
    _count(house, 1)
    kept = audit.head(house.services)
    _count(house, 2)
    assert audit.anchor(f"{kept[0]}:{kept[1]}\n") == kept
    assert list(walk(house.services, since=kept))[-1].last[0] == kept[0] + 1
    with house.services.database.write() as session:  # as somebody would who owns the database
        unguarded(session, "delete")
        session.execute(text("DELETE FROM audit_entry WHERE id >= :first"), {"first": kept[0]})
    assert verified(house.services) == kept[0] - 1, "the chain by itself does not show it"
    with pytest.raises(Broken, match=f"entry {kept[0]}, kept elsewhere"):
        list(walk(house.services, since=kept))
    _count(house, 3)  # the number is there again, and the entry is another
    with pytest.raises(Broken, match="kept elsewhere"):
        list(walk(house.services, since=kept))


def test_what_was_changed_in_the_database_is_named(house: House) -> None:
    with house.services.database.write() as session:
        unguarded(session, "update")
        session.execute(text("UPDATE audit_entry SET address = '192.0.2.1' WHERE id = 3"))
    with pytest.raises(Broken, match=r"entry 3 \(.*\) was changed"):
        verified(house.services)


@pytest.mark.parametrize("text", ["", "5", "x:" + "0" * 64, "5:abc"])
def test_an_anchor_is_an_id_and_a_hash(text: str) -> None:
    with pytest.raises(Invalid, match="ID:HASH"):
        audit.anchor(text)


def test_no_entry_says_what_a_record_says(house: House) -> None:
    services, leila = house.services, house.leila
    recommendation.approve(
        services, leila, house.proposed("clove"), ApproveInput(override_reason=TYPED, confirmed=True)
    )
    recommendation.stop(services, leila, house.ginger, StopInput(reason=TYPED))
    diagnosis.set_findings(
        services, leila, house.diagnosis_id, [FindingInput(finding_id="pain-epigastric", severity=3)]
    )
    diagnosis.confirm(services, leila, house.diagnosis_id, "t-stcold")
    submit(
        services, house.mina, house.diagnosis_id, FeedbackInput(rating=1, recommendation_id=house.ginger, comment=TYPED)
    )
    everything = json.dumps(list(audit.entries(services)))
    for clinical in (TYPED, "Mina", "t-stcold", "ginger", "pain"):
        assert clinical not in everything
    with services.database.read() as session:
        assert session.exec(select(AuditReason.text)).all().count(TYPED) == 2
    with services.database.write() as session:  # as erasing the patient does
        for reason in session.exec(select(AuditReason).where(col(AuditReason.patient_id) == house.mina.patient_id)):
            session.delete(reason)
    assert verified(services) > 0


def test_an_entry_says_whose_record_it_is_about(house: House) -> None:
    with pytest.raises(ValueError, match="about a diagnosis says whose"):
        house.services.ledger.write(lambda change: change.audit(house.leila, "open", "diagnosis", 1))


def test_who_read_my_record(house: House) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    diagnosis.read(services, house.leila, house.diagnosis_id)
    recommendation.stop(services, house.leila, house.ginger, StopInput(reason=TYPED))
    mine = audit.readers(services, house.mina, patient_id)
    assert [(one.name, one.role, one.action) for one in mine[:2]] == [
        ("Dr Leila Moradi", "practitioner", "stop"),
        ("Dr Leila Moradi", "practitioner", "read"),
    ]
    assert {one.reason for one in mine} == {None}, "why a treatment was chosen is for the practice"
    again = audit.readers(services, house.mina, patient_id)
    assert (again[0].name, again[0].action, again[1:]) == ("Mina Farahani", "read", mine), "seen the next time"
    theirs = audit.readers(services, house.leila, patient_id)
    assert TYPED in {one.reason for one in theirs}
    assert audit.readers(services, house.mina, patient_id, before=mine[0].id, limit=1) == [mine[1]]
    for nobody in (house.omar, house.chen, house.stranger, house.ida):
        with pytest.raises(NotFound):
            audit.readers(services, nobody, patient_id)


def test_an_admin_sees_what_went_on_in_their_practice_and_no_record(house: House) -> None:
    diagnosis.read(house.services, house.leila, house.diagnosis_id)
    found = audit.listing(house.services, house.ida, action="read", person_id=house.leila.person_id)
    assert [(one.thing, one.thing_id, one.patient_id) for one in found] == [
        ("diagnosis", house.diagnosis_id, house.mina.patient_id)
    ]
    assert audit.listing(house.services, house.ida, since=found[0].at, patient_id=house.mina.patient_id) == found
    for other in (house.leila, house.mina, house.stranger):
        with pytest.raises(NotAllowed):
            audit.listing(house.services, other)


def _count(house: House, number: int) -> None:
    house.services.ledger.write(lambda change: change.audit(house.leila, "count", "test", number))


def test_another_program_over_the_same_file_goes_on_with_the_chain(house: House) -> None:
    elsewhere = Database(str(house.services.database.url))
    there = Ledger(elsewhere, Hub(), seal=house.services.ledger.seal)
    for number in range(3):
        _count(house, number)
        there.write(lambda change: change.audit(house.leila, "count", "test", 9))
    elsewhere.close()
    with house.services.database.read() as session:
        assert len(session.exec(select(AuditEntry.id).where(AuditEntry.action == "count")).all()) == 6
    assert verified(house.services) >= 6
