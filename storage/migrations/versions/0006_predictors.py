"""What a prediction was made from and whether its outcome scores it; the files of fitted predictors

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('prediction', schema=None) as batch_op:
        batch_op.add_column(sa.Column('features', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('prescribed', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('prediction', schema=None) as batch_op:
        batch_op.alter_column('prescribed', server_default=None)
    # What stood at the approval is what its outcome scores. Of rows made in the moment of the approval nobody can say
    # whether they came before the answer.
    op.execute(
        'UPDATE prediction SET prescribed = true WHERE id IN ('
        'SELECT max(one.id) FROM prediction AS one JOIN recommendation ON recommendation.id = one.recommendation_id '
        'WHERE one.created < recommendation.approved GROUP BY one.recommendation_id)'
    )
    with op.batch_alter_table('predictor', schema=None) as batch_op:
        batch_op.add_column(sa.Column('digest', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''))
        batch_op.add_column(
            sa.Column('changed', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False, server_default='1970-01-01 00:00:00')
        )
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_unique_constraint(op.f('uq_predictor_practice_id_version'), ['practice_id', 'version'])
    with op.batch_alter_table('predictor', schema=None) as batch_op:
        for column in ('digest', 'reason', 'changed', 'by_hand'):
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('predictor', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('uq_predictor_practice_id_version'), type_='unique')
        for column in ('by_hand', 'changed', 'reason', 'digest'):
            batch_op.drop_column(column)
    with op.batch_alter_table('prediction', schema=None) as batch_op:
        batch_op.drop_column('prescribed')
        batch_op.drop_column('features')
