"""What happens, on its way to one page: collected, and handed over in batches."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from nicegui import Client

from domain.errors import NotFound, NotSignedIn, VervainError
from domain.events import LoggedEvent
from domain.tracing import shown_on_a_page
from pages.holding import Hold

log = structlog.get_logger(__name__)

BATCH_SECONDS = 0.1
"""Changes that come within this time reach a page together: at most ten updates a second, however busy the practice."""

Handle = Callable[[list[LoggedEvent]], Awaitable[None] | None]
Keep = Callable[[LoggedEvent], bool]


class Follower:
    """Collects what happens and hands it to a page in batches, from ``ready`` on; ``gone`` is told that the record is lost,
    ``pushed`` that a batch was handed over.

    While its page is paused it keeps what comes, where that may wait (``pages/holding.py``).
    """

    def __init__(
        self,
        client: Client,
        ready: asyncio.Event,
        handle: Handle,
        *,
        every: float,
        keep: Keep,
        gone: Callable[[VervainError], None],
        pushed: Callable[[], None],
        hold: Hold | None = None,
    ) -> None:
        self._client = client
        self._ready = ready
        self._handle = handle
        self._every = every
        self._keep = keep
        self._gone = gone
        self._pushed = pushed
        self._waiting: list[LoggedEvent] = []
        self._held: list[LoggedEvent] = []
        self._going: list[LoggedEvent] = []
        self._woken = asyncio.Event()
        self._hold = hold
        if hold is not None:
            hold.join(self._let_go)

    def notice(self, event: LoggedEvent) -> None:
        """Take note of something that has happened."""
        self._waiting.append(event)
        self._woken.set()

    async def run(self) -> None:
        """Hand over what comes, until cancelled or nobody may read it any more."""
        await self._ready.wait()
        while True:
            await self._woken.wait()
            self._woken.clear()
            waiting, self._waiting = self._waiting, []
            batch = [event for event in waiting if self._keep(event)]
            if batch and self._hold is not None and self._hold.holds(batch):
                self._held += batch
                batch = []
            going, self._going = self._going, []
            batch = [event for event in going if self._keep(event)] + batch
            if not batch:
                continue  # the next one is not held up by what was for somebody else
            span = shown_on_a_page(batch)
            try:
                self._pushed()
                with self._client:
                    result = self._handle(batch)
                    if result is not None:
                        await result
            except NotSignedIn:
                return
            except NotFound as error:
                self._gone(error)
                return
            except Exception:
                log.exception("a page could not show a change")
            finally:
                if span is not None:
                    span.end()
            await asyncio.sleep(self._every)

    def _let_go(self) -> None:
        self._going += self._held
        self._held = []
        self._woken.set()
