"""The card of the predictor: why the rules speak, what a fit was judged by, and that it changes while one looks."""

import re
from dataclasses import replace

import pytest

from domain.predicting import GRADE_MEANS, Candidate, PastOutcome, from_rules
from domain.predictors import report, versions
from domain.predictors.features import NAMES, Features
from domain.predictors.files import Unusable
from domain.predictors.fitted import GROUPS
from domain.predictors.pipelines import PIPELINES as FITTED
from domain.predictors.promoting import enough, verdict
from domain.predictors.report import DUE, of_practice
from domain.predictors.versions import SUPERSEDED, WAITS
from domain.predictors.wording import basis
from domain.statistics import posterior
from pages.elements.chart import Chart
from pages.elements.live_table import LiveTable
from pages.language import Language
from pages.prediction_words import reasons_of
from pages.predictor_words import FEATURES, NOT_FOR, PIPELINES, SENTENCES, sentence_of
from pages.said import form, unturned
from tests.domain.predictors.test_measures import measured
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.outcomes import fitting_in_a_moment, past_outcomes
from tests.support.waiting import eventually

fa, en = Language("fa"), Language("en")


async def test_a_practice_with_few_outcomes_is_told_what_is_lacking(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/predictor")
    await leila.user.should_see("The rules speak: grade of the indication, match and evidence.")
    await leila.user.should_see("The evidence is used: there are 0 outcomes, and a fitted predictor needs 200.")
    await leila.user.should_see("It never undoes the safety gate")
    rows = leila.the(LiveTable, "said").rows
    assert [row["key"] for row in rows] == ["rules-1"]


async def test_a_fit_is_shown_with_its_numbers_and_goes_while_one_looks(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, practice_id = house.services, house.leila.practice_id
    fitting_in_a_moment(monkeypatch)
    past_outcomes(house, 400)
    found = versions.train(services, practice_id)
    assert isinstance(found, versions.Version)
    services.predictors.load(practice_id)
    leila = await visitor(house.leila)
    await leila.open("/predictor")
    await leila.user.should_see(f"The fitted predictor speaks (version {unturned(found.version)}).")
    shown = {row["key"]: row["cells"] for row in leila.the(LiveTable, "measures").rows}
    judged = found.card.judged
    assert shown["Brier score"]["value"]["text"] == f"{judged.brier.value:.3f}"
    assert shown["AUROC"]["interval"]["text"] == f"{judged.auroc.low:.3f} to {judged.auroc.high:.3f}"
    bins = leila.the(Chart, "reliability").picture.marks
    assert [mark.cells[2] for mark in bins] == [f"{one.improved} of {one.answered}" for one in judged.reliability]
    told = of_practice(services, house.leila)
    assert told.said[0].shown == 401, "with Mina’s, whose outcome nobody knows"
    assert told.said[0].scored == 400
    versions.demote(services, practice_id, "Taken out of use at a terminal.", by_hand=True)
    await eventually(lambda: leila.the(LiveTable, "versions").rows[0]["cells"]["status"]["text"] == "No longer used")
    await leila.user.should_see("The rules speak: grade of the indication, match and evidence.")


def every_sentence() -> list[str]:
    """Collect what the program can say of a predictor."""
    skills = ((-0.009, 0.02, 0.05), (-0.01, 0.02, 0.05), (-0.009, 0.0, 0.05))
    found = [enough(count, improved).sentence for count, improved in ((3, 1), (200, 49), (200, 151))]
    for baseline in ("rules", "evidence"):
        for skill in skills:
            for slope in (1.0, 0.6, 1.4):
                judged = measured(skill, slope).model_copy(update={"baseline": baseline})
                found.append(verdict(judged).sentence)
    return [*found, DUE, SUPERSEDED, WAITS]


@pytest.mark.parametrize("sentence", sorted(set(every_sentence())))
def test_what_the_program_says_of_it_is_said_in_persian(sentence: str) -> None:
    assert sentence_of(sentence, en) == sentence
    said = sentence_of(sentence, fa)
    assert not any("a" <= letter <= "z" for letter in said), said
    assert sum(form(text).fullmatch(sentence) is not None for text in SENTENCES) == 1, "one form each"


def test_what_somebody_says_themselves_stays() -> None:
    assert sentence_of("It frightens me.", fa) == "It frightens me."
    refused = Unusable("The file of predictor 1-a is not the one that was written: it is not opened.").message
    assert sentence_of(f"The evidence is used. {refused}", fa) != f"The evidence is used. {refused}"


def test_every_feature_and_pipeline_has_its_words() -> None:
    assert set(FEATURES) == set(NAMES)
    assert set(PIPELINES) == set(FITTED)
    assert tuple(NOT_FOR) == report.NOT_FOR, "the page and the API say the same"


def every_basis() -> list[str]:
    """Collect what a number can rest on: by the rules, by every feature of a fitted predictor, and by a model elsewhere."""
    known = Features(
        age=40, baseline=7, match=0.9, dose=1.2, adherence=80.0, own_answered=2, own_share=0.5, answered=10, share=0.6,
        expected=0.5, sex="female", condition="t-stcold", item="ginger", tradition="tcm", grade="B",
    )  # fmt: skip
    nothing = replace(
        known, age=None, baseline=None, match=None, dose=None, adherence=None, own_answered=0, own_share=None, answered=0,
        share=None, sex="", grade="",
    )  # fmt: skip
    past = [PastOutcome("a", "x", improved=True)]
    rules = [
        from_rules(Candidate("a", "x", match, grade, counted), history).basis
        for match in (None, 0.83)
        for grade in (None, *GRADE_MEANS)
        for counted in (None, posterior(12, 17))
        for history in ([], past)
    ]
    fitted = [
        basis(row, [(group[0], points)], outcomes=400, alike=45)
        for row in (known, nothing, replace(known, sex="male", tradition="avicenna"))
        for group in GROUPS
        for points in (12.3, -4.0, 0.1)
    ]
    return [*rules, *fitted, "Answered by the model vervain at models.example, which gives no reasons."]


def test_every_reason_of_a_number_is_said_in_persian() -> None:
    for text in every_basis():
        assert ". ".join(reasons_of(text, en)).replace("\u2066", "").count("points") == text.count("points")
        for reason in reasons_of(text, fa):
            plain = re.sub("\u2066.*?\u2069", "", reason)
            assert not any("a" <= letter <= "z" for letter in plain), (text, reason)
            assert not any("0" <= letter <= "9" for letter in plain), (text, reason)
    assert reasons_of("Somebody’s own words.", fa) == ["Somebody’s own words"]
