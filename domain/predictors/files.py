"""Files of fitted predictors: written whole or not at all, and opened only where they are what was written.

A file that was made elsewhere, cut short or changed is refused before anything in it is read: its SHA-256 stands in the
database. What is opened runs no code and may hold only the types named here (skops); a pickle would run whatever is in it.
"""

import hashlib
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from domain.errors import Unavailable
from domain.predictors.card import Card
from domain.predictors.features import NAMES
from domain.predictors.fitted import Fitted

TRUSTED = ("numpy.dtype", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")
"""Types that a file may hold beside those that skops itself takes for safe."""
MOST_BYTES = 64 * 1024 * 1024
"""A predictor of ours takes one; a larger file is none of them."""
KEPT = 3
"""How many versions keep their files."""
MODEL, CARD = ".skops", ".json"


class Unusable(Unavailable):
    """A file of a predictor cannot be used; the evidence is used in its place."""


class Damaged(Unusable):
    """The file is not the one that was written, or cannot be read at all: another copy may be."""


def write(folder: Path, fitted: Fitted) -> str:
    """Write a predictor with its card beside it; returns the SHA-256 of its file. Raises OSError."""
    import skops.io

    content: bytes = skops.io.dumps(fitted.pipeline)
    put_back(folder, fitted.card, content)
    return hashlib.sha256(content).hexdigest()


def put_back(folder: Path, card: Card, content: bytes) -> None:
    """Write the files of a predictor that was fitted elsewhere. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _put(folder / (card.version + CARD), card.model_dump_json(indent=1).encode())
    _put(folder / (card.version + MODEL), content)


def read(folder: Path, card: Card, digest: str) -> Fitted:
    """Read the predictor of a card, whose file has this SHA-256. Raises Unusable, with one sentence.

    Card and hash are those of the database: the card's file is there to be read by people, and decides nothing.
    """
    version = card.version
    content = content_of(folder, version)
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged(f"The file of predictor {version} is not the one that was written: it is not opened.")
    if card.features != list(NAMES):
        raise Unusable(f"Predictor {version} reads other features than this program: fit it anew.")
    from sklearn import __version__

    if card.library != __version__:
        raise Unusable(
            f"Predictor {version} was made with scikit-learn {card.library}, and this is {__version__}: fit it anew."
        )
    import skops.io

    try:
        pipeline = skops.io.loads(content, trusted=list(TRUSTED))
    except Exception as error:  # whatever is wrong with it, the program goes on without it
        raise Unusable(f"The file of predictor {version} cannot be opened: {_first_line(error)}.") from error
    return Fitted(pipeline, card)


def tidy(folder: Path, keep: Collection[str]) -> None:
    """Delete the files of old versions: the last three stay, and those to ``keep``."""
    there = sorted({file.stem for file in folder.glob(f"*{MODEL}")}, reverse=True)
    for version in there[KEPT:]:
        if version not in keep:
            for suffix in (MODEL, CARD):
                (folder / (version + suffix)).unlink(missing_ok=True)


def content_of(folder: Path, version: str) -> bytes:
    """Read what the file of a version says. Raises Unusable."""
    file = folder / (version + MODEL)
    try:
        if file.stat().st_size > MOST_BYTES:
            raise Damaged(f"The file of predictor {version} is larger than any predictor is: it is not opened.")
        return file.read_bytes()
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise Damaged(f"The file of predictor {version} cannot be read: {said}.") from None


def _put(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole, after a crash too, or not at all."""
    # Not by the process' number: containers that share a folder have the same ones.
    beside = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        beside.touch(mode=0o600)  # what patients' outcomes were: nobody else on this machine reads it
        with beside.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        beside.replace(file)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
