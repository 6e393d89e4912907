"""Replaying ratings: each one once, whatever happens on the way."""

import csv
import sqlite3
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlmodel import func, select

from domain import replay
from domain.errors import Invalid, NotFound
from domain.services import Services
from storage.tables import Event, Feedback, Patient, Practice, Recommendation
from tests.support.house import House
from tests.support.real_ratings import FILE, RealReplay, kept_totals, totals
from tests.support.recount import kept, recounted
from tests.support.snapshots import follows_from_nothing

ROWS = """condition,supplement,effectiveness,ease_of_use
Anxiety,ASHWAGANDHA,4,5
Anxiety,ASHWAGANDHA,2,3
,ASHWAGANDHA,5,5
Insomnia,VALERIAN,1,1
Insomnia,MELATONIN,5,4
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text(ROWS)
    return path


def test_every_row_becomes_a_patient_with_a_plan_and_an_answer(services: Services, file: Path) -> None:
    steps = list(replay.play(services, replay.read(file)))
    assert [asdict(step) for step in steps][-1] == {"played": 5, "skipped": 0}
    with services.database.read() as session:
        assert session.exec(select(Practice.synthetic)).all() == [True]
        answers = session.exec(select(Feedback).order_by("id")).all()
        assert [(one.rating, one.improvement, one.ease_of_use) for one in answers] == [
            (4, 4, 5), (2, 2, 3), (5, 5, 5), (1, 1, 1), (5, 5, 4),
        ]  # fmt: skip
        assert all(session.exec(select(Patient.synthetic)).all())
        assert set(session.exec(select(Recommendation.status))) == {"approved"}
        assert kept(session) == recounted(session)
        told = session.exec(select(func.count()).where(Event.type == "feedback_update")).one()
        assert told == 5, "every one is an event that open pages show"
    assert kept_totals(services.database.url) == totals(csv.DictReader(ROWS.splitlines()))
    follows_from_nothing(services, answers[3].diagnosis_id)
    follows_from_nothing(services, answers[2].diagnosis_id)


def test_what_was_interrupted_goes_on_where_it_stopped(services: Services, file: Path) -> None:
    class PulledPlug(BaseException):
        pass

    def pull() -> None:
        with services.database.read() as session:
            if session.exec(select(func.count(Feedback.id))).one() == 2:  # type: ignore[arg-type]
                raise PulledPlug

    ratings = replay.read(file)
    with pytest.raises(PulledPlug):
        list(replay.play(services, ratings, wait=pull))
    again = list(replay.play(services, ratings))
    assert asdict(again[-1]) == {"played": 3, "skipped": 2}
    once_more = list(replay.play(services, ratings))
    assert asdict(once_more[-1]) == {"played": 0, "skipped": 5}
    assert kept_totals(services.database.url) == totals(csv.DictReader(ROWS.splitlines()))


def test_a_real_practice_is_not_touched(house: House, file: Path) -> None:
    def of_the_house() -> int:
        with house.services.database.read() as session:
            statement = select(func.count()).select_from(Event).where(Event.practice_id == house.leila.practice_id)
            return session.exec(statement).one()

    before = of_the_house()
    list(replay.play(house.services, replay.read(file)))
    assert of_the_house() == before


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("condition,supplement\nAnxiety,VALERIAN\n", "ratings.csv lacks the column effectiveness, ease_of_use."),
        (ROWS + "Anxiety,VALERIAN,6,5\n", "line 7: effectiveness"),
        (ROWS + "Anxiety,VALERIAN,four,5\n", "line 7: effectiveness"),
        (ROWS + "Anxiety,,4,5\n", "line 7: supplement"),
        (ROWS + "Anxiety,VALERIAN\n", "line 7: effectiveness"),
        (ROWS + "Anx\x00iety,VALERIAN,4,4\n", "ratings.csv"),
        ("", "lacks the column"),
    ],
    ids=["a column is missing", "6", "a word", "no supplement", "cut off", "a NUL byte", "empty"],
)
def test_a_broken_row_is_named_and_nothing_is_played(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(text)
    with pytest.raises(Invalid) as refused:
        replay.read(path)
    assert sentence in refused.value.message
    assert "\n" not in refused.value.message


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no file .*nowhere\.csv"):
        replay.read(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(Invalid, match="not a CSV file in UTF-8"):
        replay.read(tmp_path / "picture.csv")


@pytest.mark.farm
def test_the_real_ratings_killed_on_the_way_are_all_there_once(real_replay: RealReplay) -> None:
    with FILE.open(newline="", encoding="utf-8-sig") as file:
        ratings = list(csv.DictReader(file))
    assert len(ratings) == 5_010

    played = real_replay.played()
    assert played.first_exit == -9, "killed, not ended"
    assert 1_250 <= played.answers_at_the_kill < 5_010
    assert played.second_exit == 0, played.printed
    skipped = played.answers_at_the_kill
    assert f"{5_010 - skipped} ratings played, {skipped} were there already." in played.printed

    assert kept_totals(make_url(f"sqlite:///{played.database}")) == totals(ratings), "cell by cell"
    connection = sqlite3.connect(played.database)
    answers = connection.execute("SELECT rating, improvement, ease_of_use FROM feedback ORDER BY id").fetchall()
    events = connection.execute("SELECT count(*), max(position) FROM event").fetchone()
    told = connection.execute("SELECT count(*) FROM event WHERE type = 'feedback_update'").fetchone()
    holes = connection.execute(
        "SELECT count(*) FROM diagnosis WHERE seq != (SELECT count(*) FROM event WHERE diagnosis_id = diagnosis.id)"
    ).fetchone()
    connection.close()
    assert answers == [
        (int(one["effectiveness"]), int(one["effectiveness"]), int(one["ease_of_use"])) for one in ratings
    ]
    assert told == (5_010,)
    assert events[0] == events[1], "no number of the log is missing"
    assert holes == (0,)
