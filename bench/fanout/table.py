"""The tables: plain text, the fastest first."""

from collections.abc import Callable, Sequence
from typing import Any

from bench.fanout.results import Rivalry, Size, middle

Cell = Callable[[Size, str, Rivalry], str]


def of_size(size: Size) -> str:
    """Write the table of one size, with who is missing from it and why."""
    ranked = sorted(size.servers.items(), key=_fastest)
    rows = [[cell(size, name, one) for _, cell in COLUMNS] for name, one in ranked]
    table = [[title for title, _ in COLUMNS], *rows]
    measured = [place for place in range(len(COLUMNS)) if any(row[place] != NONE for row in rows)]
    lines = _aligned([[row[place] for place in measured] for row in table])
    notes = [f"  missing: {name} ({reason})" for name, reason in size.missing.items()]
    notes += [f"  stopped: {one.title}: {one.failed}" for one in size.servers.values() if one.failed]
    return "\n".join(
        [f"\n{size.name} (other work on the two cores meanwhile: {size.others:.0%} of a core)", *lines, *notes]
    )


def of_goals(rows: Sequence[dict[str, Any]]) -> str:
    """Write the table of the goals, for both ways in which we publish, with what the limit itself reaches."""
    lines = [["goal (1,000 connections)", "wanted", "committed, logged", "", "hub only", "", "raw writer"]]
    for row in rows:
        ours, hub, raw = row["reached"].values()
        met, met_hub = list(row["met"].values())[:2]
        cells = [_number(ours, 2), _yes(met), _number(hub, 2), _yes(met_hub), _number(raw, 2)]
        lines.append([row["goal"], row["wanted"], *cells])
    return "\n".join(["", *_aligned(lines)])


NONE = "-"


def _median(what: str, digits: int) -> Cell:
    return lambda _size, _name, one: _number(middle(getattr(one, what)), digits)


def _share(what: str) -> Cell:
    def cell(_size: Size, _name: str, one: Rivalry) -> str:
        share = middle(getattr(one, what))
        return NONE if share is None else f"{share:.0%}"

    return cell


def _times(other: str) -> Cell:
    return lambda size, name, _one: _number(size.ratio("deliveries", name, other), 2)


COLUMNS: tuple[tuple[str, Cell], ...] = (
    ("server", lambda _size, _name, one: one.title),
    ("deliveries/s", _median("deliveries", 0)),
    ("x naive", _times("naive")),
    ("x raw", _times("raw")),
    ("CPU s/100k", _median("cpu", 3)),
    ("client", _share("client_busy")),
    ("p50", _median("p50", 2)),
    ("p99", _median("p99", 2)),
    ("max ms", lambda _size, _name, one: _number(max(one.worst, default=None), 1)),
    ("joins/s", lambda _size, _name, one: _number(one.joined_per_second, 0)),
    ("KiB/conn", lambda _size, _name, one: _number(one.kib_per_connection, 1)),
    ("16 on way/s", _median("burst", 0)),
    ("client", _share("burst_client_busy")),
    ("GET p99 idle", _median("http_idle_p99", 2)),
    ("busy ms", _median("http_busy_p99", 2)),
    ("bytes", lambda _size, _name, one: _number(one.message_bytes, 0)),
)


def _fastest(item: tuple[str, Rivalry]) -> float:
    return -(middle(item[1].deliveries) or 0)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(width) if at else cell.ljust(width) for at, (cell, width) in enumerate(cells)).rstrip()
        for cells in (zip(row, widths, strict=True) for row in rows)
    ]


def _number(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:,.{digits}f}"


def _yes(met: bool | None) -> str:
    return {None: "", True: "yes", False: "no"}[met]
