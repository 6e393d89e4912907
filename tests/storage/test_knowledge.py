"""A broken knowledge file is refused with a sentence that tells where and why."""

import csv
import gc
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from storage.knowledge import DATA, Knowledge, KnowledgeError, Problem, files, load, problems


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


@cache
def as_shipped(name: str) -> tuple[bytes, list[tuple[str, Any]]]:
    """A file that comes with the program, and its rows, which nobody can change."""
    wrong: list[Problem] = []
    rows = files._rows_of_file(DATA / name, wrong)
    assert not wrong
    return (DATA / name).read_bytes(), rows


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files to break; those that are still as they were are not parsed again."""
    parse_anew = files._rows_of_file

    def rows_of_file(path: Path, wrong: list[Problem]) -> list[tuple[str, Any]]:
        content, rows = as_shipped(path.name)
        same = path.is_file() and path.read_bytes() == content
        return list(rows) if same else parse_anew(path, wrong)

    for name in files.SETS:
        as_shipped(name)
    monkeypatch.setattr(files, "_rows_of_file", rows_of_file)
    return shutil.copytree(DATA, tmp_path / "data")


def test_its_version_follows_the_files(folder: Path) -> None:
    before = load(folder)
    assert before.version == load().version
    with (folder / "stacking.csv").open("a", encoding="utf-8") as file:
        file.write("sedative,stimulant,minor,They work against each other,PROPOSAL,D,unreviewed,,,\n")
    assert load(folder).version != before.version


@pytest.mark.parametrize("collecting", [True, False])
def test_reading_leaves_the_garbage_collector_as_it_was(collecting: bool) -> None:
    before = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        assert problems() == []
        assert gc.isenabled() is collecting
    finally:
        (gc.enable if before else gc.disable)()


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
    text = path.read_text(encoding="utf-8")
    [block] = re.finditer(rf"^- (?:id|key): {re.escape(row)}\n(?:[ #].*\n|\n)*", text, re.MULTILINE)
    [changed] = yaml.load(block[0], Loader=yaml.CSafeLoader)
    changed[field] = value
    if value is None:
        del changed[field]
    anew = yaml.dump([changed], Dumper=yaml.CSafeDumper, allow_unicode=True)
    path.write_text(text[: block.start()] + anew + text[block.end() :], encoding="utf-8")


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
        ("stacking.csv", "serotonergic", "second", "sleepy", "there is no mechanism or drug class sleepy"),
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


def test_a_base_with_a_problem_is_not_loaded(folder: Path) -> None:
    _change(folder, "stacking.csv", "serotonergic", "second", "sleepy")
    with pytest.raises(KnowledgeError) as error:
        load(folder)
    assert error.value.problems == problems(folder)
    assert "there is no mechanism or drug class sleepy" in str(error.value)


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
