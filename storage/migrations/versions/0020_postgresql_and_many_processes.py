"""Predictors in the database, for every process; on PostgreSQL, moments with their zone and numbers that last

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

MOMENTS = (('patient_share', 'until'), ('emergency_access', 'at'), ('emergency_access', 'until'), ('emergency_access', 'seen'))
"""Made without a zone in 0013, which on SQLite is the same."""
NUMBERS = (('event', 'position'), ('audit_entry', 'id'), ('audit_reason', 'entry_id'), ('delivery_mark', 'id'))
"""What a whole cluster writes for years: two thousand million of them are not enough. SQLite's have 64 bits already."""


def upgrade() -> None:
    op.create_table('predictor_file',
    sa.Column('predictor_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['predictor_id'], ['predictor.id'], name=op.f('fk_predictor_file_predictor_id_predictor')),
    sa.PrimaryKeyConstraint('predictor_id', name=op.f('pk_predictor_file'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        return
    for table, column in MOMENTS:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE TIMESTAMPTZ USING {column} AT TIME ZONE 'UTC'")
    for table, column in NUMBERS:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE BIGINT')
        if table != 'audit_reason':
            op.execute(f'ALTER SEQUENCE {table}_{column}_seq AS BIGINT')


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        for table, column in NUMBERS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE INTEGER')
            if table != 'audit_reason':
                op.execute(f'ALTER SEQUENCE {table}_{column}_seq AS INTEGER')
        for table, column in MOMENTS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE TIMESTAMP USING {column} AT TIME ZONE 'UTC'")
    op.drop_table('predictor_file')
