"""Alert fatigue: what is shown, what is folded away, and how long an acknowledgement holds."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate import DoseLine, GateReason, Item, Profile, Verdict, badness, collapse, judge, regimen
from tests.domain.small_knowledge import KNOWLEDGE, NAMES

ADULT = Profile(age=40, pregnant=False, lactating=False)


def reason(verdict: str, mechanism: str, *about: str, rule: str = "herb_drug", message: str = "") -> GateReason:
    return GateReason(Verdict(verdict), rule, message or f"{about} {mechanism}.", mechanism=mechanism, about=about)


BLEEDING = [reason("moderate", "bleeding", "ginger", "aspirin"), reason("minor", "bleeding", "garlic", "aspirin")]
DROWSY = reason("moderate", "drowsiness", "hops", "diazepam")
OPEN = reason("unknown", "bleeding", "name:qqqq")
MAJOR = reason("major", "bleeding", "danshen", "aspirin")
BLOCK = reason("block", "bleeding", "danshen", "warfarin")


def test_below_major_one_row_a_mechanism_with_its_count_and_its_worst() -> None:
    shown = collapse([*BLEEDING, DROWSY])
    assert [(row.mechanism, row.verdict, row.count) for row in shown.rows] == [
        ("bleeding", "moderate", 2),
        ("drowsiness", "moderate", 1),
    ]
    assert shown.folded == ()


def test_what_could_not_be_checked_never_hides_behind_what_is_documented() -> None:
    rows = collapse([*BLEEDING, OPEN]).rows
    assert [(row.verdict, row.count) for row in rows] == [("moderate", 2), ("unknown", 1)]


def test_from_major_up_everything_stands_singly() -> None:
    others = [reason("major", "bleeding", "ginkgo", "aspirin"), BLOCK, MAJOR]
    assert [row.count for row in collapse(others).rows] == [1, 1, 1]


def test_an_acknowledged_row_is_folded_away_and_can_be_counted() -> None:
    shown = collapse([*BLEEDING, DROWSY], {DROWSY.key})
    assert [row.mechanism for row in shown.rows] == ["bleeding"]
    assert [(row.mechanism, row.count, row.acknowledged) for row in shown.folded] == [("drowsiness", 1, True)]


def test_a_new_reason_of_an_acknowledged_mechanism_is_shown() -> None:
    shown = collapse(BLEEDING, {BLEEDING[0].key})
    assert [row.reasons for row in shown.rows] == [(BLEEDING[1],)]


def test_an_acknowledged_major_stays_marked_and_a_block_cannot_be_acknowledged() -> None:
    shown = collapse([BLOCK, MAJOR], {BLOCK.key, MAJOR.key})
    assert [(row.verdict, row.acknowledged) for row in shown.rows] == [("block", False), ("major", True)]
    assert shown.folded == ()


def test_a_key_is_the_same_whatever_the_wording_the_order_and_the_source() -> None:
    one = GateReason(Verdict.MAJOR, "herb_drug", "A with B.", ("X",), "C", mechanism="bleeding", about=("a", "b"))
    other = GateReason(Verdict.MAJOR, "herb_drug", "B and A.", ("Y",), "D", mechanism="bleeding", about=("b", "a"))
    assert one.key == other.key == "herb_drug|bleeding|a|b"
    assert one.key != replace(one, about=("a", "c")).key
    assert one.key != replace(one, rule="stacking").key


def test_a_key_survives_another_spelling_of_the_medicine() -> None:
    keys = [
        {
            one.key
            for one in judge(
                Item("herb", "danshen", "x"), replace(ADULT, medicines=(drug,)), (), KNOWLEDGE, NAMES
            ).reasons
        }
        for drug in ("Warfarin 5 mg", "وارفارین")
    ]
    assert keys[0] == keys[1] != set()


LICORICE = Item("herb", "licorice", "Licorice", DoseLine(5, "g", "day", "decoction"))
PORIA = Item("herb", "poria", "Poria")
TAKING = replace(ADULT, medicines=("Warfarin", "digoxin"), conditions=("kidney disease",), allergies=("peanut",))
SAME = [
    (replace(TAKING, medicines=("digoxin", "warfarin")), (PORIA,), LICORICE),
    (TAKING, (LICORICE,), PORIA),  # a pair that was acknowledged for one of the two
    (replace(TAKING, age=41), (PORIA,), LICORICE),
    (replace(TAKING, conditions=("Kidney  disease", "none")), (PORIA,), LICORICE),
    (replace(TAKING, findings=("pale_tongue",)), (PORIA,), LICORICE),
    (replace(TAKING, surgery_within_days=30), (PORIA,), LICORICE),
    (TAKING, (PORIA,), replace(LICORICE, name="Gan cao")),
]
OTHER = [
    (replace(TAKING, medicines=("Warfarin",)), (PORIA,), LICORICE),
    (replace(TAKING, medicines=("Warfarin", "digoxin", "aspirin")), (PORIA,), LICORICE),
    (replace(TAKING, conditions=()), (PORIA,), LICORICE),
    (replace(TAKING, allergies=()), (PORIA,), LICORICE),
    (replace(TAKING, pregnant=True), (PORIA,), LICORICE),
    (replace(TAKING, pregnant=None), (PORIA,), LICORICE),
    (replace(TAKING, age=65), (PORIA,), LICORICE),
    (replace(TAKING, surgery_within_days=3), (PORIA,), LICORICE),
    (TAKING, (), LICORICE),
    (TAKING, (PORIA, PORIA), LICORICE),
    (TAKING, (PORIA,), replace(LICORICE, dose=DoseLine(6, "g", "day", "decoction"))),
    (TAKING, (PORIA,), replace(LICORICE, dose=DoseLine(5, "g", "day", "powder"))),
]


@pytest.mark.parametrize(("profile", "beside", "item"), SAME)
def test_an_acknowledgement_holds_while_the_regimen_is_the_same(
    profile: Profile, beside: tuple[Item, ...], item: Item
) -> None:
    assert regimen(profile, beside, item) == regimen(TAKING, (PORIA,), LICORICE)


@pytest.mark.parametrize(("profile", "beside", "item"), OTHER)
def test_an_acknowledgement_ends_when_the_regimen_changes(
    profile: Profile, beside: tuple[Item, ...], item: Item
) -> None:
    assert regimen(profile, beside, item) != regimen(TAKING, (PORIA,), LICORICE)


REASONS = st.lists(
    st.builds(
        lambda verdict, rule, mechanism, about: reason(verdict, mechanism, *about, rule=rule),
        st.sampled_from(list(Verdict)),
        st.sampled_from(["dose", "herb_drug", "population"]),
        st.sampled_from(["", "bleeding", "drowsiness"]),
        st.lists(st.sampled_from("abc"), min_size=1, max_size=2),
    ),
    max_size=12,
)


@given(reasons=REASONS, data=st.data())
def test_collapsing_loses_and_invents_nothing_and_hides_no_block(
    reasons: list[GateReason], data: st.DataObject
) -> None:
    keys = data.draw(st.sets(st.sampled_from([one.key for one in reasons] or ["none"])))
    shown = collapse(reasons, keys)
    kept = [one for row in (*shown.rows, *shown.folded) for one in row.reasons]
    assert sorted(kept, key=repr) == sorted(reasons, key=repr)
    in_sight = [one for row in shown.rows for one in row.reasons]
    assert all(
        one in in_sight for one in reasons if badness(one.verdict) >= badness(Verdict.MAJOR) or one.key not in keys
    )
    assert not any(row.acknowledged for row in shown.rows if row.verdict is Verdict.BLOCK)
    assert all(one.key in keys for row in shown.folded for one in row.reasons)


@given(reasons=REASONS, data=st.data())
def test_order_and_acknowledging_nothing_change_nothing(reasons: list[GateReason], data: st.DataObject) -> None:
    turned = data.draw(st.permutations(reasons))
    assert collapse(turned) == collapse(reasons) == collapse(reasons, {"another|key|x"})
    assert collapse(reasons).folded == ()
