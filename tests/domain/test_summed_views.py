"""What the practice knows of a herb over all conditions, and of a condition over all herbs."""

from datetime import timedelta

import pytest

from domain import cell_views, consent, feedback, summed_views
from domain.consent import ConsentInput
from domain.errors import NotAllowed
from domain.feedback import FeedbackInput
from domain.statistics import Pool, Prior, Tier, Trend, posterior
from domain.summed_views import By
from tests.support.clock import with_clock
from tests.support.house import House, approve, diagnose, new_patient, recommended, under_treatment


def treated(house: House, herb: str, symptom: int | None, condition: str = "t-stcold") -> None:
    """Treat one more patient with a herb; None is one who does not answer."""
    who = new_patient(house.services, house.leila, f"{herb} {symptom}")
    diagnosis_id = diagnose(house.services, house.leila, who, condition)
    plan = recommended(house.services, diagnosis_id, herb)
    approve(house.services, house.leila, plan)
    if symptom is not None:
        said = FeedbackInput(recommendation_id=plan, rating=4, symptom=symptom)
        feedback.submit(house.services, who, diagnosis_id, said)


def test_a_sum_is_that_of_its_cells_with_the_practices_prior(house: House) -> None:
    for symptom in (1, 2, 2, 7, None):
        treated(house, "ginger", symptom)
    treated(house, "fennel", 2)
    treated(house, "fennel", 7)
    ginger = summed_views.view_of(house.services, house.leila, "herb", "ginger")
    assert ginger is not None
    assert (ginger.name, ginger.cells) == ("ginger", 1)
    assert (ginger.prescribed, ginger.answered, ginger.improved) == (6, 4, 3)  # with Mina, who has not answered
    assert (ginger.tier, ginger.estimate, ginger.worst_case) == (Tier.HIDDEN, None, None), "below 5 nothing is told"
    cold = summed_views.view_of(house.services, house.leila, "condition", "t-stcold")
    assert cold is not None
    assert (cold.cells, cold.prescribed, cold.answered, cold.improved) == (2, 8, 6, 4)
    assert cold.prior == Prior(0.6, 10.0), "nothing else is known in this practice"
    assert cold.estimate == posterior(4, 6, cold.prior)
    assert cold.worst_case == (4 / 8, 6 / 8)
    assert cold.average_rating == 4.0


def test_the_practices_prior_leaves_the_rows_own_answers_out() -> None:
    pool = Pool.of({("ginger", "cold"): (8, 10), ("fennel", "cold"): (1, 20)})
    assert pool.practice() == Prior((6 + 9) / 40, 10.0)
    assert pool.practice(without=(8, 10)) == Prior((6 + 1) / 30, 10.0)
    assert pool.practice(without=(9, 30)) == Prior(0.6, 10.0)


@pytest.mark.parametrize("by", ["herb", "condition"])
def test_one_row_is_as_it_stands_among_all(house: House, by: By) -> None:
    for herb, symptom in (("ginger", 2), ("fennel", 2), ("fennel", 7), ("clove", None)):
        treated(house, herb, symptom)
    found = summed_views.found(house.services, house.leila, by)
    assert found.total == len(found.views) == len({view.id for view in found.views})
    for view in found.views:
        assert summed_views.view_of(house.services, house.leila, by, view.id) == view
    cells = cell_views.of_practice(house.services, house.leila)
    for count in ("prescribed", "answered", "improved"):
        assert sum(getattr(view, count) for view in found.views) == sum(getattr(cell, count) for cell in cells)
    assert summed_views.found(house.services, house.leila, by, limit=1).views == found.views[:1]
    assert summed_views.found(house.services, house.leila, by, "no such thing").views == ()
    assert summed_views.view_of(house.services, house.leila, by, "no such thing") is None


def test_a_herb_is_found_by_its_name_in_another_language(house: House) -> None:
    found = summed_views.found(house.services, house.leila, "herb", "زنجبیل", "fa")
    assert [(view.id, view.name) for view in found.views] == [("ginger", "زنجبیل")]


def test_few_answers_come_last_and_a_withdrawn_consent_leaves_the_sum(house: House) -> None:
    for symptom in (1, 2, 7, 7, 7, 7):
        treated(house, "fennel", symptom)
    said = FeedbackInput(recommendation_id=house.ginger, rating=5, symptom=0)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
    found = summed_views.found(house.services, house.leila, "herb")
    assert [(view.id, view.tier) for view in found.views] == [("fennel", Tier.EARLY), ("ginger", Tier.HIDDEN)]
    consent.say(house.services, house.mina, house.mina.patient_id or 0, ConsentInput(granted=False))
    ginger = summed_views.view_of(house.services, house.leila, "herb", "ginger")
    assert ginger is None or (ginger.prescribed, ginger.answered) == (0, 0)


def test_the_windows_of_the_trend_are_summed(house: House) -> None:
    services, clock = with_clock(house.services)
    clock.move(timedelta(days=-60))
    earlier = House(**{**{name: getattr(house, name) for name in house.__dataclass_fields__}, "services": services})
    for _ in range(5):
        treated(earlier, "ginger", 7)
        treated(earlier, "fennel", 7)
    clock.move(timedelta(days=59))
    for _ in range(5):
        treated(earlier, "ginger", 1)
        treated(earlier, "fennel", 1)
    cold = summed_views.view_of(house.services, house.leila, "condition", "t-stcold")
    assert cold is not None
    assert cold.trend is Trend.RISING, "each herb alone has too few answers in a window"
    ginger = summed_views.view_of(house.services, house.leila, "herb", "ginger")
    assert ginger is not None
    assert ginger.trend is Trend.INSUFFICIENT


def test_sums_are_for_those_who_treat_or_administer(house: House) -> None:
    under_treatment(house.services, house.leila)
    for reader in (house.leila, house.chen, house.ida):
        assert summed_views.found(house.services, reader, "herb").total == 1
    assert summed_views.found(house.services, house.stranger, "herb").total == 0
    assert summed_views.view_of(house.services, house.stranger, "herb", "ginger") is None
    with pytest.raises(NotAllowed):
        summed_views.found(house.services, house.mina, "herb")
    with pytest.raises(NotAllowed):
        summed_views.view_of(house.services, house.mina, "herb", "ginger")
