"""A database from before the counts beside the cells gets them once the program runs, and is not kept from starting."""

import asyncio

from alembic import command
from fastapi import FastAPI

from domain import feedback, recounting
from domain.feedback import FeedbackInput
from storage import migrations
from tests.support.house import House, under_treatment
from tests.support.recount import beside_kept, beside_recounted
from tests.support.waiting import eventually


async def test_an_older_database_is_counted_beside_whatever_goes_on(app: FastAPI, house: House) -> None:
    services = house.services
    said = {
        "recommendation_id": house.ginger,
        "rating": 5,
        "symptom": 0,
        "side_effects": [{"term": "Rash", "serious": True}],
    }
    feedback.submit(services, house.mina, house.diagnosis_id, FeedbackInput.model_validate(said))
    with (
        services.database.engine.execution_options(write=True).connect() as connection,
        migrations._rebuilding(connection),
    ):
        command.downgrade(migrations._config(connection), "0006")
    migrations.upgrade(services.database)
    migrations.check(services.database)
    with services.database.read() as session:
        assert not beside_kept(session).practitioners
    assert recounting.to_count(services)
    await asyncio.to_thread(under_treatment, services, house.leila)  # before it is its turn
    async with app.router.lifespan_context(app):
        await eventually(lambda: not recounting.to_count(services), within=60, what="the counting")
    with services.database.read() as session:
        assert beside_kept(session) == beside_recounted(session)
        assert beside_kept(session).side_effects == {(("ginger", "t-stcold"), "rash"): (1, 1)}


def test_a_new_database_has_nothing_to_count(house: House) -> None:
    assert not recounting.to_count(house.services)
