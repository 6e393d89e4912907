"""What a practice's own cases teach: the ranker of each practice, asked when it is ready.

A case is what was found and which herbs were given: from the histories that the practice has brought in, and from its own
diagnoses with something approved, unless the patient wants to be in no statistics. Names are read as the practice knows them;
one that it does not know stays as it is written and meets only its like.
"""

import threading
from collections.abc import Callable, Iterator

from domain.cases import LEAST_CASES, Case, CaseRanker, Suggestion, fit
from domain.knowledge import Identified, Kind, fold
from domain.library import Known, Library
from storage import practice_rows
from storage.database import Database

SUGGESTED = 40
"""Herbs that past cases may speak for in one ranking."""
OWN_FROM = 1 << 40
"""Diagnoses of the practice are numbered from here on among its cases: newer than any that was brought in."""


class Learned:
    """The ranker of each practice, as far as it is fitted."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._rankers: dict[int, CaseRanker | None] = {}
        self._fitting = threading.Lock()

    def ranker(self, practice_id: int) -> CaseRanker | None:
        """Give the ranker of a practice; None while it is not fitted, and with too few cases."""
        return self._rankers.get(practice_id)

    def suggest(self, practice_id: int, findings: list[str]) -> tuple[Suggestion, ...]:
        """Give what past cases with such findings (ids) had, best first; nothing while there is no ranker."""
        ranker = self._rankers.get(practice_id)
        return tuple(ranker.rank(findings, limit=SUGGESTED)) if ranker else ()

    def learn(self, practice_id: int) -> CaseRanker | None:
        """Fit the ranker of a practice anew, which takes seconds: for a thread of its own, one at a time."""
        with self._fitting:
            known = self._library.of(practice_id)
            with self._database.read() as session:
                told = list(practice_rows.past_cases(session, practice_id))
                own = practice_rows.treated_cases(session, practice_id)
            enough = len(told) + len(own) >= LEAST_CASES  # else what fits them need not be loaded, which takes a second
            ranker = fit(_cases(told, own, known)) if enough else None
            self._rankers[practice_id] = ranker
        return ranker

    def practices(self) -> list[int]:
        """List the practices that have cases."""
        with self._database.read() as session:
            return practice_rows.practices_with_cases(session)


def _cases(
    told: list[tuple[int, list[str], list[str]]], own: list[tuple[int, set[str], set[str]]], known: Known
) -> Iterator[Case]:
    read_finding, read_herb = reader(known, "finding"), reader(known, "herb")
    for id_, findings, herbs in told:
        yield Case(id_, frozenset(map(read_finding, findings)), frozenset(map(read_herb, herbs)))
    for id_, found, given in own:
        herbs_of = [known.knowledge.formulas[one].herbs if one in known.knowledge.formulas else (one,) for one in given]
        yield Case(OWN_FROM + id_, frozenset(found), frozenset(herb for herbs in herbs_of for herb in herbs))


def reader(known: Known, kind: Kind) -> Callable[[str], str]:
    """Read names of a kind as ids; each name once. What is not known is told apart from ids by its mark."""
    read: dict[str, str] = {}

    def id_of(name: str) -> str:
        if name not in read:
            found = known.names.identify(name, kind)
            read[name] = found.id if isinstance(found, Identified) else f"“{fold(name)}”"
        return read[name]

    return id_of
