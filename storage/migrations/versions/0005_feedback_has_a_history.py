"""Feedback has a history, can be withdrawn, and is seen

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feedback_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('what', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.CheckConstraint("what IN ('changed', 'withdrawn')", name=op.f('ck_feedback_version_what')),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_feedback_version_feedback_id_feedback')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feedback_version_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_version'))
    )
    op.create_index(op.f('ix_feedback_version_feedback_id'), 'feedback_version', ['feedback_id'], unique=False)
    with op.batch_alter_table('feedback') as table:
        table.add_column(sa.Column('withdrawn', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        table.add_column(sa.Column('seen', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        table.add_column(sa.Column('seen_by', sa.Integer(), nullable=True))
        table.create_foreign_key(op.f('fk_feedback_seen_by_person'), 'person', ['seen_by'], ['id'])
    with op.batch_alter_table('side_effect') as table:
        table.add_column(sa.Column('stopped', sa.Boolean(), nullable=True))


def downgrade() -> None:
    # What was taken back must not come back: an older program would show and count it.
    withdrawn = 'SELECT id FROM feedback WHERE withdrawn IS NOT NULL'
    op.execute('DELETE FROM feedback_version')
    op.execute(f'DELETE FROM side_effect WHERE feedback_id IN ({withdrawn})')
    op.execute('DELETE FROM feedback WHERE withdrawn IS NOT NULL')
    with op.batch_alter_table('side_effect') as table:
        table.drop_column('stopped')
    with op.batch_alter_table('feedback') as table:
        table.drop_constraint(op.f('fk_feedback_seen_by_person'), type_='foreignkey')
        table.drop_column('seen_by')
        table.drop_column('seen')
        table.drop_column('withdrawn')
    op.drop_index(op.f('ix_feedback_version_feedback_id'), table_name='feedback_version')
    op.drop_table('feedback_version')
