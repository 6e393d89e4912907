"""Columns that several tables share."""

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Integer
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

LONG: Any = BigInteger().with_variant(Integer(), "sqlite")


def key() -> Any:
    """Make the integer key of a row."""
    return Field(default=None, primary_key=True)


def long_key() -> Any:
    """Make the integer key of a row of which a whole cluster writes many for years: 64 bits, which SQLite's have anyway."""
    return Field(default=None, primary_key=True, sa_type=LONG)


def points_to(target: str, *, index: bool = True, optional: bool = False) -> Any:
    """Make a reference to another row, indexed because it is looked up by."""
    if optional:
        return Field(default=None, foreign_key=target, index=index)
    return Field(foreign_key=target, index=index)


def json_list() -> Any:
    """Make a column that holds a list."""
    return Field(default_factory=list, sa_type=JSON)


def json_object() -> Any:
    """Make a column that holds an object."""
    return Field(default_factory=dict, sa_type=JSON)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Hold a text column to a set of words; a native enum would make every new word a migration on PostgreSQL."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def between(column: str, low: int, high: int) -> CheckConstraint:
    """Hold a number to its scale."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=column)
