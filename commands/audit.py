"""The audit: whether it is whole, and what it says."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.program import Program
from commands.progress import share_done
from commands.secret import read_former
from domain import audit
from domain.chain import Seal
from domain.services import Services

HELP = "Who read and changed which record."
WIDE = 160
"""Characters of a line: an entry stays on one, and a terminal that is narrower wraps it."""


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("verify")
    def verify(
        since: Annotated[str, typer.Option(help="ID:HASH, kept elsewhere, that the chain has to go through.")] = "",
        former_secret: Annotated[
            list[Path], typer.Option(help="A secret file that was in use before; may be given more than once.")
        ] = [],  # noqa: B006 - typer's form
    ) -> None:
        """Read the whole audit: name the first entry that was changed, taken out, put in or moved."""
        with program.opened() as services:
            seals = [*_own(services), *(Seal(read_former(file)) for file in former_secret)]
            total = audit.count(services)
            kept = audit.anchor(since) if since else None
            with share_done() as done:
                for seen in audit.verified(services, seals, since=kept):
                    done("Reading the audit", seen.entries / max(1, total))
        old = f", {seen.old} of them of the first form, without a seal" if seen.old else ""
        through = f" It goes through entry {kept[0]}, kept elsewhere." if kept else ""
        print(f"{seen.entries} entries are whole{old}; the last is {seen.last[0]}:{seen.last[1]}.{through}")

    @cli.command("head")
    def head() -> None:
        """Print the newest entry as ID:HASH, to be kept elsewhere: `audit verify --since` proves that it is still there."""
        with program.opened() as services:
            number, hashed = audit.head(services)
        print(f"{number}:{hashed}")

    @cli.command("list")
    def listing(
        patient: Annotated[int | None, typer.Option(help="The number of the patient's record.")] = None,
        person: Annotated[int | None, typer.Option(help="The number of the person.")] = None,
        since: Annotated[datetime | None, typer.Option(help="In UTC.", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"])] = None,
        limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    ) -> None:
        """List what is in the audit, newest first."""
        when = since.replace(tzinfo=UTC) if since else None
        with program.opened() as services:
            found = audit.all_practices(services, patient_id=patient, person_id=person, since=when, limit=limit)
        table = Table("Entry", "When (UTC)", "Who", "Role", "Action", "What", "Record", "From", box=None)
        for one in found:
            who = one.name if one.person_id is None else f"{one.name} ({one.person_id})"
            what, record = f"{one.thing} {one.thing_id}", str(one.patient_id or "")
            when_ = f"{one.at:%Y-%m-%d %H:%M:%S}"
            table.add_row(str(one.id), when_, who, one.role, one.action, what, record, one.address)
        Console(soft_wrap=True, width=WIDE).print(table)

    @cli.command("export")
    def export(file: Path) -> None:
        """Write every entry as a line of JSON, as its hash covers it; reasons that were typed stay where they are."""
        with program.opened() as services, file.open("x", encoding="ascii") as out:
            written = 0
            for entry in audit.entries(services):
                out.write(json.dumps(entry, sort_keys=True) + "\n")
                written += 1
        print(f"{written} entries written to {file}.", file=sys.stderr)


def _own(services: Services) -> list[Seal]:
    return [services.ledger.seal] if services.ledger.seal else []
