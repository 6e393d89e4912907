"""The log: appended to in the transaction of a change, read in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile

from sqlalchemy import Integer, bindparam, delete, insert
from sqlalchemy import select as columns
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, col, func, select

from storage.database import Rows, Through, connection_of
from storage.prepared import Prepared, setting
from storage.tables import Diagnosis, Event, Mark

EPOCH = "epoch"
"""The mark that names the log."""
ADDED_AT_ONCE = 20
"""Entries in one statement; an answer causes two or three."""


@dataclass(slots=True)
class Entry:
    """An entry of the log; ``Event`` is the row."""

    id: str
    practice_id: int
    diagnosis_id: int | None
    patient_id: int | None
    seq: int | None
    type: str
    created: datetime
    data: str
    patient_data: str | None
    position: int = 0
    """Given when it is written."""


def hold_numbering(rows: Rows, diagnosis_id: int) -> int:
    """Take hold of a diagnosis' numbering for the rest of the transaction; returns the last number that was given out."""
    return int(_NUMBER.value(connection_of(rows), one=diagnosis_id))


def show_number(rows: Rows, diagnosis_id: int, seq: int) -> None:
    """Let the session see the number that was given out, where it has the diagnosis; ``add`` writes it."""
    if rows.opened is not None:
        known = rows.opened.identity_map.get(identity_key(Diagnosis, diagnosis_id))
        if known is not None:
            set_committed_value(known, "seq", seq)


def add(rows: Rows, entries: Sequence[Entry], numbers: Mapping[int, int]) -> None:
    """Write entries of the log (which get their ``position``) and the last number of each diagnosis."""
    connection = connection_of(rows)
    for first in range(0, len(entries), ADDED_AT_ONCE):
        some = entries[first : first + ADDED_AT_ONCE]
        values = {f"{name}_{at}": getattr(entry, name) for at, entry in enumerate(some) for name in _EVENT}
        places = sorted(row[0] for row in _adding(len(some)).run(connection, **values))
        for entry, place in zip(some, places, strict=True):
            entry.position = place
    for diagnosis_id, seq in numbers.items():
        _SET_NUMBER.run(connection, row=diagnosis_id, seq=seq)


def top_seq(through: Through, diagnosis_id: int) -> int:
    """Read the last number that was given out. Raises NoResultFound."""
    found = _TOP_SEQ.value(connection_of(through), one=diagnosis_id)
    if found is None:
        raise NoResultFound("there is no such diagnosis")
    return int(found)


def after(through: Through, diagnosis_id: int, seq: int, *, limit: int) -> list[Entry]:
    """Read at most ``limit`` entries of a diagnosis that come after ``seq``, in order."""
    found = _AFTER.run(connection_of(through), diagnosis=diagnosis_id, since=seq, most=limit)
    return [Entry(*row) for row in found]


def after_position(through: Through, position: int, *, limit: int) -> list[Entry]:
    """Read at most ``limit`` entries of the whole log that come after ``position``."""
    return [Entry(*row) for row in _AFTER_POSITION.run(connection_of(through), since=position, most=limit)]


def top_position(session: Session) -> int:
    """Read the place of the newest entry of the whole log."""
    return session.exec(select(func.max(Event.position))).one() or 0


@dataclass(frozen=True, slots=True)
class End:
    """Where the whole log ends, and which log it is."""

    top: int
    """The place of its newest entry; trimming leaves that one, so it goes back only where another database is there now."""
    epoch: str


def end(through: Through) -> End:
    """Read both in one statement; the epoch is empty where the database has none yet."""
    [[top, epoch]] = _END.run(connection_of(through))
    return End(int(top or 0), epoch or "")


def before(through: Through, position: int | None) -> int:
    """Read the place of the entry before this one in the whole log, of the newest where none is named; 0 where there is none."""
    return int(_BEFORE.value(connection_of(through), limit=2**62 if position is None else position) or 0)


def longer_than(session: Session, keep: int) -> list[int]:
    """List the diagnoses of which more than ``keep`` entries are still there."""
    first = columns(func.min(col(Event.seq))).where(col(Event.diagnosis_id) == col(Diagnosis.id)).scalar_subquery()
    statement = columns(col(Diagnosis.id)).where(col(Diagnosis.seq) > keep, first <= col(Diagnosis.seq) - keep)
    return [int(found) for found in session.execute(statement).scalars()]


def trim(rows: Rows, diagnosis_id: int, *, keep: int, before: datetime, limit: int) -> int:
    """Take out, from the beginning of a diagnosis' log, at most ``limit`` entries made ``before``; counts them.

    The last ``keep`` stay, and so does everything behind an entry that stays: the log has no holes.
    """
    connection = connection_of(rows)
    oldest = _OLDEST.run(connection, diagnosis=diagnosis_id, keep=keep, most=limit)
    old = list(takewhile(lambda entry: entry[1] < before, oldest))
    if old:
        _TRIM.run(connection, diagnosis=diagnosis_id, last=old[-1][0])
    return len(old)


def trim_unnumbered(rows: Rows, before: datetime, limit: int) -> int:
    """Take out at most ``limit`` entries made ``before`` that concern no diagnosis and have no ``seq``; counts them.

    The newest of the whole log stays, so that a log that ends earlier than before is another one.
    """
    return len(_TRIM_UNNUMBERED.run(connection_of(rows), before=before, most=limit))


def of_practice(session: Session, diagnosis_ids: list[int], practice_id: int | None) -> set[int]:
    """Pick those of these diagnoses that are there, of one practice where named."""
    statement = select(Diagnosis.id).where(col(Diagnosis.id).in_(diagnosis_ids))
    if practice_id is not None:
        statement = statement.where(Diagnosis.practice_id == practice_id)
    return {int(found) for found in session.exec(statement) if found is not None}


@cache
def _adding(many: int) -> Prepared:
    """Prepare the insertion of so many entries, which get their positions in the order in which they stand."""
    rows = [{name: bindparam(f"{name}_{at}", type_=getattr(Event, name).type) for name in _EVENT} for at in range(many)]
    return Prepared(insert(Event).values(rows).returning(col(Event.position)))


_ENTRY = tuple(Entry.__dataclass_fields__)
_EVENT = tuple(name for name in _ENTRY if name != "position")
_NUMBER = Prepared(select(Diagnosis.seq).where(col(Diagnosis.id) == bindparam("one")).with_for_update())
_TOP_SEQ = Prepared(select(Diagnosis.seq).where(col(Diagnosis.id) == bindparam("one")))
_SET_NUMBER = setting(Diagnosis, ("seq",))
_COLUMNS = columns(*(col(getattr(Event, name)) for name in _ENTRY))
_AFTER = Prepared(
    _COLUMNS.where(col(Event.diagnosis_id) == bindparam("diagnosis"), col(Event.seq) > bindparam("since"))
    .order_by(col(Event.seq))
    .limit(bindparam("most", type_=Integer()))
)
_AFTER_POSITION = Prepared(
    _COLUMNS.where(col(Event.position) > bindparam("since"))
    .order_by(col(Event.position))
    .limit(bindparam("most", type_=Integer()))
)
_BEFORE = Prepared(columns(func.max(col(Event.position))).where(col(Event.position) < bindparam("limit")))
_END = Prepared(
    columns(
        columns(func.max(col(Event.position))).scalar_subquery().label("top"),
        columns(col(Mark.value)).where(col(Mark.name) == EPOCH).scalar_subquery().label("epoch"),
    )
)
_OLDEST = Prepared(
    columns(col(Event.seq), col(Event.created))
    .join(Diagnosis, col(Diagnosis.id) == col(Event.diagnosis_id))
    .where(col(Event.diagnosis_id) == bindparam("diagnosis"), col(Event.seq) <= col(Diagnosis.seq) - bindparam("keep"))
    .order_by(col(Event.seq))
    .limit(bindparam("most", type_=Integer()))
)
_TRIM = Prepared(
    delete(Event).where(col(Event.diagnosis_id) == bindparam("diagnosis"), col(Event.seq) <= bindparam("last"))
)
_TRIM_UNNUMBERED = Prepared(
    delete(Event)
    .where(
        col(Event.position).in_(
            columns(col(Event.position))
            .where(
                col(Event.diagnosis_id).is_(None),
                col(Event.created) < bindparam("before"),
                col(Event.position) < columns(func.max(col(Event.position))).scalar_subquery(),
            )
            .limit(bindparam("most", type_=Integer()))
        )
    )
    .returning(col(Event.position))
)
