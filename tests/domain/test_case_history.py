"""A history of cases: every form it may have, every line that is wrong, and the whole of it kept."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import func, select

from domain.bringing_in import AT_ONCE, Part, Refused, clear_away, keep_in_parts, listing, take_out, text_of
from domain.case_history import MOST_HERBS, MOST_PROBLEMS, Told, add_cases, bring_in, names, read
from domain.errors import NotFound
from domain.ledger import Change
from domain.matching import MOST_FINDINGS
from storage import practice_rows
from storage.tables import FileImport, PastCase
from tests.support.house import House
from tests.support.own_files import history

REAL = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "prescriptions"
COMMAS = "findings,herbs\nfatigue; loose stool,ginger;fennel\n"
GOOD = [
    ("a CSV", COMMAS),
    ("in another order, with more columns", "year,Herbs, FINDINGS\n2025,ginger;fennel,fatigue; loose stool\n"),
    ("TSV", "findings\therbs\nfatigue;loose stool\tginger; fennel ;\n"),
    ("CRLF", COMMAS.replace("\n", "\r\n")),
    ("empty lines and no line end", "\nfindings,herbs\n\n , \nfatigue;loose stool,ginger;fennel"),
    ("quotes", 'findings,herbs\n"fatigue;loose  stool;fatigue","ginger;fennel"\n'),
    ("a line inside quotes", 'findings,herbs\n"fatigue;loose\nstool",ginger;fennel\n'),
]


@pytest.mark.parametrize(("form", "text"), GOOD, ids=[one[0] for one in GOOD])
def test_columns_with_lists(form: str, text: str) -> None:
    [case] = read("h.csv", text)
    assert (case.findings, case.herbs) == (("fatigue", "loose stool"), ("ginger", "fennel"))


def test_a_mark_at_the_beginning_is_no_part_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "h.csv"
    file.write_bytes(b"\xef\xbb\xbf" + COMMAS.encode())
    assert len(read("h.csv", text_of(file))) == 1


def test_ids_with_what_they_are_called() -> None:
    text = "0 1\t7 8 7\n\n1\t8\r\n"
    called = read("h.txt", text, finding_names={"0": "fatigue", "1": "loose stool"}, herb_names={"7": "ginger"})
    assert called == [
        Told(1, ("fatigue", "loose stool"), ("ginger", "8")),
        Told(3, ("loose stool",), ("8",)),
    ]
    assert read("h.txt", text)[0] == Told(1, ("0", "1"), ("7", "8")), "without, ids are names"


def test_a_file_of_names() -> None:
    assert names("n.txt", "身热肢寒 39\nloose stool\t7\n\n") == {"39": "身热肢寒", "7": "loose stool"}
    with pytest.raises(Refused) as refused:
        names("n.txt", "loose stool 7\nfatigue\n")
    assert refused.value.problems == ["n.txt: line 2: a name and its id are expected."]


LONG = "x" * 201
WRONG = [
    ("", "the file is empty."),
    (" \n\n", "the file is empty."),
    ("findings,herbs\n", "there is no case in it."),
    ("symptoms,herbs\nfatigue,ginger\n", "the file cannot be read: it lacks the column findings."),
    ("fatigue;ginger\n", "the file cannot be read: it lacks the column findings and herbs."),
    ("findings,herbs\nfatigue,\n", "line 2: there is no herb."),
    ("findings,herbs\nfatigue\n", "line 2: there is no herb."),
    ("findings,herbs\n;;,ginger\n", "line 2: there is no finding."),
    ("findings,herbs\nfatigue,nausea,ginger\n", "the file cannot be read: line 2 has more cells than the header."),
    ('findings,herbs\n"fatigue,ginger\n', "the file cannot be read: unexpected end of data."),
    ("findings,herbs\nfat\x00igue,ginger\n", "line 2: the text contains a control character (U+0000)."),
    ("findings,herbs\nfat\x07igue,ginger\n", "line 2: the text contains a control character (U+0007)."),
    (f"findings,herbs\n{LONG},ginger\n", "line 2: a name has at most 200 characters."),
    ("1 2\t3\n4\t\n", "line 2: there is no herb."),
    ("1 2\t3\n\t4\n", "line 2: there is no finding."),
    ("1 2\t3\n5\n", "line 2: findings and herbs are expected."),
    ("1 2\t3\n5\t6\t7\n", "line 2: findings and herbs are expected."),
    (
        f"findings,herbs\n{';'.join(map(str, range(MOST_FINDINGS + 1)))},ginger\n",
        f"line 2: a case has at most {MOST_FINDINGS} findings and {MOST_HERBS} herbs.",
    ),
    (f"1\t{' '.join(map(str, range(MOST_HERBS + 1)))}\n", f"line 1: a case has at most {MOST_FINDINGS} findings and"),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[one[1][:50] for one in WRONG])
def test_what_is_wrong_is_said_by_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read("h.csv", text)
    assert [one.startswith(f"h.csv: {sentence}") for one in refused.value.problems] == [True], refused.value.problems


def test_as_many_findings_as_a_diagnosis_may_have() -> None:
    [case] = read("h.csv", f"findings,herbs\n{';'.join(map(str, range(MOST_FINDINGS)))},ginger\n")
    assert len(case.findings) == MOST_FINDINGS == 200


def test_of_many_wrong_lines_the_first_are_named() -> None:
    with pytest.raises(Refused, match=f"it has {MOST_PROBLEMS + 1} problems") as refused:
        read("h.csv", "findings,herbs\n" + "fatigue,\n" * 50)
    assert refused.value.problems[0] == "h.csv: line 2: there is no herb."
    assert refused.value.problems[-2:] == [
        "h.csv: line 21: there is no herb.",
        "h.csv: further lines were not looked at.",
    ]


def test_progress_is_told() -> None:
    told: list[int] = []
    read("h.csv", "findings,herbs\n" + "fatigue,ginger\n" * 3, progress=told.append)
    assert told == [1, 2, 3]


def test_a_history_is_kept_with_its_lines_and_names(house: House) -> None:
    text = "findings,herbs\n\nfatigue;خستگی عجیب,ginger;nobody’s root\nnausea,人参\n"
    kept = bring_in(house.services, house.leila, "h.csv", text, read("h.csv", text))
    assert (kept.kind, kept.rows) == ("cases", 2)
    with house.services.database.read() as session:
        rows = list(practice_rows.past_cases(session, house.leila.practice_id))
        assert [(findings, herbs) for _, findings, herbs in rows] == [
            (["fatigue", "خستگی عجیب"], ["ginger", "nobody’s root"]),
            (["nausea"], ["人参"]),
        ]
        assert session.get_one(PastCase, rows[0][0]).number == 3
        assert list(practice_rows.past_cases(session, house.stranger.practice_id)) == []
        assert practice_rows.case_count(session, house.leila.practice_id) == 2


def test_others_write_while_a_large_history_comes_and_goes(house: House) -> None:
    """Nobody waits for a whole file: what somebody else writes meanwhile is committed between two parts of it."""
    text = history(AT_ONCE * 2 + 1)
    seen: list[tuple[int, int]] = []

    def cases_now() -> tuple[int, int]:
        with house.services.database.read() as session:
            kept = session.exec(select(func.count()).select_from(PastCase)).one()
            return kept, practice_rows.case_count(session, house.leila.practice_id)

    def look(_change: Change) -> None:
        seen.append(cases_now())

    parts = [partial(add_cases, house.leila.practice_id, read("h.csv", text)[at : at + AT_ONCE]) for at in (0, AT_ONCE)]

    def watched() -> Iterator[Part]:
        for part in parts:
            yield part
            house.services.ledger.write(look)

    services, leila = house.services, house.leila
    keep_in_parts(services, leila, "cases", "h.csv", text, AT_ONCE * 2, watched())
    assert seen == [(AT_ONCE, 0), (2 * AT_ONCE, 0)], "and nobody sees any of it before it is whole"
    assert cases_now() == (2 * AT_ONCE, 2 * AT_ONCE)
    take_out(services, leila, "cases", 1)
    assert cases_now() == (0, 0)
    with services.database.read() as session:
        assert session.exec(select(FileImport.id)).all() == []


def test_what_was_cut_off_is_seen_by_nobody_and_cleared_away(house: House) -> None:
    text = history(3)
    cases = read("h.csv", text)

    def cut_off() -> Iterator[Part]:
        yield partial(add_cases, house.leila.practice_id, cases)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_in_parts(house.services, house.leila, "cases", "h.csv", text, 3, cut_off())
    killed(house, cases)
    services, practice_id = house.services, house.leila.practice_id
    with services.database.read() as session:
        assert len(session.exec(select(PastCase.id)).all()) == 3, "of the one that was killed"
        assert list(practice_rows.past_cases(session, practice_id)) == []
        assert practice_id not in practice_rows.practices_with_cases(session) or not practice_rows.case_count(
            session, practice_id
        )
    assert listing(services, practice_id) == []
    with pytest.raises(NotFound):
        take_out(services, house.leila, "cases", 1)
    clear_away(services)
    with services.database.read() as session:
        assert len(session.exec(select(PastCase.id)).all()) == 3, "it may be on its way still"
    clear_away(services, older_than=timedelta(0))
    with services.database.read() as session:
        assert session.exec(select(PastCase.id)).all() == []
        assert session.exec(select(FileImport.id)).all() == []
    assert bring_in(services, house.leila, "h.csv", text, cases).rows == 3


def killed(house: House, cases: list[Told]) -> None:
    """Leave behind what a command leaves that is killed in the middle."""

    def act(change: Change) -> None:
        row = FileImport(
            practice_id=house.leila.practice_id,
            kind="cases",
            name="h.csv",
            digest="x",
            rows=9,
            whole=False,
            at=change.now,
        )
        change.session.add(row)
        change.session.flush()
        add_cases(house.leila.practice_id, cases, change, row.id or 0)

    house.services.ledger.write(act)


@pytest.mark.skipif(not REAL.exists(), reason=f"the published prescriptions are not in {REAL}")
def test_real_prescriptions_are_read(house: House) -> None:
    findings, herbs = (names(file, text_of(REAL / file)) for file in ("sym_mapping.txt", "herb_mapping.txt"))
    text = "".join(text_of(REAL / "train.txt").splitlines(keepends=True)[:300])
    cases = read("train.txt", text, finding_names=findings, herb_names=herbs)
    assert bring_in(house.services, house.leila, "train.txt", text, cases).rows == 300
    every = {one for case in cases for one in (*case.findings, *case.herbs)}
    assert not any(one.isdecimal() for one in every), "every id has its name"
    assert any(house.services.library.shared.names.search(one, "herb") for case in cases for one in case.herbs)
