"""The thread for short reads: answers in order, errors to whoever asked, and an end that loses nobody."""

import asyncio
import threading

import pytest

from api.live_reader import AT_ONCE, LiveReader


async def test_answers_come_in_order_from_one_thread() -> None:
    reader, threads = LiveReader(), set()

    def double(number: int) -> int:
        threads.add(threading.current_thread().name)
        return number * 2

    many = AT_ONCE * 5
    assert await asyncio.gather(*(reader.read(double, number) for number in range(many))) == [
        number * 2 for number in range(many)
    ]
    assert threads == {"live reader"}
    reader.close()


async def test_an_error_is_its_askers_alone() -> None:
    reader = LiveReader()
    asked = [reader.read(int, "7"), reader.read(int, "seven"), reader.read(int, "8")]
    seven, error, eight = await asyncio.gather(*asked, return_exceptions=True)
    assert (seven, eight) == (7, 8)
    assert isinstance(error, ValueError)
    reader.close()


async def test_who_stops_waiting_disturbs_nobody() -> None:
    reader, go_on = LiveReader(), threading.Event()
    given_up = asyncio.ensure_future(reader.read(go_on.wait, 10))
    other = asyncio.ensure_future(reader.read(int, "7"))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    go_on.set()
    assert await other == 7
    reader.close()


async def test_closing_waits_for_what_was_asked_and_reading_can_begin_anew() -> None:
    reader = LiveReader()
    asked = [asyncio.ensure_future(reader.read(int, "7")) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.to_thread(reader.close)
    assert await asyncio.gather(*asked) == [7, 7, 7]
    assert await reader.read(int, "8") == 8
    reader.close()
    reader.close()  # twice is as good as once
    assert not any(thread.name == "live reader" for thread in threading.enumerate())


async def test_what_is_worse_than_an_error_ends_no_thread() -> None:
    reader = LiveReader()

    def worse() -> None:
        raise SystemExit("a library gives up")

    def stops() -> None:
        raise StopIteration

    asked = [reader.read(worse), reader.read(stops), reader.read(int, "7")]
    given_up, stopped, seven = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(given_up, RuntimeError)
    assert isinstance(stopped, RuntimeError)
    assert seven == 7
    reader.close()
