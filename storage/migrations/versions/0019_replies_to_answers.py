"""Replies of the practice to answers

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    op.create_table('reply',
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', text, nullable=False),
    sa.Column('created', moment, nullable=False),
    sa.Column('updated', moment, nullable=False),
    sa.Column('seen', moment, nullable=True),
    sa.Column('told_seq', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_reply_feedback_id_feedback')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reply_person_id_person')),
    sa.PrimaryKeyConstraint('feedback_id', name=op.f('pk_reply'))
    )
    op.create_table('reply_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('what', text, nullable=False),
    sa.Column('text', text, nullable=False),
    sa.Column('written_by', sa.Integer(), nullable=False),
    sa.Column('seen', moment, nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', moment, nullable=False),
    sa.CheckConstraint("what IN ('changed', 'withdrawn')", name=op.f('ck_reply_version_what')),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_reply_version_feedback_id_feedback')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reply_version_person_id_person')),
    sa.ForeignKeyConstraint(['written_by'], ['person.id'], name=op.f('fk_reply_version_written_by_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_version'))
    )
    op.create_index(op.f('ix_reply_version_feedback_id'), 'reply_version', ['feedback_id'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_reply_version_feedback_id'), table_name='reply_version')
    op.drop_table('reply_version')
    op.drop_table('reply')
