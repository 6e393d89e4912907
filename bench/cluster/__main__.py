"""Measure one, two and three processes over one PostgreSQL, with NOTIFY alone and with NATS.

``python -m bench.cluster [--quick] [--sizes N …] [--json FILE]``. All processes share one core and the load client has the
other, so what more cores would bring is read from processor time: the busiest process is the limit.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.cluster.place import environment, nats, postgres, processes
from bench.fanout import practice
from bench.fanout.cores import CLIENT, conditions, files_allowed, started_on
from bench.fanout.load import Load, Report, Target, compiled, wrong
from bench.programs import Running

SIZES, QUICK_SIZES = (1_000, 5_000), (1_000,)
CYCLES, QUICK_CYCLES = 7, 3
WARM_UP = 60
GOAL_TIMES, GOAL_HOP_MS = 1.7, 2.0

EXPLAINED = """
deliveries/s: messages received, a second, with one broadcast on its way, on the one core that all processes share.
busiest, all: processor seconds for 100,000 deliveries of the busiest process, and of all together.
times:        by how much the busiest has less to do than one process alone has: what as many free cores would bring.
p50, p99:     from the moment a broadcast was due until a socket has read it, at a gentle rate.
hop:          the same with all sockets on another process than the one the broadcast came to, less where all are on that one.
lost:         what a client missed, or had twice or out of order."""


@dataclass(frozen=True)
class Setting:
    """How many processes, joined by what, and where the sockets are."""

    bus: str
    count: int
    apart: bool = False
    """Whether all sockets are on another process than what is published; else they are spread evenly."""


SETTINGS = (
    Setting("postgresql", 1), Setting("postgresql", 2), Setting("postgresql", 3), Setting("postgresql", 2, apart=True),
    Setting("nats", 1), Setting("nats", 2), Setting("nats", 3), Setting("nats", 2, apart=True),
)  # fmt: skip


def main() -> None:
    """Measure and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="1,000 sockets only, within two minutes")
    arguments.add_argument("--sizes", type=int, nargs="+", help="how many sockets")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    files_allowed()
    sizes = chosen.sizes or (QUICK_SIZES if chosen.quick else SIZES)
    cycles = QUICK_CYCLES if chosen.quick else CYCLES
    print(conditions())
    print(EXPLAINED)
    print(f"{'sockets':>8} {'bus':>11} {'processes':>10} {'deliveries/s':>13} {'busiest':>8} {'all':>6} {'times':>6} "
          f"{'p50 ms':>7} {'p99':>6} {'hop p50':>8} {'p99':>6}  lost")  # fmt: skip
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        program = compiled(folder)
        settings = {"DATABASE_URL": stack.enter_context(postgres())}
        with environment(settings):
            prepared = practice.prepare(folder / "practice", max(sizes), many=False)
            broker = stack.enter_context(nats())
            for size in sizes:
                for one in SETTINGS:
                    given = settings | ({"NATS_URL": broker} if one.bus == "nats" else {})
                    with _loaded(one, size, given, program, prepared, folder) as (load, members):
                        rows.append(_measured(one, size, load, members, cycles, rows))
                    _print(rows[-1])
    ratios = {f"{row['bus']}_{row['processes']}_{row['sockets']}": row["times"] for row in rows if row["times"]}
    if chosen.json:
        chosen.json.write_text(json.dumps({"rows": rows, "ratios": ratios}, indent=2) + "\n")


@contextmanager
def _loaded(
    one: Setting, size: int, settings: dict[str, str], program: Path, prepared: practice.Practice, folder: Path
) -> Iterator[tuple[Load, list[Running]]]:
    """Run the processes, and the client with a socket for each line."""
    folders = [folder / f"process-{number}" for number in range(one.count)]
    for place in folders:
        shutil.rmtree(place, ignore_errors=True)
        prepared.copy(place, many=False)
    with processes(folders, settings) as members:
        lines = prepared.clients(size, many=False)
        sockets = members[1:] if one.apart else members
        clients = folder / "clients"
        clients.write_text("".join(f"{line}\t{sockets[at % len(sockets)].port}\n" for at, line in enumerate(lines)))
        target = Target(
            port=members[0].port,
            pid=members[0].pid,
            clients=clients,
            ready='"type":"snapshot"',
            message=practice.sample_message(),
            get="/healthz",
        )
        with started_on(CLIENT):
            load = Load(program, target)
        try:
            yield load, members
        finally:
            load.end()


def _measured(
    one: Setting, size: int, load: Load, members: list[Running], cycles: int, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    load.join(min(WARM_UP, size))
    load.saturate(1, 0.1)
    load.leave()
    reports = [load.join(size)]
    per_second, seconds = (10, 1.0) if size <= 1_000 else (2, 2.0)
    saturated: list[Report] = []
    gentle: list[Report] = []
    busiest: list[float] = []
    together: list[float] = []
    for _ in range(cycles):
        before = [member.used().total for member in members]
        saturated.append(load.saturate(1, 1.0))
        used = [member.used().total - was for member, was in zip(members, before, strict=True)]
        delivered = max(1, saturated[-1]["deliveries"])
        busiest.append(max(used) / delivered * 100_000)
        together.append(sum(used) / delivered * 100_000)
        gentle.append(load.rate(per_second, seconds))
    said = "; ".join(filter(None, map(wrong, [*reports, *saturated, *gentle])))
    row: dict[str, Any] = {
        "sockets": size,
        "bus": one.bus,
        "processes": one.count,
        "apart": one.apart,
        "deliveries_per_second": median(report["deliveries"] / report["seconds"] for report in saturated),
        "cpu_busiest": median(busiest),
        "cpu_all": median(together),
        "p50_ms": median(report["p50_ms"] for report in gentle),
        "p99_ms": median(report["p99_ms"] for report in gentle),
        "lost": said,
    }
    alone = next((r for r in rows if (r["sockets"], r["bus"], r["processes"]) == (size, one.bus, 1)), None)
    row["times"] = alone["cpu_busiest"] / row["cpu_busiest"] if alone and not one.apart else None
    row["hop_p50_ms"] = row["p50_ms"] - alone["p50_ms"] if alone and one.apart else None
    row["hop_p99_ms"] = row["p99_ms"] - alone["p99_ms"] if alone and one.apart else None
    return row


def _print(row: dict[str, Any]) -> None:
    where = f"{row['processes']}{' apart' if row['apart'] else ''}"
    times = "-" if row["times"] is None else f"{row['times']:.2f}"
    hop = ["-" if row[name] is None else f"{row[name]:.2f}" for name in ("hop_p50_ms", "hop_p99_ms")]
    print(
        f"{row['sockets']:>8,} {row['bus']:>11} {where:>10} {row['deliveries_per_second']:>13,.0f} {row['cpu_busiest']:>8.2f} "
        f"{row['cpu_all']:>6.2f} {times:>6} {row['p50_ms']:>7.2f} {row['p99_ms']:>6.2f} {hop[0]:>8} {hop[1]:>6}  "
        f"{row['lost'] or 'nothing'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
