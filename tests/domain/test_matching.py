from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching import FindingValue, Match, Shared, agreement, match, next_question
from storage.knowledge import load
from tests.domain.small_knowledge import FINDING_IDS, KNOWLEDGE

QI = ("tired", "pale_tongue", "weak_pulse", "sweat")

values = st.builds(FindingValue, st.sampled_from([*FINDING_IDS, "unheard_of"]), st.booleans())
records = st.lists(values, max_size=8)


def scores(record: list[FindingValue]) -> dict[str, float]:
    return {one.condition_id: one.score for one in match(record, KNOWLEDGE)}


def test_full_support_is_near_one_and_a_common_sign_alone_is_low() -> None:
    full = match([FindingValue(one) for one in QI], KNOWLEDGE, tradition="tcm")
    assert full[0].condition_id == "qi"
    assert full[0].score == pytest.approx(0.97)
    alone = match([FindingValue("tired")], KNOWLEDGE, tradition="tcm")
    assert max(one.score for one in alone) < 0.2


def test_a_rare_sign_says_more_than_a_common_one() -> None:
    # Both weigh 2 for the pattern; the pale tongue is found in others, too.
    rare, common = scores([FindingValue("weak_pulse")]), scores([FindingValue("pale_tongue")])
    assert rare["qi"] > common["qi"]


def test_a_match_says_why() -> None:
    record = [FindingValue("tired"), FindingValue("red_tongue"), FindingValue("sweat", present=False)]
    found = next(one for one in match(record, KNOWLEDGE, tradition="tcm") if one.condition_id == "qi")
    assert found.supporting == ("tired",)
    assert found.contrary == ("red_tongue", "sweat")
    assert found.missing == ("weak_pulse", "pale_tongue")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (FindingValue("sweat"), "higher"),
        (FindingValue("sweat", present=False), "lower"),
        (FindingValue("red_tongue"), "lower"),
        (FindingValue("red_tongue", present=False), "same"),
        (FindingValue("dry_skin"), "same"),
        (FindingValue("unheard_of"), "same"),
        (FindingValue("tired", severity=9), "same"),
    ],
)
def test_what_one_more_finding_does(more: FindingValue, expected: str) -> None:
    before = scores([FindingValue("tired")])["qi"]
    after = scores([FindingValue("tired"), more])["qi"]
    assert {"higher": after > before, "lower": after < before, "same": after == before}[expected]


def test_a_finding_recorded_both_ways_is_unknown() -> None:
    both = [FindingValue("tired"), FindingValue("sweat"), FindingValue("sweat", present=False)]
    assert scores(both)["qi"] == scores([FindingValue("tired")])["qi"]


def test_no_condition_is_offered_without_a_sign_for_it() -> None:
    assert match([], KNOWLEDGE) == []
    assert match([FindingValue("dry_skin", present=False)], KNOWLEDGE) == []
    assert [one.condition_id for one in match([FindingValue("dry_skin")], KNOWLEDGE)] == ["vata"]


def test_a_limit_keeps_the_best() -> None:
    record = [FindingValue("tired"), FindingValue("pale_tongue")]
    assert match(record, KNOWLEDGE, limit=2) == match(record, KNOWLEDGE)[:2]


@given(record=records, data=st.data())
def test_the_order_of_the_record_never_matters(record: list[FindingValue], data: st.DataObject) -> None:
    assert match(data.draw(st.permutations(record)), KNOWLEDGE) == match(record, KNOWLEDGE)


@given(record=records)
def test_scores_lie_in_order_within_zero_and_one(record: list[FindingValue]) -> None:
    found = match(record, KNOWLEDGE)
    assert all(0 <= one.score <= 1 for one in found)
    assert found == sorted(found, key=lambda one: (-one.score, one.condition_id))


@given(record=records, condition=st.sampled_from(sorted(KNOWLEDGE.conditions)), data=st.data())
def test_a_supporting_finding_never_lowers_and_a_contrary_one_never_raises(
    record: list[FindingValue], condition: str, data: st.DataObject
) -> None:
    row = KNOWLEDGE.conditions[condition]
    before = scores(record).get(condition, 0)
    helpful = FindingValue(data.draw(st.sampled_from(sorted(row.supporting))))
    assert scores([*record, helpful]).get(condition, 0) >= before
    for against in (*(FindingValue(one) for one in row.contrary), FindingValue(helpful.finding_id, present=False)):
        assert scores([*record, against]).get(condition, 0) <= before


def test_the_next_question_tells_the_first_two_apart() -> None:
    record = [FindingValue("tired"), FindingValue("pale_tongue")]
    found = match(record, KNOWLEDGE, tradition="tcm")
    assert [one.condition_id for one in found[:2]] == ["qi", "yang"]
    # "Cold limbs" nearly defines one and is not listed for the other.
    assert next_question(found, record, KNOWLEDGE) == "cold_limbs"
    answered = [*record, FindingValue("cold_limbs")]
    assert next_question(match(answered, KNOWLEDGE, tradition="tcm"), answered, KNOWLEDGE) not in (None, "cold_limbs")


def test_there_is_no_question_without_two_matches_or_anything_to_ask() -> None:
    assert next_question([], [], KNOWLEDGE) is None
    alone = [FindingValue("dry_skin")]
    assert next_question(match(alone, KNOWLEDGE), alone, KNOWLEDGE) is None
    everything = [FindingValue(one) for one in FINDING_IDS]
    assert next_question(match(everything, KNOWLEDGE), everything, KNOWLEDGE) is None


def test_agreement_names_shared_findings_and_herbs() -> None:
    record = [FindingValue("tired"), FindingValue("pale_tongue"), FindingValue("sweat"), FindingValue("dry_skin")]
    by_tradition = {one: match(record, KNOWLEDGE, tradition=one) for one in ("tcm", "avicenna", "ayurveda")}
    found = agreement(by_tradition, KNOWLEDGE)
    assert found.findings == (
        Shared("tired", ("avicenna", "ayurveda", "tcm")),
        Shared("pale_tongue", ("avicenna", "tcm")),
    )
    assert found.herbs == (Shared("licorice", ("ayurveda", "tcm")), Shared("poria", ("avicenna", "tcm")))


def test_agreement_of_nothing() -> None:
    nothing: dict[str, list[Match]] = {"tcm": [], "avicenna": []}
    assert agreement(nothing, KNOWLEDGE).herbs == ()


def test_every_condition_of_the_real_base_is_found_by_its_own_findings() -> None:
    real = load()
    for condition in real.conditions.values():
        record = [FindingValue(one) for one in condition.supporting]
        found = {one.condition_id: one.score for one in match(record, real, tradition=condition.tradition)}
        assert found[condition.id] == max(found.values())


def test_thirty_findings_over_the_real_base_are_quick() -> None:
    real = load()
    record = [FindingValue(one) for one in sorted(real.findings)[:30]]
    times = []
    for _ in range(20):
        start = perf_counter()
        match(record, real)
        times.append(perf_counter() - start)
    assert min(times) < 0.002
