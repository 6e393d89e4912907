"""The versions of a practice's predictor: fitting a new one, using one, taking one out of use."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import Conflict, NotFound
from domain.events import predictor_changed
from domain.ledger import Change, utc_now
from domain.page_messages import PredictorUpdate
from domain.predictors import files
from domain.predictors.card import Card
from domain.predictors.examples import MATURE, examples_of
from domain.predictors.fitting import Progress, Unfitted, fit
from domain.services import Services
from storage import predictor_rows
from storage.tables import Predictor

SUPERSEDED = "A newer one was fitted."
WAITS = "It passes the rule and waits: somebody has taken the one before it out of use at a terminal."


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it stands."""

    version: str
    status: str
    reason: str
    changed: datetime
    card: Card


def train(
    services: Services, practice_id: int, *, progress: Progress = lambda _what, _done: None
) -> Version | Unfitted:
    """Fit a predictor to a practice's outcomes and use it where the rule lets it; else the evidence is used from now on.

    Takes seconds to minutes: for a thread or a command. The newest fit decides: where it does not pass, an older one is not
    used either, because it is judged by older outcomes.
    """
    progress("Reading the outcomes", 0.0)
    knowledge = services.library.of(practice_id).knowledge
    with services.database.read() as session:
        examples = examples_of(session, practice_id, knowledge, until=utc_now() - MATURE)
    found = fit(examples, made=utc_now(), progress=progress)
    services.predictors.tried(practice_id, found.sentence if isinstance(found, Unfitted) else None)
    if isinstance(found, Unfitted):
        services.ledger.write(lambda change: _retire(change, practice_id, found.sentence, by_hand=False))
        services.predictors.forget(practice_id)
        return found
    folder, card = services.predictors.folder(practice_id), found.card
    digest = files.write(folder, found)
    content = files.content_of(folder, card.version)

    def keep(change: Change) -> Predictor:
        waits = card.promoted and _taken_out_by_hand(change, practice_id)
        used = card.promoted and not waits
        _retire(change, practice_id, SUPERSEDED if used or waits else card.sentence, by_hand=False)
        row = Predictor(
            practice_id=practice_id,
            name=found.name,
            version=card.version,
            status="active" if used else "candidate",
            digest=digest,
            reason=WAITS if waits else card.sentence,
            changed=change.now,
            card=card.model_dump(mode="json"),
            created=change.now,
        )
        _tell(change, row)
        predictor_rows.keep_file(change.session, row, content, most=files.KEPT)
        return row

    row = services.ledger.write(keep)
    files.tidy(folder, keep=[row.version])
    return _version(row)


def listing(services: Services, practice_id: int) -> list[Version]:
    """List the versions of a practice, newest first."""
    with services.database.read() as session:
        return [_version(row) for row in predictor_rows.versions(session, practice_id)]


def promote(services: Services, practice_id: int, version: str) -> Version:
    """Use a version. Raises NotFound, Conflict where it did not pass the rule, and Unusable where its file cannot be used."""
    with services.database.read() as session:
        row = _find(predictor_rows.versions(session, practice_id), version)
    card = Card.model_validate(row.card)
    if not card.promoted:
        raise Conflict(f"Predictor {version} did not pass the rule. {card.sentence}")
    services.predictors.read(row)

    def act(change: Change) -> Predictor:
        _retire(change, practice_id, f"Predictor {version} is used in its place.", by_hand=True)
        standing = _find(predictor_rows.versions(change.session, practice_id), version)
        standing.status, standing.reason, standing.changed = "active", standing.card["sentence"], change.now
        standing.by_hand = True
        _tell(change, standing)
        return standing

    return _version(services.ledger.write(act))


def demote(services: Services, practice_id: int, reason: str, *, by_hand: bool) -> Version | None:
    """Take the version that a practice uses out of use, and say why; None where it uses none."""
    row = services.ledger.write(lambda change: _retire(change, practice_id, reason, by_hand=by_hand))
    services.predictors.forget(practice_id)
    return None if row is None else _version(row)


def _retire(change: Change, practice_id: int, reason: str, *, by_hand: bool) -> Predictor | None:
    row = predictor_rows.active(change.session, practice_id)
    if row is not None:
        row.status, row.reason, row.changed, row.by_hand = "retired", reason, change.now, by_hand
        _tell(change, row)
    return row


def _taken_out_by_hand(change: Change, practice_id: int) -> bool:
    """Say whether the last decision was somebody's at a terminal, to use none."""
    rows = [row for row in predictor_rows.versions(change.session, practice_id) if row.status != "candidate"]
    if not rows or any(row.status == "active" for row in rows):
        return False
    return max(rows, key=lambda row: row.changed).by_hand


def _tell(change: Change, row: Predictor) -> None:
    change.session.add(row)
    change.session.flush()
    told = PredictorUpdate(version=row.version, status=row.status, reason=row.reason)
    change.record(predictor_changed(told), practice_id=row.practice_id or 0)


def _find(rows: list[Predictor], version: str) -> Predictor:
    found = next((row for row in rows if row.version == version), None)
    if found is None:
        raise NotFound(f"There is no predictor {version}.")
    return found


def _version(row: Predictor) -> Version:
    return Version(row.version, row.status, row.reason, row.changed, Card.model_validate(row.card))
