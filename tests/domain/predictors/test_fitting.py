"""Fitting: what can be learnt is learnt, what cannot is not, and twice the same is the same."""

from dataclasses import replace

import pytest

from domain.predictors.fitted import Fitted
from domain.predictors.fitting import Unfitted, digest_of, fit
from domain.predictors.pipelines import PIPELINES
from tests.domain.predictors.conftest import MADE
from tests.domain.predictors.made_up import made_up

pytestmark = pytest.mark.long


def test_what_can_be_learnt_is_learnt_and_takes_over(fitted: Fitted) -> None:
    card = fitted.card
    assert card.promoted, card.sentence
    assert card.judged.skill.low > 0
    assert card.judged.auroc.value > 0.7
    assert set(card.tried) == set(PIPELINES)
    assert card.tried[card.pipeline] == min(card.tried.values())
    assert (card.outcomes, card.improved) == (1_200, sum(one.improved for one in made_up(1_200)))
    assert card.judged.outcomes == sum(one.answered for one in card.judged.reliability)
    assert card.since < card.judged.since < card.until


def test_chance_teaches_nothing() -> None:
    found = fit(made_up(600, signal=False), made=MADE)
    assert isinstance(found, Fitted)
    assert not found.card.promoted
    assert found.card.sentence.startswith("The evidence is used: ")


def test_the_same_outcomes_give_the_same_predictor(fitted: Fitted) -> None:
    again = fit(made_up(1_200), made=MADE)
    assert isinstance(again, Fitted)
    assert again.card == fitted.card
    rows = [one.features for one in made_up(50, seed=9)]
    assert again.probabilities(rows) == fitted.probabilities(rows)


@pytest.mark.parametrize(("count", "share", "said"), [(199, 0.5, "199 outcomes"), (400, 0.95, "did not improve")])
def test_too_few_outcomes_are_not_fitted_to(count: int, share: float, said: str) -> None:
    found = fit(made_up(count, signal=False, share=share), made=MADE)
    assert isinstance(found, Unfitted)
    assert said in found.sentence


def test_outcomes_of_one_moment_cannot_be_judged() -> None:
    at_once = [replace(one, prescribed=MADE, answered=MADE) for one in made_up(300)]
    found = fit(at_once, made=MADE)
    assert isinstance(found, Unfitted)
    assert "nothing can be judged" in found.sentence


def test_the_reasons_are_those_that_decide(fitted: Fitted) -> None:
    plain = made_up(1)[0].features
    old, young = replace(plain, age=78, item="ginger"), replace(plain, age=20, item="licorice")
    high, low = fitted.predict([old, young])
    assert high.probability.value > 0.8 > 0.3 > low.probability.value
    assert high.contributions[0].feature == "age"
    assert high.contributions[0].points > 5
    assert low.contributions[0].points < -5
    assert "age 78 (+" in high.probability.basis
    assert "age 20 (-" in low.probability.basis
    assert "Fitted to 1200 outcomes" in low.probability.basis
    for one in (high, low):
        assert 0 <= one.probability.low <= one.probability.value <= one.probability.high <= 1
        assert one.alike > 0
    assert fitted.predict([]) == []


def test_what_it_has_never_seen_is_predicted_all_the_same(fitted: Fitted) -> None:
    plain = made_up(1)[0].features
    strange = replace(plain, item="unheard of", condition="x", grade="Z", sex="?")
    strange = replace(
        strange, age=None, baseline=None, match=None, dose=None, adherence=None, own_share=None, share=None
    )
    [found] = fitted.predict([strange])
    assert 0 < found.probability.value < 1
    assert found.probability.basis


def test_the_hash_names_the_outcomes() -> None:
    examples = made_up(20)
    turned = [replace(examples[0], improved=not examples[0].improved), *examples[1:]]
    assert digest_of(examples) == digest_of(made_up(20)) != digest_of(turned)


def test_what_nobody_records_is_left_out() -> None:
    examples = [replace(one, features=replace(one.features, adherence=None, dose=None)) for one in made_up(400)]
    found = fit(examples, made=MADE)
    assert isinstance(found, Fitted)
    assert set(found.card.tried) == set(PIPELINES), "trees, too, can be fitted"
    [one] = found.predict([replace(examples[0].features, adherence=50.0, dose=1.0)])
    [other] = found.predict([examples[0].features])
    assert one.probability.value == other.probability.value
