"""Entries from before the audit of reads still verify, say whose they are where that can be told, and stay."""

import hashlib
import json

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from domain.audit import readers, walk
from domain.feedback import FeedbackInput, submit
from storage import migrations
from tests.support.house import House

AT = "2026-11-01 08:00:00.000000"
OLD = (
    ("record", "patient", 1, 1),
    ("open", "diagnosis", 1, 1),
    ("approve", "recommendation", 4, 1),
    ("answer", "feedback", 1, 1),
    ("sign in", "person", 4, None),
    ("open", "diagnosis", 999, None),
)
ADD = text(
    "INSERT INTO audit_entry (practice_id, person_id, action, thing, thing_id, detail, address, at, previous, hash) "
    "VALUES (1, :person, :action, :thing, :thing_id, 'why', '192.0.2.7', :at, :previous, :hash)"
)


def test_old_entries_stay_a_whole_chain(house: House) -> None:
    services = house.services
    submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=4))
    engine = services.database.engine.execution_options(write=True)
    with engine.connect() as connection, migrations._rebuilding(connection):
        command.downgrade(migrations._config(connection), _before())
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_entry"))
        previous = ""
        for person, (action, thing, thing_id, _) in zip((1, 1, 1, 4, 4, None), OLD, strict=True):
            facts = [previous, 1, person or 0, action, thing, thing_id, "why", "2026-11-01T08:00:00+00:00"]
            hashed = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
            values = {"person": person, "action": action, "thing": thing, "thing_id": thing_id, "at": AT}
            connection.execute(ADD, values | {"previous": previous, "hash": hashed})
            previous = hashed
    migrations.upgrade(services.database)
    migrations.check(services.database)
    assert services.ledger.seal is not None
    found = readers(services, house.mina, 1)
    assert [(one.action, one.thing) for one in found] == [(one[0], one[1]) for one in reversed(OLD) if one[3] == 1]
    [seen] = walk(services, [services.ledger.seal])
    assert (seen.entries, seen.old) == (len(OLD) + 1, len(OLD)), "who read it just now is the first of the new form"
    with pytest.raises(DatabaseError, match="append-only"), services.database.write() as session:
        session.execute(text("DELETE FROM audit_entry"))


def _before() -> str:
    return str(ScriptDirectory(str(migrations.HERE)).get_revision("0014").down_revision)
