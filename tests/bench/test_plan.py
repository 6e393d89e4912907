"""The plan: its arithmetic by hand, and simulations against what is known of them."""

from dataclasses import replace

import pytest
import vervain_client

from bench.plan import storm
from bench.plan.arithmetic import Demand, Supply, plan
from bench.plan.writing import waits

SUPPLY = Supply(
    changes_per_second=200,
    kib_per_connection=8,
    joins_per_second=1_000,
    connections=10_000,
    bytes_per_check_in=4_096,
    log_bytes_per_check_in=1_024,
)


def test_the_arithmetic_by_hand() -> None:
    demand = Demand(
        practices=10, phones=36_000, check_ins_per_day=1, openings_per_day=2, open_minutes=3, busiest_hour=0.5
    )
    found = plan(demand, SUPPLY)
    assert found.check_ins_per_second == 5
    assert found.sockets == 10 * 180, "ten openings a second, each three minutes long"
    assert (found.shards, found.processes_for_sockets) == (1, 1)
    assert found.log_gib == pytest.approx(36_000 * 90 * 1_024 / 2**30)
    assert found.kept_gib_per_year == pytest.approx(36_000 * 365 * 3_072 / 2**30)


def test_what_is_asked_for_more_often_needs_more() -> None:
    few, many = plan(Demand(), SUPPLY), plan(replace(Demand(), phones=50_000_000), SUPPLY)
    assert many.shards > few.shards
    assert many.processes > few.processes
    assert many.bus_deliveries_per_process < many.bus_messages_per_second, "a process hears its own shard alone"


def test_a_storm_is_over_no_sooner_than_the_doors_allow() -> None:
    found = storm.storm(20_000, 2_000)
    assert found.back_all_s >= 20_000 / 2_000 - 1
    assert found.attempts_each > 1
    calm = storm.storm(500, 2_000)
    assert calm.attempts_each == 1
    assert calm.back_all_s <= storm.FIRST_WAIT


def test_the_storm_waits_as_the_clients_do() -> None:
    assert (storm.FIRST_WAIT, storm.LONGEST_WAIT) == (vervain_client.FIRST_WAIT, vervain_client.LONGEST_WAIT)


def test_the_writer_is_as_busy_as_it_is_asked() -> None:
    calm = waits(10, change_ms=2, commit_ms=5, together=128)
    assert calm.busy == pytest.approx(10 * 0.007, rel=0.2)
    assert calm.p50_ms == pytest.approx(7, abs=1)
    busy = waits(400, change_ms=2, commit_ms=5, together=128)
    assert busy.busy > 0.8 + 0.005 * 400 / 128, "the changes, and a commit for each full transaction at least"
    assert busy.together > calm.together, "who waits is taken together"
    assert busy.p99_ms > calm.p99_ms
