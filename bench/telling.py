"""Measure what it costs to tell a page of a changed row and its mark, NiceGUI's way and ours, before anything is sent.

``python -m bench.telling``; a few seconds, no server and no browser. CPU time, the best of some rounds over 200 pages.
"""

import asyncio
import time

from nicegui import core
from nicegui.client import Client
from nicegui.element import Element
from nicegui.page import page

from pages.elements.told import Told

PAGES, ROUNDS = 200, 7
SETTLED_SECONDS = 0.2
"""What a page does once when it begins is not measured."""
ROW = {"key": "1", "cells": {f"column {number}": {"text": "what stands in a cell"} for number in range(8)}}


async def main() -> None:
    """Measure and print the table."""
    core.loop = asyncio.get_running_loop()
    print(f"{'':>10} {'us a page':>10} {'messages':>9}")
    for name, kind in (("NiceGUI's", Element), ("ours", Told)):
        rounds = [await _round(kind) for _ in range(ROUNDS)]
        print(f"{name:>10} {min(took for took, _ in rounds):10.0f} {rounds[0][1]:9.1f}")


async def _round(kind: type[Element]) -> tuple[float, float]:
    clients = [Client(page("")) for _ in range(PAGES)]
    pairs = []
    for client in clients:
        with client.content:
            pairs.append((kind("div"), kind("div")))
    await asyncio.sleep(SETTLED_SECONDS)
    for client in clients:
        client.outbox.messages.clear()
    began = time.process_time()
    for row, mark in pairs:
        row.run_method("upsert", ROW)
        mark.run_method("put", [ROW], {})
    for _ in range(4):  # what is done in tasks and at the end of a turn is part of it
        await asyncio.sleep(0)
    took = time.process_time() - began
    messages = sum(len(client.outbox.messages) for client in clients)
    for client in clients:
        client.delete()
    return took / PAGES * 1e6, messages / PAGES


if __name__ == "__main__":
    asyncio.run(main())
