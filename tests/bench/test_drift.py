"""The bench of the drift watch: what holds is looked at in vain, what does not is ended."""

import json
from pathlib import Path

import pytest

from bench import drift as bench
from bench.drift import lived, streamed

pytestmark = pytest.mark.long


def test_a_steady_practice_and_one_that_is_not() -> None:
    steady = [streamed(300, 0.0, seed) for seed in range(3)]
    assert [one.looks for one in steady] == [365] * 3
    assert sum(one.ends for one in steady) == 0
    worse = streamed(1_000, -0.3, 1)
    assert worse.ended_after is not None
    assert 100 <= worse.ended_after < 300, "two windows at least"
    assert worse.one_window > 0


def test_early_outcomes_would_end_what_holds() -> None:
    year = lived(1_000, 1)
    assert year.looks == 365
    assert year.early > year.ends
    assert 0 < max(year.scores) < 0.25, "the same patients"


def test_it_prints_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "numbers.json"
    for name, value in (("SIZES", (300,)), ("QUICK_STREAMS", 2), ("QUICK_HISTORIES", {300: 1})):
        monkeypatch.setattr(bench, name, value)
    monkeypatch.setattr("sys.argv", ["drift", "--quick", "--json", str(file)])
    bench.main()
    out = capsys.readouterr().out
    for said in ("outcomes a year", "one window", "shifted", "early counted", "-20%"):
        assert said in out
    numbers = json.loads(file.read_text())
    assert [one["shift"] for one in numbers["calibration"]] == [0.0, -0.1, -0.2]
    assert [one["practices"] for one in numbers["score"]] == [1]
