"""The register of erasures: lines that are on the disk, no words, and what a crash leaves of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import erasing, patient
from domain.erasing import ErasureInput
from domain.erasing_again import erase_all_again, say_who_is_back
from domain.erasure_register import Erased, ErasureRegister, erased_now
from domain.errors import NotFound, Unavailable
from domain.ledger import utc_now
from settings import Settings
from storage.tables import Patient
from tests.support.house import House
from tests.support.owner import full
from tests.support.recount import kept, recounted

WHY = ErasureInput(name="Mina Farahani", reason="asked_for", override_reason="no_duty")
MOMENT = datetime(2026, 11, 29, 12, 0, 0, 123456, tzinfo=UTC)


def one(number: int, *, at: datetime = MOMENT) -> Erased:
    return Erased(patient_id=number, patient_created=MOMENT, practice_id=1, practice_created=MOMENT, at=at)


@pytest.fixture
def register(tmp_path: Path) -> ErasureRegister:
    return ErasureRegister(tmp_path / "new" / "vervain-erased.jsonl")


def test_lines_are_added_for_their_owner_alone(register: ErasureRegister) -> None:
    assert register.read().erased == frozenset()
    register.note([one(1)])
    register.note([one(2), one(3)])
    assert register.read().erased == {one(1), one(2), one(3)}
    assert register.file.stat().st_mode & 0o777 == 0o600
    assert register.file.parent.stat().st_mode & 0o777 == 0o700
    register.file.chmod(0o644)
    register.note([one(4)])
    assert register.file.stat().st_mode & 0o777 == 0o600


def test_the_one_erasure_is_taken_back_and_no_other(register: ErasureRegister) -> None:
    later = one(1, at=MOMENT + timedelta(days=1))
    register.note([one(1), later, one(2)])
    register.take_back(later)
    assert register.read().erased == {one(1), one(2)}


def test_it_is_completed_once(register: ErasureRegister) -> None:
    register.note([one(1)])
    later = MOMENT + timedelta(days=1)
    assert register.complete([one(1, at=later), one(2), one(2, at=later)]) == 1
    assert register.complete([one(2), one(1)]) == 0
    assert register.read().erased == {one(1), one(2)}


@given(cut=st.integers(min_value=1), after=st.booleans())
def test_a_line_that_was_cut_off_hides_no_other(
    tmp_path_factory: pytest.TempPathFactory, cut: int, *, after: bool
) -> None:
    register = ErasureRegister(tmp_path_factory.mktemp("cut") / "erased.jsonl")
    register.note([one(1)])
    whole = register.file.stat().st_size
    register.note([one(2)])
    kept_of_it = cut % (register.file.stat().st_size - whole - 1)  # all but the line's end and at least one letter
    with register.file.open("r+b") as file:
        file.truncate(whole + kept_of_it)
    if after:
        register.note([one(3)])
    read = register.read()
    assert read.erased == {one(1), *([one(3)] if after else [])}
    assert read.unreadable == (1 if kept_of_it else 0)


def test_what_a_lost_power_leaves_is_passed_over(register: ErasureRegister) -> None:
    register.note([one(1)])
    with register.file.open("ab") as file:
        file.write(b"\0" * 200 + b"\n" + b"\xff\xfe{}\n\n[]\n")
    register.note([one(2)])
    assert register.read().erased == {one(1), one(2)}
    assert register.read().unreadable == 3


def test_where_it_lies() -> None:
    assert Settings(database_url="sqlite:////srv/x/practice.db").erasures == Path("/srv/x/practice-erased.jsonl")
    postgres = Settings(database_url="postgresql+psycopg://db/vervain", secret_file=Path("/srv/x/secret"))
    assert postgres.erasures == Path("/srv/x/secret-erased.jsonl")
    apart = postgres.model_copy(update={"secret_file": Path("/run/secret"), "files_folder": Path("/srv/files")})
    assert apart.erasures == Path("/srv/files/secret-erased.jsonl")
    assert apart.predictors == Path("/srv/files/secret-predictors")


def erase(house: House) -> None:
    erasing.erase(house.services, house.leila, house.mina.patient_id or 0, WHY)


def test_an_erasure_is_in_it_and_no_word(house: House) -> None:
    erase(house)
    register = house.services.erasures
    (found,) = register.read().erased
    assert (found.patient_id, found.practice_id) == (house.mina.patient_id, house.leila.practice_id)
    text = register.file.read_text()
    assert not [word for word in ("Mina", "Farahani", "asked", "stcold", "ginger") if word in text]
    assert say_who_is_back(house.services) == 0


def test_nothing_is_erased_where_it_cannot_be_written(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.services.erasures.file.mkdir()
    assert say_who_is_back(house.services) == 0
    assert "cannot be read" in caplog.messages[-1], "and the program starts all the same"
    with pytest.raises(Unavailable, match="Nothing was erased"):
        erase(house)
    assert patient.read(house.services, house.leila, house.mina.patient_id or 0).name == "Mina Farahani"


def test_what_was_not_committed_is_taken_back(house: House) -> None:
    full(house.services.database, "audit_entry", when="action = 'erase'")
    with pytest.raises(Exception, match="is_full"):
        erase(house)
    assert house.services.erasures.file.read_text().count("\n") == 2, "it was noted, and taken back"
    assert house.services.erasures.read().erased == frozenset()
    assert patient.read(house.services, house.leila, house.mina.patient_id or 0).name == "Mina Farahani"


def test_what_a_crash_has_left_undone_is_done_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    services, patient_id = house.services, house.mina.patient_id or 0
    with services.database.read() as session:
        noted = erased_now(session, session.get_one(Patient, patient_id), utc_now())
    others = (
        {"patient_id": house.omar.patient_id},
        {"patient_created": noted.patient_created + timedelta(microseconds=1)},
        {"practice_created": noted.practice_created + timedelta(microseconds=1)},
        {"practice_id": house.stranger.practice_id},
        {"patient_id": 999_999},
    )
    services.erasures.note([noted.model_copy(update=other) for other in others])
    assert (say_who_is_back(services), erase_all_again(services)) == (0, 0), "another patient has the number"
    services.erasures.note([noted, noted.model_copy(update={"at": utc_now()})])
    assert say_who_is_back(services) == 1
    assert "erase-again" in caplog.messages[-1]
    assert erase_all_again(services) == 1
    with pytest.raises(NotFound):
        patient.read(services, house.leila, patient_id)
    with services.database.read() as session:
        assert kept(session) == recounted(session)
    assert (say_who_is_back(services), erase_all_again(services)) == (0, 0), "and not twice"
