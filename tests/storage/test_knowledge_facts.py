"""The knowledge that is shipped says what its sources say."""

from collections import Counter

import pytest

from storage.knowledge import Dose, Knowledge, Severity, Tradition, problems
from tests.support.shipped import shipped


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return shipped()


def test_the_shipped_files_have_no_problem() -> None:
    assert problems() == []


def test_the_files_cover_three_traditions(knowledge: Knowledge) -> None:
    herbs = Counter(tradition for herb in knowledge.herbs.values() for tradition in herb.traditions)
    conditions = Counter(condition.tradition for condition in knowledge.conditions.values())
    assert len(knowledge.herbs) >= 350
    assert len(knowledge.conditions) >= 20
    assert len(knowledge.findings) >= 90
    assert len(knowledge.formulas) >= 12
    assert len(knowledge.drugs) >= 250
    assert herbs[Tradition.TCM] >= 150
    assert herbs[Tradition.AVICENNA] >= 50
    assert herbs[Tradition.AYURVEDA] >= 45
    for tradition in Tradition:
        assert conditions[tradition] >= 8


def test_every_condition_can_be_found_treated_and_lived_with(knowledge: Knowledge) -> None:
    for condition in knowledge.conditions.values():
        given = {row.item for row in knowledge.indications if row.condition == condition.id}
        shown = [item for item in given if not getattr(knowledge.herbs.get(item), "regulated", "")]
        kinds = Counter(row.kind for row in knowledge.advice.values() if condition.id in row.conditions)
        assert len(condition.supporting) >= 3, condition.id
        assert len(shown) >= 2, condition.id
        assert kinds["diet"] >= 2, condition.id
        assert kinds["lifestyle"] >= 1, condition.id


def test_every_finding_has_a_persian_name_and_a_question(knowledge: Knowledge) -> None:
    for finding in knowledge.findings.values():
        assert finding.names["fa"], finding.id
        assert finding.question.endswith("?"), finding.id


def test_nothing_claims_to_be_reviewed(knowledge: Knowledge) -> None:
    rows = [*knowledge.herbs.values(), *knowledge.interactions, *knowledge.cautions, *knowledge.indications]
    doses = [dose for doses in knowledge.doses.values() for dose in doses]
    assert {row.review_status for row in [*rows, *doses]} == {"unreviewed"}


def test_a_recalled_dose_says_that_it_was_not_checked(knowledge: Knowledge) -> None:
    for doses in knowledge.doses.values():
        for dose in doses:
            if not all(knowledge.sources[source.partition(":")[0]].checked for source in dose.source):
                assert "checked" in dose.note or "recalled" in dose.note, dose


@pytest.mark.parametrize(
    ("herb", "preparation", "low", "high", "unit", "per", "source"),
    [
        ("gan-cao", "decoction", 2, 10, "g", "day", "CHP:e126"),
        ("huang-lian", "decoction", 2, 5, "g", "day", "CHP:e481"),
        ("huang-qi", "decoction", 9, 30, "g", "day", "CHP:e479"),
        ("ren-shen", "powder", 2, 2, "g", "dose", "CHP:e6"),
        ("chuan-bei-mu", "powder", 1, 2, "g", "dose", "CHP:e52"),
        ("wu-wei-zi", "decoction", 2, 6, "g", "day", "CHP:e96"),
        ("rou-gui", "decoction", 1, 5, "g", "day", "CHP:e209"),
        ("saffron", "decoction", 1, 3, "g", "day", "CHP:e198"),
        ("saffron", "extract", 30, 30, "mg", "day", "SAF"),
        ("ashwagandha", "powder", 2, 6, "g", "day", "HC"),
        ("nigella", "powder", 1, 3, "g", "day", "NIG"),
        ("nigella", "powder (trial range)", 0.5, 2, "g", "day", "NIG"),
        ("long-pepper", "powder", 1, 3, "g", "day", "API"),
        ("long-pepper", "powder (low range)", 0.5, 1, "g", "day", "RECALL"),
        ("fenugreek", "powder", 3, 6, "g", "day", "API"),
        ("fenugreek", "powder (trial range)", 5, 25, "g", "day", "NS"),
        ("turmeric", "extract (curcumin)", 500, 1500, "mg", "day", "API"),
        ("andrographis", "decoction", 6, 9, "g", "day", "CHP:e423"),
        ("andrographis", "decoction", 6, 6, "g", "day", "NMD"),
        ("yi-yi-ren", "decoction", 9, 30, "g", "day", "CHP:e601"),
        ("sha-ren", "decoction", 3, 6, "g", "day", "CHP"),
        ("lian-zi", "decoction", 6, 15, "g", "day", "CHP"),
        ("huang-bai", "decoction", 3, 12, "g", "day", "CHP:e482"),
        ("shi-chang-pu", "decoction", 3, 10, "g", "day", "CHP:e134"),
        ("ge-gen", "decoction", 10, 15, "g", "day", "CHP:e527"),
        ("he-shou-wu", "decoction", 3, 6, "g", "day", "CHP:e271"),
        ("zhi-he-shou-wu", "decoction", 6, 12, "g", "day", "CHP:e272"),
        ("mo-yao", "decoction", 3, 5, "g", "day", "CHP:e287"),
        ("long-dan", "decoction", 3, 6, "g", "day", "CHP:e140"),
        ("shi-gao", "decoction", 15, 60, "g", "day", "CHP"),
        ("wu-zhu-yu", "decoction", 2, 5, "g", "day", "CHP"),
        ("xian-mao", "decoction", 3, 10, "g", "day", "CHP"),
        ("descurainia", "whole seed", 5, 10, "g", "day", "RECALL"),
        ("gentian", "infusion", 0.6, 2, "g", "dose", "EMA"),
        ("gentian", "powder", 6, 6, "g", "day", "CAN"),
        ("borage", "powder", 6, 6, "g", "day", "CAN"),
        ("saffron", "extract (trial range)", 20, 400, "mg", "day", "SAF"),
        ("kutki", "powder", 1, 3, "g", "day", "API"),
        ("manjishtha", "powder", 2, 4, "g", "day", "API"),
        ("xiang-fu", "powder", 3, 6, "g", "day", "API"),
        ("peppermint", "enteric capsule", 0.2, 0.4, "mL", "dose", "RECALL"),
        ("st-johns-wort", "extract", 900, 900, "mg", "day", "RECALL"),
    ],
)
def test_doses_as_in_the_sources(
    knowledge: Knowledge, herb: str, preparation: str, low: float, high: float, unit: str, per: str, source: str
) -> None:
    def wanted(dose: Dose) -> bool:
        range_ = (dose.preparation, dose.min, dose.max, dose.unit, dose.per)
        return range_ == (preparation, low, high, unit, per) and source in dose.source

    assert len([dose for dose in knowledge.doses[herb] if wanted(dose)]) == 1


def test_two_doses_are_told_apart_by_more_than_their_notes(knowledge: Knowledge) -> None:
    told_by = Counter(
        (dose.herb, dose.part, dose.preparation, dose.per, dose.route, dose.age, dose.source)
        for doses in knowledge.doses.values()
        for dose in doses
    )
    assert [key for key, count in told_by.items() if count > 1] == []


def test_andrographis_is_given_for_a_week_at_most(knowledge: Knowledge) -> None:
    assert {dose.max_days for dose in knowledge.doses["andrographis"]} == {7}


@pytest.mark.parametrize(
    ("herb", "other", "severity"),
    [
        ("dan-shen", "warfarin", Severity.BLOCK),
        ("st-johns-wort", "class:ssri", Severity.BLOCK),
        ("st-johns-wort", "ciclosporin", Severity.BLOCK),
        ("shankhapushpi", "phenytoin", Severity.BLOCK),
        ("ginkgo", "warfarin", Severity.MAJOR),
        ("gan-cao", "digoxin", Severity.BLOCK),
        ("licorice", "digoxin", Severity.BLOCK),
        ("turmeric", "digoxin", Severity.MINOR),
        ("fu-zi", "herb:ban-xia", Severity.BLOCK),
        ("ban-xia", "herb:fu-zi", Severity.BLOCK),
        ("ren-shen", "herb:li-lu", Severity.BLOCK),
        ("yu-jin", "herb:clove", Severity.MODERATE),
        ("wu-ling-zhi", "herb:ren-shen", Severity.MODERATE),
        ("ren-shen", "herb:lai-fu-zi", Severity.MODERATE),
        ("frankincense", "class:anticoagulant", Severity.MODERATE),
    ],
)
def test_interactions_are_found_from_either_side(
    knowledge: Knowledge, herb: str, other: str, severity: Severity
) -> None:
    # A pair of herbs is written down once, on either side.
    sides = {(herb, other), (other.removeprefix("herb:"), f"herb:{herb}")}
    assert [row.severity for row in knowledge.interactions if (row.herb, row.other) in sides] == [severity]


def test_what_is_toxic_is_regulated_and_has_no_dose(knowledge: Knowledge) -> None:
    toxic = (
        "fu-zi chuan-wu cao-wu gan-sui guan-mu-tong li-lu ma-qian-zi zhu-sha lei-gong-teng ma-huang xi-xin suranjan vacha"
        " sarpagandha kava"
    )
    for herb in toxic.split():
        assert knowledge.herbs[herb].regulated
        assert herb not in knowledge.doses


@pytest.mark.parametrize(
    ("herb", "population", "severity"),
    [
        ("hong-hua", "pregnancy", Severity.BLOCK),
        ("tao-ren", "pregnancy", Severity.BLOCK),
        ("vasa", "pregnancy", Severity.BLOCK),
        ("nigella", "pregnancy", Severity.MAJOR),
        ("gan-cao", "hypertension", Severity.MAJOR),
        ("fu-zi", "lactation", Severity.BLOCK),
        ("ginkgo", "bleeding", Severity.MAJOR),
        ("tao-ren", "bleeding", Severity.MAJOR),
        ("ginger", "pregnancy", Severity.MAJOR),
        ("yi-yi-ren", "pregnancy", Severity.MAJOR),
        ("moringa", "pregnancy", Severity.BLOCK),
    ],
)
def test_cautions(knowledge: Knowledge, herb: str, population: str, severity: Severity) -> None:
    assert severity in {row.severity for row in knowledge.cautions if (row.herb, row.population) == (herb, population)}


def test_the_allowance_for_ginger_in_pregnancy_is_told(knowledge: Knowledge) -> None:
    [row] = [row for row in knowledge.cautions if (row.herb, row.population) == ("ginger", "pregnancy")]
    assert "1 g a day" in row.note


@pytest.mark.parametrize(
    ("herb", "tag", "has"),
    [
        ("tao-ren", "antiplatelet", True),
        ("hong-hua", "antiplatelet", True),
        ("dang-gui", "anticoagulant", True),
        ("fenugreek", "anticoagulant", True),
        ("guan-mu-tong", "nephrotoxic", True),
        ("xi-xin", "nephrotoxic", True),
        ("lei-gong-teng", "nephrotoxic", True),
        ("xi-yang-shen", "hypoglycaemic", False),
        ("moringa", "hypoglycaemic", True),
    ],
)
def test_tags_as_in_the_facts(knowledge: Knowledge, herb: str, tag: str, has: bool) -> None:
    assert (tag in knowledge.herbs[herb].tags) is has


@pytest.mark.parametrize("drug", ["lithium", "levothyroxine"])
def test_what_no_enzyme_rule_is_about_is_not_narrow(knowledge: Knowledge, drug: str) -> None:
    assert "narrow_therapeutic_index" not in knowledge.drugs[drug].classes
    assert "narrow_therapeutic_index" in knowledge.drugs[drug].note


@pytest.mark.parametrize(
    ("drug", "classes"),
    [
        ("acenocoumarol", {"anticoagulant", "vitamin_k_antagonist"}),
        ("enoxaparin", {"anticoagulant"}),
        ("edoxaban", {"factor_xa_inhibitor"}),
        ("escitalopram", {"ssri", "serotonergic"}),
        ("sumatriptan", {"serotonergic"}),
        ("gabapentin", {"sedative"}),
        ("amiodarone", {"bradycardic", "hepatotoxic", "photosensitising"}),
        ("olanzapine", {"neuroleptic"}),
        ("valsartan", {"arb", "hypotensive"}),
        ("glimepiride", {"sulfonylurea", "hypoglycaemic"}),
    ],
)
def test_common_medicines_have_their_classes(knowledge: Knowledge, drug: str, classes: set[str]) -> None:
    assert classes <= set(knowledge.drugs[drug].classes)
    assert any("\u0600" <= name[0] <= "\u06ff" for name in knowledge.drugs[drug].names)


def test_a_severity_that_we_gave_says_so(knowledge: Knowledge) -> None:
    for row in (*knowledge.interactions, *knowledge.stacking, *knowledge.cautions):
        assert "severity" in row.note.casefold(), row


def test_an_indication_without_a_checked_source_says_so(knowledge: Knowledge) -> None:
    for row in knowledge.indications:
        if not any(knowledge.sources[source.partition(":")[0]].checked for source in row.source):
            assert "checked" in row.note.casefold() or "recalled" in row.note.casefold(), row


@pytest.mark.parametrize("condition", ["t-qi", "t-phlegm", "t-lvbl", "t-lvkiyin"])
def test_a_condition_has_three_items_with_a_dose(knowledge: Knowledge, condition: str) -> None:
    items = {row.item for row in knowledge.indications if row.condition == condition}
    assert len(items & knowledge.doses.keys()) >= 3


def test_contrary_findings_keep_heat_apart_from_cold(knowledge: Knowledge) -> None:
    assert {"night-sweat", "tongue-red"} <= knowledge.conditions["t-kiyang"].contrary.keys()
    assert "cold-knees" in knowledge.conditions["t-kiyin"].contrary
