"""Whose record an entry of the audit is about, its seal, its reason; entries that the database does not let go

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

REFUSED = 'The audit is append-only.'


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString()
    op.add_column('audit_entry', sa.Column('patient_id', sa.Integer(), nullable=True))
    op.add_column('audit_entry', sa.Column('reason_hash', text, nullable=False, server_default=''))
    op.add_column('audit_entry', sa.Column('seal', text, nullable=False, server_default=''))
    op.add_column('audit_entry', sa.Column('form', sa.Integer(), nullable=False, server_default='1'))
    _fill_patients()
    op.create_index(op.f('ix_audit_entry_patient_id'), 'audit_entry', ['patient_id'], unique=False)
    op.create_table('audit_reason',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('patient_id', sa.Integer(), nullable=True),
    sa.Column('text', text, nullable=False),
    sa.Column('salt', text, nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['audit_entry.id'], name=op.f('fk_audit_reason_entry_id_audit_entry')),
    sa.PrimaryKeyConstraint('entry_id', name=op.f('pk_audit_reason'))
    )
    op.create_index(op.f('ix_audit_reason_patient_id'), 'audit_reason', ['patient_id'], unique=False)
    if op.get_bind().dialect.name == 'sqlite':
        for what in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{what.lower()} BEFORE {what} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
    else:
        op.execute(
            'CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
        )
        op.execute(
            'CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry '
            'FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()'
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for what in ('update', 'delete'):
            op.execute(f'DROP TRIGGER audit_entry_no_{what}')
    else:
        op.execute('DROP TRIGGER audit_entry_stays ON audit_entry')
        op.execute('DROP FUNCTION audit_entry_stays()')
    op.drop_index(op.f('ix_audit_reason_patient_id'), table_name='audit_reason')
    op.drop_table('audit_reason')
    op.drop_index(op.f('ix_audit_entry_patient_id'), table_name='audit_entry')
    with op.batch_alter_table('audit_entry', schema=None) as batch_op:
        for column in ('form', 'seal', 'reason_hash', 'patient_id'):
            batch_op.drop_column(column)


def _fill_patients() -> None:
    """Say of the entries that are there whose record they are about; the hash of their form does not cover it."""
    op.execute("UPDATE audit_entry SET patient_id = thing_id WHERE thing = 'patient'")
    for thing in ('diagnosis', 'recommendation', 'feedback'):
        op.execute(
            f"UPDATE audit_entry SET patient_id = (SELECT {thing}.patient_id FROM {thing} "  # noqa: S608 - words of ours
            f"WHERE {thing}.id = audit_entry.thing_id) WHERE thing = '{thing}'"
        )
