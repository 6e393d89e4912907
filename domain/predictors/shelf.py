"""What is asked before the rules: the fitted predictor of each practice that uses one, and what was predicted last.

Nothing is predicted by a model inside a change: that would hold up the writer. Predictions are made beside the program
(``domain/rescoring.py``) and kept here; a change takes them from here, and the rules' number where there is none.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from domain.predicting import Probability
from domain.predictors import files
from domain.predictors.card import Card
from domain.predictors.files import Damaged, Unusable
from domain.predictors.fitted import Fitted
from storage import predictor_rows
from storage.database import Database
from storage.tables import Predictor

if TYPE_CHECKING:  # its HTTP client costs 50 ms at the start, and few programs have one
    from domain.predictors.remote import Remote

log = structlog.get_logger(__name__)

MOST_DIAGNOSES = 2_000
"""Of which predictions are kept: about 10 KB each. Of older ones the rules speak until they are looked at again."""


@dataclass(frozen=True, slots=True)
class Made:
    """A prediction of a model, and which one made it."""

    probability: Probability
    predictor: str


@dataclass(frozen=True, slots=True)
class NotFitted:
    """Why nothing could be fitted, and when that was tried."""

    sentence: str
    at: datetime


MadeBy = Mapping[tuple[str, str], Made]
"""By item and condition."""
NOTHING: MadeBy = MappingProxyType({})


class Predictors:
    """The models of the practices; a practice without one is answered by the rules."""

    def __init__(self, database: Database, folder: Path, remote: "Remote | None" = None) -> None:
        self.remote = remote
        """Asked before all others, in every practice."""
        self._database = database
        self._folder = folder
        self._fitted: dict[int, Fitted] = {}
        self._unfitted: dict[int, NotFitted] = {}
        self._reading = threading.Lock()
        self._made: OrderedDict[int, MadeBy] = OrderedDict()
        self._keeping = threading.Lock()

    def fitted(self, practice_id: int) -> Fitted | None:
        """Give the predictor of a practice; None while it is not read, and where the practice uses none."""
        return self._fitted.get(practice_id)

    def in_use(self, practice_id: int) -> bool:
        """Say whether anything is asked before the rules in a practice."""
        return self.remote is not None or practice_id in self._fitted

    def folder(self, practice_id: int) -> Path:
        """Name the folder of a practice's predictors."""
        return self._folder / f"practice-{practice_id}"

    def load(self, practice_id: int) -> Fitted | None:
        """Read the predictor that a practice uses from its file, which takes a second: for a thread.

        Raises Unusable, with one sentence, where the file cannot be used; the practice then has none.
        """
        with self._reading:
            with self._database.read() as session:
                row = predictor_rows.active(session, practice_id)
            there = self._fitted.get(practice_id)
            if row is not None and there is not None and there.card.version == row.version:
                return there
            self._fitted.pop(practice_id, None)
            if row is None:
                return None
            found = self.read(row)
            self._fitted[practice_id] = found
            return found

    def read(self, row: Predictor) -> Fitted:
        """Read a version from its file; from the database where there is none here or it is damaged. Raises Unusable."""
        card, folder = _card_of(row), self.folder(row.practice_id or 0)
        try:
            return files.read(folder, card, row.digest)
        except Damaged:
            if not self._put_back(row, card, folder):
                raise
        return files.read(folder, card, row.digest)

    def _put_back(self, row: Predictor, card: Card, folder: Path) -> bool:
        """Write the file that the database has of a version; says whether it was written."""
        with self._database.read() as session:
            content = predictor_rows.file_of(session, row.id or 0)
        if content is None:
            return False
        try:
            files.put_back(folder, card, content)
        except OSError as error:
            log.warning("a predictor cannot be written", file=str(folder), error=error.strerror)
            return False
        return True

    def tried(self, practice_id: int, unfitted: str | None) -> None:
        """Keep why nothing could be fitted, in one sentence; None where something was."""
        if unfitted is None:
            self._unfitted.pop(practice_id, None)
        else:
            self._unfitted[practice_id] = NotFitted(unfitted, datetime.now(UTC))

    def unfitted(self, practice_id: int) -> "NotFitted | None":
        """Say why nothing could be fitted when it was tried last; None where something was, or nobody has tried."""
        return self._unfitted.get(practice_id)

    def made(self, practice_id: int, diagnosis_id: int) -> MadeBy:
        """Give what was predicted last in a diagnosis by a model that is still asked; nothing where the rules speak.

        What a predictor said before it was taken out of use counts no more, also where nobody has looked at the diagnosis since.
        """
        made = self._made.get(diagnosis_id, NOTHING)
        asked = {one.name for one in (self.remote, self.fitted(practice_id)) if one is not None}
        return made if all(one.predictor in asked for one in made.values()) else NOTHING

    def keep(self, diagnosis_id: int, made: MadeBy) -> None:
        """Keep what was predicted in a diagnosis, in place of what was; the oldest are forgotten where there are too many."""
        with self._keeping:
            self._made.pop(diagnosis_id, None)
            if made:
                self._made[diagnosis_id] = made
            while len(self._made) > MOST_DIAGNOSES:
                self._made.popitem(last=False)

    def forget(self, practice_id: int) -> None:
        """Stop using a practice's predictor at once."""
        self._fitted.pop(practice_id, None)


def _card_of(row: Predictor) -> Card:
    try:
        return Card.model_validate(row.card)
    except ValidationError:
        raise Unusable(f"The card of predictor {row.version} cannot be read: fit it anew.") from None
