"""The one thread that writes: it commits together what has queued, and answers when that is on the disk.

A transaction costs what its commit costs, however many changes are in it. So changes queue, from worker threads and from
the event loop, and the thread takes all that wait into one transaction. The longer the queue, the more are taken together.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from domain.counting import Histogram
from domain.errors import OutcomeUnknown, Unavailable

log = structlog.get_logger(__name__)

MOST_TOGETHER = 128
"""Changes in one transaction: what it takes while one is committed, at the pace of the fastest."""
LONGEST_SECONDS = 0.050
"""A transaction that has been open for so long takes no more: the first in it waits for the last. Shorter ones cost a fifth
more for each change: the thread and the event loop then take turns at every statement, instead of at every transaction."""
MOST_WAITING = 1_000
"""Changes that may queue, about a second of them. Who comes then is told to try again in a moment, and nothing was done."""
TRANSACTIONS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of how long one may take, in seconds."""
SHARED = (1, 2, 4, 8, 16, 32, 64, MOST_TOGETHER)
BUSY = "The database is busy: try again in a moment."
RETRY_SECONDS = 1
"""After how long whoever was refused for it tries again."""


@dataclass(slots=True, eq=False)
class Waiting:
    """A change that has queued, and in the end what came of it."""

    act: Callable[[Any], Any]
    future: Any
    """Of the event loop where there is one, else of a thread."""
    loop: asyncio.AbstractEventLoop | None
    result: Any = None
    error: BaseException | None = None


Commit = Callable[[Iterator[Waiting]], None]
"""Does what waits, in one transaction, notes what came of each, and returns when that is committed and published."""


class Writer:
    """A queue of changes and its thread, which starts with the first change."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._state = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = False
        self._began: float | None = None
        """When the transaction under way was asked for."""
        self._turns: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self.seconds = Histogram(TRANSACTIONS)
        """How long transactions took, with the publishing of what they caused."""
        self.together = Histogram(SHARED)
        """How many changes were in one."""

    @property
    def held_up_seconds(self) -> float:
        """How long the transaction under way has taken so far; 0 where there is none."""
        began = self._began
        return 0.0 if began is None else time.monotonic() - began

    @property
    def waiting(self) -> int:
        """How many changes wait for the thread."""
        return self._queue.qsize()

    def do(self, act: Callable[[Any], Any]) -> Any:
        """Queue a change and wait for its commit, in any thread; raises what it raises."""
        future: Future[Any] = Future()
        self._put(Waiting(act, future, None))
        return future.result()

    async def done(self, act: Callable[[Any], Any]) -> Any:
        """Queue a change and wait for its commit, on the event loop; raises what it raises.

        Whoever stops waiting does not stop the change. What the loop asks for in one turn is handed over at its end, together:
        the thread would otherwise begin with the first and then contend with the loop for the interpreter at every statement.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        turn = self._turns.get(loop)
        if turn is None:
            turn = self._turns[loop] = []
            loop.call_soon(self._hand_over, loop)
        turn.append(Waiting(act, future, loop))
        return await future

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        for waiting in self._turns.pop(loop):
            try:
                self._put(waiting)
            except Exception as error:
                waiting.error = error
                _tell_all([waiting])

    def end(self) -> None:
        """Do what has queued and end the thread; what comes later is refused."""
        with self._state:
            self._ended = True
            thread, self._thread = self._thread, None
            if thread is not None:
                self._queue.put(None)
        if thread is not None:
            thread.join()

    def _put(self, waiting: Waiting) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError("A change cannot wait for another change: it would wait for itself.")
        with self._state:
            if self._ended:
                raise Unavailable("The program is starting or stopping.", retry_after=RETRY_SECONDS)
            if self._queue.qsize() >= MOST_WAITING:
                raise Unavailable(BUSY, retry_after=RETRY_SECONDS)
            self._queue.put(waiting)
            if self._thread is None:
                # A daemon: a program that fails before it closes its database ends all the same.
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            taken = [first]
            self._began = time.monotonic()
            try:
                with self.seconds.timing():
                    self._commit(self._all_that_wait(first, taken))
            except BaseException as error:  # each of them hears it; the thread goes on
                if isinstance(error, Unavailable):  # who queued behind them has waited as long
                    taken += self._the_others()
                for waiting in taken:
                    waiting.result, waiting.error = None, _own(error)
            self._began = None
            self.together.observe(len(taken))
            try:
                _answer(taken)
            except Exception:
                log.exception("those who wait for a change could not be told")

    def _all_that_wait(self, first: Waiting, taken: list[Waiting]) -> Iterator[Waiting]:
        """Take one change after the other from the queue until it is empty or the transaction is long enough."""
        began = time.monotonic()
        yield first
        while len(taken) < MOST_TOGETHER and time.monotonic() - began < LONGEST_SECONDS:
            waiting = self._next()
            if waiting is None:
                return
            taken.append(waiting)
            yield waiting

    def _next(self) -> Waiting | None:
        try:
            waiting = self._queue.get_nowait()
        except Empty:
            return None
        if waiting is None:  # the end, which nothing comes after
            self._queue.put(None)
        return waiting

    def _the_others(self) -> Iterator[Waiting]:
        while (waiting := self._next()) is not None:
            yield waiting


def _answer(taken: Sequence[Waiting]) -> None:
    """Tell each what came of it; those of one event loop are told together, because waking a loop costs more than telling."""
    of_loops: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
    for waiting in taken:
        if waiting.loop is not None:
            of_loops.setdefault(waiting.loop, []).append(waiting)
        else:
            _tell(waiting)
    for loop, those in of_loops.items():
        with suppress(RuntimeError):  # the loop has closed: nobody waits there any more
            loop.call_soon_threadsafe(_tell_all, those)


def _tell_all(those: Sequence[Waiting]) -> None:
    for waiting in those:
        if not waiting.future.done():  # it may have been given up
            _tell(waiting)


def _tell(waiting: Waiting) -> None:
    if isinstance(waiting.error, StopIteration):  # which no future takes
        waiting.future.set_exception(RuntimeError("A change stopped an iteration that was not its own."))
    elif waiting.error is not None:
        waiting.future.set_exception(waiting.error)
    else:
        waiting.future.set_result(waiting.result)


def _own(error: BaseException) -> BaseException:
    """Give each who waits an error of their own where it is one of ours: raising writes into it."""
    if isinstance(error, OutcomeUnknown):
        return OutcomeUnknown(error.message)
    return Unavailable(error.message, **error.details) if isinstance(error, Unavailable) else error
