"""Files of predictors: what was written is read, and nothing else is opened."""

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import skops.io

from domain.predictors import files
from domain.predictors.card import Card
from domain.predictors.features import NAMES
from domain.predictors.files import KEPT, TRUSTED, Unusable, read, tidy, write
from domain.predictors.fitted import Fitted, table
from domain.predictors.pipelines import PIPELINES
from tests.domain.predictors.made_up import made_up

pytestmark = pytest.mark.long


@pytest.fixture
def written(fitted: Fitted, tmp_path: Path) -> tuple[Path, Card, str]:
    """A folder with one predictor; its card and hash."""
    folder = tmp_path / "predictors"
    return folder, fitted.card, write(folder, fitted)


def test_what_was_written_predicts_alike(fitted: Fitted, written: tuple[Path, Card, str]) -> None:
    again = read(*written)
    assert again.card == fitted.card
    rows = [one.features for one in made_up(30, seed=3)]
    assert again.predict(rows) == fitted.predict(rows)
    assert not list(written[0].glob(".*")), "nothing is left beside it"


@pytest.mark.parametrize("name", PIPELINES)
def test_every_pipeline_holds_known_types_only(name: str) -> None:
    examples = made_up(300)
    pipeline = PIPELINES[name](1, [0, 1]).fit(
        table([one.features for one in examples]), [one.improved for one in examples]
    )
    content = skops.io.dumps(pipeline)
    assert set(skops.io.get_untrusted_types(data=content)) <= set(TRUSTED)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def changed(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def a_pickle(file: Path) -> None:
    file.write_bytes(pickle.dumps({"a": "pickle"}))


def another_predictor(file: Path) -> None:
    examples = made_up(300, seed=5)
    pipeline = PIPELINES["logistic regression"](1, [0, 1])
    skops.io.dump(pipeline.fit(table([one.features for one in examples]), [one.improved for one in examples]), file)


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [cut_short, emptied, changed, a_pickle, another_predictor, gone, a_folder])
def test_a_file_that_is_not_what_was_written_is_not_opened(
    spoil: Callable[[Path], None], written: tuple[Path, Card, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, card, digest = written
    spoil(folder / f"{card.version}.skops")
    opened: list[object] = []
    monkeypatch.setattr(skops.io, "loads", lambda *given, **more: opened.append(given))
    with pytest.raises(Unusable) as refused:
        read(folder, card, digest)
    assert refused.value.message.count(".") == 1, refused.value.message
    assert refused.value.message.endswith(".")
    assert card.version in refused.value.message
    assert opened == []


class Foreign:
    """A type that no predictor of ours has."""


def test_what_the_hash_lets_pass_may_still_hold_known_types_only(written: tuple[Path, Card, str]) -> None:
    folder, card, _ = written
    content = skops.io.dumps(Foreign())
    (folder / f"{card.version}.skops").write_bytes(content)
    with pytest.raises(Unusable, match="cannot be opened"):
        read(folder, card, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"library": "0.1"}, "fit it anew"),
        ({"features": ["height", *NAMES[1:]]}, "reads other features"),
        ({"version": "20250101000000-0"}, "cannot be read"),
    ],
    ids=["library", "features", "version"],
)
def test_a_card_that_does_not_belong_to_it(
    written: tuple[Path, Card, str], change: dict[str, object], said: str
) -> None:
    folder, card, digest = written
    with pytest.raises(Unusable, match=said):
        read(folder, card.model_copy(update=change), digest)


def test_the_file_of_a_card_decides_nothing(fitted: Fitted, written: tuple[Path, Card, str]) -> None:
    """Else whoever can write it could turn every number round: the calibration stands in the card."""
    folder, card, digest = written
    file = folder / f"{card.version}.json"
    assert Card.model_validate_json(file.read_bytes()) == card, "it is there to be read"
    file.write_text(card.model_copy(update={"calibration": (9.0, 0.0)}).model_dump_json())
    rows = [one.features for one in made_up(5, seed=3)]
    assert read(folder, card, digest).probabilities(rows) == fitted.probabilities(rows)


def test_a_file_that_is_too_large(written: tuple[Path, Card, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000)
    with pytest.raises(Unusable, match="larger than any predictor"):
        read(*written)


def test_the_last_three_are_kept_and_the_one_in_use(written: tuple[Path, Card, str]) -> None:
    folder, card, _ = written
    version = card.version
    names = [f"2026010{day}-x" for day in range(1, 7)]
    for name in names:
        for suffix in (".skops", ".json"):
            shutil.copy(folder / f"{version}{suffix}", folder / f"{name}{suffix}")
    (folder / f"{version}.skops").unlink()
    (folder / f"{version}.json").unlink()
    tidy(folder, keep=[names[0]])
    left = {names[0], *names[-KEPT:]}
    assert {file.name for file in folder.iterdir()} == {
        f"{name}{suffix}" for name in left for suffix in (".skops", ".json")
    }


def test_a_write_that_fails_leaves_what_was_there(
    fitted: Fitted, written: tuple[Path, Card, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, card, digest = written

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(folder, fitted)
    assert read(folder, card, digest).card == fitted.card
    assert not list(folder.glob(".*"))


def test_two_processes_with_one_number_write_beside_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(beside: Path, file: Path) -> Path:
        used.append(beside.name)
        return really(beside, file)

    used: list[str] = []
    really = Path.replace
    monkeypatch.setattr(Path, "replace", replace)
    for _ in range(2):
        files._put(tmp_path / "one.skops", b"content")
    assert len(set(used)) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["one.skops"]
