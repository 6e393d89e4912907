"""The outcomes of a practice as examples to fit to: each with what was known when it was prescribed.

The practice's history is gone through once, in the order of time: a prescription is described by the counts as they stand, an
answer changes them, a corrected one at its correction. So nothing that was said later can be in an example, whatever the database
holds by now.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge

from sqlmodel import Session

from domain.gate import DoseLine
from domain.outcome import improved
from domain.predicting import PastOutcome
from domain.predictors.features import Counted, Documented, Features, Past, Prescription, features_of
from domain.statistics import Pool
from domain.telling import COUNTED
from storage import outcomes
from storage.outcomes import Given, Said
from storage.practice_rows import refused_statistics

MATURE = timedelta(days=28)
"""From the approval to when an outcome is one to fit to and to judge by, four check-ins later: of what was approved since then
only early answers are in, and those who stopped. The evidence counts every answer at once. A proposal."""


@dataclass(frozen=True, slots=True)
class Example:
    """One prescription with its outcome: what was known at ``prescribed``, and whether the patient had improved by ``answered``.

    ``evidence`` is the pooled share of design 6 as it was then (0–1): what a fitted predictor has to beat, as it has to beat
    ``features.expected``, the rules.
    """

    patient_id: int
    prescribed: datetime
    answered: datetime
    improved: bool
    features: Features
    evidence: float


def examples_of(session: Session, practice_id: int, knowledge: Documented, *, until: datetime) -> list[Example]:
    """Read the examples of a practice, approved until a time, oldest first.

    Patients who want to be in no statistics are left out of everything.
    """
    refused = refused_statistics(session, practice_id)
    given = (one for one in outcomes.given(session, practice_id, COUNTED) if one.patient_id not in refused)
    said = (one for one in outcomes.said(session, practice_id) if one.patient_id not in refused)
    return [one for one in gone_through(given, said, knowledge) if one.prescribed <= until]


def gone_through(given: Iterable[Given], said: Iterable[Said], knowledge: Documented) -> list[Example]:
    """Go through a history, both in the order of time; returns the prescriptions that have an outcome, oldest first."""
    return [
        Example(one.given.patient_id, one.given.approved, *one.became, one.features, one.evidence)
        for one in described(given, said, knowledge)
        if one.became is not None
    ]


@dataclass(frozen=True, slots=True)
class Described:
    """A prescription with what was known at the approval; ``became``: since when its outcome is known, and whether it helped."""

    given: Given
    features: Features
    evidence: float
    became: tuple[datetime, bool] | None


def described(given: Iterable[Given], said: Iterable[Said], knowledge: Documented) -> list[Described]:
    """Go through a history, both in the order of time; returns all prescriptions, also those without an outcome.

    Of what happens in the same moment prescriptions come first: they knew nothing of the answers.
    """
    history = _History()
    waiting: dict[int, tuple[Given, Features, float]] = {}
    told: dict[int, tuple[datetime, bool]] = {}
    newest: dict[int, int] = {}
    moments: Iterable[Given | Said] = merge(given, said, key=_moment)
    for one in moments:
        if isinstance(one, Given):
            cell = history.cell(one)
            features = features_of(_prescription(one), history.past(one.patient_id), cell, knowledge)
            if one.features is not None:  # both may have been changed since
                kept = {name: one.features[name] for name in ("dose", "baseline") if name in one.features}
                features = replace(features, **kept)
            waiting[one.recommendation_id] = one, features, history.expected(one)
            continue
        if one.id < newest.get(one.recommendation_id, 0):
            continue  # an earlier answer that was corrected after a later one had come
        newest[one.recommendation_id] = one.id
        about = waiting.get(one.recommendation_id)
        helped = improved(
            baseline=one.baseline,
            symptom=one.symptom,
            improvement=one.improvement,
            stopped_for_side_effect=one.stopped,
        )
        history.take(one, helped, None if about is None else about[0])
        told.pop(one.recommendation_id, None)  # the latest answer counts, also where it says nothing of the outcome
        if about is not None and helped is not None:
            told[one.recommendation_id] = one.at, helped
    return [Described(*waiting[id_], told.get(id_)) for id_ in waiting]


class _History:
    """The counts of a practice at one moment of its history."""

    def __init__(self) -> None:
        self._pool = Pool({}, {})
        self._herbs: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        self._outcomes: dict[int, bool | None] = {}
        self._of_patient: defaultdict[int, dict[int, PastOutcome]] = defaultdict(dict)
        self._adherence: defaultdict[int, list[int]] = defaultdict(list)

    def cell(self, one: Given) -> Counted:
        return Counted(*self._herbs[one.item_id].get(one.condition_id, (0, 0)))

    def past(self, patient_id: int) -> Past:
        return past_of(self._of_patient[patient_id].values(), self._adherence[patient_id])

    def expected(self, one: Given) -> float:
        """Give the pooled share as ``evidence.effectiveness`` would have shown it."""
        counted = self.cell(one)
        prior = self._pool.prior(one.condition_id, self._herbs[one.item_id])
        return (prior.mean * prior.strength + counted.improved) / (prior.strength + counted.answered)

    def take(self, one: Said, helped: bool | None, about: Given | None) -> None:
        became = self._of_patient[one.patient_id]
        became.pop(one.recommendation_id, None)
        if helped is not None:
            item_id, condition_id = ("", "") if about is None else (about.item_id, about.condition_id)
            became[one.recommendation_id] = PastOutcome(item_id, condition_id, helped)
        if one.adherence is not None:
            self._adherence[one.patient_id].append(one.adherence)
        if about is None:
            return
        before = self.cell(about)
        stood = self._outcomes.get(one.recommendation_id)
        self._outcomes[one.recommendation_id] = helped
        after = (
            before.improved + int(helped or False) - int(stood or False),
            before.answered + (helped is not None) - (stood is not None),
        )
        if after != (before.improved, before.answered):
            self._herbs[about.item_id][about.condition_id] = after
            self._pool.exchange(
                about.item_id, about.condition_id, before=(before.improved, before.answered), after=after
            )


def past_of(became: Iterable[PastOutcome], adherence: Iterable[int]) -> Past:
    """Sum up what became of a patient's earlier recommendations (each once), and the adherence of all their answers."""
    taken = list(adherence)
    return Past(tuple(became), sum(taken) / len(taken) if taken else None)


def _prescription(one: Given) -> Prescription:
    return Prescription(
        on=one.approved.date(),
        born=one.born,
        sex=one.sex,
        baseline=one.baseline,
        tradition=one.tradition,
        condition_id=one.condition_id,
        item_id=one.item_id,
        dose=DoseLine(**{**one.dose, "source": tuple(one.dose.get("source", ()))}) if one.dose else None,
        # The matches of by now follow from findings of by now, which may say already how it went.
        match_score=(one.features or {}).get("match"),
    )


def _moment(one: Given | Said) -> tuple[datetime, int]:
    return (one.approved, 0) if isinstance(one, Given) else (one.at, 1)
