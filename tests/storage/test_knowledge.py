"""The knowledge files say what the sources say, and a broken file is refused with a sentence that tells where and why."""

import csv
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from storage.knowledge import DATA, Dose, Knowledge, KnowledgeError, Severity, Tradition, load, problems


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(DATA, tmp_path / "data")


def test_the_shipped_files_have_no_problem() -> None:
    assert problems() == []


def test_the_files_cover_three_traditions(knowledge: Knowledge) -> None:
    herbs = Counter(tradition for herb in knowledge.herbs.values() for tradition in herb.traditions)
    conditions = Counter(condition.tradition for condition in knowledge.conditions.values())
    assert len(knowledge.herbs) >= 40
    assert len(knowledge.conditions) >= 20
    assert len(knowledge.findings) >= 90
    assert len(knowledge.formulas) >= 12
    assert len(knowledge.drugs) >= 60
    for tradition in Tradition:
        assert herbs[tradition] >= 16
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
    assert [row.severity for row in knowledge.interactions_of(herb) if row.other == other] == [severity]


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


def test_its_version_follows_the_files(folder: Path) -> None:
    before = load(folder)
    assert before.version == load().version
    with (folder / "stacking.csv").open("a", encoding="utf-8") as file:
        file.write("sedative,stimulant,minor,They work against each other,PROPOSAL,D,unreviewed,,,\n")
    assert load(folder).version != before.version


def test_loaded_knowledge_cannot_be_changed(knowledge: Knowledge) -> None:
    with pytest.raises(TypeError):
        knowledge.herbs["x"] = knowledge.herbs["saffron"]  # type: ignore[index]


def _change(folder: Path, file: str, row: str, field: str, value: Any) -> None:
    """Set a field of the row whose id (or first cell) is given; ``None`` takes the field away."""
    path = folder / file
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        found = next(one for one in rows if next(iter(one.values())) == row)
        found[field] = "" if value is None else value
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(dict.fromkeys(key for one in rows for key in one)))
            writer.writeheader()
            writer.writerows(rows)
        return
    listed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    changed = next(one for one in listed if row in (one.get("id"), one.get("key")))
    changed[field] = value
    if value is None:
        del changed[field]
    path.write_text(yaml.dump(listed, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "row", "field", "value", "sentence"),
    [
        ("herbs.yaml", "saffron", "colour", "red", "the field colour is unknown"),
        ("herbs.yaml", "saffron", "latin", None, "the field latin is missing"),
        ("herbs.yaml", "saffron", "source", [], "the field source is empty"),
        ("herbs.yaml", "saffron", "source", ["NOWHERE:1"], "the source NOWHERE:1 is not in sources.yaml"),
        ("herbs.yaml", "saffron", "id", "ginger", "the id ginger is used 2 times"),
        ("herbs.yaml", "saffron", "regulated", "Testing", "saffron is regulated and must have no dose"),
        ("herbs.yaml", "saffron", "names", {"fa": ["زعفران"]}, "there is no English name or text"),
        ("herbs.yaml", "saffron", "review_status", "reviewed", "a reviewed row needs reviewer and reviewed_on"),
        ("doses.csv", "gan-cao", "preparation", None, "the field preparation is missing"),
        ("doses.csv", "gan-cao", "unit", None, "the field unit is missing"),
        ("doses.csv", "gan-cao", "per", None, "the field per is missing"),
        ("doses.csv", "gan-cao", "per", "week", "per: String should match pattern"),
        ("doses.csv", "gan-cao", "route", None, "the field route is missing"),
        ("doses.csv", "gan-cao", "source", None, "the field source is missing"),
        ("doses.csv", "gan-cao", "max", "1", "max is below min"),
        ("doses.csv", "gan-cao", "min", "two", "min: Input should be a valid number"),
        ("doses.csv", "gan-cao", "herb", "gan-chao", "there is no herb or formula gan-chao"),
        ("doses.csv", "gan-cao", "herb", "fu-zi", "fu-zi is regulated and must have no dose"),
        ("formulas.yaml", "triphala", "herbs", ["amla", "nothing"], "there is no herb nothing"),
        ("formulas.yaml", "triphala", "id", "amla", "the id amla is a herb's id too"),
        ("formulas.yaml", "jin-gui-shen-qi-wan", "dose", "6 g", "holds fu-zi, which is regulated: no dose"),
        ("conditions.yaml", "t-spqi", "icd11", "", "the condition has no ICD-11 code"),
        ("conditions.yaml", "t-spqi", "icd11", None, "the field icd11 is missing"),
        ("conditions.yaml", "t-spqi", "supporting", {}, "the field supporting is empty"),
        ("conditions.yaml", "t-spqi", "supporting", {"green-ears": 1.0}, "there is no finding green-ears"),
        ("conditions.yaml", "t-spqi", "supporting", {"tremor": 1.0}, "the finding tremor is not one of tcm"),
        ("conditions.yaml", "t-spqi", "supporting", {"fatigue": 9.0}, "a weight lies above 0 and at most 5"),
        (
            "conditions.yaml",
            "t-spqi",
            "contrary",
            {"fatigue": 1.0},
            "the finding fatigue is both supporting and contrary",
        ),
        ("indications.csv", "si-jun-zi-tang", "item", "no-tang", "there is no herb or formula no-tang"),
        ("indications.csv", "si-jun-zi-tang", "condition", "t-no", "there is no condition t-no"),
        ("advice.yaml", "keep-warm", "conditions", ["t-no"], "there is no condition t-no"),
        ("interactions.csv", "shankhapushpi", "herb", "no-herb", "there is no herb no-herb"),
        ("interactions.csv", "shankhapushpi", "other", "phenytoinn", "there is no drug phenytoinn"),
        ("interactions.csv", "shankhapushpi", "other", "class:none", "there is no drug class none"),
        ("interactions.csv", "shankhapushpi", "other", "herb:none", "there is no herb none"),
        ("interactions.csv", "shankhapushpi", "other", "food:none", "food:none is no drug, class: or herb:"),
        ("interactions.csv", "shankhapushpi", "other", "herb:shankhapushpi", "shankhapushpi interacts with itself"),
        ("interactions.csv", "shankhapushpi", "severity", "bad", "severity: Input should be"),
        ("stacking.csv", "serotonergic", "second", "sleepy", "there is no herb tag or drug class sleepy"),
        ("cautions.csv", "vasa", "herb", "vase", "there is no herb vase"),
        ("side_effects.yaml", "nausea", "names", {"fa": "تهوع"}, "there is no English name or text"),
    ],
)
def test_a_broken_row_is_named_with_its_file(
    folder: Path, file: str, row: str, field: str, value: Any, sentence: str
) -> None:
    _change(folder, file, row, field, value)

    found = problems(folder)

    assert [problem for problem in found if sentence in problem.message and problem.row], [str(one) for one in found]
    assert file in {problem.file for problem in found} | ({"herbs.yaml"} if field == "regulated" else set())
    with pytest.raises(KnowledgeError) as error:
        load(folder)
    assert error.value.problems == found
    assert sentence in str(error.value)


def test_a_pair_listed_in_both_directions_has_one_severity(folder: Path) -> None:
    with (folder / "interactions.csv").open("a", encoding="utf-8") as file:
        file.write("ban-xia,herb:fu-zi,minor,Another opinion,,TC,T,unreviewed,,,\n")
    [problem] = problems(folder)
    assert problem.file == "interactions.csv"
    assert problem.message == "ban-xia with herb:fu-zi is minor here and block in the other direction"


def test_a_pair_is_not_listed_twice_with_one_effect(folder: Path) -> None:
    path = folder / "interactions.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    assert "garlic with warfarin is listed 2 times with one effect" in [problem.message for problem in problems(folder)]


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("herbs.yaml", None, "the file is missing"),
        ("herbs.yaml", "- id: [", "the file cannot be read"),
        ("herbs.yaml", "id: saffron", "a list of rows is expected"),
        ("doses.csv", "herb,part\nsaffron,stigma,decoction\n", "line 2 has more cells than the header"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(folder: Path, file: str, text: str | None, sentence: str) -> None:
    path = folder / file
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    [problem] = problems(folder)
    assert (problem.file, problem.row) == (file, "")
    assert sentence in problem.message
