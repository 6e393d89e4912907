"""Where processes run: all servers on one core and the load client on another, before everything else on this machine."""

import os
import platform
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIORITY = 10
"""Any real-time priority: other work on the machine would delay a wake-up by milliseconds otherwise."""
SPARE_FILES = 200

if sys.platform != "linux":
    raise SystemExit("This benchmark needs Linux: it places processes on cores and reads what they cost.")

_ours = sorted(os.sched_getaffinity(0))
SERVERS, CLIENT = _ours[0], _ours[-1] if len(_ours) < 2 else _ours[1]


@contextmanager
def started_on(core: int) -> Iterator[None]:
    """Let the processes that are started inside run on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))
    try:
        yield
    finally:
        if os.sched_getscheduler(0) != os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, before)


def files_allowed() -> int:
    """Raise the bound on open files as far as the system lets us, and say how far that is."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def fits(connections: int) -> bool:
    """Say whether one process may hold so many connections."""
    most = files_allowed()
    return most == resource.RLIM_INFINITY or connections + SPARE_FILES <= most


def busy_seconds() -> float:
    """Say for how long the servers' and the client's core have worked since the machine started, whoever for."""
    cores = {f"cpu{core}" for core in (SERVERS, CLIENT)}
    ticks = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *spent = line.split()
        if name in cores:
            user, nice, system, _idle, _waiting, *rest = map(int, spent)
            ticks += user + nice + system + sum(rest[:3])  # interrupts, and what the host took for others
    return ticks / os.sysconf("SC_CLK_TCK")


def conditions() -> str:
    """Say in one line on what the numbers were measured."""
    with started_on(SERVERS):
        first = os.sched_getscheduler(0) == os.SCHED_RR
    placed = (
        f"servers on core {SERVERS}, client on core {CLIENT}"
        if SERVERS != CLIENT
        else "one core only, shared by servers and client: the client slows the servers down"
    )
    return (
        f"{_cpu()}, {os.cpu_count()} cores; {placed}; {'real-time' if first else 'ordinary'} priority; "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )


def _cpu() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()
