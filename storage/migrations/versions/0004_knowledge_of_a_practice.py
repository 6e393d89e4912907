"""What a practice brings in itself, what the gate was told, and graded findings

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('file_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('whole', sa.Boolean(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint("kind IN ('knowledge', 'cases')", name=op.f('ck_file_import_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_file_import_person_id_person')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_file_import_practice_id_practice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_file_import')),
    sa.UniqueConstraint('practice_id', 'kind', 'digest', name=op.f('uq_file_import_practice_id_kind_digest'))
    )
    op.create_index(op.f('ix_file_import_practice_id'), 'file_import', ['practice_id'], unique=False)
    op.create_table('practice_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('file', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('label', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['file_import.id'], name=op.f('fk_practice_row_import_id_file_import')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_practice_row_practice_id_practice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_row'))
    )
    op.create_index(op.f('ix_practice_row_practice_id'), 'practice_row', ['practice_id'], unique=False)
    op.create_index(op.f('ix_practice_row_import_id'), 'practice_row', ['import_id'], unique=False)
    op.create_table('past_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('practice_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('findings', sa.JSON(), nullable=False),
    sa.Column('herbs', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['file_import.id'], name=op.f('fk_past_case_import_id_file_import')),
    sa.ForeignKeyConstraint(['practice_id'], ['practice.id'], name=op.f('fk_past_case_practice_id_practice')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_past_case'))
    )
    op.create_index(op.f('ix_past_case_practice_id'), 'past_case', ['practice_id'], unique=False)
    op.create_index(op.f('ix_past_case_import_id'), 'past_case', ['import_id'], unique=False)
    op.create_table('alert_acknowledgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('patient_id', sa.Integer(), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('regimen', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('verdict', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_alert_acknowledgement_patient_id_patient')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_alert_acknowledgement_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_acknowledgement')),
    sa.CheckConstraint(
        "verdict IN ('major', 'moderate', 'minor', 'nothing_documented', 'unknown')", name=op.f('ck_alert_acknowledgement_verdict')
    ),
    sa.UniqueConstraint('patient_id', 'reason', 'regimen', 'verdict', name=op.f('uq_alert_acknowledgement_patient_id_reason_regimen_verdict'))
    )
    op.create_index(op.f('ix_alert_acknowledgement_patient_id'), 'alert_acknowledgement', ['patient_id'], unique=False)
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pregnant_since', sa.Date(), nullable=True))
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.add_column(sa.Column('degree', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('duration_days', sa.Integer(), nullable=True))
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('judged_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('accepted', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('worsened', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('duration_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('follow_up_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('follow_up_on', sa.Date(), nullable=True))
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.alter_column('accepted', server_default=None)
        batch_op.alter_column('judged_by', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_column('follow_up_on')
        batch_op.drop_column('follow_up_days')
        batch_op.drop_column('duration_days')
        batch_op.drop_column('worsened')
        batch_op.drop_column('accepted')
        batch_op.drop_column('judged_by')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_column('duration_days')
        batch_op.drop_column('degree')
    with op.batch_alter_table('patient', schema=None) as batch_op:
        batch_op.drop_column('pregnant_since')
    for table in ('alert_acknowledgement', 'past_case', 'practice_row', 'file_import'):
        op.drop_table(table)
