"""The knowledge base over the API."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from api.identity import Asking, ServicesOf, anybody_of
from domain import reading
from domain.permission import Actor
from domain.plan_names import in_language
from domain.reading import KnownRow

router = APIRouter(tags=["knowledge"])
Reader = Annotated[Actor, Depends(anybody_of)]
"""A person, or a service whose token was given out for this."""


@router.get("/knowledge/sets")
def sets(actor: Reader, services: ServicesOf) -> dict[str, Any]:
    """List the sets of facts: their rows, and how many of these are the practice's own."""
    items = [asdict(one) for one in reading.sets(services, actor)]
    return {"version": services.library.of(actor.practice_id).knowledge.version, "items": items}


@router.get("/knowledge/rows")
def rows(
    actor: Reader,
    services: ServicesOf,
    file: Annotated[str, Query(max_length=40)],
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Read the rows of a set as the practice knows them, each with where it comes from."""
    page = reading.rows(services, actor, file, words=q, after=cursor, limit=limit)
    return {"items": [_told(one) for one in page.items], "next": page.next}


@router.get("/cases")
def cases(actor: Reader, services: ServicesOf) -> dict[str, Any]:
    """Say which histories were brought in, how many cases they have, and what was learnt from all cases."""
    own = reading.brought_in(services, actor)
    items = [
        {"import_id": one.id, "name": one.name, "rows": one.rows, "at": one.at}
        for one in own.imports
        if one.kind == "cases"
    ]
    return {"items": items, "cases": own.cases, "card": asdict(own.card) if own.card else None}


@router.get("/knowledge/search")
def search(
    actor: Asking,
    services: ServicesOf,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    kind: Literal["herb", "formula", "drug", "finding", "condition"] = "herb",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Search names in any language, forgiving accents, tones and small misspellings."""
    names = services.library.of(actor.practice_id).names
    return {"items": [{"id": hit.id, "name": hit.name} for hit in names.search(q, kind, limit)]}


@router.get("/knowledge/side-effects")
def side_effects(services: ServicesOf) -> dict[str, Any]:
    """List the side effects that a phone offers."""
    return {
        "items": [
            {"id": term.id, "group": term.group, "names": term.names, "serious": term.serious}
            for term in services.library.shared.knowledge.side_effects.values()
        ]
    }


@router.get("/knowledge/names")
def names(services: ServicesOf, language: Annotated[str, Query(pattern="^[a-z]{2,3}$")]) -> dict[str, Any]:
    """List how what a plan names is called in a language, beside its English name; rows without a name there are left out."""
    return {"items": [asdict(one) for one in in_language(services.library.shared.knowledge, language)]}


def _told(one: KnownRow) -> dict[str, Any]:
    return {
        "file": one.file,
        "id": one.id,
        "row": one.row.model_dump(mode="json"),
        "from": asdict(one.origin) if one.origin else "base",
    }
