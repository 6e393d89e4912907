"""Which answers a page shows, as its address says it: ids and flags, and never anything that somebody wrote."""

from collections.abc import Mapping
from urllib.parse import urlencode

from domain.overview import EVERYTHING, Wanted
from domain.row_id import LARGEST
from pages.language import N_

PATH = "/feedback"
FLAGS = {
    "unseen": N_("Not seen yet"),
    "worse": N_("Getting worse"),
    "effects": N_("Side effects"),
    "commented": N_("With a comment"),
}
"""The fields of ``Wanted`` that are ticked, with what they are called."""
LONGEST_ID = 100


def wanted_of(query: Mapping[str, str]) -> Wanted:
    """Read an address; what makes no sense in it is left out."""
    number = query.get("patient", "")
    patient_id = int(number) if number.isascii() and number.isdecimal() and len(number) < len(str(LARGEST)) else 0
    flags = {name: query.get(name) == "1" for name in FLAGS}
    item_id = query.get("item", "")
    return Wanted(patient_id=patient_id or None, item_id=item_id if len(item_id) <= LONGEST_ID else "", **flags)


def address_of(wanted: Wanted) -> str:
    """Write the address of a page that shows these."""
    asked: dict[str, str] = {}
    if wanted.patient_id is not None:
        asked["patient"] = str(wanted.patient_id)
    if wanted.item_id:
        asked["item"] = wanted.item_id
    asked |= {name: "1" for name in FLAGS if getattr(wanted, name)}
    return f"{PATH}?{urlencode(asked)}" if asked else PATH


def filters(wanted: Wanted) -> bool:
    """Say whether anything is left out."""
    return wanted != EVERYTHING
