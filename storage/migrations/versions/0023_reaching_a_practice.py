"""The number under which a practice is reached, and how a person reads dates and digits

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column('practice', sa.Column('phone', text, nullable=False, server_default=''))
    op.add_column('person', sa.Column('calendar', text, nullable=False, server_default=''))
    op.add_column('person', sa.Column('numerals', text, nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('numerals')
        batch_op.drop_column('calendar')
    with op.batch_alter_table('practice', schema=None) as batch_op:
        batch_op.drop_column('phone')
