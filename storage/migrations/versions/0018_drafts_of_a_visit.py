"""What is being recorded is kept before it is recorded

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'intake_draft',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('patient_id', sa.Integer(), nullable=True),
        sa.Column('about', sa.Integer(), nullable=False),
        sa.Column('said', sa.JSON(), nullable=False),
        sa.Column('version', sa.BigInteger(), nullable=False),
        sa.Column('page', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column('updated', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column('discarded', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_intake_draft_patient_id_patient')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_intake_draft_person_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_intake_draft')),
        sa.UniqueConstraint('person_id', 'about', name=op.f('uq_intake_draft_person_id_about')),
    )
    op.create_index(op.f('ix_intake_draft_patient_id'), 'intake_draft', ['patient_id'], unique=False)
    op.create_index(op.f('ix_intake_draft_updated'), 'intake_draft', ['updated'], unique=False)


def downgrade() -> None:
    op.drop_table('intake_draft')
