"""Where the check-ins of a diagnosis stand, kept in the transaction of what changes it.

Each function returns what the event of that change has to carry (``check_in``), or None where nothing has changed: so the law
``snapshot(n) + events after n == snapshot(m)`` holds for it as for everything else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from domain import rhythm
from domain.alarm import urgency_of
from domain.ledger import Change
from domain.messages import CheckInState, FeedbackState
from domain.patient import key
from domain.rhythm import NOTHING_RUNS, Answered, CheckIns, Rhythm, Said, local_day
from domain.snapshot import check_in_state, feedback_state
from storage import care
from storage import check_in as rows
from storage.check_in import RUNNING_KINDS, Kept
from storage.database import Through
from storage.tables import Recommendation


def begin(change: Change, row: Recommendation) -> CheckInState | None:
    """Begin anew with weekly ones: this was approved, or its dose is another one now."""
    if row.kind not in RUNNING_KINDS:
        return None
    kept = rows.read(change.rows, row.diagnosis_id)
    new = kept is None
    kept = kept or Kept(row.diagnosis_id, change.now, None, 0, Rhythm.WEEKLY, [])
    kept.begun = change.now
    return _keep(change, kept, rhythm.begin(local_day(change.now)), new=new)


def end(change: Change, diagnosis_id: int) -> CheckInState | None:
    """Ask no more where nothing runs any more: the last of it was stopped, or the diagnosis was closed."""
    kept = rows.read(change.rows, diagnosis_id)
    if kept is None or rows.runs(change.rows, diagnosis_id):
        return None
    return _keep(change, kept, NOTHING_RUNS)


def asked_about(kind: str, status: str) -> bool:
    """Say whether a check-in asks about an item: a herb or formula that is in the plan."""
    return kind in RUNNING_KINDS and status == "approved"


def answered(change: Change, state: FeedbackState, *, running: bool, baseline: int | None) -> CheckInState | None:
    """Take in a new answer, about something that is ``running``; the cost is the same however many there are."""
    kept = rows.read(change.rows, state.diagnosis_id)
    if kept is None:
        return None
    return _keep(change, kept, rhythm.answer(_standing(kept), said(state, running=running), baseline))


def again(change: Change, diagnosis_id: int, baseline: int | None) -> CheckInState | None:
    """Find anew where they stand from all answers: one was corrected or taken back."""
    kept = rows.read(change.rows, diagnosis_id)
    if kept is None:
        return None
    if not rows.runs(change.rows, diagnosis_id):
        return _keep(change, kept, NOTHING_RUNS)
    found = rows.answers_since(change.session, diagnosis_id, kept.begun)
    effects = care.side_effects(change.session, [key(row) for row, _ in found])
    given = [said(feedback_state(row, effects[key(row)]), running=bool(ran)) for row, ran in found]
    return _keep(change, kept, rhythm.fold(local_day(kept.begun), given, baseline))


def said(state: FeedbackState, *, running: bool) -> Said:
    """Describe an answer to the rhythm; a side effect of severity 0 is none."""
    return Said(
        on=local_day(state.created),
        symptom=state.symptom,
        improvement=state.improvement,
        effects=frozenset(one.term for one in state.side_effects if one.severity != 0 or one.serious),
        alarming=urgency_of(state) > 0,
        stopped=state.stopped,
        running=running,
    )


def state_of(through: Through, diagnosis_id: int) -> CheckInState:
    """Describe where they stand."""
    return check_in_state(rows.read(through, diagnosis_id))


def _keep(change: Change, kept: Kept, now: CheckIns, *, new: bool = False) -> CheckInState | None:
    """Write where they stand now; a reminder, and that somebody knows, go with the check-in that they were about."""
    before = None if new else check_in_state(kept)
    if (now.due, now.number) != (kept.due, kept.number):
        kept.reminded = kept.seen = None
    kept.due, kept.number, kept.rhythm = now.due, now.number, now.rhythm.value
    answered = [_written(one) for one in now.answered]
    after = check_in_state(kept)
    if new or after != before or answered != kept.answered:
        kept.answered = answered
        rows.keep(change.rows, kept, new=new)
    return after if after != before else None


def _standing(kept: Kept) -> CheckIns:
    return CheckIns(kept.due, kept.number, Rhythm(kept.rhythm), tuple(_read(one) for one in kept.answered))


def _written(one: Answered) -> list[Any]:
    return [one.on.isoformat(), one.low, one.high, one.latest, sorted(one.effects), one.quiet]


def _read(kept: Sequence[Any]) -> Answered:
    on, low, high, latest, effects, quiet = kept
    return Answered(date.fromisoformat(on), low, high, latest, frozenset(effects), quiet)
