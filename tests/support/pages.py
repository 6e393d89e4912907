"""NiceGUI in tests: pages without a browser, and forgetting those of programs that have ended."""

from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from nicegui import Client, background_tasks, context, events, ui
from nicegui.element import Element
from nicegui.testing import User

from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from storage.tables import Person

E = TypeVar("E", bound=Element)


class SimulatedUser(User):
    """NiceGUI's simulated user, who does not take over what the pages of others say.

    The original puts itself in the place of ``ui.notify`` and its like whenever anything of it is looked at: with two
    visitors, the file that one asked for came to the one whose page had just shown a change.
    """

    def __getattribute__(self, name: str) -> Any:
        return object.__getattribute__(self, name)


class ByPage:
    """Stands where ``ui.notify``, ``ui.navigate`` or ``ui.download`` is, and asks the user whose page it is."""

    def __init__(self, name: str, users: list[User]) -> None:
        self._name = name
        self._users = users

    def __call__(self, *given: Any, **more: Any) -> Any:
        return self._of_this_page()(*given, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of_this_page(), name)

    def _of_this_page(self) -> Any:
        newest = self._users[-1]  # a page that is not ready yet is nobody's: it is the one that is being opened
        return getattr(next((one for one in self._users if one.client is context.client), newest), self._name)


@dataclass(frozen=True)
class Visitor:
    """Somebody on a page: NiceGUI's simulated user, over the whole application."""

    user: User
    http: httpx.AsyncClient

    async def sign_in(self, services: Services, actor: Actor) -> None:
        """Come in with one click."""
        let_click(services, actor)
        answer = await self.http.post("/auth/demo", data={"person_id": actor.person_id})
        assert answer.status_code == 303, answer.text

    async def open(self, path: str) -> "Visitor":
        """Open a page."""
        await self.user.open(path)
        return self

    @property
    def page(self) -> Client:
        """The page that is open."""
        assert self.user.client is not None
        return self.user.client

    def the(self, kind: type[E], testid: str) -> E:
        """Find an element by what marks it for tests."""
        found = [one for one in self.page.elements.values() if one.props.get("data-testid") == testid]
        assert len(found) == 1, f"{testid} is there {len(found)} times"
        assert isinstance(found[0], kind)
        return found[0]

    def shows(self, testid: str) -> bool:
        """Say whether something is on the page."""
        return any(one.props.get("data-testid") == testid for one in self.page.elements.values())

    def click(self, testid: str) -> None:
        """Click a button."""
        self.happen(self.the(ui.button, testid), "click")

    def happen(self, element: Element, event: str, args: Any = None) -> None:
        """Let the browser tell of something."""
        with self.page:
            for listener in list(element._event_listeners.values()):
                if listener.type == event:
                    arguments = events.GenericEventArguments(sender=element, client=self.page, args=args)
                    events.handle_event(listener.handler, arguments)


def let_click(services: Services, actor: Actor) -> None:
    """Let somebody come in with one click, as the demo's people do."""

    def act(change: Change) -> None:
        person = change.session.get_one(Person, actor.person_id)
        person.demo = True
        change.session.add(person)

    services.ledger.write(act)


def forget_pages() -> None:
    """Forget the pages and tasks of programs that have ended: their event loops are closed."""
    Client.instances.clear()
    background_tasks.running_tasks.clear()
    background_tasks.lazy_tasks_running.clear()
    background_tasks.lazy_coroutines_waiting.clear()
