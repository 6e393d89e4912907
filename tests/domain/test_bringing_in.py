"""Files are brought in whole or not at all, once, for one practice, and can be taken out again."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from domain import bringing_in, case_history, own_knowledge
from domain.bringing_in import Kind, keep, listing, take_out, text_of
from domain.errors import Conflict, Invalid, NotFound, TooMuch, Unavailable
from domain.ledger import Change
from storage.tables import AuditEntry, Event, FileImport, PastCase, PracticeRow
from tests.support.house import House
from tests.support.own_files import LEAF, LEAF_ROWS, METFORMIN, history


def test_a_text_is_read_without_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_bytes(b"\xef\xbb\xbfginger")
    assert text_of(file) == "ginger"


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        text_of(tmp_path / "nowhere.csv")
    with pytest.raises(Invalid, match="is a folder: name a file"):
        text_of(tmp_path)
    file = tmp_path / "ours.csv"
    file.write_bytes(b"\xff\xfe\x00g")
    with pytest.raises(Invalid, match=r"ours\.csv is not text in UTF-8"):
        text_of(file)
    monkeypatch.setattr(bringing_in, "LARGEST_FILE", 3)
    with pytest.raises(TooMuch, match="is larger than 0 MB: bring it in in parts"):
        text_of(file)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for endless in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(Invalid, match="no file that can be read whole"):
            text_of(endless)


def test_a_name_is_kept_so_that_it_can_be_shown(house: House) -> None:
    name = "[/b]\x1b[31mours\udcff.yaml"
    kept = own_knowledge.bring_in(house.services, house.leila, name, LEAF)
    assert kept.name == "[/b][31mours?.yaml"


def test_a_file_is_listed_with_who_brought_it_in(house: House) -> None:
    kept = own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    assert (kept.name, kept.rows, kept.person_id) == ("ours.yaml", LEAF_ROWS, house.leila.person_id)
    assert listing(house.services, house.leila.practice_id) == [kept]
    assert listing(house.services, house.leila.practice_id, "cases") == []
    assert listing(house.services, house.stranger.practice_id) == []
    assert audited(house) == ["import knowledge: ours.yaml"]


def test_the_same_file_is_brought_in_once(house: House) -> None:
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF)
    with pytest.raises(Conflict, match=r"brought in already, as ours\.yaml"):
        own_knowledge.bring_in(house.services, house.leila, "the-same.yaml", LEAF)
    own_knowledge.bring_in(house.services, house.stranger, "ours.yaml", LEAF)  # another practice
    with pytest.raises(Conflict, match=r"brought in already, as ours\.yaml"):
        keep(house.services, house.leila, "knowledge", "ours.yaml", LEAF, 1, lambda _change, _id: None)
    assert count(house, FileImport) == 2


def test_where_a_transaction_fails_in_the_middle_nothing_is_kept(house: House) -> None:
    def add(change: Change, import_id: int) -> None:
        change.session.add(PracticeRow(practice_id=1, import_id=import_id, file="doses.csv", label="2", content={}))
        change.session.flush()
        raise OSError("the disk is full")

    before = [count(house, table) for table in (FileImport, PracticeRow, AuditEntry, Event)]
    with pytest.raises(OSError, match="disk is full"):
        keep(house.services, house.leila, "knowledge", "ours.yaml", LEAF, 1, add)
    assert [count(house, table) for table in (FileImport, PracticeRow, AuditEntry, Event)] == before
    assert own_knowledge.bring_in(house.services, house.leila, "ours.yaml", LEAF).rows == LEAF_ROWS


@pytest.mark.parametrize("kind", ["knowledge", "cases"])
def test_taking_out_takes_the_rows_of_that_file(house: House, kind: Kind) -> None:
    services, leila = house.services, house.leila
    kept = [
        own_knowledge.bring_in(services, leila, "ours.yaml", LEAF),
        own_knowledge.bring_in(services, leila, "interactions.csv", METFORMIN),
        case_history.bring_in(services, leila, "h.csv", "x", case_history.read("h.csv", history(3))),
    ]
    number = next(one.id for one in kept if one.kind == kind)
    other: Kind = "cases" if kind == "knowledge" else "knowledge"
    for actor, asked, given in (
        (house.stranger, kind, number),
        (leila, other, number),
        (leila, kind, 999),
    ):
        with pytest.raises(NotFound, match="There is no file with the number"):
            take_out(services, actor, asked, given)
    gone = take_out(services, leila, kind, number)
    assert gone == next(one for one in kept if one.id == number)
    assert [one.id for one in listing(services, leila.practice_id)] == [one.id for one in kept if one.id != number]
    left = (1, 3) if kind == "knowledge" else (LEAF_ROWS + 1, 0)
    assert (count(house, PracticeRow), count(house, PastCase)) == left
    assert audited(house)[-1] == f"remove {kind}: {gone.name}"


def test_a_file_that_became_whole_keeps_its_cases_though_the_answer_was_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = house.services.ledger
    really = ledger.write

    def lost(act: Callable[[Change], Any]) -> Any:
        done = really(act)
        if isinstance(done, bringing_in.BroughtIn):
            raise Unavailable("The connection was lost while this was committed.")
        return done

    monkeypatch.setattr(ledger, "write", lost)
    with pytest.raises(Unavailable):
        case_history.bring_in(house.services, house.leila, "h.csv", "x", case_history.read("h.csv", history(3)))
    assert [one.rows for one in listing(house.services, house.leila.practice_id, "cases")] == [3]
    assert count(house, PastCase) == 3


def count(
    house: House, table: type[FileImport] | type[PracticeRow] | type[PastCase] | type[AuditEntry] | type[Event]
) -> int:
    with house.services.database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def audited(house: House) -> list[str]:
    with house.services.database.read() as session:
        rows = session.exec(select(AuditEntry).where(AuditEntry.thing == "file_import").order_by("id"))
        return [f"{row.action}: {row.detail}" for row in rows]
