"""Services: other programs of a practice, with what their tokens may do

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_person_role'), type_='check')
        batch_op.create_check_constraint(op.f('ck_person_role'), "role IN ('practitioner', 'patient', 'admin', 'service')")
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scopes', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_column('scopes')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_person_role'), type_='check')
        batch_op.create_check_constraint(op.f('ck_person_role'), "role IN ('practitioner', 'patient', 'admin')")
