"""Secrets: where they come from, who else may read them, and that they are shown and kept nowhere."""

import logging
import os
import secrets
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from domain import invite, service, sign_in
from settings import SecretUnusable, Settings
from storage.database import Database, files_of
from storage.private import make_folder
from tests.support.command_line import Command, failed
from tests.support.house import House

GIVEN = secrets.token_hex(32)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_of_the_environment(tmp_path: Path) -> None:
    settings = Settings(secret=SecretStr(GIVEN))
    assert settings.read_secret() == bytes.fromhex(GIVEN)
    assert GIVEN not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "The secret in VERVAIN_SECRET is shorter than 32 bytes."),
        ("no hexadecimal, but long enough to be 32 bytes of something", "is not 32 bytes in hexadecimal."),
        (GIVEN[2:], "The secret in VERVAIN_SECRET is shorter than 32 bytes."),
    ],
    ids=["empty", "no hexadecimal", "a byte short"],
)
def test_a_secret_of_the_environment_that_is_none(given: str, sentence: str) -> None:
    with pytest.raises(SecretUnusable, match=sentence) as refused:
        Settings(secret=SecretStr(given)).read_secret()
    assert not given or given not in str(refused.value)


def test_two_secrets_are_refused(command: Command) -> None:
    said = failed(command("evidence", "rebuild", SECRET=GIVEN))
    assert said == "Give VERVAIN_SECRET or VERVAIN_SECRET_FILE, and not both."
    assert GIVEN not in said


@pytest.mark.parametrize(
    ("found", "refused"), [(0o600, False), (0o400, False), (0o640, True), (0o644, True), (0o602, True)]
)
def test_a_secret_that_others_may_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, found: int, *, refused: bool
) -> None:
    file = tmp_path / "secret"
    file.write_text(GIVEN)
    file.chmod(found)
    public = Settings(secret_file=file, public=True, base_url="https://practice.example", trusted_proxies="10.0.0.1")
    if refused:
        with pytest.raises(SecretUnusable) as told:
            public.read_secret()
        said = f"The secret in {file} can be read by others (mode {found:04o}): make a new one, with mode 0600."
        assert str(told.value) == said
        assert mode(file) == found, "closing it now would hide that it was open"
    else:
        assert public.read_secret() == bytes.fromhex(GIVEN)
    with caplog.at_level(logging.WARNING, "vervain"):
        assert Settings(secret_file=file).read_secret() == bytes.fromhex(GIVEN)
    assert mode(file) == (0o600 if refused else found), "on one's own machine it is closed"
    assert [f"mode {found:04o}): its mode is 0600 now." in line for line in caplog.messages] == [True] * refused
    assert GIVEN not in caplog.text


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files to others")
@pytest.mark.parametrize(("found", "refused"), [(0o400, False), (0o440, False), (0o444, True), (0o460, True)])
def test_a_credential_that_somebody_else_hands_over(tmp_path: Path, found: int, *, refused: bool) -> None:
    file = tmp_path / "secret"
    file.write_text(GIVEN)
    file.chmod(found)
    os.chown(file, 65_534, 0)
    settings = Settings(secret_file=file, public=True, base_url="https://practice.example", trusted_proxies="10.0.0.1")
    if refused:
        with pytest.raises(SecretUnusable, match="can be read by others"):
            settings.read_secret()
    else:
        assert settings.read_secret() == bytes.fromhex(GIVEN)


def test_a_password_in_an_address_is_never_shown(command: Command) -> None:
    address = "postgresql+psycopg://vervain:hunter2@127.0.0.1:1/vervain"
    model = "https://vervain:hunter2@models.example/v2/models/vervain"
    settings = Settings(database_url=address, predictor_url=model)
    database = Database(address)
    assert "hunter2" not in repr(settings) + str(settings) + repr(database.url) + str(database.engine)
    done = command("evidence", "rebuild", DATABASE_URL=address, LOG_LEVEL="DEBUG")
    assert "The database cannot be used" in failed(done)
    assert "hunter2" not in done.out + done.err
    for wrong in ({"DATABASE_URL": "oracle://vervain:hunter2@db"}, {"PREDICTOR_URL": "ftp://vervain:hunter2@models"}):
        assert "hunter2" not in command("evidence", "rebuild", **wrong).err
    with pytest.raises(ValidationError) as refused:
        Settings(database_url="oracle://vervain:hunter2@db")
    assert "hunter2" not in str(refused.value) + repr(refused.value)


def test_the_files_of_the_database_are_for_their_owner_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "new" / "deep" / "vervain.db"
    for _ in range(2):
        database = Database(f"sqlite:///{file}")
        with database.write() as session:
            session.execute(text("CREATE TABLE IF NOT EXISTS something (id INTEGER)"))
        assert {mode(one) for one in files_of(file) if one.exists()} == {0o600}
        database.close()
        file.chmod(0o644)
    assert mode(file.parent) == mode(file.parent.parent) == 0o700
    assert "could be read by others (mode 0644): its mode is 0600 now" in caplog.text
    there = tmp_path / "shared"
    there.mkdir(mode=0o755)
    make_folder(there)
    assert mode(there) == 0o755, "a folder of somebody else holds more than ours"


def test_nothing_in_the_database_opens_a_door(house: House, tmp_path: Path) -> None:
    services = house.services
    page = sign_in.open_page_session(services, house.leila.person_id, device="desk")
    phone = sign_in.open_device(services, house.mina.person_id, device="phone")
    renewed = sign_in.refresh(services, phone.refresh_token)
    practice = str(house.leila.practice_id)
    pushing = service.issue(services, "Pharmacy", scopes=["status"], days=9, practice=practice).token
    code = invite.issue(services, house.leila, house.diagnosis_id).code
    doors = [page.secret, code, code.replace("-", ""), pushing, pushing.removeprefix("vervain_service_")]
    doors += [one for tokens in (phone, renewed) for one in (tokens.access_token, tokens.refresh_token)]
    doors += [(tmp_path / "secret").read_text(), services.tokens.session_secret]
    services.database.close()
    kept = (tmp_path / "vervain.db").read_bytes()
    assert house.leila.name.encode() in kept, "what is kept can be found so"
    assert [door for door in doors if door.encode() in kept] == []
    assert bytes.fromhex((tmp_path / "secret").read_text()) not in kept
