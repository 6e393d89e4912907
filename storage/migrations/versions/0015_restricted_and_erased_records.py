"""Records that are restricted, and tombstones of those that were erased

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('restricted', 'erased'):
        op.add_column('patient', sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('patient') as table:
        for name in ('erased', 'restricted'):
            table.drop_column(name)
