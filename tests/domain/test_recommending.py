from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import Suggestion, Support
from domain.gate import Item, Profile, Verdict
from domain.matching import FindingValue, Match, match
from domain.recommending import (
    KINDS,
    LIMITS,
    Answered,
    Candidates,
    PastCases,
    Proposal,
    Treated,
    generate_new_recommendations,
    propose,
)
from domain.statistics import Estimate, posterior
from tests.domain.small_knowledge import KNOWLEDGE, NAMES

ADULT = Profile(age=40, pregnant=False, lactating=False)
FITS = [Match("qi", 0.8, (), (), ())]


def nothing(_item: str, _condition: str) -> Estimate | None:
    return None


def known(**counts: tuple[int, int]) -> Callable[[str, str], Estimate | None]:
    return lambda item, _condition: posterior(*counts[item]) if item in counts else None


def proposed(
    profile: Profile = ADULT, evidence: Callable[[str, str], Estimate | None] = nothing, **more: object
) -> Candidates:
    return propose("qi", FITS, profile, KNOWLEDGE, NAMES, evidence, **more)  # type: ignore[arg-type]


def by_id(candidates: Candidates) -> dict[str, Proposal]:
    return {one.item_id: one for one in candidates.passed}


def test_every_kind_is_proposed_with_its_reasons() -> None:
    found = by_id(proposed())
    assert set(found) == {"danshen", "licorice", "chamomile", "poria", "four", "diet", "lifestyle", "protocol"}
    assert found["licorice"].reasons == ("Documented for qi pattern, some trials (grade B)", "No answers here yet")
    assert found["diet"].reasons == ("Documented for qi pattern, traditional use (grade T)",)
    assert found["diet"].text == "Do the diet thing."
    assert all(0 <= one.score <= 1 for one in found.values())


def test_a_blocked_item_is_held_back_with_the_reason() -> None:
    found = proposed(replace(ADULT, medicines=("warfarin",)))
    assert {one.item_id for one in found.held_back} == {"aconite", "danshen"}
    assert not {"aconite", "danshen"} & set(by_id(found))
    danshen = next(one for one in found.held_back if one.item_id == "danshen")
    assert "Bleeding" in danshen.judgement.reasons[0].message


def test_a_regulated_herb_is_held_back_without_a_dose() -> None:
    [held] = proposed().held_back
    assert (held.item_id, held.dose) == ("aconite", None)


def test_the_dose_line_starts_low() -> None:
    found = by_id(proposed())
    dose = found["licorice"].dose
    assert dose is not None
    assert (dose.amount, dose.unit, dose.per, dose.source) == (2, "g", "day", ("CHP:e126",))
    chamomile = found["chamomile"].dose
    assert chamomile is not None
    assert (chamomile.amount, chamomile.duration_days) == (3, 14)
    assert found["four"].dose is None


def test_a_childs_dose_is_the_childs_own() -> None:
    found = proposed(replace(ADULT, age=8))
    chamomile = by_id(found)["chamomile"].dose
    assert chamomile is not None
    assert chamomile.amount == 1
    assert {"licorice", "poria", "four"} <= {one.item_id for one in found.held_back}


def test_without_answers_the_grade_ranks() -> None:
    herbs = [one.item_id for one in proposed().passed if one.kind == "herb"]
    assert herbs == ["danshen", "licorice", "chamomile", "poria"]


def test_answers_move_a_herb_up_and_down() -> None:
    found = proposed(evidence=known(poria=(30, 34), danshen=(1, 20), licorice=(2, 3), chamomile=(0, 0)))
    herbs = [one.item_id for one in found.passed if one.kind == "herb"]
    assert (herbs[0], herbs[-1]) == ("poria", "danshen")
    reasons = {one.item_id: one.reasons[1] for one in found.passed if one.kind == "herb"}
    assert reasons["poria"] == "30 of 34 patients here improved"
    assert reasons["licorice"] == "3 answers here so far, too few for a share"
    assert reasons["chamomile"] == "No answers here yet"


def test_the_verdict_does_not_move_the_score() -> None:
    calm, worried = by_id(proposed()), by_id(proposed(replace(ADULT, conditions=("kidney",))))
    assert worried["licorice"].judgement.verdict is Verdict.MAJOR
    assert {one: calm[one].score for one in worried} == {one: worried[one].score for one in worried}


def test_herbs_come_first_and_the_best_of_a_kind_before_the_rest() -> None:
    found = proposed(evidence=known(poria=(30, 34))).passed
    assert list(found) == sorted(found, key=lambda one: (KINDS.index(one.kind), -one.score, one.item_id))
    assert found[0].item_id == "poria"


def test_a_first_failure_never_raises_an_item() -> None:
    before, after = by_id(proposed()), by_id(proposed(evidence=known(poria=(0, 1))))
    assert after["poria"].score < before["poria"].score


def test_what_failed_or_is_in_the_plan_is_not_proposed_again() -> None:
    found = proposed(failed={"licorice"}, already=[Item("herb", "poria", "Poria"), Item("diet", "diet", "Diet")])
    assert not {"licorice", "poria", "diet"} & set(by_id(found))
    assert "Contains Licorice, which did not help or harmed this patient" in by_id(found)["four"].reasons


def test_the_plan_is_part_of_the_judgement() -> None:
    found = by_id(proposed(already=[Item("herb", "kelp", "Kelp")]))
    assert found["licorice"].judgement.verdict is Verdict.MAJOR


def test_a_limit_holds_for_each_kind() -> None:
    found = proposed(limits=dict.fromkeys(LIMITS, 1))
    assert sorted(one.kind for one in found.passed) == ["diet", "formula", "herb", "lifestyle", "protocol"]
    assert by_id(found).keys() & {"danshen"}


def test_a_condition_nobody_knows_has_no_proposals() -> None:
    assert propose("unheard-of", [], ADULT, KNOWLEDGE, NAMES, nothing) == Candidates((), ())


@pytest.mark.parametrize(("matches", "score"), [(FITS, 0.8), ([], None), ([Match("yin", 0.9, (), (), ())], None)])
def test_the_match_score_is_that_of_the_condition(matches: list[Match], score: float | None) -> None:
    found = propose("qi", matches, ADULT, KNOWLEDGE, NAMES, nothing)
    assert {one.match_score for one in found.passed} == {score}


findings = st.lists(st.builds(FindingValue, st.sampled_from(["tired", "pale_tongue", "thirst"]), st.booleans()))


@given(findings=findings, medicines=st.lists(st.sampled_from(["warfarin", "SSRI", "Qqqq"])), k=st.integers(0, 20))
def test_scores_are_shares_and_nothing_blocked_passes(
    findings: list[FindingValue], medicines: list[str], k: int
) -> None:
    profile = replace(ADULT, medicines=tuple(medicines))
    found = propose("qi", match(findings, KNOWLEDGE), profile, KNOWLEDGE, NAMES, known(poria=(k, 20)))
    assert all(0 <= one.score <= 1 for one in (*found.passed, *found.held_back))
    assert all(one.judgement.verdict is not Verdict.BLOCK for one in found.passed)
    assert all(one.judgement.verdict is Verdict.BLOCK for one in found.held_back)
    assert found == propose("qi", match(findings, KNOWLEDGE), profile, KNOWLEDGE, NAMES, known(poria=(k, 20)))


def treated(**more: object) -> Treated:
    plain: dict[str, object] = {
        "condition_id": "qi",
        "matches": FITS,
        "profile": ADULT,
        "knowledge": KNOWLEDGE,
        "names": NAMES,
        "evidence": nothing,
    }
    return Treated(**{**plain, **more})  # type: ignore[arg-type]


def test_new_recommendations_are_a_list_of_their_own_each_time() -> None:
    one, other = generate_new_recommendations(treated(), []), generate_new_recommendations(treated(), [])
    assert one == other == list(proposed().passed)
    assert one is not other
    one.clear()
    assert generate_new_recommendations(treated(), []) == other, "nobody else's list was emptied"


@pytest.mark.parametrize(
    ("told", "again"),
    [
        (Answered("licorice", helped=False), False),
        (Answered("licorice", stopped=True), False),
        (Answered("licorice", harmed=True), False),
        (Answered("licorice", helped=True), True),
        (Answered("licorice"), True),
    ],
)
def test_what_failed_or_harmed_is_not_generated_again(told: Answered, again: bool) -> None:
    assert ("licorice" in {one.item_id for one in generate_new_recommendations(treated(), [told])}) is again


def test_every_new_recommendation_says_when_to_look_again() -> None:
    new = generate_new_recommendations(treated(), [])
    assert {one.kind for one in new} == set(KINDS)
    assert all(one.follow_up_days >= 1 for one in new)
    assert {one.item_id: one.days for one in new}["chamomile"] == 14, "as long as its dose is documented"


def past(cases: int, **shares: float) -> PastCases:
    support = Support((1, 2, 3), ("tired",), ("tired",), 4, 5, 0.5)
    return PastCases({herb: Suggestion(herb, share, (support,)) for herb, share in shares.items()}, cases)


def test_past_cases_move_what_is_documented_and_say_so() -> None:
    plain, with_cases = by_id(proposed()), by_id(proposed(past=past(1_000, poria=0.9)))
    assert with_cases["poria"].score > plain["poria"].score
    assert with_cases["danshen"].score < plain["danshen"].score, "cases like these never had it"
    assert (
        with_cases["poria"].reasons[1]
        == "Given in about 90% of past cases like this one; most like it: 4 of 5 cases with tired"
    )
    assert with_cases["diet"].score == plain["diet"].score


def test_a_herb_that_only_past_cases_speak_for_is_proposed_and_says_so() -> None:
    found = by_id(proposed(past=past(1_000, kelp=0.6, ginger=0.1)))
    assert found["kelp"].reasons[0].startswith("No use for qi pattern is documented")
    assert "ginger" not in found, "a tenth of the cases is not enough"
    assert all(0 <= one.score <= 1 for one in found.values())


def test_with_few_cases_the_knowledge_alone_speaks() -> None:
    assert proposed(past=past(49, poria=0.9, kelp=0.9)) == proposed()


def test_past_cases_never_lower_a_verdict() -> None:
    profile = replace(ADULT, medicines=("warfarin",))
    found = proposed(profile, past=past(10_000, danshen=1.0, aconite=1.0))
    assert {"danshen", "aconite"} <= {one.item_id for one in found.held_back}
