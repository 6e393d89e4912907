"""The benchmark on ratings: its one line, its measures by hand, and what it says of a file that is not right."""

import json
import random
from math import log
from pathlib import Path

import pytest

from bench.ratings import __main__ as bench
from bench.ratings.judging import cells_alone, evidence_model, judge, rate
from bench.ratings.reading import Rating, Unreadable, read
from domain.statistics import Pool, posterior

pytestmark = pytest.mark.long

KEYS = {"brier", "log_loss", "auroc", "skill", "coverage", "cells", "seconds"}
ABSENT = f"The ratings are not here ({bench.RATINGS}), so the evidence model was not judged on real answers."
HEAD = "row,condition,supplement,effectiveness,ease_of_use\n"


def drawn(number: int, seed: int) -> list[tuple[str, str, int]]:
    """Draw ratings of six supplements for four conditions; the first supplement helps most, the last least."""
    dice = random.Random(seed)
    return [
        (f"condition {dice.randrange(4)}", f"supplement {which}", 5 if dice.random() < 0.9 - 0.12 * which else 2)
        for which in dice.choices(range(6), k=number)
    ]


def write(file: Path, ratings: list[tuple[str, str, int]]) -> Path:
    lines = (f"{row},{condition},{supplement},{said},3\n" for row, (condition, supplement, said) in enumerate(ratings))
    file.write_text(HEAD + "".join(lines))
    return file


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr("sys.argv", ["ratings", *map(str, arguments)])
    bench.main()


def test_it_prints_one_line_with_what_one_would_compute_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train = write(tmp_path / "train.csv", drawn(400, 1))
    strange = [("", "supplement 0", 5), ("condition 1", "never seen", 1), ("never", "seen", 5)]
    test = write(tmp_path / "test.csv", drawn(300, 2) + strange)
    run(monkeypatch, "--train", train, "--test", test)
    out, err = capsys.readouterr()
    [line] = out.splitlines()
    found = json.loads(line)
    assert set(found) == KEYS
    shares = by_hand(read(train), read(test))
    happened = [one.improved for one in read(test)]
    brier = mean([(share - was) ** 2 for share, was in zip(shares, happened, strict=True)])
    usual = rate(read(train))
    pairs = [(yes, no) for yes, was in zip(shares, happened, strict=True) if was
             for no, other in zip(shares, happened, strict=True) if not other]  # fmt: skip
    assert found["brier"] == pytest.approx(brier, abs=6e-5)
    assert found["skill"] == pytest.approx(1 - brier / mean([(usual - was) ** 2 for was in happened]), abs=6e-5)
    assert found["log_loss"] == pytest.approx(
        -mean([log(share if was else 1 - share) for share, was in zip(shares, happened, strict=True)]), abs=6e-5
    )
    assert found["auroc"] == pytest.approx(mean([(yes > no) + (yes == no) / 2 for yes, no in pairs]), abs=6e-5)
    assert found["cells"] > 10
    assert found["coverage"] > 0.8
    assert "The model expects" in err


def test_its_intervals_hold_what_they_promise() -> None:
    # 6 × 4 cells a time; over the times more than enough to tell 95 % from 90 %.
    found = [judge(ratings(400, seed), ratings(400, seed + 1000)) for seed in range(30)]
    held = sum((one.coverage or 0) * one.cells for one in found) / sum(one.cells for one in found)
    promised = sum((one.promised or 0) * one.cells for one in found) / sum(one.cells for one in found)
    assert 0.95 <= promised <= 0.98
    assert held == pytest.approx(promised, abs=0.02)


def test_borrowing_from_the_same_supplement_elsewhere_foretells_better() -> None:
    train, test = ratings(150, 5), ratings(2000, 6)
    pooled, alone = judge(train, test), judge(train, test, cells_alone)
    assert pooled.brier < alone.brier
    assert (pooled.auroc or 0) > (alone.auroc or 0) + 0.01


def test_without_a_second_file_the_first_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "--train", write(tmp_path / "train.csv", drawn(300, 1)), "--splits", 2)
    out = capsys.readouterr().out
    assert out.count("300 ratings in ") == 3
    for name in bench.MODELS:
        assert out.count(name) == 3


def test_what_cannot_be_said_is_null(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train, test = (write(tmp_path / name, [("a", "b", 5)]) for name in ("train.csv", "test.csv"))
    run(monkeypatch, "--train", train, "--test", test)
    found = json.loads(capsys.readouterr().out)
    assert (found["auroc"], found["skill"], found["coverage"], found["cells"]) == (None, None, None, 0)
    assert found["brier"] == pytest.approx((1 - (0.6 * 10 + 1) / 11) ** 2, abs=6e-5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        (HEAD, "has no rating"),
        ("condition,effectiveness\na,5\n", "no column supplement"),
        ("a,b\n1,2\n", "no column condition and no column supplement and no column effectiveness"),
        (HEAD + "0,a,b,5,5\n1,a,b,6,5\n", "line 3: effectiveness is '6'"),
        (HEAD + "0,a,b,,5\n", "line 2: effectiveness is ''"),
        (HEAD + "0,a\n", "line 2: effectiveness is ''"),
        (HEAD + '0,"a\nb",b,x,5\n', "line 3: effectiveness is 'x'"),
        (HEAD + "0,a,b," + "5" * 200_000 + "\n", "is not CSV"),
    ],
)
def test_a_file_that_is_not_right_is_named(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ratings.csv"
    file.write_text(text)
    with pytest.raises(SystemExit) as left:
        run(monkeypatch, "--train", write(tmp_path / "right.csv", drawn(30, 1)), "--test", file)
    out, err = capsys.readouterr()
    assert (left.value.code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert str(file) in err


def test_a_file_that_is_absent_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"gone\.csv cannot be read: No such file"):
        read(tmp_path / "gone.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Unreadable, match="is not UTF-8"):
        read(tmp_path / "picture.csv")


@pytest.mark.parametrize("arguments", [[], ["--splits", "1"], ["--splits", "2", "--test", "x"]])
def test_what_is_asked_has_to_be_one_of_two_things(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as left:
        run(monkeypatch, *arguments)
    assert left.value.code == 2


@pytest.mark.skipif(not bench.RATINGS.exists(), reason=ABSENT)
def test_real_ratings_are_foretold_better_than_by_their_rate() -> None:
    everything = read(bench.RATINGS)
    assert len(everything) == 5_010
    random.Random(11).shuffle(everything)
    found = judge(everything[:2_500], everything[2_500:])
    assert (found.auroc or 0) > 0.60
    assert (found.skill or 0) > 0.025
    assert found.cells > 40
    assert 0.85 < (found.coverage or 0) <= 1


def ratings(number: int, seed: int) -> list[Rating]:
    return [Rating(condition, supplement, said >= 4) for condition, supplement, said in drawn(number, seed)]


def by_hand(train: list[Rating], test: list[Rating]) -> list[float]:
    """Ask the program's own functions, one rating at a time."""
    cells = {
        (one.supplement, one.condition): (
            sum(other.improved for other in train if (other.supplement, other.condition) == (one.supplement, one.condition)),
            sum((other.supplement, other.condition) == (one.supplement, one.condition) for other in train),
        )
        for one in train
    }  # fmt: skip
    pool = Pool.of(cells)
    assert evidence_model(train, [("supplement 0", "condition 0")])
    return [
        posterior(
            *cells.get((one.supplement, one.condition), (0, 0)),
            pool.prior(
                one.condition, {where[1]: count for where, count in cells.items() if where[0] == one.supplement}
            ),
        ).mean
        for one in test
    ]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)
