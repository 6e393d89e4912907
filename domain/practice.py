"""Practices: which one a command is about."""

from sqlmodel import Session

from domain.errors import NotFound
from domain.patient import key
from domain.permission import Actor
from domain.services import Services
from storage import people
from storage.tables import Practice


def chosen(session: Session, given: str) -> Practice:
    """Find a practice by its number or name, which may be left out where there is one. Raises NotFound."""
    there = people.practices(session)
    found = [one for one in there if not given or given in (str(one.id), one.name)]
    if len(found) == 1:
        return found[0]
    if not there:
        raise NotFound("There is no practice yet: add somebody first (user add).")
    listed = ", ".join(f"{one.id} ({one.name})" for one in there)
    raise NotFound(f"Say which practice by its number: {listed}.")


def at_a_terminal(practice: Practice) -> Actor:
    """Say who acts where a command is given at the machine itself: nobody who signs in."""
    return Actor(0, key(practice), "terminal", "At a terminal")


def acting_for(services: Services, given: str) -> Actor:
    """Act for a practice, at a terminal. Raises NotFound."""
    with services.database.read() as session:
        return at_a_terminal(chosen(session, given))
