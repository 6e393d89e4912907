"""Check-ins that are due, and answers that are an alarm until they are seen

Revision ID: 0009
Revises: 0008
"""

from datetime import timedelta

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

WEEK = timedelta(days=7)
SEVERE = 3


def upgrade() -> None:
    op.create_table('check_in',
    sa.Column('diagnosis_id', sa.Integer(), nullable=False),
    sa.Column('begun', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('rhythm', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('answered', sa.JSON(), nullable=False),
    sa.Column('reminded', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('seen', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.CheckConstraint("rhythm IN ('weekly', 'fortnightly', 'stable')", name=op.f('ck_check_in_rhythm')),
    sa.ForeignKeyConstraint(['diagnosis_id'], ['diagnosis.id'], name=op.f('fk_check_in_diagnosis_id_diagnosis')),
    sa.PrimaryKeyConstraint('diagnosis_id', name=op.f('pk_check_in'))
    )
    op.create_index('ix_check_in_reminded_due', 'check_in', ['reminded', 'due'], unique=False)
    op.create_table('alarm',
    sa.Column('feedback_id', sa.Integer(), nullable=False),
    sa.Column('patient_id', sa.Integer(), nullable=False),
    sa.Column('urgency', sa.Integer(), nullable=False),
    sa.CheckConstraint('urgency BETWEEN 1 AND 5', name=op.f('ck_alarm_urgency')),
    sa.ForeignKeyConstraint(['feedback_id'], ['feedback.id'], name=op.f('fk_alarm_feedback_id_feedback')),
    sa.ForeignKeyConstraint(['patient_id'], ['patient.id'], name=op.f('fk_alarm_patient_id_patient')),
    sa.PrimaryKeyConstraint('feedback_id', name=op.f('pk_alarm'))
    )
    op.create_index(op.f('ix_alarm_patient_id'), 'alarm', ['patient_id'], unique=False)
    _begin_check_ins()
    _raise_alarms()


def downgrade() -> None:
    op.drop_index(op.f('ix_alarm_patient_id'), table_name='alarm')
    op.drop_table('alarm')
    op.drop_index('ix_check_in_reminded_due', table_name='check_in')
    op.drop_table('check_in')


def _begin_check_ins() -> None:
    """Begin anew what runs: the first check-in is due a week after the last answer, or after the newest item where none came since."""
    moment = sqlmodel.sql.sqltypes.UTCDateTime()
    recommendation = sa.table('recommendation', *(sa.column(name) for name in ('diagnosis_id', 'status', 'kind')), sa.column('approved', moment))
    diagnosis = sa.table('diagnosis', sa.column('id'), sa.column('status'))
    feedback = sa.table('feedback', sa.column('diagnosis_id'), sa.column('created', moment), sa.column('withdrawn', moment))
    answered = (
        sa.select(feedback.c.diagnosis_id, sa.func.max(feedback.c.created, type_=moment).label('last'))
        .where(feedback.c.withdrawn.is_(None)).group_by(feedback.c.diagnosis_id).subquery()
    )
    running = (
        sa.select(recommendation.c.diagnosis_id, sa.func.max(recommendation.c.approved, type_=moment).label('begun'))
        .where(
            recommendation.c.status == 'approved', recommendation.c.kind.in_(('herb', 'formula')), recommendation.c.approved.is_not(None),
        )
        .group_by(recommendation.c.diagnosis_id).subquery()
    )
    found = op.get_bind().execute(
        sa.select(running.c.diagnosis_id, running.c.begun, answered.c.last)
        .join(diagnosis, diagnosis.c.id == running.c.diagnosis_id)
        .outerjoin(answered, answered.c.diagnosis_id == running.c.diagnosis_id)
        .where(diagnosis.c.status == 'open')
    ).all()
    check_in = sa.table(
        'check_in', *(sa.column(name) for name in ('diagnosis_id', 'number', 'rhythm')),
        sa.column('begun', moment), sa.column('due', sa.Date()), sa.column('answered', sa.JSON()),
    )
    rows = [
        {
            'diagnosis_id': diagnosis_id, 'begun': max(begun, last or begun), 'due': (max(begun, last or begun).astimezone() + WEEK).date(),
            'number': 1, 'rhythm': 'weekly', 'answered': [],
        }
        for diagnosis_id, begun, last in found
    ]
    if rows:
        op.get_bind().execute(sa.insert(check_in), rows)


def _raise_alarms() -> None:
    """Raise what nobody has said that they have seen."""
    op.execute(
        'INSERT INTO alarm (feedback_id, patient_id, urgency) '
        'SELECT feedback.id, feedback.patient_id, '
        "max(CASE WHEN side_effect.serious OR CAST(feedback.red_flags AS TEXT) <> '[]' THEN 5 ELSE coalesce(side_effect.severity, 0) END) "
        'FROM feedback LEFT JOIN side_effect ON side_effect.feedback_id = feedback.id '
        'WHERE feedback.seen IS NULL AND feedback.withdrawn IS NULL '
        f"AND (side_effect.serious OR side_effect.severity >= {SEVERE} OR CAST(feedback.red_flags AS TEXT) <> '[]') "
        'GROUP BY feedback.id, feedback.patient_id'
    )
