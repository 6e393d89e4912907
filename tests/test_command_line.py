"""The command line: exit code 2 for wrong use, 1 with one sentence for failure, 0 when it was done."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx2
import pytest

from storage.knowledge import DATA
from tests.support.server import command, program


def failed(done: "subprocess.CompletedProcess[str]") -> str:
    """Check that a command failed as it should: code 1, one sentence, no traceback; returns the sentence."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    sentences = [line for line in done.stderr.splitlines() if line.startswith("vervain: ")]
    assert len(sentences) == 1, done.stderr
    assert done.stderr.splitlines()[-1] == sentences[0], "nothing comes after it"
    assert sentences[0].endswith(".")
    return sentences[0].removeprefix("vervain: ")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = failed(command(tmp_path, "run", "--port", str(port)))
    assert said == f"Cannot listen on 127.0.0.1:{port}: address already in use. Choose another port with --port."


def test_an_address_that_is_not_this_machines(tmp_path: Path) -> None:
    assert failed(command(tmp_path, "run", "--host", "192.0.2.1")).startswith("Cannot listen on 192.0.2.1")


@pytest.mark.parametrize("kind", ["under a file", "a folder", "not a database", "read only"])
def test_a_database_that_cannot_be_written(tmp_path: Path, kind: str) -> None:
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
    said = failed(command(tmp_path, "run", DATABASE_URL=f"sqlite:///{path}"))
    assert "database" in said.lower() or str(tmp_path / "place") in said, said


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
def test_a_setting_that_is_wrong(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    assert sentence in failed(command(tmp_path, "run", **settings))


def test_a_secret_that_is_none(tmp_path: Path) -> None:
    for content in ("not hex", "abcd", ""):
        (tmp_path / "secret").write_text(content)
        assert "secret" in failed(command(tmp_path, "run")).lower()


def test_the_demo_stays_on_this_machine(tmp_path: Path) -> None:
    said = failed(command(tmp_path, "demo", "--host", "0.0.0.0"))
    assert said == "The demo listens on this machine only: its people sign in with one click."
    public = {"PUBLIC": "true", "BASE_URL": "https://practice.example"}
    assert failed(command(tmp_path, "demo", **public)) == said


def test_a_knowledge_base_with_a_broken_row(tmp_path: Path) -> None:
    assert command(tmp_path, "knowledge", "check").returncode == 0
    broken = tmp_path / "knowledge"
    shutil.copytree(DATA, broken)
    lines = (broken / "doses.csv").read_text().splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("unit")] = ""
    (broken / "doses.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]))
    done = command(tmp_path, "knowledge", "check", str(broken))
    assert failed(done) == "The knowledge base has 1 problem."
    assert done.stderr.splitlines()[0] == "doses.csv, 2: the field unit is missing"
    (broken / "doses.csv").unlink()
    assert "doses.csv: the file is missing" in command(tmp_path, "knowledge", "check", str(broken)).stderr
    assert "no such folder" in command(tmp_path, "knowledge", "check", str(tmp_path / "nowhere")).stderr.lower() or (
        failed(command(tmp_path, "knowledge", "check", str(tmp_path / "nowhere")))
    )


@pytest.mark.parametrize(
    "wrong", [["--loud"], ["run", "--port", "x"], ["run", "--port", "70000"], ["dance"], ["replay"], ["user", "add"]]
)
def test_wrong_use(tmp_path: Path, wrong: list[str]) -> None:
    done = command(tmp_path, *wrong)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "Usage" in done.stderr


def test_help_names_every_command(tmp_path: Path) -> None:
    done = command(tmp_path, "--help")
    assert done.returncode == 0
    for name in ("run", "demo", "replay", "user", "knowledge"):
        assert name in done.stdout


def test_replaying_what_cannot_be_read(tmp_path: Path) -> None:
    assert "There is no file" in failed(command(tmp_path, "replay", str(tmp_path / "nowhere.csv")))
    bad = tmp_path / "bad.csv"
    bad.write_text("condition,supplement,effectiveness,ease_of_use\nAnxiety,VALERIAN,5,5\nAnxiety,VALERIAN,9,5\n")
    assert "bad.csv, line 3: effectiveness" in failed(command(tmp_path, "replay", str(bad)))
    bad.write_text("condition,supplement,effectiveness,ease_of_use\nAnxiety,VALERIAN,5,5\n")
    assert command(tmp_path, "replay", str(bad)).stdout == "1 ratings played, 0 were there already.\n"
    assert command(tmp_path, "replay", str(bad)).stdout == "0 ratings played, 1 were there already.\n"


def test_adding_somebody_who_then_signs_in(tmp_path: Path) -> None:
    given = ["user", "add", "leila", "--name", "Dr Leila Moradi", "--password", "correct horse battery"]
    assert command(tmp_path, *given).stdout == "leila can sign in.\n"
    assert failed(command(tmp_path, *given)) == "The login “leila” is taken."
    short = [*given[:-1], "short"]
    assert "at least 12 characters" in failed(command(tmp_path, *short))

    begun = time.perf_counter()
    with program(tmp_path, "run") as running:  # the second start: its database is there
        address = running.listening()
        with httpx2.Client(base_url=address.http) as http:
            assert http.get("/readyz").status_code == 200
            print(f"first answered request after {time.perf_counter() - begun:.2f} s (to be under 3 s when nothing else runs)")
            said = {"login": "leila", "password": "correct horse battery"}
            assert http.post("/api/auth/token", json=said).json()["person"]["name"] == "Dr Leila Moradi"
            assert http.get("/api/auth/demo").status_code == 404, "no one-click people here"
        assert running.stop(signal.SIGINT) == 0
        assert "Traceback" not in running.printed


def test_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    command(tmp_path, "replay", str(tmp_path / "nowhere.csv"))
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_the_demo_runs(tmp_path: Path) -> None:
    with program(tmp_path, "demo", "--no-play") as running:
        address = running.listening()
        people = httpx2.get(f"{address.http}/api/auth/demo").json()["people"]
        assert {person["role"] for person in people} == {"practitioner", "admin", "patient"}
        tokens = httpx2.post(f"{address.http}/api/auth/demo", json={"person_id": people[0]["id"]}).json()
        assert tokens["practice"]["synthetic"]
        assert running.stop() == 0
        assert "Traceback" not in running.printed
