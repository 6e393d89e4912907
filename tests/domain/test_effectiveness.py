"""What the counts beside the cells say to whom."""

from dataclasses import replace

import pytest

from domain import effectiveness
from domain.errors import NotAllowed
from domain.ledger import Change
from domain.permission import Actor
from domain.statistics import Signal, Tier
from storage import evidence as cell_rows
from storage import tallies
from storage.evidence import Cell
from storage.tables import Mark
from storage.tallies import Tallies
from tests.support.house import House


def cell(house: House, item: str, condition: str, counts: tuple[int, int, int], beside: Tallies) -> int:
    """Keep a cell with (prescribed, answered, improved), all of which have an answer that stands."""

    def act(change: Change) -> int:
        made = Cell(0, house.leila.practice_id, item, item.title(), condition, 0.6, 10.0, change.now)
        made.prescribed, made.answered, made.improved = counts
        made.ratings = counts[1]
        cell_rows.add(change.rows, made)
        tallies.replace(change.rows, made.id, beside)
        return made.id

    return house.services.ledger.write(act)


def of(house: House, *, leila: tuple[int, int, int], chen: tuple[int, int, int]) -> Tallies:
    return Tallies(practitioners={house.leila.person_id: leila, house.chen.person_id: chen})


def test_a_practitioner_sees_themselves_and_the_practice_and_an_admin_everybody(house: House) -> None:
    cell(house, "thyme", "cough", (60, 50, 25), of(house, leila=(30, 25, 5), chen=(30, 25, 20)))
    seen = {
        actor.name: [view.name for view in effectiveness.by_practitioner(house.services, actor)]
        for actor in (house.leila, house.chen, house.ida)
    }
    assert seen == {
        "Dr Leila Moradi": ["", "Dr Leila Moradi"],
        "Dr Chen Wei": ["", "Dr Chen Wei"],
        "Ida Holm": ["", "Dr Chen Wei", "Dr Leila Moradi"],  # by name: this is no league table
    }
    whole = effectiveness.by_practitioner(house.services, house.chen)[0]
    assert (whole.practitioner_id, whole.prescribed, whole.answered, whole.improved) == (None, 61, 50, 25)
    assert (whole.expected, whole.ratio) == (None, None), "there is nobody to compare the practice with"


def test_what_is_expected_of_somebody_is_made_of_what_the_others_saw(house: House) -> None:
    cell(house, "thyme", "cough", (60, 50, 25), of(house, leila=(30, 25, 5), chen=(30, 25, 20)))
    views = {view.name: view for view in effectiveness.by_practitioner(house.services, house.ida)}
    leila, chen = views["Dr Leila Moradi"], views["Dr Chen Wei"]
    # One cell of the others: Beta(6, 4) and 20 of 25, so 26/35; and 5 of 25, so 11/35.
    assert leila.expected == pytest.approx(25 * 26 / 35)
    assert chen.expected == pytest.approx(25 * 11 / 35)
    assert leila.ratio == pytest.approx(5 / (25 * 26 / 35))
    assert leila.high is not None
    assert chen.low is not None
    assert leila.high < 1 < chen.low
    assert leila.tier is Tier.PRELIMINARY


def test_with_few_answers_of_their_own_or_of_others_nobody_is_compared(house: House) -> None:
    cell(house, "thyme", "cough", (60, 9, 5), of(house, leila=(30, 4, 4), chen=(30, 5, 1)))
    views = {view.name: view for view in effectiveness.by_practitioner(house.services, house.ida)}
    assert views["Dr Leila Moradi"].tier is Tier.HIDDEN
    for view in views.values():
        assert (view.expected, view.ratio, view.low, view.high) == (None, None, None, None)
    assert views["Dr Chen Wei"].tier is Tier.EARLY, "the others have 4 answers: nothing to compare with"


def test_side_effects_are_judged_over_all_conditions_of_an_item(house: House) -> None:
    cell(house, "thyme", "cough", (40, 30, 20), Tallies(side_effects={"rash": (8, 0), "wheeze": (1, 1)}))
    cell(house, "thyme", "colic", (30, 20, 10), Tallies(side_effects={"rash": (4, 0)}))
    cell(house, "clove", "cough", (500, 450, 200), Tallies(side_effects={"rash": (9, 0), "nausea": (2, 0)}))
    wheeze, rash, few, nausea = effectiveness.side_effect_signals(house.services, house.leila)
    assert (wheeze.term, wheeze.serious, wheeze.verdict) == ("wheeze", 1, Signal.NONE), "first, for it is serious"
    assert (rash.item, rash.reported, rash.answered) == ("Thyme", 12, 50)
    assert (rash.others_reported, rash.others_answered) == (9, 450)
    assert rash.verdict is Signal.SIGNAL
    assert rash.prr == pytest.approx((12 / 50) / (9 / 450))
    assert rash.expected == pytest.approx(50 * 21 / 500)
    assert wheeze.prr is None, "nobody has it of anything else"
    assert (nausea.term, nausea.verdict) == ("nausea", Signal.NONE)
    assert (few.item_id, few.term, few.verdict) == ("clove", "rash", Signal.NONE)


def test_an_item_that_is_hardly_given_without_another_belongs_to_the_combination(house: House) -> None:
    thyme = cell(house, "thyme", "cough", (60, 50, 25), Tallies(together={"clove": (57,), "mint": (32,), "rose": (9,)}))
    clove = cell(house, "clove", "cough", (80, 50, 25), Tallies(together={"thyme": (57,)}))
    cell(house, "mint", "cough", (40, 30, 20), Tallies(together={"thyme": (32,)}))
    found = effectiveness.given_together(house.services, house.leila)
    with_clove, with_mint = found[thyme]
    assert (with_clove.item, with_clove.together, with_clove.alone) == ("Clove", 57, 3)
    assert with_clove.inseparable
    # Both 57, thyme alone 3, clove alone 23; of mint's 40 the 32 beside thyme are none of "neither".
    assert with_clove.phi == pytest.approx((57 * 8 - 3 * 23) / (60 * 31 * 80 * 11) ** 0.5)
    assert (with_mint.item, with_mint.together, with_mint.alone, with_mint.inseparable) == ("Mint", 32, 28, False)
    [with_thyme] = found[clove]
    assert not with_thyme.inseparable, "clove was given without thyme often enough"


def test_nobody_else_reads_them_and_no_other_practice_s(house: House) -> None:
    cell(
        house,
        "thyme",
        "cough",
        (60, 50, 25),
        Tallies({house.leila.person_id: (60, 50, 25)}, {"rash": (4, 1)}, {"clove": (60,)}),
    )
    for ask in (effectiveness.by_practitioner, effectiveness.side_effect_signals, effectiveness.given_together):
        for actor in (house.mina, replace(house.leila, role="service")):
            with pytest.raises(NotAllowed):
                ask(house.services, actor)
    assert len(effectiveness.by_practitioner(house.services, house.stranger)) == 1
    assert effectiveness.side_effect_signals(house.services, house.stranger) == []
    assert effectiveness.given_together(house.services, house.stranger) == {}


def test_nothing_is_shown_while_an_upgrade_is_still_counted(house: House) -> None:
    cell(
        house,
        "thyme",
        "cough",
        (60, 50, 25),
        Tallies({house.leila.person_id: (60, 50, 25)}, {"rash": (4, 1)}, {"clove": (60,)}),
    )
    house.services.ledger.write(lambda change: change.session.add(Mark(name="evidence_to_count", value="")))
    asked: Actor = house.leila
    assert effectiveness.by_practitioner(house.services, asked) == []
    assert effectiveness.side_effect_signals(house.services, asked) == []
    assert effectiveness.given_together(house.services, asked) == {}
