"""The commands of docs/integration.md are run, as they stand there, against a server; so is the walk of docs/http-api.md."""

import os
import subprocess
import sys

import pytest

from domain.services import Services
from settings import Settings
from tests.support.house import House, signed_in
from tests.support.proxied import needs
from tests.support.server import ROOT, Server
from tests.test_docs import DOCS, code, make_demo_person

pytestmark = [pytest.mark.farm, needs("curl")]


def test_the_guide_from_the_phone_to_everybody(
    server: Server, services: Services, settings: Settings, house: House
) -> None:
    services.ledger.write(lambda change: make_demo_person(change, house.mina.person_id))
    by_phone, by_backend = code(DOCS / "integration.md", "sh")
    [follower] = code(DOCS / "integration.md", "python")
    arguments = [server.http, str(house.diagnosis_id), signed_in(services, house.leila)[1]]
    following: subprocess.Popen[str]
    with subprocess.Popen(
        [sys.executable, "-c", follower, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "clients")},
        stdout=subprocess.PIPE,
        text=True,
    ) as following:
        try:
            assert following.stdout is not None
            assert next(following.stdout).startswith("all of it, as of ")
            said = shell(by_phone + by_backend, server, settings, house)
            told: list[list[str]] = []
            while sum(kind == "feedback_update" for _, kind in told) < 2:
                line = next(following.stdout)
                told += [] if line.startswith("None ") else [line.split()]  # what others caused has no number
        finally:
            following.kill()
    assert [kind for _, kind in told[:3]] == ["feedback_update", "effectiveness_update", "prediction_update"]
    assert [int(seq) - int(told[0][0]) for seq, _ in told] == list(range(len(told))), "no hole"
    first, again, events, pushed = said.splitlines()
    assert first == again, "one answer, sent twice"
    assert events.count("'seq'") >= 3
    assert "'withheld': True" in events
    assert '"feedback_id"' in pushed


def test_the_walk_with_curl(server: Server, services: Services, settings: Settings, house: House) -> None:
    services.ledger.write(lambda change: make_demo_person(change, house.leila.person_id))
    walk = next(block for block in code(DOCS / "http-api.md", "sh") if "invite" in block)
    said = shell(walk, server, settings, house)
    assert '"answered":1' in said.replace(" ", "")


def shell(block: str, server: Server, settings: Settings, house: House) -> str:
    """Run commands of a document, with this server's address, people and database in place of the demo's."""
    for before, after in {
        "http://127.0.0.1:8000": server.http,
        '"person_id": 4': f'"person_id": {house.mina.person_id}',
        '"person_id": 1': f'"person_id": {house.leila.person_id}',
        "--practice 1": f"--practice {house.leila.practice_id}",
        ".venv/bin/python": sys.executable,
    }.items():
        block = block.replace(before, after)
    own = {"VERVAIN_DATABASE_URL": settings.database_url, "VERVAIN_SECRET_FILE": str(settings.secret_file)}
    done = subprocess.run(
        ["bash", "-eu", "-c", block], cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
