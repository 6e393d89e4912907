"""The processes of the cluster

Revision ID: 0022
Revises: 0019
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0022'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.create_table('running_process',
    sa.Column('name', text, nullable=False),
    sa.Column('version', text, nullable=False),
    sa.Column('started', moment, nullable=False),
    sa.Column('said', moment, nullable=False),
    sa.Column('connections', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('loop_lag', sa.Float(), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('leads', sa.Boolean(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_running_process'))
    )
    op.create_index(op.f('ix_running_process_said'), 'running_process', ['said'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_running_process_said'), table_name='running_process')
    op.drop_table('running_process')
