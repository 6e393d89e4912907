"""The command line: exit code 2 for wrong use, 1 with one sentence for failure, 0 when it was done."""

import json
import os
import shutil
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import psycopg
import pytest
from sqlalchemy.engine import make_url

import main
from storage.knowledge import DATA
from tests.support.command_line import Command, failed
from tests.support.postgres import Postgres
from tests.support.server import program
from tests.support.waiting import ANSWER_SECONDS


def test_a_port_that_is_taken(command: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failed(command("run", "--port", str(port)))
    assert said == f"Cannot listen on 127.0.0.1:{port}: address already in use. Choose another port with --port."


def test_an_address_that_is_not_this_machines(command: Command) -> None:
    assert failed(command("run", "--host", "192.0.2.1")).startswith("Cannot listen on 192.0.2.1")


@pytest.mark.parametrize("kind", ["under a file", "a folder", "not a database", "read only"])
def test_a_database_that_cannot_be_written(command: Command, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "place"
    if kind == "under a file":
        path.write_text("a file")
        path = path / "vervain.db"
    elif kind == "a folder":
        path.mkdir()
    elif kind == "not a database":
        path.write_text("These are no pages of SQLite. " * 100)
    else:
        if os.getuid() == 0:
            pytest.skip("root may write everywhere, so a read-only file cannot be shown")
        path.write_bytes(b"")
        path.chmod(0o400)
    said = failed(command("run", DATABASE_URL=f"sqlite:///{path}"))
    assert "database" in said.lower() or str(tmp_path / "place") in said, said


def test_a_database_that_keeps_other_letters(command: Command, postgres: Postgres) -> None:
    address = make_url(postgres.made())
    with psycopg.connect(postgres.server.get_uri(), autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {address.database}_c ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0".encode()
        )
    other = address.set(database=f"{address.database}_c").render_as_string(hide_password=False)
    said = failed(command("run", DATABASE_URL=other))
    assert said == (
        "The database cannot be used: it keeps text as SQL_ASCII, and has to keep it as UTF8"
        " (CREATE DATABASE … ENCODING 'UTF8')."
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "VERVAIN_PORT"),
        ({"PORT": "99999"}, "VERVAIN_PORT"),
        ({"PUBLIC": "perhaps"}, "VERVAIN_PUBLIC"),
        ({"PUBLIC": "true"}, "VERVAIN_PUBLIC needs VERVAIN_BASE_URL to start with https://."),
        ({"PUBLIC": "true", "BASE_URL": "http://practice.example"}, "VERVAIN_PUBLIC needs VERVAIN_BASE_URL"),
        ({"DATABASE_URL": "nonsense"}, "VERVAIN_DATABASE_URL: a database's address begins with"),
        ({"DATABASE_URL": "oracle://practice"}, "VERVAIN_DATABASE_URL: a database's address begins with"),
        ({"LOG_LEVEL": "LOUD"}, "VERVAIN_LOG_LEVEL"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_setting_that_is_wrong(command: Command, settings: dict[str, str], sentence: str) -> None:
    assert sentence in failed(command("run", **settings))


def test_a_secret_that_is_none(command: Command, tmp_path: Path) -> None:
    for content in ("not hex", "abcd", ""):
        (tmp_path / "secret").write_text(content)
        assert "secret" in failed(command("run")).lower()


def test_the_demo_stays_on_this_machine(command: Command) -> None:
    said = failed(command("demo", "--host", "0.0.0.0"))
    assert said == "The demo listens on this machine only: its people sign in with one click."
    public = {"PUBLIC": "true", "BASE_URL": "https://practice.example"}
    assert failed(command("demo", **public)) == said


def test_a_knowledge_base_with_a_broken_row(command: Command, tmp_path: Path) -> None:
    assert command("knowledge", "check").code == 0
    broken = tmp_path / "knowledge"
    shutil.copytree(DATA, broken)
    lines = (broken / "doses.csv").read_text().splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("unit")] = ""
    (broken / "doses.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]))
    done = command("knowledge", "check", str(broken))
    assert failed(done) == "The knowledge base has 1 problem."
    assert done.err.splitlines()[0] == "doses.csv, 2: the field unit is missing"
    (broken / "doses.csv").unlink()
    assert "doses.csv: the file is missing" in command("knowledge", "check", str(broken)).err
    assert failed(command("knowledge", "check", str(tmp_path / "nowhere"))).endswith("problems.")


@pytest.mark.parametrize(
    "wrong", [["--loud"], ["run", "--port", "x"], ["run", "--port", "70000"], ["dance"], ["replay"], ["user", "add"]]
)
def test_wrong_use(command: Command, wrong: list[str]) -> None:
    done = command(*wrong)
    assert done.code == 2, done.err
    assert "Traceback" not in done.err
    assert "Usage" in done.err


def test_help_names_every_command(command: Command) -> None:
    done = command("--help")
    assert done.code == 0
    for name in ("run", "demo", "replay", "user", "knowledge"):
        assert name in done.out


def test_replaying_what_cannot_be_read(command: Command, tmp_path: Path) -> None:
    assert "There is no file" in failed(command("replay", str(tmp_path / "nowhere.csv")))
    bad = tmp_path / "bad.csv"
    bad.write_text("condition,supplement,effectiveness,ease_of_use\nAnxiety,VALERIAN,5,5\nAnxiety,VALERIAN,9,5\n")
    assert "bad.csv, line 3: effectiveness" in failed(command("replay", str(bad)))
    bad.write_text("condition,supplement,effectiveness,ease_of_use\nAnxiety,VALERIAN,5,5\n")
    assert command("replay", str(bad)).out == "1 ratings played, 0 were there already.\n"
    assert command("replay", str(bad)).out == "0 ratings played, 1 were there already.\n"


def test_adding_somebody_who_then_signs_in(
    command: Command, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    given = ["user", "add", "leila", "--name", "Dr Leila Moradi"]
    assert command(*given, typed="correct horse battery\n").out == "leila can sign in.\n"
    assert failed(command(*given, typed="correct horse battery\n")) == "The login “leila” is taken."
    assert "at least 12 characters" in failed(command(*given, typed="short\n"))
    assert "at least 12 characters" in failed(command(*given)), "nothing on standard input"
    assert command(*given, "--password", "correct horse battery").code == 2, "all who list processes would see it"

    begun = time.perf_counter()
    with program(tmp_path, "run") as running:  # the second start: its database is there
        address = running.listening()
        with httpx2.Client(base_url=address.http, timeout=ANSWER_SECONDS) as http:
            assert http.get("/readyz").status_code == 200
            record_property("seconds from the start to the first answered request", time.perf_counter() - begun)
            said = {"login": "leila", "password": "correct horse battery"}
            assert http.post("/api/auth/token", json=said).json()["person"]["name"] == "Dr Leila Moradi"
            assert http.get("/api/auth/demo").status_code == 404, "no one-click people here"
        held = Path(f"/proc/{running.process.pid}/maps").read_text()
        assert "/scipy/special/" in held, "or the first answer would hold up all writers while that is read"
        assert running.stop(signal.SIGINT) == 0
        assert "Traceback" not in running.printed


def test_letting_another_program_in_and_out_again(command: Command, tmp_path: Path) -> None:
    assert "no practice yet" in failed(command("user", "service", "Pharmacy", "--scope", "status"))
    command("user", "add", "leila", "--name", "Dr Leila Moradi", typed="correct horse battery")
    given = ["user", "service", "Pharmacy", "--practice", "My practice", "--scope", "status", "--scope", "broadcast"]
    done = command(*given, "--days", "30")
    token = done.out.strip()
    assert done.out == f"{token}\n", "the token and nothing else, for programs to read"
    assert token.startswith("vervain_service_")
    assert "of Pharmacy, My practice, holds until" in done.err
    assert "A scope is one of broadcast, status, follow" in failed(command(*given[:-1], "everything"))
    assert "a token needs at least one" in failed(command("user", "service", "Pharmacy"))
    assert command(*given, "--days", "0").code == 2
    number = done.err.split("Token ")[1].split()[0]
    listed = command("user", "services").out
    assert f"{number} " in listed
    assert "Pharmacy" in listed
    assert "broadcast status" in listed
    assert token not in listed

    with program(tmp_path, "run") as running:
        address = running.listening()
        headers = {"Authorization": f"Bearer {token}"}
        with httpx2.Client(base_url=address.http, headers=headers, timeout=ANSWER_SECONDS) as http:
            assert http.get("/ws/status").status_code == 200
            assert command("user", "revoke", number).out == f"Token {number} of Pharmacy holds no longer.\n"
            assert http.get("/ws/status").status_code == 401, "while the program runs, at once"
        assert token not in running.printed
    assert "already" in failed(command("user", "revoke", number))
    assert "There is no service token 999." in failed(command("user", "revoke", "999"))


@pytest.mark.parametrize("public", ["true", "false"])
def test_what_nobody_expected_is_a_line_of_the_log_without_its_words(
    command: Command, monkeypatch: pytest.MonkeyPatch, public: str
) -> None:
    words = "Leila Moradi, chest pain"

    def fails(*_: object) -> None:
        raise KeyError(words)

    monkeypatch.setattr(main, "build_services", fails)
    done = command("audit", "verify", PUBLIC=public, BASE_URL="https://practice.example", TRUSTED_PROXIES="127.0.0.1")
    assert done.code == 1
    assert "ended by an error that nobody expected" in done.err
    assert "KeyError" in done.err
    assert "in fails" in done.err, "where it happened"
    assert words not in done.out + done.err
    if public == "true":
        assert json.loads(done.err.splitlines()[-1])["level"] == "critical"


def test_the_secret_is_for_its_owner_only(command: Command, tmp_path: Path) -> None:
    command("replay", str(tmp_path / "nowhere.csv"))
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_the_demo_runs(tmp_path: Path) -> None:
    with program(tmp_path, "demo", "--no-play") as running:
        address = running.listening()
        people = httpx2.get(f"{address.http}/api/auth/demo", timeout=ANSWER_SECONDS).json()["people"]
        assert {person["role"] for person in people} == {"practitioner", "admin", "patient"}
        tokens = httpx2.post(
            f"{address.http}/api/auth/demo", json={"person_id": people[0]["id"]}, timeout=ANSWER_SECONDS
        ).json()
        assert tokens["practice"]["synthetic"]
        header = {"Authorization": f"Bearer {tokens['access_token']}"}
        mine = httpx2.get(f"{address.http}/api/diagnosis", headers=header, timeout=ANSWER_SECONDS).json()["items"][0][
            "id"
        ]
        invited = httpx2.post(
            f"{address.http}/api/diagnosis/{mine}/invite", headers=header, timeout=ANSWER_SECONDS
        ).json()
        assert invited["link"].startswith(f"{address.http}/m#invite="), "with the port that the system chose"
        assert running.stop() == 0
        assert "Traceback" not in running.printed
