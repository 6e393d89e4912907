"""How often findings are present, and that a base is weighed once and forgotten with it."""

import gc
from math import log

import pytest

from domain.matching import likelihood
from domain.matching.likelihood import likelihoods_of, rate
from tests.domain.matching_knowledge import BASE
from tests.domain.small_knowledge import knowledge
from tests.support.shipped import shipped


@pytest.mark.parametrize(
    ("finding", "often"),
    [("tired", 0.85), ("weak_pulse", 0.70), ("sweat", 0.55), ("red_tongue", 0.05), ("thirst", 0.15)],
)
def test_how_often_a_finding_is_present(finding: str, often: float) -> None:
    assert rate(BASE.conditions["qi"], finding) == often


def test_the_only_condition_of_a_tradition_is_weighed_against_people_without_it() -> None:
    vata = likelihoods_of(BASE).by_condition["vata"]
    assert vata.prior == 0
    assert vata.present["dry_skin"] == pytest.approx(log(0.85 / 0.15))
    assert vata.absent["dry_skin"] == pytest.approx(log(0.15 / 0.85))


def test_a_supporting_finding_that_is_commoner_elsewhere_is_worth_nothing() -> None:
    # Helpful for yin; nearly defining for one of the two others, helpful for the second.
    yin = likelihoods_of(BASE).by_condition["yin"]
    assert (yin.present["tired"], yin.absent["tired"]) == (0, 0)


def test_worth_has_its_sign_in_the_real_base() -> None:
    for one in likelihoods_of(shipped()).by_condition.values():
        assert min(one.present.values()) >= 0
        assert max((*one.absent.values(), *one.against.values())) <= 0
        assert list(one.present) == sorted(one.present, key=lambda finding: (-one.present[finding], finding))


def test_a_base_is_weighed_once_and_forgotten_with_it() -> None:
    gc.collect()
    before = set(likelihood._WEIGHED)
    bases = [knowledge() for _ in range(3)]
    for base in bases:
        assert likelihoods_of(base) is likelihoods_of(base)
    assert len(set(likelihood._WEIGHED) - before) == 3
    del base, bases
    gc.collect()
    assert set(likelihood._WEIGHED) <= before
