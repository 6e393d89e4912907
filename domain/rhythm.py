"""When a patient is asked how it goes: weekly four times, then every fortnight, and not at all once stable.

Pure: days in, days out. A check-in is due until it is answered, however long that takes: silence is the practitioner's to look
into (``domain/reminding.py`` reminds once), and a patient who is silent is asked for one check-in and not for many. Every
threshold here is a proposal of ours and has not been checked by a clinician (docs/check-ins.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

WEEKLY_TIMES = 4
WEEK, FORTNIGHT = timedelta(days=7), timedelta(days=14)
EARLY = timedelta(days=2)
"""An answer so long before the day that is due counts for it."""
OVERDUE = timedelta(days=2)
"""After so long without an answer the patient is reminded, and the practitioner sees it."""
STABLE_CHECK_INS, STABLE_SPAN = 3, timedelta(days=28)
"""So many check-ins in a row, over at least so long, have to agree."""
STABLE_SPREAD = 1
"""Points of 0–10 between the lowest and the highest of their scores."""
RISE = 2
"""Points of 0–10: the same step that an improvement has to take (reference 4.1)."""
WORSE = 2
"""The second of the two lower steps of the 1–5 improvement scale."""


class Rhythm(StrEnum):
    """How often somebody is asked."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Said:
    """One answer, as far as the rhythm asks; ``on`` is a day of the practice."""

    on: date
    symptom: int | None = None
    improvement: int | None = None
    effects: frozenset[str] = frozenset()
    alarming: bool = False
    """A serious or severe side effect, or a warning sign in the comment."""
    stopped: bool = False
    running: bool = True
    """Whether it is about something that ran when it was given."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One check-in as it was answered, by one answer or several: scores lowest, highest and last."""

    on: date
    low: int | None
    high: int | None
    latest: int | None
    effects: frozenset[str]
    quiet: bool
    """Nothing in it was worse, unwanted, stopped or alarming."""

    @classmethod
    def by(cls, said: Said) -> "Answered":
        """Describe a check-in that was answered by this."""
        return cls(said.on, said.symptom, said.symptom, said.symptom, said.effects, _quiet(said))

    def and_by(self, said: Said) -> "Answered":
        """Describe it with another answer that belongs to it."""
        return Answered(
            self.on,
            _lowest(self.low, said.symptom),
            _highest(self.high, said.symptom),
            self.latest if said.symptom is None else said.symptom,
            self.effects | said.effects,
            self.quiet and _quiet(said),
        )


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Where a diagnosis stands: the check-in that is due, its number since the rhythm began, and the last that were answered."""

    due: date | None = None
    """None once stable, and where nothing runs."""
    number: int = 0
    """1 for the first; 0 where nothing runs."""
    rhythm: Rhythm = Rhythm.WEEKLY
    answered: tuple[Answered, ...] = ()


NOTHING_RUNS = CheckIns()


def begin(on: date) -> CheckIns:
    """Begin with a plan, an item that is new in it, or another dose: the first check-in is due a week later."""
    return CheckIns(on + WEEK, 1)


def answer(standing: CheckIns, said: Said, baseline: int | None) -> CheckIns:
    """Take an answer in; ``baseline`` is the symptom score of 0–10 at the diagnosis.

    An answer that is worse begins anew with weekly ones. One that comes too early for what is due belongs to the check-in
    before. What is about something stopped changes nothing unless it is worse.
    """
    if standing.number == 0:
        return standing
    before = standing.answered[-1] if standing.answered else None
    if worse(said, before, baseline):
        return replace(begin(said.on), answered=_last(*standing.answered, Answered.by(said)))
    if not said.running:
        return standing
    due = standing.due or (before.on + FORTNIGHT if before is not None else said.on)
    if said.on >= due - EARLY:
        answered = _last(*standing.answered, Answered.by(said))
        return _next(replace(standing, answered=answered), max(due, said.on), standing.number + 1, baseline)
    if before is None:
        return standing
    standing = replace(standing, answered=_last(*standing.answered[:-1], before.and_by(said)))
    return _next(standing, before.on, standing.number, baseline) if standing.due is None else standing


def fold(on: date, answers: Iterable[Said], baseline: int | None) -> CheckIns:
    """Say where a diagnosis stands after all its answers since the day its rhythm began, in their order."""
    standing = begin(on)
    for said in answers:
        standing = answer(standing, said, baseline)
    return standing


def worse(said: Said, before: Answered | None, baseline: int | None) -> bool:
    """Say whether an answer is worse than the check-in before (the baseline, where there is none).

    It stopped something, is alarming, says that it is worse, names a side effect that was not there, or its score has risen by
    2 points or more.
    """
    then = baseline if before is None or before.latest is None else before.latest
    rise = 0 if said.symptom is None or then is None else said.symptom - then
    new = said.effects - (before.effects if before is not None else frozenset())
    return said.stopped or said.alarming or _says_worse(said) or bool(new) or rise >= RISE


def stable(answered: tuple[Answered, ...], baseline: int | None, *, already: bool = False) -> bool:
    """Say whether there is no need to ask any more: the last three check-ins agree, and none gives cause to ask.

    They span at least 28 days (asked for once: not of who is ``already`` stable), each has a symptom score, all scores lie
    within 1 point and at or below the baseline, and none has a side effect, a stop, a warning sign or says that it is worse.
    What is not known, a score or the baseline, is never taken for stable.
    """
    last = answered[-STABLE_CHECK_INS:]
    if len(last) < STABLE_CHECK_INS or baseline is None or not all(one.quiet for one in last):
        return False
    scores = [score for one in last for score in (one.low, one.high) if score is not None]
    if len(scores) < 2 * STABLE_CHECK_INS or max(scores) > baseline:
        return False
    spans = already or last[-1].on - last[0].on >= STABLE_SPAN
    return spans and max(scores) - min(scores) <= STABLE_SPREAD


def overdue(due: date | None, today: date) -> bool:
    """Say whether a check-in is so late that somebody is told."""
    return due is not None and today >= due + OVERDUE


def local_day(moment: datetime) -> date:
    """Give the day of the practice in which a moment lies: the days of the machine that the program runs on."""
    return moment.astimezone().date()


def midnight(day: date) -> datetime:
    """Give the moment, in UTC, at which a day of the practice begins, also where its clocks are put forward or back that day.

    Where they are put forward at midnight itself, there is no such hour: the day begins with the next. ``timestamp`` goes by the
    clock as it was before, ``astimezone`` by that of afterwards, which would be an hour of the day before.
    """
    by_the_clock = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the machine's own
    return datetime.fromtimestamp(by_the_clock.timestamp(), UTC)


def _next(standing: CheckIns, since: date, number: int, baseline: int | None) -> CheckIns:
    if stable(standing.answered, baseline, already=standing.rhythm is Rhythm.STABLE):
        return replace(standing, due=None, number=number, rhythm=Rhythm.STABLE)
    if number <= WEEKLY_TIMES:
        return replace(standing, due=since + WEEK, number=number, rhythm=Rhythm.WEEKLY)
    return replace(standing, due=since + FORTNIGHT, number=number, rhythm=Rhythm.FORTNIGHTLY)


def _last(*answered: Answered) -> tuple[Answered, ...]:
    return answered[-STABLE_CHECK_INS:]


def _quiet(said: Said) -> bool:
    return not (said.effects or said.stopped or said.alarming or _says_worse(said))


def _says_worse(said: Said) -> bool:
    return said.improvement is not None and said.improvement <= WORSE


def _lowest(*scores: int | None) -> int | None:
    return min((one for one in scores if one is not None), default=None)


def _highest(*scores: int | None) -> int | None:
    return max((one for one in scores if one is not None), default=None)
