"""The hub: hands each committed event to everybody who follows its topic, in order, without ever waiting for them.

Everything runs on the event loop. ``publish`` may be called from any thread; whoever publishes never waits. A follower is a
function that returns at once; a follower that needs time keeps what it is told in a queue of its own, which it bounds.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from domain.events import LoggedEvent

log = structlog.get_logger(__name__)

Deliver = Callable[[LoggedEvent], None]
Unfollow = Callable[[], None]


def diagnosis_topic(diagnosis_id: int) -> str:
    """Name the topic of one diagnosis: what the practice's sockets and pages of it follow."""
    return f"diagnosis:{diagnosis_id}"


def phones_topic(diagnosis_id: int) -> str:
    """Name the topic of what a diagnosis' patient is told of it: what their sockets follow."""
    return f"phones:{diagnosis_id}"


def practice_topic(practice_id: int) -> str:
    """Name the topic of everything in a practice; followers filter by whose record they may read."""
    return f"practice:{practice_id}"


def delivery_topic(diagnosis_id: int) -> str:
    """Name the topic on which pages are told what a diagnosis' devices have confirmed."""
    return f"delivery:{diagnosis_id}"


def deliveries_topic(practice_id: int) -> str:
    """Name the topic of all such confirmations in a practice; followers filter by whose record they may read."""
    return f"deliveries:{practice_id}"


def evidence_topic(practice_id: int) -> str:
    """Name the topic of a practice's effectiveness: counts over all patients, which all its practitioners may read."""
    return f"evidence:{practice_id}"


def sign_in_topic(sign_in_id: int) -> str:
    """Name the topic on which the end of a sign-in is told."""
    return f"sign_in:{sign_in_id}"


def patient_topic(patient_id: int) -> str:
    """Name the topic on which it is told that a patient's record changed hands."""
    return f"patient:{patient_id}"


def knowledge_topic(practice_id: int) -> str:
    """Name the topic on which pages are told what a practice has brought in, and that its cases have been learnt from."""
    return f"knowledge:{practice_id}"


def predictor_topic(practice_id: int) -> str:
    """Name the topic on which pages are told which predictor a practice uses."""
    return f"predictor:{practice_id}"


def drafts_topic(person_id: int) -> str:
    """Name the topic on which somebody's open pages are told what another of their pages has written."""
    return f"drafts:{person_id}"


EVERYTHING = "everything"
"""The topic that the program's own jobs follow."""


class Hub:
    """Topics and their followers."""

    def __init__(self) -> None:
        self._followers: dict[str, dict[object, Deliver]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handed_over: deque[LoggedEvent] = deque()
        self._woken = False
        self.delivered = 0
        """Counts the events that followers were told; who reads first and follows then sees whether it missed one."""

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on this loop from now on."""
        self._loop = loop
        self._woken = False
        self._handed_over.clear()

    def unbind(self) -> None:
        """Stop delivering: the loop is about to end."""
        self._loop = None

    def follow(self, topic: str, deliver: Deliver) -> Unfollow:
        """Call ``deliver`` with each event of ``topic``, on the loop; returns the function that ends it."""
        key = object()
        self._followers.setdefault(topic, {})[key] = deliver

        def unfollow() -> None:
            followers = self._followers.get(topic)
            if followers is not None and followers.pop(key, None) is not None and not followers:
                del self._followers[topic]

        return unfollow

    def followed_diagnoses(self) -> set[int]:
        """List the diagnoses that somebody follows at the moment."""
        return self._followed(diagnosis_topic) | self._followed(phones_topic)

    def followed_by_practices(self) -> set[int]:
        """List those that somebody of their practice follows."""
        return self._followed(diagnosis_topic)

    def _followed(self, named: Callable[[int], str]) -> set[int]:
        prefix = named(0)[:-1]
        return {int(topic.removeprefix(prefix)) for topic in tuple(self._followers) if topic.startswith(prefix)}

    def is_followed(self, topic: str) -> bool:
        """Say whether somebody follows a topic at the moment."""
        return topic in self._followers

    def follower_count(self) -> int:
        """Count all followers; a test that ends with more than it began with has a leak."""
        return sum(len(followers) for followers in self._followers.values())

    def publish(self, events: Sequence[LoggedEvent]) -> None:
        """Hand over committed events, from any thread, in the order of the calls."""
        loop = self._loop
        if not events or loop is None or loop.is_closed():
            return  # nobody can follow: the command line, or a program that has not started or is ending
        self._handed_over.extend(events)
        if not self._woken:  # waking the loop is the dearest part: once is enough for all that comes before it wakes
            self._woken = True
            with contextlib.suppress(RuntimeError):  # the loop closed between the two lines; the log has the events
                loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._woken = False
        events = []
        with contextlib.suppress(IndexError):
            while True:
                events.append(self._handed_over.popleft())
        self._deliver(events)

    def _deliver(self, events: Sequence[LoggedEvent]) -> None:
        for event in events:
            self.delivered += 1
            try:
                topics = _topics(event)
            except Exception:
                log.exception("an event has no topics", type=event.type)
                continue
            for topic in topics:
                followers = self._followers.get(topic)
                for deliver in tuple(followers.values()) if followers else ():
                    try:
                        deliver(event)
                    except Exception:
                        log.exception("a follower failed", topic=topic.split(":")[0], type=event.type)


LEARNT = "cases_learnt"
"""Told to pages only, and kept nowhere: a practice's ranker is another one now."""
PREDICTOR_READ = "predictor_read"
"""Told to pages and jobs only, and kept nowhere: what a practice's predictions come from is another one now."""

EVIDENCE_MOVED = "evidence_moved"
"""Told to the jobs of every process only, and kept nowhere: a cell's number is another one now, with no answer of its own."""

DRAFT_WRITTEN = "draft_written"
"""Told to pages of one person only, and kept nowhere: one of their drafts is another one now."""


def _topics(event: LoggedEvent) -> Sequence[str]:
    if event.type == "delivery_update" and event.diagnosis_id is not None:  # for pages only, never for sockets
        return [delivery_topic(event.diagnosis_id), deliveries_topic(event.practice_id)]
    if event.type == EVIDENCE_MOVED:
        return [EVERYTHING]
    if event.type == DRAFT_WRITTEN:
        return [drafts_topic(event.values["person_id"])]
    if event.type == LEARNT:
        return [knowledge_topic(event.practice_id)]
    if event.type == PREDICTOR_READ:
        return [EVERYTHING, predictor_topic(event.practice_id)]
    topics = [EVERYTHING]
    if event.diagnosis_id is not None:
        topics.append(diagnosis_topic(event.diagnosis_id))
        if event.seq is not None or event.patient_data is not None:
            # Beside the log there is no number to keep contiguous: a patient is not told that others answered.
            topics.append(phones_topic(event.diagnosis_id))
    elif event.position is None:
        topics.append(evidence_topic(event.practice_id))
    if event.position is not None:
        topics.append(practice_topic(event.practice_id))
        if event.type in ("knowledge_update", "cases_update"):
            topics.append(knowledge_topic(event.practice_id))
        elif event.type == "predictor_update":
            topics.append(predictor_topic(event.practice_id))
        elif event.type == "effectiveness_update":
            topics.append(evidence_topic(event.practice_id))
        elif event.type == "sign_in_revoked":
            topics.append(sign_in_topic(event.values["sign_in_id"]))
        elif event.type == "patient_update" and event.patient_id is not None:
            topics.append(patient_topic(event.patient_id))
    return topics
