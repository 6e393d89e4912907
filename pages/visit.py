"""One person on one page: who they are, what they follow, and how what they do is answered."""

import asyncio
import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import structlog
from nicegui import ui
from starlette.requests import Request
from starlette.responses import RedirectResponse

from domain.errors import NotAllowed, NotFound, NotSignedIn, VervainError
from domain.events import LoggedEvent
from domain.health import in_our_words
from domain.hub import practice_topic, sign_in_topic
from domain.ledger import utc_now
from domain.library import Knowledge
from domain.origin import page_of
from domain.permission import Actor, readable_patients
from domain.readings import Reading, collecting
from domain.security_log import Event, place
from domain.services import Services
from domain.sign_in import SESSION_KEY, actor_of_session
from domain.sign_in_shapes import PracticeShape
from domain.throttle import WRITE
from pages.elements.alarms import NOTHING, Alarms, Shown
from pages.follower import BATCH_SECONDS, Follower, Handle, Keep
from pages.holding import Hold
from pages.language import N_, Language, chosen_language
from pages.parts import SERVICES, TOGETHER
from pages.together import Together
from storage.tables import Practice

log = structlog.get_logger(__name__)
T = TypeVar("T")

SEEN_SECONDS = 300
"""How often an open page says that its sign-in is in use, well within ``IDLE``."""

Otherwise = Mapping[str, Callable[[VervainError], None]]
"""What to do, by the code of a refusal, instead of showing its sentence."""
SIGN_IN = "/sign-in"
PHONE = "/m"
OVER = N_("This sign-in is over: sign in again.")


class Visit:
    """What a page works with. Identity is taken once, here; a follower never asks who is there.

    The visit ends with the page or with the sign-in, whichever is first; after its end nothing is read or done any more.
    """

    def __init__(
        self,
        services: Services,
        actor: Actor,
        practice: PracticeShape,
        language: Language,
        request: Request,
        together: Together | None = None,
    ) -> None:
        self.services = services
        self.actor = actor
        self.practice = practice
        self._ = language
        self.request = request
        self.client = ui.context.client
        page_of(actor.person_id)
        self.place: ui.element | None = None
        """Where the content of the page is, once its frame is there."""
        self.alarms: Shown = NOTHING
        self.banner: Alarms | None = None
        self.hold = Hold()
        self._over = False
        self._next_seen: asyncio.TimerHandle | None = None
        self._together = together or Together(services.hub)
        self._patients: set[int] | None = None
        """Whose record they may read; None before anything of the practice is followed."""
        self._alike: frozenset[int] | None = None
        """The same once more, as a key; None where it has changed."""
        self._ready = asyncio.Event()
        self._ends: list[Callable[[], Any]] = []
        self._ends_of_following: list[Callable[[], Any]] = []
        self.client.on_delete(
            lambda: self._end()
        )  # a closure of this page's own: one shared function would end them all
        if actor.sign_in_id is not None:
            self._ends.append(services.hub.follow(sign_in_topic(actor.sign_in_id), lambda _: self.leave()))
            self._stay_seen(actor.sign_in_id)
        if actor.until is not None:
            left = (actor.until - utc_now()).total_seconds()
            self._ends.append(asyncio.get_running_loop().call_later(max(0.0, left), self.leave).cancel)

    def follow(
        self,
        topics: str | Sequence[str],
        handle: Handle,
        *,
        every: float = BATCH_SECONDS,
        keep: Keep = lambda _event: True,
        urgent: bool = False,
    ) -> Callable[[], None]:
        """Call ``handle`` with what happens on a topic or several, in order, from ``ready()`` until the page is gone.

        What ``keep`` refuses is left out. Changes within ``every`` seconds come together; the first of them is not
        held up. What is ``urgent`` comes while the page is paused, too. Gives what ends it before the page is gone.
        """
        hold = None if urgent else self.hold
        pushed, gone = self.services.running.pushed_a_page, self.take_away
        follower = Follower(
            self.client, self._ready, handle, every=every, keep=keep, gone=gone, pushed=pushed, hold=hold
        )
        names = [topics] if isinstance(topics, str) else topics
        ends: list[Callable[[], Any]] = [self.services.hub.follow(topic, follower.notice) for topic in names]
        task = asyncio.create_task(follower.run(), name=f"page follows {names[0].split(':')[0]}")
        ends.append(task.cancel)
        self._ends_of_following.append(partial(_run, ends))
        return partial(_run, ends)

    async def follow_practice(
        self,
        handle: Handle,
        *,
        every: float = BATCH_SECONDS,
        also: Sequence[str] = (),
        keep: Keep | None = None,
        urgent: bool = False,
    ) -> None:
        """Follow everything about the patients whose record this person may read, and of them what is on other topics.

        ``keep`` chooses in place of ``may_see``, and asks that itself.
        """
        topics = [practice_topic(self.actor.practice_id), *also]
        self.follow(topics, handle, every=every, keep=keep or self.may_see, urgent=urgent)
        if self._patients is None:  # whoever followed first keeps it up to date
            self._patients, self._alike = await asyncio.to_thread(self._readable), None

    def may_see(self, event: LoggedEvent) -> bool:
        """Say whether an event of the practice's topic is for this person; keeps up with records that change hands."""
        if self._patients is None:
            return False
        if event.type == "patient_update" and event.patient_id is not None:
            self._alike = None
            if self.actor.person_id in event.values["readers"]:
                self._patients.add(event.patient_id)
            else:
                self._patients.discard(event.patient_id)
        return event.patient_id in self._patients

    def ready(self) -> None:
        """Let what happened since the page began to follow come in: the page is built."""
        self._ready.set()

    async def read(self, verb: Callable[..., T], *given: Any, **more: Any) -> T:
        """Run a verb of the domain off the event loop, for this person. Raises NotSignedIn after the end of the visit."""
        self._still_here()
        with in_our_words():
            return await asyncio.to_thread(verb, self.services, self.actor, *given, **more)

    async def read_of_patients(self, verb: Callable[..., T], *given: Hashable, **more: Hashable) -> T:
        """Run a verb whose result hangs on the patients whose record one may read, and on nothing else of the person.

        It is run once for all pages that ask at the same moment and whose people may read the same patients. Only after
        ``follow_practice``. Raises NotSignedIn.
        """
        self._still_here()
        if self._alike is None:
            self._alike = frozenset(self._patients or ())
        patients, actor = self._alike, self.actor

        def run() -> tuple[T, bool, set[Reading]]:
            with collecting() as them:
                result = verb(self.services, actor, *given, **more)
            return result, readable_by(self.services, actor) == patients, them

        key = (verb, actor.practice_id, patients, given, tuple(more.items()))
        result, same, them = await self._together.read(key, run)
        if not same:
            return await self.read(verb, *given, **more)  # a record is just changing hands
        await self.services.ledger.readings.noted(self.actor, them)  # each of those who are shown it has read it
        return result

    async def read_of_practice(self, verb: Callable[..., T], *given: Hashable) -> T:
        """Run a verb whose result is the same for everybody with this role in the practice, once for all pages that ask."""
        self._still_here()
        key = (verb, self.actor.practice_id, self.actor.role, given)
        return await self._together.read(key, lambda: verb(self.services, self.actor, *given))

    async def act(
        self, verb: Callable[..., T], *given: Any, done: str = "", otherwise: Otherwise | None = None, **more: Any
    ) -> T | None:
        """Run a verb for what somebody clicked or typed; a refusal is shown as its one sentence, and gives None."""
        try:
            self.services.throttle.count(WRITE, self.actor.person_id)
            result = await self.read(verb, *given, **more)
        except VervainError as error:
            self.note_refusal(error)
            with self.client:
                (otherwise or {}).get(error.code, self.refuse)(error)
            return None
        self.hold.resume()  # whoever acts sees what comes of it, and acts on the newest state from then on
        if done:
            with self.client:
                ui.notify(done, type="positive", position="top", timeout=2_500)
        return result

    def note_refusal(self, error: VervainError) -> None:
        """Write down that this person asked for what is not theirs; other refusals are theirs to mend."""
        if isinstance(error, NotAllowed | NotFound):
            route = self.request.scope.get("route")
            self.services.security.note(
                Event.PERMISSION_REFUSED,
                reason=error.code,
                person=self.actor.person_id,
                address=self.actor.address,
                where=f"page {place(getattr(route, 'path', ''), self.request.url.path)}",
            )

    def warn(self, sentence: str) -> None:
        """Say, in the words of this page, why something is not done."""
        with self.client:
            ui.notify(sentence, type="warning", position="top", close_button=self._("Close"))

    def refuse(self, error: VervainError) -> None:
        """Show the sentence of a refusal; somebody who is not signed in any more is sent to the door."""
        self.warn(self._(error.message))
        with self.client:
            if isinstance(error, NotSignedIn):
                ui.navigate.to(SIGN_IN)

    @property
    def knowledge(self) -> Knowledge:
        """What this person's practice knows."""
        return self.services.library.of(self.actor.practice_id).knowledge

    def stop_following(self) -> None:
        """Follow nothing any more, but for the end of the sign-in."""
        _run(self._ends_of_following)
        self._patients = self._alike = None

    def take_away(self, error: VervainError) -> None:
        """Empty the page, and follow nothing any more: what it shows may not be read by this person from now on."""
        self.stop_following()
        if self.place is not None:
            self.place.clear()
            with self.place:
                ui.label(self._(error.message)).classes("vv-empty")

    def leave(self) -> None:
        """End the visit because its sign-in is over."""
        if self._over:
            return
        self._end()
        with self.client:
            ui.navigate.to(SIGN_IN)

    def now(self) -> str:
        """Write the time for the Live mark."""
        return self._.clock(utc_now())

    def _readable(self) -> set[int]:
        return readable_by(self.services, self.actor)

    def _stay_seen(self, sign_in_id: int) -> None:
        """Count the open page as use: whoever looks at it all day is not signed out for not having clicked."""
        if not self._over:
            self.services.seen.note(sign_in_id, self.actor.address)
            loop = asyncio.get_running_loop()
            self._next_seen = loop.call_later(SEEN_SECONDS, self._stay_seen, sign_in_id)

    def _still_here(self) -> None:
        page_of(self.actor.person_id)
        if self.actor.until is not None and self.actor.until <= utc_now():
            self.leave()  # the timer may be late, for instance where the machine slept
        if self._over:
            raise NotSignedIn(OVER)

    def _end(self) -> None:
        self._over = True
        if self._next_seen is not None:
            self._next_seen.cancel()
        self.stop_following()
        _run(self._ends)


def readable_by(services: Services, actor: Actor) -> set[int]:
    """List the patients whose record somebody may read at present."""
    with services.database.read() as session:
        return readable_patients(session, actor)


def _run(ends: list[Callable[[], Any]]) -> None:
    while ends:
        ends.pop()()


async def visit(request: Request) -> Visit | RedirectResponse:
    """Begin a visit; who is not signed in is sent to the door, and a patient to the phone page."""
    services: Services = request.scope[SERVICES]
    wished = request.headers.get("accept-language", "")
    language = chosen_language(request.session.get("language"), wished).written(request.session)
    speak(language)
    door = RedirectResponse(f"{SIGN_IN}?next={quote(request.url.path)}")
    secret = request.session.get(SESSION_KEY)
    if not isinstance(secret, str):
        return door
    address = request.client.host if request.client else ""
    try:
        actor, practice = await asyncio.to_thread(_who, services, secret, address)
    except NotSignedIn:
        return door
    if actor.is_patient:
        return RedirectResponse(PHONE)
    here = Visit(services, actor, practice, language, request, request.scope[TOGETHER])
    try:
        await asyncio.to_thread(actor_of_session, services, secret, address=address)
    except NotSignedIn:  # it ended before its end was listened for
        here.leave()
        return door
    return here


def _who(services: Services, secret: str, address: str) -> tuple[Actor, PracticeShape]:
    actor = actor_of_session(services, secret, address=address)
    services.library.of(actor.practice_id)  # read here, off the event loop, so that the page finds it there
    with services.database.read() as session:
        row = session.get_one(Practice, actor.practice_id)
        return actor, PracticeShape(id=actor.practice_id, name=row.name, synthetic=row.synthetic)


def speak(language: Language) -> None:
    """Send this page in a language: sets its ``lang``, its direction and the texts of its elements."""
    client = ui.context.client
    client.page = copy.copy(client.page)  # the page itself is shared by all who visit it
    client.page.language = language.pack
    if language.code == "fa":  # asked for at once, so that the words are not set anew when it comes
        ui.add_head_html(
            '<link rel="preload" href="/static/fonts/vazirmatn-arabic.woff2" as="font" type="font/woff2" crossorigin>'
        )
