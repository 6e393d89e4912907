"""What the gate says on a card: what was read is folded away only as long as it is not worse by now."""

from typing import Any

from pages.gate import gate_of
from pages.language import Language
from tests.support.shipped import shipped

KNOWLEDGE = shipped()
KEY = "herb_drug|bleeding|ginger|warfarin"


def reason(verdict: str, *, acknowledged: bool, key: str = KEY) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "rule": "herb_drug",
        "message": f"Ginger with warfarin ({verdict}).",
        "mechanism": "bleeding",
        "key": key,
        "acknowledged": acknowledged,
    }


def test_a_worse_reason_of_the_same_name_is_open_beside_the_one_that_was_read() -> None:
    shown = gate_of(
        [reason("minor", acknowledged=True), reason("major", acknowledged=False)], KNOWLEDGE, Language("en")
    )
    assert [(row["verdict"], row["read"]) for row in shown["rows"]] == [("major", False), ("minor", False)]
    assert shown["folded"] == []


def test_a_block_of_the_same_name_leaves_folded_what_was_read() -> None:
    shown = gate_of(
        [reason("minor", acknowledged=True), reason("block", acknowledged=False)], KNOWLEDGE, Language("en")
    )
    assert [row["verdict"] for row in shown["rows"]] == ["block"]
    assert [row["verdict"] for row in shown["folded"]] == ["minor"]


def test_reasons_from_before_there_were_keys_are_never_taken_for_read() -> None:
    shown = gate_of([reason("minor", acknowledged=True, key="")], KNOWLEDGE, Language("en"))
    assert shown["folded"] == []
