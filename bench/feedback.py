"""How long a patient's answer takes from the phone to every phone that follows it.

A real server process, real sockets on this machine: connect some phones to one diagnosis, post feedback over HTTP, and time
from the moment before the request to the moment when each phone has the ``feedback_update``.
Run ``python -m bench.feedback [--quick] [--json FILE]``.
"""

import argparse
import asyncio
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import websockets
from sqlmodel import col, select

from api.connections import PER_PERSON
from domain import demo
from domain.ledger import Change
from main import build_services
from settings import Settings
from storage.tables import Patient, PatientShare, Person

ROOT = Path(__file__).parent.parent
READER = "Reader"
SIZES, QUICK_SIZES = (1, 100, 500), (1, 50)
ROUNDS, QUICK_ROUNDS = 40, 15


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--json", type=Path, help="write the numbers to this file as well")
    chosen = arguments.parse_args()
    sizes, rounds = (QUICK_SIZES, QUICK_ROUNDS) if chosen.quick else (SIZES, ROUNDS)
    rows = []
    with _server() as address:
        for size in sizes:
            rows.append(asyncio.run(_measure(address, size, rounds)))
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, loopback, SQLite; load from one process beside it."
    )
    print(
        f"{'phones':>7} {'rounds':>7} {'POST p50':>9} {'POST p99':>9} {'seen p50':>9} {'seen p99':>9} {'last p99':>9}  (ms)"
    )
    for row in rows:
        print(
            f"{row['phones']:>7} {row['rounds']:>7} {row['post_p50_ms']:>9.1f} {row['post_p99_ms']:>9.1f} "
            f"{row['seen_p50_ms']:>9.1f} {row['seen_p99_ms']:>9.1f} {row['last_p99_ms']:>9.1f}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps({"rows": rows}, indent=2) + "\n")


async def _measure(address: str, phones: int, rounds: int) -> dict[str, Any]:
    """Time ``rounds`` answers with so many phones connected."""
    async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=30) as client:
        people = (await client.get("/api/auth/demo")).json()["people"]
        readers = [person["id"] for person in people if person["name"].startswith(READER)]
        patient = next(person["id"] for person in people if person["role"] == "patient")
        tokens = (await client.post("/api/auth/demo", json={"person_id": patient})).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        diagnosis_id = tokens["diagnosis_id"]
        plan = (await client.get(f"/api/diagnosis/{diagnosis_id}")).json()["recommendations"]
        recommendation_id = next(one["id"] for one in plan if one["kind"] == "herb")
        connections = []
        for number in range(phones):
            if number % PER_PERSON == 0:  # a person may have so many connections, so many persons follow
                signed_in = await client.post("/api/auth/demo", json={"person_id": readers[number // PER_PERSON]})
                headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
            url = f"ws://{address}/ws/{diagnosis_id}"
            connections.append(await websockets.connect(url, additional_headers=headers, compression=None))
        for connection in connections:
            await _until(connection, "snapshot")
        posted, seen, last = [], [], []
        for number in range(rounds):
            waiting = [asyncio.create_task(_until(connection, "feedback_update")) for connection in connections]
            began = time.perf_counter()
            body = {"recommendation_id": recommendation_id, "rating": 1 + number % 5, "symptom": number % 10}
            (await client.post(f"/api/diagnosis/{diagnosis_id}/feedback", json=body)).raise_for_status()
            posted.append(time.perf_counter() - began)
            arrivals = [at - began for at in await asyncio.gather(*waiting)]
            seen += arrivals
            last.append(max(arrivals))
        for connection in connections:
            await connection.close()
    return {
        "phones": phones,
        "rounds": rounds,
        "post_p50_ms": _percentile(posted, 50),
        "post_p99_ms": _percentile(posted, 99),
        "seen_p50_ms": _percentile(seen, 50),
        "seen_p99_ms": _percentile(seen, 99),
        "last_p99_ms": _percentile(last, 99),
    }


async def _until(connection: Any, kind: str) -> float:
    """Read until a message of this type has come; returns when it had."""
    async with asyncio.timeout(30):
        while True:
            message = await connection.recv()
            at = time.perf_counter()
            if f'"type":"{kind}"' in message[:80]:
                return at


def _percentile(seconds: list[float], percent: int) -> float:
    if len(seconds) == 1:
        return seconds[0] * 1000
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


@contextmanager
def _server() -> Iterator[str]:
    """Run the demo on a free port with a database of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder))
        command = [sys.executable, str(ROOT / "main.py"), "demo", "--no-play", "--port", str(port)]
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _prepare(folder: Path) -> None:
    """Fill the demo practice, and let enough colleagues read the first patient's record."""
    settings = Settings(
        database_url=f"sqlite:///{folder}/data/vervain.db", secret_file=folder / "data" / "secret", demo=True
    )
    services = build_services(settings)
    for _ in demo.fill(services):
        pass
    services.ledger.write(_add_readers)
    services.database.close()


def _add_readers(change: Change) -> None:
    patient = change.session.exec(select(Patient).where(col(Patient.person_id).is_not(None))).first()
    if patient is None or patient.id is None:
        raise SystemExit("The demo has no patient.")
    for number in range(max(SIZES) // PER_PERSON):
        name = f"{READER} {number + 1}"
        person = Person(practice_id=patient.practice_id, role="practitioner", name=name, demo=True, created=change.now)
        change.session.add(person)
        change.session.flush()
        change.session.add(PatientShare(patient_id=patient.id, person_id=person.id or 0, created=change.now))


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx2.get(url, timeout=1).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
