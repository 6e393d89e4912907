"""What a prediction is made from: what is known of patient, item and condition when it is prescribed, and nothing later."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from math import log, log1p, nan
from typing import Any, Protocol

from domain.age import age as whole_years
from domain.gate import DoseLine
from domain.gate.doses import fits_age, share_of_documented
from domain.predicting import Candidate, Counts, PastOutcome, predict_success
from storage.knowledge import Dose

WORDS = ("sex", "condition", "item", "tradition", "grade")
COUNTS = ("own_answered", "answered")
"""Numbers whose first steps say more than later ones: fitted by log(1 + count)."""


@dataclass(frozen=True, slots=True)
class Features:
    """One recommendation as a predictor sees it; what is not known is None, or an empty word.

    ``age`` in years, ``baseline`` the symptom 0–10 at the diagnosis, ``match`` 0–1, ``dose`` relative to the middle of the
    documented range (1 is the middle), ``adherence`` the patient's mean so far in percent, ``own_answered`` and ``own_share``
    what became of what this patient had before, ``answered`` and ``share`` the evidence cell as it was, ``expected`` what the
    rules expect (0–1), ``grade`` A–T.
    """

    age: int | None
    baseline: int | None
    match: float | None
    dose: float | None
    adherence: float | None
    own_answered: int
    own_share: float | None
    answered: int
    share: float | None
    expected: float
    sex: str
    condition: str
    item: str
    tradition: str
    grade: str

    def row(self) -> list[Any]:
        """Give the values in the order of ``NAMES``, as a pipeline takes them: counts as logarithms, ``expected`` as a logit."""
        return [_fitted(name, getattr(self, name)) for name in NAMES]

    def kept(self) -> dict[str, Any]:
        """Give them as JSON values, to be kept with what was predicted."""
        return {name: getattr(self, name) for name in NAMES}


NAMES = tuple(one.name for one in fields(Features))
NUMBERS = tuple(name for name in NAMES if name not in WORDS)


@dataclass(frozen=True, slots=True)
class Past:
    """What became of all that a patient was given before, and how much of the doses was taken."""

    outcomes: tuple[PastOutcome, ...] = ()
    adherence: float | None = None
    """Mean over the answers that say it, in percent."""

    @property
    def answered(self) -> int:
        """Outcomes that are known."""
        return len(self.outcomes)

    @property
    def improved(self) -> int:
        """How many of them are that it helped."""
        return sum(one.improved for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Counted:
    """An evidence cell at some time."""

    improved: int = 0
    answered: int = 0


@dataclass(frozen=True, slots=True)
class Prescription:
    """Something that is, or may be, prescribed to somebody on a day."""

    on: date
    born: date | None
    sex: str
    baseline: int | None
    tradition: str
    condition_id: str
    item_id: str
    dose: DoseLine | None
    match_score: float | None


class Documented(Protocol):
    """What is documented of items: all that features need of a knowledge base."""

    @property
    def grades(self) -> Mapping[tuple[str, str], str]:
        """The grade of each indication, by item and condition."""

    @property
    def doses(self) -> Mapping[str, tuple[Dose, ...]]:
        """The documented doses of each item."""


def features_of(given: Prescription, past: Past, cell: Counts | None, knowledge: Documented) -> Features:
    """Describe a prescription to a predictor, by what was known on its day: ``past`` and ``cell`` are of then."""
    age = None if given.born is None else whole_years(given.born, given.on)
    grade = knowledge.grades.get((given.item_id, given.condition_id))
    improved, answered = (cell.improved, cell.answered) if cell else (0, 0)
    return Features(
        age=age,
        baseline=given.baseline,
        match=given.match_score,
        dose=_dose(given, age, knowledge),
        adherence=past.adherence,
        own_answered=past.answered,
        own_share=past.improved / past.answered if past.answered else None,
        answered=answered,
        share=improved / answered if answered else None,
        expected=predict_success(
            Candidate(given.item_id, given.condition_id, given.match_score, grade, cell), {}, past.outcomes
        ),
        sex=given.sex.strip().casefold(),
        condition=given.condition_id,
        item=given.item_id,
        tradition=given.tradition,
        grade=grade or "",
    )


def features_kept(kept: Mapping[str, Any]) -> Features | None:
    """Read features that were kept; None for those of a version that had others."""
    return Features(**kept) if set(kept) == set(NAMES) else None


def _dose(given: Prescription, age: int | None, knowledge: Documented) -> float | None:
    if given.dose is None:
        return None
    rows = [row for row in knowledge.doses.get(given.item_id, ()) if fits_age(row.age, age)]
    return share_of_documented(given.dose, rows)


def _fitted(name: str, value: Any) -> Any:
    if name in WORDS:
        return value
    if value is None:
        return nan
    if name in COUNTS:
        return log1p(value)
    return log(value / (1 - value)) if name == "expected" else float(value)
