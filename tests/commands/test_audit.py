"""``audit verify``, ``head``, ``list`` and ``export``."""

import json
from pathlib import Path

from sqlalchemy import text

from domain.feedback import FeedbackInput, submit
from tests.support.command_line import Command
from tests.support.house import House
from tests.support.owner import unguarded


def test_the_audit_is_verified_listed_and_written_out(house: House, command: Command, tmp_path: Path) -> None:
    kept = command("audit", "head").out.strip()
    number = int(kept.split(":")[0])
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))
    done = command("audit", "verify", "--since", kept)
    assert (done.code, done.out.startswith(f"{number + 1} entries are whole; the last is {number + 1}:")) == (0, True)
    assert f"It goes through entry {number}, kept elsewhere." in done.out
    listed = command("audit", "list", "--person", str(house.mina.person_id), "--since", "2020-01-01").out.splitlines()
    assert [line.split()[-3:] for line in listed[1:]] == [["feedback", "1", str(house.mina.patient_id)]]
    file = tmp_path / "audit.jsonl"
    assert command("audit", "export", str(file)).code == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [one["id"] for one in lines] == list(range(1, number + 2))
    assert f"{number}:{lines[number - 1]['hash']}" == kept
    refused = command("audit", "export", str(file))
    assert (refused.code, "exists" in refused.err) == (1, True)


def test_what_is_wrong_is_named_and_ends_with_1(house: House, command: Command, tmp_path: Path) -> None:
    former = tmp_path / "former"
    former.write_text("ab" * 32)
    assert command("audit", "verify", "--former-secret", str(former)).code == 0
    assert command("audit", "verify", "--since", "once").code == 1
    with house.services.database.write() as session:
        unguarded(session, "update")
        session.execute(text("UPDATE audit_entry SET person_id = NULL WHERE id = 4"))
    done = command("audit", "verify")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("vervain: The audit is broken: entry 4 (")


def test_the_chain_of_another_secret_is_named(house: House, command: Command, tmp_path: Path) -> None:
    secret, former = tmp_path / "secret", tmp_path / "former"
    former.write_text(secret.read_text())
    secret.write_text("cd" * 32)
    assert "entry 1 (" in command("audit", "verify").err
    assert command("audit", "verify", "--former-secret", str(former)).code == 0
