"""One thread for the short reads of the live sockets.

When a herd comes back, a worker thread for each client makes them all wait for one another's turn of the interpreter, and the
event loop with them. Here what has queued is read one after the other and answered together: one wake-up for many.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

AT_ONCE = 16
"""Answers in one wake-up of the event loop; the first of them waits for the last."""


class LiveReader:
    """Runs functions in order, each answered on the event loop that asked."""

    def __init__(self, *, in_a_file: bool = False) -> None:
        """Say whether the database is in a file: then reading takes the processor, whichever thread it is in."""
        self._in_a_file = in_a_file
        self._asked: SimpleQueue[tuple[asyncio.Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def read(self, function: Callable[..., T], *given: Any, **named: Any) -> T:
        """Run a function in the thread; gives what it returns, raises what it raises."""
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._run, args=(loop,), name="live reader", daemon=True)
            self._thread.start()
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.put((answer, lambda: function(*given, **named)))
        return await answer

    async def read_at_length(self, function: Callable[..., T], *given: Any, **named: Any) -> T:
        """Do the same for what takes several statements more: over a network that waits, and nobody waits behind it."""
        if self._in_a_file:
            return await self.read(function, *given, **named)
        return await asyncio.to_thread(function, *given, **named)

    def close(self) -> None:
        """End the thread, once it has read what was asked."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._asked.put(None)
            thread.join()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while (asked := self._asked.get()) is not None:
            answers = []
            while asked is not None:
                answer, function = asked
                answers.append((answer, *_outcome(function)))
                try:
                    asked = self._asked.get_nowait() if len(answers) < AT_ONCE else None
                except Empty:
                    break
                if asked is None and len(answers) < AT_ONCE:
                    self._asked.put(None)  # told to end, after these
            try:
                loop.call_soon_threadsafe(_settle, answers)
            except RuntimeError:
                return  # the loop has ended; nobody waits any more


def _outcome(function: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    try:
        return function(), None
    except BaseException as error:  # whoever asked is told; the thread goes on for the others
        if isinstance(error, Exception) and not isinstance(error, StopIteration):
            return None, error
        return None, RuntimeError(
            f"A read ended as none should: {error!r}"
        )  # what no future takes, or ends the program


def _settle(answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for answer, result, error in answers:
        if answer.done():
            continue  # whoever asked has gone
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)
