"""The fitted predictor of each practice that uses one, as far as it is read from its file."""

import threading
from pathlib import Path

from domain.predictors.files import read
from domain.predictors.fitted import Fitted
from storage import predictor_rows
from storage.database import Database


class Predictors:
    """What is asked for a prediction before the rules are; a practice without one is answered by the rules."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._fitted: dict[int, Fitted] = {}
        self._reading = threading.Lock()

    def fitted(self, practice_id: int) -> Fitted | None:
        """Give the predictor of a practice; None while it is not read, and where the practice uses none."""
        return self._fitted.get(practice_id)

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
            found = read(self.folder(practice_id), row.version, row.digest)
            self._fitted[practice_id] = found
            return found

    def forget(self, practice_id: int) -> None:
        """Stop using a practice's predictor at once."""
        self._fitted.pop(practice_id, None)
