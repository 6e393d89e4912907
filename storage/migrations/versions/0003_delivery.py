"""Delivery: when a device got as far as it did, and with which number a patient was told of a recommendation

Revision ID: 0003
Revises: 0002
"""

import json

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('delivery_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sign_in_id', sa.Integer(), nullable=False),
    sa.Column('diagnosis_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['diagnosis_id'], ['diagnosis.id'], name=op.f('fk_delivery_mark_diagnosis_id_diagnosis')),
    sa.ForeignKeyConstraint(['sign_in_id'], ['sign_in.id'], name=op.f('fk_delivery_mark_sign_in_id_sign_in')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_mark')),
    sa.UniqueConstraint('diagnosis_id', 'sign_in_id', 'seq', name=op.f('uq_delivery_mark_diagnosis_id_sign_in_id_seq'))
    )
    with op.batch_alter_table('delivery_mark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_mark_sign_in_id'), ['sign_in_id'], unique=False)
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told_seq', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('told_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.execute('INSERT INTO delivery_mark (sign_in_id, diagnosis_id, seq, at) SELECT sign_in_id, diagnosis_id, seq, at FROM delivery')
    _say_when_patients_were_told()


def downgrade() -> None:
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_column('told_at')
        batch_op.drop_column('told_seq')
    with op.batch_alter_table('delivery_mark', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_mark_sign_in_id'))
    op.drop_table('delivery_mark')


def _say_when_patients_were_told() -> None:
    """Read from the log, which still had everything, when each plan became what it is."""
    connection = op.get_bind()
    told = sa.text(
        "SELECT seq, created, data FROM event WHERE type = 'recommendation_update' AND patient_data IS NOT NULL ORDER BY position"
    )
    newest = {}
    for seq, created, data in connection.execute(told):
        update = json.loads(data)
        if update['change'] in ('added', 'approved', 'stopped') or {'name', 'text', 'dose', 'status'} & set(update['changed_fields']):
            newest[update['recommendation_id']] = (seq, created)
    set_told = sa.text('UPDATE recommendation SET told_seq = :seq, told_at = :at WHERE id = :id AND approved IS NOT NULL')
    for recommendation_id, (seq, created) in newest.items():
        connection.execute(set_told, {'id': recommendation_id, 'seq': seq, 'at': created})
