"""What is printed of an error says where it happened, and nothing of what somebody has typed."""

import json
import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime

import pydantic
import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from api.tracebacks import without_words
from tests.support.printed import printed

WORDS = "wabbelmagen"


def of_a_value() -> None:
    datetime.fromisoformat(WORDS)


def of_a_key() -> None:
    raise KeyError(WORDS)


def of_a_shape() -> None:
    pydantic.TypeAdapter(int).validate_python(WORDS)


def of_a_server() -> None:
    raise IntegrityError("INSERT", {"name": WORDS}, Exception(f"DETAIL: Key (name)=({WORDS}) exists"))


def in_a_chain() -> None:
    try:
        of_a_key()
    except KeyError as error:
        raise RuntimeError(WORDS) from error


def in_a_group() -> None:
    try:
        of_a_value()
    except ValueError as error:
        raise ExceptionGroup(WORDS, [error, LookupError(WORDS)]) from None


@pytest.mark.parametrize("fail", [of_a_value, of_a_key, of_a_shape, of_a_server, in_a_chain, in_a_group])
def test_the_place_and_the_kind_and_no_words(fail: Callable[[], None]) -> None:
    told = without_words(raised_by(fail))
    assert WORDS not in told.replace("WORDS", "")
    assert f"in {fail.__name__}" in told
    assert "Error" in told or "Group" in told


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (sqlite3.OperationalError("no such table: patient"), "no such table: patient"),
        (AttributeError("'NoneType' object has no attribute 'id'"), "no attribute 'id'"),
        (OSError(28, "No space left on device", "/a/name"), "No space left on device"),
        (
            IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed: person.login")),
            "person.login",
        ),
    ],
)
def test_words_of_the_program_and_the_system_are_printed(error: BaseException, words: str) -> None:
    assert words in without_words(error)


@pytest.mark.parametrize("public", [True, False])
def test_it_is_what_the_log_prints(public: bool) -> None:
    error = raised_by(in_a_chain)
    with printed(public=public) as out:
        structlog.get_logger("vervain").error("unexpected error", exc_info=error)
        logging.getLogger("a library").error("failed", exc_info=error)
        logging.getLogger("asyncio").error("never retrieved\nfuture: <Task exception=ValueError('%s')>", WORDS)
    text = out.getvalue()
    assert WORDS not in text
    assert text.count("in of_a_key") == 2, "where the cause was raised, in each of the two"
    if public:
        assert [json.loads(line)["event"] for line in text.splitlines()] == [
            "unexpected error",
            "failed",
            "never retrieved",
        ]


def raised_by(fail: Callable[[], None]) -> BaseException:
    try:
        fail()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")
