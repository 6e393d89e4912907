"""The hub: hands each committed event to everybody who follows its topic, in order, without ever waiting for them.

Everything runs on the event loop. ``publish`` may be called from any thread; whoever publishes never waits. A follower is a
function that returns at once; a follower that needs time takes a ``Subscription``, which is bounded.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from domain.events import Audience, LoggedEvent

log = structlog.get_logger(__name__)

Deliver = Callable[[LoggedEvent], None]
Unfollow = Callable[[], None]

MAX_MESSAGES = 256
MAX_BYTES = 1024 * 1024
"""What may wait for one follower (docs/design.md, section 3); past either bound the follower is cut and resumes from the log."""


def diagnosis_topic(diagnosis_id: int) -> str:
    """Name the topic of one diagnosis: what its sockets and its page follow."""
    return f"diagnosis:{diagnosis_id}"


def practice_topic(practice_id: int) -> str:
    """Name the topic of everything in a practice; followers filter by whose record they may read."""
    return f"practice:{practice_id}"


def evidence_topic(practice_id: int) -> str:
    """Name the topic of a practice's effectiveness: counts over all patients, which all its practitioners may read."""
    return f"evidence:{practice_id}"


def sign_in_topic(sign_in_id: int) -> str:
    """Name the topic on which the end of a sign-in is told."""
    return f"sign_in:{sign_in_id}"


def patient_topic(patient_id: int) -> str:
    """Name the topic on which it is told that a patient's record changed hands."""
    return f"patient:{patient_id}"


EVERYTHING = "everything"
"""The topic that the program's own jobs follow."""


class Hub:
    """Topics and their followers."""

    def __init__(self) -> None:
        self._followers: dict[str, dict[object, Deliver]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Deliver on this loop from now on."""
        self._loop = loop

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

    def subscribe(self, topic: str, *, audience: Audience = Audience.PRACTICE) -> "Subscription":
        """Follow ``topic`` through a bounded queue."""
        return Subscription(self, topic, audience)

    def followed_diagnoses(self) -> set[int]:
        """List the diagnoses that somebody follows at the moment."""
        prefix = diagnosis_topic(0)[:-1]
        return {int(topic.removeprefix(prefix)) for topic in tuple(self._followers) if topic.startswith(prefix)}

    def follower_count(self) -> int:
        """Count all followers; a test that ends with more than it began with has a leak."""
        return sum(len(followers) for followers in self._followers.values())

    def publish(self, events: Sequence[LoggedEvent]) -> None:
        """Hand over committed events, from any thread, in the order of the calls."""
        loop = self._loop
        if not events or loop is None or loop.is_closed():
            return  # nobody can follow: the command line, or a program that has not started or is ending
        with contextlib.suppress(RuntimeError):  # the loop closed between the two lines; the log has the events
            loop.call_soon_threadsafe(self._deliver, tuple(events))

    def _deliver(self, events: Sequence[LoggedEvent]) -> None:
        for event in events:
            for topic in _topics(event):
                followers = self._followers.get(topic)
                for deliver in tuple(followers.values()) if followers else ():
                    try:
                        deliver(event)
                    except Exception:
                        log.exception("a follower failed", topic=topic.split(":")[0], type=event.type)


def _topics(event: LoggedEvent) -> Sequence[str]:
    topics = [EVERYTHING]
    if event.diagnosis_id is not None:
        topics.append(diagnosis_topic(event.diagnosis_id))
    elif event.position is None:
        topics.append(evidence_topic(event.practice_id))
    if event.position is not None:
        topics.append(practice_topic(event.practice_id))
        if event.type == "effectiveness_update":
            topics.append(evidence_topic(event.practice_id))
        elif event.type == "sign_in_revoked":
            topics.append(sign_in_topic(event.values["sign_in_id"]))
        elif event.type == "patient_update" and event.patient_id is not None:
            topics.append(patient_topic(event.patient_id))
    return topics


class Subscription:
    """A bounded queue of messages for one follower, with where each stands in the log.

    Past its bound it overflows: it stops following and says so, and its owner resumes from the log, which has everything.
    """

    def __init__(self, hub: Hub, topic: str, audience: Audience) -> None:
        self._audience = audience
        self._waiting: deque[tuple[int | None, str]] = deque()
        self._bytes = 0
        self._something = asyncio.Event()
        self.overflowed = False
        self._unfollow = hub.follow(topic, self._notice)

    def _notice(self, event: LoggedEvent) -> None:
        if event.seq is None and event.patient_data is None and self._audience is Audience.PATIENT:
            return  # beside the log there is no number to keep contiguous: a patient is not told that others answered
        self.put(event.text(self._audience), seq=event.seq)

    def put(self, text: str, *, seq: int | None = None) -> None:
        """Queue a message behind those that wait; never waits."""
        if self.overflowed:
            return
        size = len(text.encode())
        if len(self._waiting) >= MAX_MESSAGES or self._bytes + size > MAX_BYTES:
            self.overflowed = True
            self.close()
        else:
            self._waiting.append((seq, text))
            self._bytes += size
        self._something.set()

    def skip_to(self, seq: int) -> None:
        """Drop what waits and is at or before ``seq`` in the log: the owner has it from a snapshot or a replay."""
        self._waiting = deque((at, text) for at, text in self._waiting if at is None or at > seq)
        self._bytes = sum(len(text.encode()) for _, text in self._waiting)

    async def next(self) -> list[tuple[int | None, str]]:
        """Wait until something is there, and take all of it; empty when the subscription has overflowed."""
        while not self._waiting and not self.overflowed:  # what waited may have been skipped meanwhile
            self._something.clear()
            await self._something.wait()
        if self.overflowed:
            return []
        taken = list(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return taken

    def __len__(self) -> int:
        return len(self._waiting)

    def close(self) -> None:
        """Stop following."""
        self._unfollow()
