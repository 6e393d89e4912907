"""Counts beside the cells: by practitioner, of side effects, of what is given together

Revision ID: 0009
Revises: 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0009'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('evidence_of_practitioner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('practitioner_id', sa.Integer(), nullable=False),
    sa.Column('prescribed', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('improved', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_of_practitioner_evidence_id_evidence')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_evidence_of_practitioner_practitioner_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_of_practitioner')),
    sa.UniqueConstraint('evidence_id', 'practitioner_id', name=op.f('uq_evidence_of_practitioner_evidence_id_practitioner_id'))
    )
    op.create_table('evidence_side_effect',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('term', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reported', sa.Integer(), nullable=False),
    sa.Column('serious', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_side_effect_evidence_id_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_side_effect')),
    sa.UniqueConstraint('evidence_id', 'term', name=op.f('uq_evidence_side_effect_evidence_id_term'))
    )
    op.create_table('evidence_together',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.Column('other_item_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('together', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_evidence_together_evidence_id_evidence')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence_together')),
    sa.UniqueConstraint('evidence_id', 'other_item_id', name=op.f('uq_evidence_together_evidence_id_other_item_id'))
    )
    # All of one cell is found at once, which counting it again asks for; a few seconds where there are a million.
    op.drop_index('ix_recommendation_item_id', table_name='recommendation')
    op.create_index('ix_recommendation_item_id_condition_id', 'recommendation', ['item_id', 'condition_id'], unique=False)
    # Counting a million answers takes minutes, which no start should wait for: the program does it cell by cell once it runs.
    op.execute(
        "INSERT INTO mark (name, value) SELECT 'evidence_to_count', 'since 0009' "
        'WHERE EXISTS (SELECT 1 FROM evidence)'
    )


def downgrade() -> None:
    op.execute("DELETE FROM mark WHERE name = 'evidence_to_count'")
    op.drop_index('ix_recommendation_item_id_condition_id', table_name='recommendation')
    op.create_index('ix_recommendation_item_id', 'recommendation', ['item_id'], unique=False)
    op.drop_table('evidence_together')
    op.drop_table('evidence_side_effect')
    op.drop_table('evidence_of_practitioner')
