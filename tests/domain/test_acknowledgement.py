"""The acknowledgement book: the highest number of each device, bounded, and nothing of nobody's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import acknowledgement
from domain.acknowledgement import Acknowledgements
from domain.permission import Actor

MINA = Actor(person_id=1, practice_id=1, role="patient", sign_in_id=7)
said = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(-1, 9)), max_size=40)


@given(said)
def test_the_highest_number_of_each_device_is_kept(said: list[tuple[int, int, int]]) -> None:
    book, highest = Acknowledgements(), dict[tuple[int, int], int]()
    for sign_in_id, diagnosis_id, seq in said:
        book.note(replace(MINA, sign_in_id=sign_in_id), diagnosis_id, seq)
        if seq > 0:
            highest[sign_in_id, diagnosis_id] = max(seq, highest.get((sign_in_id, diagnosis_id), 0))
    assert book.take(1_000) == highest
    assert len(book) == 0


def test_what_could_not_be_written_does_not_overwrite_what_came_since() -> None:
    book = Acknowledgements()
    book.note(MINA, 1, 5)
    book.note(MINA, 2, 5)
    taken = book.take(1_000)
    book.note(MINA, 1, 8)
    book.put_back(taken)
    assert book.take(1_000) == {(7, 1): 8, (7, 2): 5}


def test_somebody_without_a_sign_in_has_no_device() -> None:
    book = Acknowledgements()
    book.note(replace(MINA, sign_in_id=None), 1, 5)
    assert len(book) == 0


def test_the_oldest_are_taken_first_and_the_rest_stay() -> None:
    book = Acknowledgements()
    for diagnosis_id in (3, 1, 2):
        book.note(MINA, diagnosis_id, 1)
    assert list(book.take(2)) == [(7, 3), (7, 1)]
    assert list(book.take(2)) == [(7, 2)]


def test_a_full_book_takes_no_more_devices_but_goes_on_with_those_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgement, "MOST_NOTED", 2)
    book = Acknowledgements()
    for diagnosis_id in (1, 2, 3):
        book.note(MINA, diagnosis_id, 1)
    book.note(MINA, 1, 9)
    assert book.take(1_000) == {(7, 1): 9, (7, 2): 1}
