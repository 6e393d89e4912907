"""``pg_dump`` and ``pg_restore``, the real ones, and ``after-restore`` behind them: nobody who was shut out comes back."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from domain import account, feedback, log, sign_in
from domain.coming_back import complete_register
from domain.erasing import ErasureInput, erase
from domain.errors import NotSignedIn
from domain.feedback import FeedbackInput
from settings import Settings
from storage.tables import Patient, Person
from tests.conftest import over
from tests.support.command_line import Command, failed
from tests.support.databases import ADDRESS, POSTGRESQL, SECRET, settings_in
from tests.support.house import House
from tests.support.identities import change_person
from tests.support.postgres import PROGRAMS, Postgres

BYE = ErasureInput(name="Omar Haddad", reason="asked_for", override_reason="no_duty")
on_postgresql = pytest.mark.parametrize("kind", [POSTGRESQL], indirect=True)


def run(program: str, *arguments: str) -> None:
    subprocess.run([str(PROGRAMS / program), *arguments], check=True, capture_output=True, timeout=100)


def plain(address: str) -> str:
    """Give an address as PostgreSQL's own programs take it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


@pytest.fixture
def restored(postgres: Postgres) -> Iterator[str]:
    """Name an empty database that a dump can go into."""
    address = postgres.made()
    yield address
    postgres.drop(str(make_url(address).database))


@on_postgresql
def test_what_pg_restore_brings_back_lets_nobody_in(
    command: Command, house: House, settings: Settings, restored: str, tmp_path: Path
) -> None:
    services, dump = house.services, tmp_path / "vervain.dump"
    change_person(services, house.chen.person_id, login="chen")
    session_token = sign_in.open_page_session(services, house.leila.person_id, device="desk").secret
    followed = log.join(services, house.mina, house.diagnosis_id)
    run("pg_dump", "-Fc", "-f", str(dump), plain(settings.database_url))

    account.disable(services, "chen")
    erase(services, house.leila, house.omar.patient_id or 0, BYE)
    run("pg_restore", "--no-owner", "-d", plain(restored), str(dump))
    own = {"DATABASE_URL": restored, "SECRET_FILE": str(settings.secret_file)}
    done = command("after-restore", "--before", settings.database_url, **own)
    assert done.code == 0, done.err
    for sentence in (
        "1 sign-ins and 0 open invites were ended",
        "2 people who were disabled since stay so.",  # with who was erased
        "1 patients who were erased since were erased again.",
    ):
        assert sentence in done.out

    elsewhere = tmp_path / "restored"
    elsewhere.mkdir()
    (elsewhere / ADDRESS).write_text(restored)
    shutil.copy(settings.secret_file, elsewhere / SECRET)
    back = over(services, settings_in(elsewhere))
    with back.database.read() as session:
        assert session.get_one(Person, house.chen.person_id).disabled
        assert session.get_one(Patient, house.omar.patient_id or 0).erased is not None
    with pytest.raises(NotSignedIn):
        sign_in.actor_of_session(back, session_token)
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, comment="After it.")
    feedback.submit(back, replace(house.mina), house.diagnosis_id, said)
    again = log.join(back, house.mina, house.diagnosis_id, since=followed.seq, known_epoch=followed.epoch)
    assert not again.resumed, "who knew the log before needs a snapshot"
    assert again.epoch != followed.epoch
    back.database.close()


@on_postgresql
def test_each_host_has_the_whole_register(house: House, tmp_path: Path) -> None:
    services = house.services
    erase(services, house.leila, house.omar.patient_id or 0, BYE)
    on_another_host = replace(services, erasures=type(services.erasures)(tmp_path / "other" / "secret-erased.jsonl"))
    assert complete_register(on_another_host) == 1
    assert complete_register(on_another_host) == 0
    assert on_another_host.erasures.read() == services.erasures.read()


def test_on_sqlite_restore_does_it_by_itself(command: Command) -> None:
    assert "by itself" in failed(command("after-restore"))
