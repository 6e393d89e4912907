"""Which conditions fit, by how much and why: tables, and the laws that a practitioner relies on."""

from collections.abc import Sequence
from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching import SHIPPED, Calibration, FindingValue, match, worth
from storage.knowledge import Knowledge
from tests.domain.matching_knowledge import BASE
from tests.domain.small_knowledge import FINDING_IDS
from tests.support.shipped import shipped

EVIDENCE = Calibration(a=0.0, b=1.0)
QI = ("tired", "pale_tongue", "weak_pulse", "sweat")
TIRED_QI = log(0.85 / 0.55)
"""Nearly defining for one of the three patterns, helpful for the other two."""

marks = st.none() | st.integers(0, 4)
values = st.builds(
    FindingValue,
    st.sampled_from([*FINDING_IDS, "unheard_of"]),
    st.booleans(),
    severity=marks,
    degree=st.none() | st.integers(1, 4),
    duration_days=st.none() | st.integers(0, 400),
)
records = st.lists(values, max_size=8)
conditions = st.sampled_from(sorted(BASE.conditions))


def scores(record: Sequence[FindingValue], base: Knowledge = BASE) -> dict[str, float]:
    return {one.condition_id: one.score for one in match(record, base)}


def present(*finding_ids: str, **more: Any) -> list[FindingValue]:
    return [FindingValue(one, **more) for one in finding_ids]


def test_the_evidence_is_the_sum_of_log_likelihood_ratios() -> None:
    [best, *_] = match(present(*QI), BASE, tradition="tcm", calibration=EVIDENCE)
    assert best.condition_id == "qi"
    # One of three, so 1 to 2 before anything is known; a pale tongue is typical of one of the others, against the other.
    each = (TIRED_QI, log(0.70 / 0.15), log(0.55 / 0.15), log(0.70 / ((0.70 + 0.05) / 2)))
    assert log(best.score / (1 - best.score)) == pytest.approx(sum(each) - log(2))


def test_the_score_is_the_calibrated_evidence() -> None:
    plain, shipped = (match(present(*QI), BASE, tradition="tcm", calibration=one)[0] for one in (EVIDENCE, SHIPPED))
    assert shipped.score == pytest.approx(SHIPPED.score(log(plain.score / (1 - plain.score))))
    assert match(present(*QI), BASE, tradition="tcm")[0] == shipped


def test_more_of_what_fits_is_higher_and_a_common_sign_alone_is_low() -> None:
    assert scores(present(*QI))["qi"] > 0.8
    assert scores(present("tired"))["qi"] < 0.25


def test_a_rare_sign_says_more_than_a_common_one() -> None:
    # Both weigh 2 for the pattern; the pale tongue is found in others, too.
    rare, common = scores(present("weak_pulse")), scores(present("pale_tongue"))
    assert rare["qi"] > common["qi"]


def test_a_match_says_why() -> None:
    record = [*present("tired", "red_tongue"), FindingValue("sweat", present=False)]
    found = next(one for one in match(record, BASE, tradition="tcm") if one.condition_id == "qi")
    assert found.supporting == ("tired",)
    assert found.contrary == ("red_tongue", "sweat")
    assert found.missing == ("weak_pulse", "pale_tongue")
    assert worth("qi", record, BASE) == {
        "red_tongue": pytest.approx(log(0.05 / ((0.70 + 0.15) / 2))),
        "sweat": pytest.approx(log(0.45 / 0.85)),
        "tired": pytest.approx(TIRED_QI),
    }


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (FindingValue("sweat"), "higher"),
        (FindingValue("sweat", present=False), "lower"),
        (FindingValue("sweat", severity=0), "lower"),
        (FindingValue("red_tongue"), "lower"),
        (FindingValue("red_tongue", present=False), "same"),
        (FindingValue("dry_skin"), "same"),
        (FindingValue("dry_skin", present=False), "same"),
        (FindingValue("unheard_of"), "same"),
        (FindingValue("sweat", duration_days=14), "lower"),
        (FindingValue("sweat", duration_days=15), "higher"),
    ],
)
def test_what_one_more_finding_does_to_a_chronic_pattern(more: FindingValue, expected: str) -> None:
    before = scores(present("tired"))["qi"]
    after = scores([*present("tired"), more])["qi"]
    assert {"higher": after > before, "lower": after < before, "same": after == before}[expected]


@pytest.mark.parametrize(
    ("mark", "speaks"),
    [({}, 1), ({"severity": 1}, 0.6), ({"severity": 2}, 0.8), ({"severity": 3}, 1), ({"severity": 4}, 1),
     ({"degree": 1}, 0.6), ({"degree": 4}, 1), ({"severity": 3, "degree": 2}, 0.8)],
)  # fmt: skip
def test_how_marked_a_finding_is_scales_its_worth(mark: dict[str, int], speaks: float) -> None:
    plain = worth("phlegm", present("feels_cold"), BASE)["feels_cold"]
    assert worth("phlegm", present("feels_cold", **mark), BASE)["feels_cold"] == pytest.approx(plain * speaks)


def test_a_contrary_finding_that_is_slight_speaks_less() -> None:
    slight, severe = (worth("qi", present("red_tongue", severity=one), BASE)["red_tongue"] for one in (1, 4))
    assert severe < slight < 0


@pytest.mark.parametrize(
    ("condition", "days", "fits"),
    [("phlegm", 89, True), ("phlegm", 90, False), ("qi", 14, False), ("qi", 15, True), ("qi", None, True),
     ("yang", 1, True), ("yang", 4000, True)],
)  # fmt: skip
def test_a_duration_that_does_not_fit_the_course_speaks_against_and_is_no_veto(
    condition: str, days: int | None, fits: bool
) -> None:
    record = present("tired", "pale_tongue", duration_days=days)
    found = next(one for one in match(record, BASE) if one.condition_id == condition)
    assert set(found.supporting if fits else found.contrary) == {"tired", "pale_tongue"}
    if not fits:
        absent = [FindingValue(one, present=False) for one in ("tired", "pale_tongue")]
        assert worth(condition, record, BASE) == worth(condition, absent, BASE)


def test_a_finding_recorded_both_ways_is_unknown() -> None:
    both = [*present("tired", "sweat"), FindingValue("sweat", present=False)]
    assert scores(both)["qi"] == scores(present("tired"))["qi"]


def test_no_condition_is_offered_without_a_sign_for_it() -> None:
    assert match([], BASE) == []
    assert match([FindingValue("dry_skin", present=False)], BASE) == []
    assert match([FindingValue("dry_skin", severity=0)], BASE) == []
    assert [one.condition_id for one in match(present("dry_skin"), BASE)] == ["vata"]
    assert match(present("tired"), BASE, tradition="unheard_of") == []


def test_a_limit_keeps_the_best() -> None:
    record = present("tired", "pale_tongue")
    assert match(record, BASE, limit=2) == match(record, BASE)[:2]


def test_scores_do_not_reach_the_ends() -> None:
    sure, unsure = Calibration(a=1000.0, b=1.0), Calibration(a=-1000.0, b=1.0)
    assert all(0 < one.score < 1 for by in (sure, unsure) for one in match(present(*QI), BASE, calibration=by))


@given(record=records, data=st.data())
def test_the_order_of_the_record_never_matters(record: list[FindingValue], data: st.DataObject) -> None:
    assert match(data.draw(st.permutations(record)), BASE) == match(record, BASE)


@given(record=records)
def test_scores_lie_in_order_between_zero_and_one(record: list[FindingValue]) -> None:
    found = match(record, BASE)
    assert all(0 < one.score < 1 for one in found)
    assert found == sorted(found, key=lambda one: (-one.score, one.condition_id))


@given(record=records, condition=conditions, data=st.data())
def test_a_supporting_finding_never_lowers_and_what_speaks_against_never_raises(
    record: list[FindingValue], condition: str, data: st.DataObject
) -> None:
    row = BASE.conditions[condition]
    before = scores(record).get(condition, 0)
    unknown = sorted(row.supporting.keys() - {one.finding_id for one in record})
    if unknown:
        helpful = data.draw(st.sampled_from(unknown))
        assert scores([*record, FindingValue(helpful)]).get(condition, 0) >= before
        assert scores([*record, FindingValue(helpful, present=False)]).get(condition, 0) <= before
    for against in row.contrary:
        if against not in {one.finding_id for one in record}:
            assert scores([*record, FindingValue(against)]).get(condition, 0) <= before


@given(record=records, condition=conditions, data=st.data())
def test_a_stronger_supporting_finding_never_lowers(
    record: list[FindingValue], condition: str, data: st.DataObject
) -> None:
    finding = data.draw(st.sampled_from(sorted(BASE.conditions[condition].supporting)))
    others = [one for one in record if one.finding_id != finding]
    days = data.draw(st.none() | st.integers(0, 400))
    rising = [
        scores([*others, FindingValue(finding, severity=severity, duration_days=days)]).get(condition, 0)
        for severity in (0, 1, 2, 3, 4, None)
    ]
    if any(one.there and one.finding_id in BASE.conditions[condition].supporting for one in others):
        assert rising == sorted(rising)
    else:
        assert rising[1:] == sorted(rising[1:])


@given(record=records, condition=conditions)
def test_what_a_condition_does_not_list_changes_nothing(record: list[FindingValue], condition: str) -> None:
    row = BASE.conditions[condition]
    listed = [one for one in record if one.finding_id in (*row.supporting, *row.contrary)]
    assert scores(listed).get(condition) == scores(record).get(condition)


@given(record=records)
def test_the_reasons_have_the_sign_of_what_they_add(record: list[FindingValue]) -> None:
    for one in match(record, BASE):
        added = worth(one.condition_id, record, BASE)
        assert added.keys() == {*one.supporting, *one.contrary}
        assert all(added[finding] >= 0 for finding in one.supporting)
        assert all(added[finding] <= 0 for finding in one.contrary)
        for reasons in (one.supporting, one.contrary):
            assert list(reasons) == sorted(reasons, key=lambda finding: (-abs(added[finding]), finding))
        assert not {*one.missing} & {value.finding_id for value in record if added.get(value.finding_id)}
        assert {*one.missing, *added} >= BASE.conditions[one.condition_id].supporting.keys()


def test_every_condition_of_the_real_base_is_found_by_its_own_findings() -> None:
    real = shipped()
    for condition in real.conditions.values():
        found = match(present(*condition.supporting), real, tradition=condition.tradition)
        assert condition.id in [one.condition_id for one in found if one.score == found[0].score]
