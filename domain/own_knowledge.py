"""Knowledge of a practice's own: rows in the form of the knowledge base, checked with it, told apart by where they come from."""

from collections.abc import Iterator

from domain.bringing_in import BroughtIn, Refused, keep, refuse_twice, take_out
from domain.gate.own_names import hidden_names
from domain.judging_again import proposed_anew
from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from storage import care
from storage.knowledge import read_own
from storage.tables import PracticeRow


def bring_in(services: Services, actor: Actor, name: str, text: str) -> BroughtIn:
    """Check a file against all that the practice knows, and keep it whole; raises Refused with every problem, Conflict."""
    refuse_twice(services, actor, "knowledge", text)
    rows, wrong = read_own(name, text, services.library.files_of(actor.practice_id))
    known = services.library.of(actor.practice_id)
    wrong = wrong or hidden_names(rows, known.knowledge, known.names)
    if wrong:
        raise Refused(name, [str(problem) for problem in wrong])

    def add(change: Change, import_id: int) -> None:
        change.session.add_all(
            PracticeRow(
                practice_id=actor.practice_id, import_id=import_id, file=file, label=label, content=dict(content)
            )
            for file, label, content in rows
        )

    kept = keep(services, actor, "knowledge", name, text, len(rows), add)
    services.library.renew(actor.practice_id)
    return kept


def forget(services: Services, actor: Actor, number: int) -> BroughtIn:
    """Take a file of knowledge out again; rows of other files that named its rows do not count any more. Raises NotFound."""
    gone = take_out(services, actor, "knowledge", number)
    services.library.renew(actor.practice_id)
    return gone


def patients_under_treatment(services: Services, practice_id: int) -> list[int]:
    """List the patients of a practice who have an open diagnosis."""
    with services.database.read() as session:
        return care.patients_with_open_diagnoses(session, practice_id)


def judge_all(services: Services, patients: list[int]) -> Iterator[None]:
    """Judge the plans of these patients by what is known now, a transaction each; yields after each of them.

    Where something fails for one of them, the turn of the others comes all the same, and what they take is judged at least.
    """
    for patient_id in patients:
        proposed_anew(services, patient_id)
        yield
