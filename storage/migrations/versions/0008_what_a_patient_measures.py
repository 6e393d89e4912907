"""A second symptom and an activity beside the first symptom

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('diagnosis') as table:
        for name in ('second_symptom', 'activity'):
            table.add_column(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        for name in ('second_baseline', 'activity_baseline'):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_check_constraint(op.f(f'ck_diagnosis_{name}'), f'{name} BETWEEN 0 AND 10')
    with op.batch_alter_table('diagnosis') as table:
        for name in ('second_symptom', 'activity'):
            table.alter_column(name, server_default=None)
    with op.batch_alter_table('feedback') as table:
        for name in ('second_symptom', 'activity'):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_check_constraint(op.f(f'ck_feedback_{name}'), f'{name} BETWEEN 0 AND 10')


def downgrade() -> None:
    with op.batch_alter_table('feedback') as table:
        for name in ('activity', 'second_symptom'):
            table.drop_constraint(op.f(f'ck_feedback_{name}'), type_='check')
            table.drop_column(name)
    with op.batch_alter_table('diagnosis') as table:
        for name in ('activity_baseline', 'second_baseline'):
            table.drop_constraint(op.f(f'ck_diagnosis_{name}'), type_='check')
            table.drop_column(name)
        for name in ('activity', 'second_symptom'):
            table.drop_column(name)
