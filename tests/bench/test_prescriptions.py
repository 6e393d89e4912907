"""The benchmark of learning from cases: its one line, its measures, and what it says of a file that is not right."""

import json
import random
from collections import defaultdict
from math import log2
from pathlib import Path

import pytest

from bench.prescriptions import __main__ as bench
from bench.prescriptions.judging import judge
from bench.prescriptions.reading import Unreadable, read
from domain.cases import fit

pytestmark = pytest.mark.long

COSTS = {"fit_s", "us_per_case", "mb"}
ABSENT = f"The published prescriptions are not here ({bench.TRAIN}), so learning from real cases was not tested."


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Write 120 cases to learn from and 30 to suggest for: each finding has herbs of its own."""
    dice = random.Random(3)

    def lines(number: int) -> str:
        drawn = []
        for _ in range(number):
            found = dice.sample(range(12), dice.choice([1, 2]))
            herbs = dict.fromkeys(dice.choice([3 * one, 3 * one + 1, 3 * one + 2]) for one in found for _ in range(2))
            drawn.append(f"{' '.join(map(str, found))}\t{' '.join(map(str, herbs))}\n")
        return "".join(drawn)

    train, test = tmp_path / "train.txt", tmp_path / "test.txt"
    train.write_text(lines(120))
    test.write_text(lines(30) + "77\t5 99\n")  # a finding and a herb that were not learnt from
    return train, test


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["prescriptions", *map(str, arguments)])
    for library in ("OMP", "OPENBLAS", "MKL"):  # set by the benchmark: given back afterwards
        monkeypatch.setenv(f"{library}_NUM_THREADS", "1")
    bench.main()


def test_it_prints_one_line_with_the_measures_of_the_ranking(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train, test = files
    run(monkeypatch, "--train", train, "--test", test)
    out, err = capsys.readouterr()
    [line] = out.splitlines()
    found = json.loads(line)
    by_hand = measured_by_hand(train, test)
    assert set(found) == set(by_hand) | COSTS
    assert {name: found[name] for name in by_hand} == pytest.approx(by_hand, abs=6e-5)
    assert found["p@5"] > 0.2
    assert all(found[name] > 0 for name in COSTS)
    assert "popularity" in err


def test_without_a_test_file_the_train_file_is_split(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(monkeypatch, "--train", files[0], "--folds", 3, "--quick", "--json", tmp_path / "numbers.json")
    [line] = capsys.readouterr().out.splitlines()
    everything = json.loads((tmp_path / "numbers.json").read_text())
    assert json.loads(line)["r@20"] == pytest.approx(everything["line"]["r@20"], abs=6e-5)
    assert [one["card"]["cases"] for one in everything["runs"]] == [80, 80]
    assert everything["ratios"]["p@5_by_popularity"] > 1.2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 1\t2\n0 1 2\n", "line 2: 0 tabs"),
        ("0\t1\t2\n", "line 1: 2 tabs"),
        ("0\t1\n\n", "line 2: 0 tabs"),
        ("\t1\n", "line 1: no finding"),
        ("1\t \n", "line 1: no herb"),
        ("0\t1\n0\tx\n", "line 2: 'x' is not a herb id"),
        ("-1\t1\n", "line 1: '-1' is not a finding id"),
        ("", "has no case"),
        ("0\t1\n", "1 cases to learn from where 50"),
    ],
)
def test_a_file_that_is_not_right_is_named_with_its_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cases.txt"
    file.write_text(text)
    with pytest.raises(SystemExit) as left:
        run(monkeypatch, "--train", file, "--test", file)
    out, err = capsys.readouterr()
    assert (left.value.code, out, err.count("\n")) == (1, "", 1)
    assert said in err


def test_a_file_that_is_absent_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"gone\.txt cannot be read: No such file"):
        read(tmp_path / "gone.txt")
    (tmp_path / "picture.txt").write_bytes(b"0\t1\n\xff\xfe")
    with pytest.raises(Unreadable, match="line 2: not UTF-8"):
        read(tmp_path / "picture.txt")


@pytest.mark.skipif(not bench.TRAIN.exists(), reason=ABSENT)
def test_real_prescriptions_are_suggested_better_than_by_popularity() -> None:
    cases = read(bench.TRAIN)
    assert len(cases) == 22_917
    random.Random(1).shuffle(cases)
    found = judge(cases[:2_500], cases[2_500:2_800])
    assert found.line["p@5"] > 1.1 * found.popularity["p@5"]
    assert found.line["r@20"] > 1.2 * found.popularity["r@20"]
    shown = [one for one in found.reliability if one["suggestions"] > 300]
    assert len(shown) >= 3
    assert all(abs(one["told"] - one["prescribed"]) < 0.06 for one in shown)


def measured_by_hand(train: Path, test: Path) -> dict[str, float]:
    """Follow the issue's words: every herb is a candidate, means over cases, NDCG over the ideal of min(K, prescribed)."""
    ranker = fit(read(train))
    assert ranker is not None
    usual = ranker.usual(limit=100)
    assert set(usual) == {herb for case in read(train) for herb in case.herbs}
    sums: defaultdict[str, float] = defaultdict(float)
    cases = read(test)
    for case in cases:
        ranked = [one.herb for one in ranker.rank(case.findings, limit=20)]
        ranked += [herb for herb in usual if herb not in ranked]
        for first in (5, 10, 20):
            places = [place for place in range(1, first + 1) if ranked[place - 1] in case.herbs]
            ideal = range(1, min(first, len(case.herbs)) + 1)
            sums[f"p@{first}"] += len(places) / first
            sums[f"r@{first}"] += len(places) / len(case.herbs)
            gain = sum(1 / log2(1 + place) for place in places) / sum(1 / log2(1 + place) for place in ideal)
            sums[f"ndcg@{first}"] += gain
    return {name: total / len(cases) for name, total in sums.items()}
