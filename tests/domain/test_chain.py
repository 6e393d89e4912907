"""The laws of the chain: what is done to it in the middle is found, and with a seal what is written anew as well."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import NOT_COVERED, Reading, Seal, digest, linked, reason_digest

SEAL, OTHERS = Seal(b"the program's secret, 32 bytes...."), Seal(b"somebody else's secret, 32 bytes...")
AT = datetime(2026, 11, 29, 12, 0, 0, 123456, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "practice_id": 1,
    "person_id": 2,
    "patient_id": 3,
    "action": "read",
    "thing": "patient",
    "thing_id": 3,
    "detail": "",
    "reason_hash": "",
    "address": "192.0.2.7",
    "at": AT,
}
OTHER_VALUES: dict[str, Any] = {
    "practice_id": 9,
    "person_id": None,
    "patient_id": None,
    "action": "wrote",
    "thing": "diagnosis",
    "thing_id": 99,
    "detail": "inbox",
    "reason_hash": "0",
    "address": "",
    "at": AT.replace(microsecond=0),
    "previous": "f" * 64,
    "hash": "f" * 64,
    "id": 77,
    "form": 3,
    "seal": "",
}


def chain(length: int, seal: Seal | None = SEAL) -> list[dict[str, Any]]:
    """Make a chain of entries."""
    end, entries = (0, ""), []
    for number in range(length):
        entry = linked({**FACTS, "thing_id": number}, end, seal)
        end = entry["id"], entry["hash"]
        entries.append(entry)
    return entries


def wrong(entries: Sequence[dict[str, Any]], seals: Sequence[Seal] = (SEAL,)) -> int | None:
    """Walk along; the place of the first entry that is wrong."""
    seen = Reading(seals)
    return next((place for place, entry in enumerate(entries) if seen.take(entry) is not None), None)


def test_a_whole_chain_is_whole() -> None:
    assert wrong(chain(20)) is None
    assert wrong(chain(20), (OTHERS, SEAL)) is None, "a secret that was in use before counts, too"


@given(length=st.integers(1, 12), data=st.data())
def test_every_column_of_every_entry_is_covered(length: int, data: st.DataObject) -> None:
    entries = chain(length)
    place = data.draw(st.integers(0, length - 1))
    column = data.draw(st.sampled_from(sorted(set(entries[0]))))
    entries[place] = {**entries[place], column: OTHER_VALUES[column]}
    assert wrong(entries) == place


def test_no_column_is_left_out() -> None:
    assert set(chain(1)[0]) - NOT_COVERED == set(OTHER_VALUES) - NOT_COVERED


@given(length=st.integers(2, 12), data=st.data())
def test_what_is_taken_out_put_in_or_moved_is_found(length: int, data: st.DataObject) -> None:
    whole = chain(length)
    place = data.draw(st.integers(0, length - 2))
    assert wrong(whole[:place] + whole[place + 1 :]) == place, "taken out"
    assert wrong([*whole[:place], whole[place + 1], whole[place], *whole[place + 2 :]]) == place, "moved"
    foreign = linked({**FACTS, "action": "forged"}, (whole[place]["id"], whole[place]["hash"]), OTHERS)
    assert wrong([*whole[: place + 1], foreign, *whole[place + 1 :]]) == place + 1, "put in"
    assert wrong([*whole, foreign]) == length, "put at the end"


@given(length=st.integers(1, 12), data=st.data())
def test_a_chain_that_was_computed_anew_has_no_seal(length: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, length - 1))
    whole = chain(length)
    end, forged = (0, ""), []
    for number, entry in enumerate(whole):
        facts = {name: entry[name] for name in FACTS} | ({"action": "nothing"} if number == place else {})
        anew = linked(facts, end, None)
        anew["seal"] = entry["seal"]  # the best that somebody without the key can do
        end = anew["id"], anew["hash"]
        forged.append(anew)
    assert wrong(forged, ()) is None, "the hashes by themselves do not show it"
    assert wrong(forged) == place


def test_the_first_form_is_still_known_and_cannot_come_back() -> None:
    old: dict[str, Any] = {**FACTS, "id": 5, "person_id": None, "previous": "", "form": 1, "seal": ""}
    old["hash"] = digest(old)
    new = linked(FACTS, (5, old["hash"]), SEAL)
    seen = Reading((SEAL,))
    assert (seen.take(old), seen.take(new), seen.old, seen.last) == (None, None, 1, (6, new["hash"]))
    later: dict[str, Any] = {**FACTS, "id": 7, "previous": new["hash"], "form": 1, "seal": ""}
    later["hash"] = digest(later)
    assert seen.take(later) == "is of a form that cannot be there"
    with pytest.raises(ValueError, match="form 3"):
        digest({**new, "form": 3})


@pytest.mark.parametrize(
    ("text", "salt", "found"),
    [
        ("She cannot speak.", "5a17", None),
        ("She can speak.", "5a17", "has a reason that was changed"),
        (None, None, None),  # erased with the record
    ],
)
def test_a_reason_may_be_erased_and_not_changed(text: str | None, salt: str | None, found: str | None) -> None:
    facts = {**FACTS, "reason_hash": reason_digest("She cannot speak.", "5a17")}
    entry = linked(facts, (0, ""), SEAL) | {"text": text, "salt": salt}
    assert Reading((SEAL,)).take(entry) == found
