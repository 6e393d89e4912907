"""A practice's own rows: read from one file, checked together with all others, and left out where they stop fitting."""

import pytest

from storage.knowledge import Dose, Files, Herb, Interaction, Problem, extend, read_own
from storage.knowledge.own_rows import OwnRow
from tests.support.shipped import shipped_files

BUNDLE = """
format: 1
sources:
  - {key: OURS, title: What our practice has written down, kind: secondary, checked: true}
herbs:
  - id: our-leaf
    latin: Folium nostrum
    part: leaf
    traditions: [avicenna]
    names: {en: [our leaf], fa: [برگ ما]}
    source: ["OURS:p. 3"]
    grade: T
doses:
  - {herb: our-leaf, part: leaf, preparation: infusion, min: 2, max: 4, unit: g, per: day, route: oral, source: [OURS], grade: T}
"""
DOSES = "herb,part,preparation,min,max,unit,per,route,source,grade\n"
GINGER = "ginger,rhizome,infusion,1,2,g,day,oral,RECALL,T\n"
INTERACTIONS = "herb,other,severity,effect,source,grade\n"


@pytest.fixture(scope="module")
def base() -> Files:
    return shipped_files()


def problems_of(base: Files, name: str, text: str) -> list[str]:
    rows, wrong = read_own(name, text, base)
    assert rows == []
    return [str(one) for one in wrong]


def test_a_bundle_holds_rows_of_several_sets(base: Files) -> None:
    rows, wrong = read_own("ours.yaml", BUNDLE, base)
    assert wrong == []
    assert [(file, label) for file, label, _ in rows] == [
        ("sources.yaml", "OURS"),
        ("herbs.yaml", "our-leaf"),
        ("doses.csv", "1"),
    ]
    whole, refused = extend(base, rows)
    assert refused == []
    assert dict(whole.of(Herb))["own 1"].names["fa"] == ("برگ ما",)


@pytest.mark.parametrize(
    "text",
    [
        DOSES + GINGER,
        "# format: 1\n" + DOSES + GINGER,
        "\ufeff# format: 1,,,\r\n" + (DOSES + GINGER).replace("\n", "\r\n"),
    ],
)
def test_a_csv_is_named_after_its_set(base: Files, text: str) -> None:
    rows, wrong = read_own("our-Doses.CSV", text, base)
    assert wrong == []
    [(file, label, row)] = rows
    assert (file, row["herb"], row["max"], row["source"]) == ("doses.csv", "ginger", 2, ["RECALL"])
    assert label == ("3" if "format" in text else "2"), "its line in the file that the practice has"


def test_a_yaml_of_one_set_is_a_list(base: Files) -> None:
    herb = BUNDLE.split("herbs:\n")[1].split("doses:")[0].replace("OURS:p. 3", "RECALL")
    rows, wrong = read_own("herbs.yaml", herb, base)
    assert wrong == []
    assert [(file, label) for file, label, _ in rows] == [("herbs.yaml", "our-leaf")]


def test_a_date_is_a_text(base: Files) -> None:
    dated = BUNDLE.replace("grade: T}", "grade: T, review_status: reviewed, reviewer: Dr L, reviewed_on: 2026-11-02}")
    rows, wrong = read_own("ours.yaml", dated, base)
    assert wrong == []
    assert rows[-1][2]["reviewed_on"] == "2026-11-02"


NEWER = "the file has format 2, which a newer version of Vervain writes; this one reads format 1"
BOMB = "format: 1\na: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(12)
)
"""Nine to the twelfth rows."""
WRONG = [
    ("ours.yaml", BOMB + "herbs: *m\n", "the file cannot be read: no & and * are read"),
    ("ours.yaml", "format: 1\nherbs: &a\n- *a\n", "the file cannot be read: no & and * are read"),
    ("ours.yaml", "format: 1\nherbs: " + "[" * 100_000, "the file cannot be read: it is more than 12 lists deep"),
    ("herbs.yaml", "- " * 100_000 + "x", "the file cannot be read: it is more than 12 lists deep"),
    ("herbs.yaml", "- {" + "a: {" * 100_000, "the file cannot be read: it is more than 12 lists deep"),
    ("ours.yaml", "format: " + "9" * 10_000, "the file cannot be read: Exceeds the limit"),
    ("ours.yaml", "format: 1\nherbs: [{id: a, note: a\0b}]", "the file cannot be read: "),
    ("doses.csv", DOSES + GINGER.replace("rhizome", "rhiz\0ome"), "doses.csv, 2: a text holds a character that"),
    ("doses.csv", DOSES + GINGER.replace("rhizome", "x" * 200_000), "the file cannot be read: field larger than"),
    ("ours.yaml", BUNDLE.replace("format: 1", "format: 2"), NEWER),
    ("doses.csv", f"# format: 2\n{DOSES}{GINGER}", NEWER),
    ("doses.csv", f"# format: two\n{DOSES}{GINGER}", "the format is a whole number"),
    ("doses.csv", f"# our doses\n{DOSES}{GINGER}", "the format is a whole number"),
    ("ours.yaml", BUNDLE.replace("format: 1", "format: 0"), "the format is a whole number"),
    ("ours.yaml", BUNDLE.replace("format: 1", ""), "“format: 1” and lists of rows are expected"),
    (
        "ours.yaml",
        BUNDLE.replace("herbs:", "plants:"),
        "there is no set of facts “plants”: it is one of sources, herbs",
    ),
    ("ours.yaml", BUNDLE.replace("doses:", "herbs:"), "“herbs” stands twice in one place"),
    ("ours.yaml", BUNDLE.replace("part: leaf\n", "part: leaf\n    part: root\n"), "“part” stands twice in one place"),
    ("ours.yaml", "format: 1\nherbs: all of them\n", "a list of rows is expected under herbs"),
    ("ours.yaml", "format: 1\nherbs: [ginger]\n", "herbs.yaml, 1: Input should be"),
    ("ours.yaml", "format: 1\n", "there is no row in it"),
    ("ours.yaml", "", "“format: 1” and lists of rows are expected"),
    ("ours.yaml", "{", "the file cannot be read: "),
    ("ours.yaml", "format: 1\nherbs: [{id: a, x: 0b_}]\n", "the file cannot be read: "),
    ("ours.yaml", "!!python/object/apply:os.getcwd []", "the file cannot be read: "),
    ("ours.csv", DOSES + GINGER, "a CSV is named after its set of facts, such as our-doses.csv"),
    ("doses.csv", "", "there is no row in it"),
    ("doses.csv", DOSES, "there is no row in it"),
    ("doses.csv", DOSES + '"ginger', "the file cannot be read: "),
    ("doses.csv", DOSES + GINGER.strip() + ",more\n", "line 2 has more cells than the header"),
    ("doses.csv", "# format: 1\n" + DOSES + GINGER.replace(",g,", ",,"), "doses.csv, 3: the field unit is missing"),
    (
        "doses.csv",
        DOSES + GINGER + GINGER.replace("2,g", "inf,g"),
        "doses.csv, 3: max: Input should be a finite number",
    ),
    ("doses.csv", DOSES + GINGER.replace("ginger", "gingger"), "doses.csv, 2: there is no herb or formula gingger"),
    ("doses.csv", DOSES + GINGER.replace("RECALL", "OURS"), "doses.csv, 2: the source OURS is not in sources.yaml"),
    ("doses.csv", DOSES + GINGER.replace("ginger", "fu-zi"), "doses.csv, 2: fu-zi is regulated and must have no dose"),
    ("doses.csv", DOSES + GINGER.replace(",g,", ",drop,"), "doses.csv, 2: a dose in drops needs drops_per_ml"),
    ("ours.yaml", BUNDLE.replace("our-leaf", "ginger"), "herbs.yaml, ginger: the id ginger is used 2 times"),
    ("ours.yaml", BUNDLE.replace("our-leaf", "si-jun-zi-tang"), "the id si-jun-zi-tang is a herb's id too"),
    (
        "interactions.csv",
        INTERACTIONS + 'garlic,warfarin,major,"Bleeding, raised INR",RECALL,C\n',
        "interactions.csv, 2: garlic with warfarin is listed 2 times with one effect",
    ),
]


@pytest.mark.parametrize(("name", "text", "sentence"), WRONG, ids=[one[2][:45] for one in WRONG])
def test_a_file_with_a_problem_says_where_and_nothing_of_it_is_kept(
    base: Files, name: str, text: str, sentence: str
) -> None:
    said = problems_of(base, name, text)
    assert [one for one in said if sentence in one], said
    assert all("\n" not in one for one in said)


def test_what_stops_fitting_is_left_out_and_the_rest_works(base: Files) -> None:
    own: list[OwnRow] = [
        dose_row("2", "ginger", 5),
        dose_row("2", "a-herb-that-is-gone", 6),  # of another file, with the same label
        interaction_row("2", "ginger", "warfarin", "Ours, not in the base"),
        interaction_row("2", "garlic", "warfarin", "Bleeding, raised INR"),  # the base has it by now
        ("doses.csv", "4", {"herb": "ginger", "colour": "red"}),  # the form has changed
    ]
    whole, refused = extend(base, own)
    assert {row.max for _, row in whole.of(Dose)} >= {5}
    assert 6 not in {row.max for label, row in whole.of(Dose) if label.startswith("own")}
    assert [row.effect for label, row in whole.of(Interaction) if label.startswith("own")] == ["Ours, not in the base"]
    assert Problem("doses.csv", "2", "there is no herb or formula a-herb-that-is-gone") in refused
    assert Problem("doses.csv", "4", "the field colour is unknown") in refused
    assert [one.row for one in refused if one.file == "interactions.csv"] == ["2"]


def test_rows_that_named_a_row_that_is_gone_go_with_it(base: Files) -> None:
    rows, _ = read_own("ours.yaml", BUNDLE, base)
    whole, refused = extend(base, [row for row in rows if row[0] != "sources.yaml"])
    assert [label for _, label, _ in whole.every() if label.startswith("own")] == []
    assert [(one.file, one.row) for one in refused] == [("doses.csv", "1"), ("herbs.yaml", "our-leaf")]


def test_a_row_that_makes_another_wrong_is_found(base: Files) -> None:
    """A herb of the practice has the id of a formula that the base has got since: what is named is the formula."""
    rows, _ = read_own("ours.yaml", BUNDLE.replace("our-leaf", "our-other-leaf"), base)
    clash = [
        (file, label, {**row, "id": "si-jun-zi-tang"} if file == "herbs.yaml" else row)
        for file, label, row in read_own("ours.yaml", BUNDLE, base)[0]
        if file == "herbs.yaml"
    ]
    whole, refused = extend(base, [*rows, *clash])
    herbs = [row.id for label, row in whole.of(Herb) if label.startswith("own")]
    assert herbs == ["our-other-leaf"]
    assert [one.message for one in refused] == ["the id si-jun-zi-tang is a herb's id too"]


def dose_row(label: str, herb: str, most: float) -> OwnRow:
    row = {"herb": herb, "part": "x", "preparation": "x", "min": 1, "max": most, "unit": "g", "per": "day"}
    return "doses.csv", label, {**row, "route": "oral", "source": ["RECALL"], "grade": "T"}


def interaction_row(label: str, herb: str, other: str, effect: str) -> OwnRow:
    row = {"herb": herb, "other": other, "severity": "major", "effect": effect, "source": ["RECALL"], "grade": "C"}
    return "interactions.csv", label, row
