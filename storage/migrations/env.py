"""Alembic's entry: runs on the connection that it is handed."""

from alembic import context
from sqlalchemy import text

from storage.tables import metadata

connection = context.config.attributes["connection"]


def note_oldest(*_step: object, **_named: object) -> None:
    """Note with each step, in its transaction, which program is the oldest that works over the newest schema."""
    name, value = context.config.attributes["oldest"]
    put = (
        "INSERT INTO mark (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    connection.execute(text(put), {"name": name, "value": value})


context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=connection.dialect.name != "sqlite",
    on_version_apply=note_oldest,
)
with context.begin_transaction():
    context.run_migrations()
