"""Accounts at providers stay unlinked; a practitioner says that they know that consent to treatment was withdrawn

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('identity', sa.Column('unlinked', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table('consent') as table:
        table.add_column(sa.Column('seen', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        table.add_column(sa.Column('seen_by', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_consent_seen_by_person'), 'person', ['seen_by'], ['id'])


def downgrade() -> None:
    op.execute('DELETE FROM identity WHERE unlinked IS NOT NULL')  # without the mark they would let in again
    with op.batch_alter_table('identity') as table:
        table.drop_column('unlinked')
    with op.batch_alter_table('consent') as table:
        table.drop_constraint(op.f('fk_consent_seen_by_person'), type_='foreignkey')
        table.drop_column('seen_by')
        table.drop_column('seen')
