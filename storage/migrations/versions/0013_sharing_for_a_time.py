"""A share has a level and may have an end; records that were opened in an emergency

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table('patient_share') as table:
        # Whoever a patient was shared with could do all that the patient's own practitioner could.
        table.add_column(sa.Column('level', TEXT(), nullable=False, server_default='treat'))
        table.add_column(sa.Column('until', sa.DateTime(), nullable=True))
        table.create_check_constraint(op.f('ck_patient_share_level'), "level IN ('read', 'treat', 'emergency')")
        table.create_index(op.f('ix_patient_share_until'), ['until'], unique=False)
    with op.batch_alter_table('patient_share') as table:
        table.alter_column('level', server_default=None)
    op.create_table(
        'emergency_access',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('practice_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('patient_id', sa.Integer(), nullable=True),
        sa.Column('reason', TEXT(), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('until', sa.DateTime(), nullable=True),
        sa.Column('seen', sa.DateTime(), nullable=True),
        sa.Column('seen_by', sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f'fk_emergency_access_{name}_{target.split(".")[0]}'))
            for name, target in (
                ('practice_id', 'practice.id'),
                ('person_id', 'person.id'),
                ('patient_id', 'patient.id'),
                ('seen_by', 'person.id'),
            )
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_emergency_access')),
    )
    for name in ('person_id', 'patient_id'):
        op.create_index(op.f(f'ix_emergency_access_{name}'), 'emergency_access', [name], unique=False)


def downgrade() -> None:
    op.drop_table('emergency_access')
    # Before this, a share had no level and no end: what is less than all of it, or ends, cannot stay.
    op.execute("DELETE FROM patient_share WHERE level <> 'treat' OR until IS NOT NULL")
    with op.batch_alter_table('patient_share') as table:
        table.drop_index(op.f('ix_patient_share_until'))
        table.drop_constraint(op.f('ck_patient_share_level'), type_='check')
        table.drop_column('until')
        table.drop_column('level')
