"""Plan for ten thousand practices and a million phones: print the arithmetic, and the simulations that check it.

``python -m bench.plan [--practices N] [--phones N] [--quick] [--json FILE]``. The pace of the writer and the growth of the file
are measured here, on SQLite; connections, memory and joins are those of ``python -m bench.fanout`` in docs/live-delivery.md.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from api.connections import PER_PROCESS
from bench.plan.arithmetic import Demand, Plan, Supply, plan
from bench.plan.measured import Measured, measured
from bench.plan.storm import Storm, storm
from bench.plan.writing import Waits, waits
from domain.writer import MOST_TOGETHER
from settings import Settings

KIB_PER_CONNECTION, JOINS_PER_SECOND = 7.3, 1_763.0
"""``python -m bench.fanout --cycles 3`` at 1,000 connections (docs/live-delivery.md)."""
ROUNDS, QUICK_ROUNDS = 600, 150
STORM, QUICK_STORM = 200_000, 20_000
"""Clients simulated at most: of more, a share comes to the same share of processes."""


def main() -> None:
    """Print the plan and what the simulations say of it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--practices", type=int, default=Demand().practices)
    arguments.add_argument("--phones", type=int, default=Demand().phones)
    arguments.add_argument("--quick", action="store_true", help="end within 50 s")
    arguments.add_argument("--json", type=Path, help="write the numbers and ratios to this file as well")
    chosen = arguments.parse_args()
    demand = Demand(practices=chosen.practices, phones=chosen.phones)
    here = measured(QUICK_ROUNDS if chosen.quick else ROUNDS)
    supply = Supply(
        changes_per_second=here.changes_per_second,
        kib_per_connection=KIB_PER_CONNECTION,
        joins_per_second=min(JOINS_PER_SECOND, Settings().accept_per_second),
        connections=PER_PROCESS,
        bytes_per_check_in=here.bytes_per_check_in,
        log_bytes_per_check_in=here.log_bytes_per_check_in,
    )
    planned = plan(demand, supply)
    most = QUICK_STORM if chosen.quick else STORM
    joins = supply.joins_per_second * planned.processes
    seen = _shrunk(planned.sockets, joins, most)
    everybody = _shrunk(demand.phones, joins, most)
    queue = waits(
        planned.check_ins_per_second / planned.shards,
        change_ms=here.change_ms,
        commit_ms=here.commit_ms,
        together=MOST_TOGETHER,
    )
    _print(demand, supply, here, planned)
    _print_checks(planned, here, queue, seen, everybody)
    if chosen.json:
        numbers = {name: asdict(one) for name, one in (("demand", demand), ("supply", supply), ("plan", planned))}
        checks = {"writer": asdict(queue), "storm": asdict(seen), "storm_of_all": asdict(everybody)}
        ratios = {
            "storm_simulated_by_planned": seen.back_99_s / planned.storm_seconds,
            "storm_of_all_simulated_by_planned": everybody.back_99_s / planned.storm_of_all_seconds,
        }
        chosen.json.write_text(json.dumps(numbers | checks | {"ratios": ratios}, indent=2) + "\n")


def _shrunk(clients: int, joins_per_second: float, most: int) -> Storm:
    """Simulate at most so many clients, at the share of the processes that is theirs."""
    share = min(1.0, most / clients)
    return storm(int(clients * share), joins_per_second * share)


def _print(demand: Demand, supply: Supply, here: Measured, planned: Plan) -> None:
    sockets = f"{planned.sockets:,} ({planned.gib_for_sockets:.1f} GiB), {planned.processes_for_sockets} processes"
    pages = (
        f"{planned.pages:,} ({planned.gib_for_pages:.1f} GiB, {planned.cores_for_pages:.1f} cores busy with changes)"
    )
    log_kib = supply.log_bytes_per_check_in / 1024
    lines = (
        ("practices, phones", f"{demand.practices:,}, {demand.phones:,}"),
        ("a phone a day", f"{demand.check_ins_per_day:g} check-ins, seen {demand.openings_per_day:g} times for "
         f"{demand.open_minutes:g} min; {demand.busiest_hour:.0%} of it in the busiest hour"),
        ("one writer keeps", f"{here.changes_per_second:,.0f} a second, measured now: {here.change_ms:.1f} ms a change, "
         f"{here.commit_ms:.1f} ms a commit; half of it is planned with"),
        ("check-ins in the busiest hour", f"{planned.check_ins_per_second:,.0f} a second"),
        ("databases (shards)", f"{planned.shards}"),
        ("phones connected at once", sockets),
        ("pages open at once", f"{pages}, {planned.processes_for_pages} processes"),
        ("messages on the bus", f"{planned.bus_messages_per_second:,.0f} a second published; each process hears "
         f"{planned.bus_deliveries_per_process:,.0f}, those of its shard"),
        ("a check-in on the disk", f"{supply.bytes_per_check_in / 1024:.1f} KiB, of which the log {log_kib:.1f}"),
        ("the log", f"{planned.log_gib:,.0f} GiB after {demand.log_days} days, then no more"),
        ("the record", f"{planned.kept_gib_per_year:,.0f} GiB more each year"),
        ("all processes start anew", f"everybody is back after {planned.storm_seconds:.1f} s at the soonest; with a socket on "
         f"every phone all day, after {planned.storm_of_all_seconds:.0f} s"),
    )  # fmt: skip
    for name, text in lines:
        print(f"{name:<32}{text}")


def _print_checks(planned: Plan, here: Measured, queue: Waits, seen: Storm, everybody: Storm) -> None:
    print("\nSimulated:")
    pace = planned.check_ins_per_second / planned.shards
    print(
        f"the writer of a shard at {pace:.0f} changes a second: {queue.busy:.0%} busy ({pace * here.change_ms / 1000:.0%} by the "
        f"arithmetic, and commits), commit after {queue.p50_ms:.1f} ms p50, {queue.p99_ms:.1f} p99, {queue.together:.1f} together"
    )
    for name, one, planned_s in (
        ("the storm", seen, planned.storm_seconds),
        ("with a socket on every phone", everybody, planned.storm_of_all_seconds),
    ):
        print(
            f"{name}: half are back after {one.back_50_s:.1f} s, 99 % after {one.back_99_s:.1f} s ({planned_s:.1f} by the "
            f"arithmetic), all after {one.back_all_s:.1f} s; {one.attempts_each:.1f} attempts each"
        )


if __name__ == "__main__":
    main()
