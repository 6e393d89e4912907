"""Prepared statements convert, count and fail as any others do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from domain.services import Services
from storage.database import Rows, connection_of
from storage.prepared import Prepared, adding, setting
from storage.tables import Evidence, EvidenceDay, Practice
from tests.support.house import House

NOW = datetime(2026, 11, 24, 8, 30, 0, 123456, tzinfo=UTC)
ADD = adding(Practice, ("name", "synthetic", "created", "phone"), returning="id")
ADD_ONLY = adding(Practice, ("name", "synthetic", "created", "phone"))
BY_NAME = Prepared(
    select(col(Practice.id), col(Practice.synthetic), col(Practice.created))
    .where(col(Practice.name) == bindparam("name"))
    .order_by(col(Practice.id))
    .limit(1)
)
RENAME = setting(Practice, ("name",))


@pytest.fixture
def rows(services: Services) -> Iterator[Rows]:
    with services.database.together() as together, together.one() as one:
        yield one


def test_values_and_results_are_converted_by_their_columns(rows: Rows) -> None:
    number = ADD.value(rows.connection, name="Sunrise", synthetic=True, created=NOW, phone="")
    assert BY_NAME.first(rows.connection, name="Sunrise") == (number, True, NOW)
    RENAME.run(rows.connection, row=number, name="Sunset")
    assert BY_NAME.first(rows.connection, name="Sunrise") is None
    assert BY_NAME.run(rows.connection, name="Sunset") == [(number, True, NOW)]


def test_many_are_written_in_their_order_and_converted_as_one_is(rows: Rows) -> None:
    many = [{"name": f"Sunrise {at}", "synthetic": bool(at % 2), "created": NOW, "phone": ""} for at in range(12)]
    ADD_ONLY.run_each(rows.connection, many)
    found = [BY_NAME.first(rows.connection, name=one["name"]) for one in many]
    assert [(synthetic, created) for _, synthetic, created in found] == [(bool(at % 2), NOW) for at in range(12)]
    assert [number for number, *_ in found] == sorted(number for number, *_ in found)


def test_a_session_sees_what_was_written_and_the_other_way_round(rows: Rows) -> None:
    number = ADD.value(rows.connection, name="Sunrise", synthetic=False, created=NOW, phone="")
    row = rows.session.get_one(Practice, number)
    row.name = "Sunset"
    rows.session.add(row)
    assert BY_NAME.value(connection_of(rows), name="Sunset") == number, "what the session held is written first"


def test_what_breaks_a_rule_is_said_as_ever_and_without_the_values(services: Services) -> None:
    database = services.database

    def prepared(rows: Rows) -> None:
        ADD.run(rows.connection, name=None, synthetic=True, created=NOW, phone="")

    def each(rows: Rows) -> None:
        given = {"synthetic": True, "created": NOW, "phone": ""}
        ADD_ONLY.run_each(rows.connection, [{"name": "Sunrise", **given}, {"name": None, **given}])

    def mapped(rows: Rows) -> None:
        rows.session.execute(insert(Practice).values(name=None, synthetic=True, created=NOW, phone=""))

    for one in (prepared, each, mapped):
        with pytest.raises(IntegrityError) as broken, database.together() as together, together.one() as rows:
            one(rows)
        assert "name" in str(broken.value)
        assert "2026" not in str(broken.value), "nothing of anybody in the log"


def test_a_null_stays_one(house: House) -> None:
    with house.services.database.glance() as glance:
        days = Prepared(select(col(EvidenceDay.day)).where(col(EvidenceDay.evidence_id) == bindparam("cell")))
        assert days.run(glance.connection, cell=1) == []
        shown = Prepared(select(col(Evidence.shown_at), col(Evidence.updated)).limit(1))
        at, updated = shown.first(glance.connection)
    assert at is None
    assert updated.utcoffset() == timedelta(0)
