"""Search from every page: patients by their names, with what they are treated for, and the pages themselves."""

from domain import searching
from domain.errors import NotSignedIn, VervainError
from domain.knowledge import fold
from domain.searching import FoundPatient
from domain.snapshot import condition_name
from pages.elements.search import Answer, Found, Group, Search
from pages.kinds import TRADITIONS
from pages.language import N_, Language
from pages.visit import Visit

NAVIGATION = (
    ("/", N_("Overview"), "home"),
    ("/intake", N_("Intake"), "edit_note"),
    ("/recommendations", N_("Recommendations"), "spa"),
    ("/effectiveness", N_("Effectiveness"), "insights"),
    ("/feedback", N_("Feedback"), "forum"),
    ("/knowledge", N_("Knowledge"), "menu_book"),
)
BESIDE = (("/predictor", N_("Predictor"), "model_training"), ("/account", N_("Your account"), "person"))
"""Pages that stand in no menu of their own."""
EMERGENCY = ("/emergency", N_("A patient who is not yours, in an emergency"), "emergency")
MOST_PAGES = 3
LABELS = {
    "open": N_("Search patients and pages"),
    "word": N_("Search"),
    "field": N_("Name of a patient, or a page"),
    "found": N_("What was found"),
    "close": N_("Close"),
    "help": N_("↑ ↓ choose · Enter opens · Esc closes"),
    "busy": N_("Searching…"),
    "offline": N_("The line is cut: search again when the page says Live."),
}
BEGIN = N_("Type the beginning of a first or family name, in any spelling. Who is shown here is noted as seen.")
MORE = N_("Type one more letter of the name.")
NOBODY = N_(
    "Nobody whose record you may read is called that. A new patient is taken in on the Intake page; a colleague's can be shared "
    "with you by them."
)


def show_search(here: Visit) -> None:
    """Put the search here."""
    _ = here._

    async def ask(text: str) -> Answer:
        pages = _pages(here, text)[:MOST_PAGES]
        try:
            found = await here.read(searching.patients, text, most=searching.MOST - len(pages))
        except VervainError as error:
            if isinstance(error, NotSignedIn):
                here.refuse(error)
            return {"groups": [], "said": _(error.message)}
        patients = [row for one in found for row in _patient(here, one)]
        groups = [_group(_("Patients"), patients), _group(_("Pages"), pages)]
        return {"groups": [one for one in groups if one["items"]], "said": _said(text, len(patients) + len(pages), _)}

    labels = {name: _(text) for name, text in LABELS.items()} | {"begin": _(BEGIN)}
    Search(labels, [_group(_("Pages"), _pages(here, ""))], on_ask=ask)


def _said(text: str, count: int, _: Language) -> str:
    if count:
        return _.plural(N_("{count} found"), N_("{count} found"), count)
    return _(NOBODY) if searching.enough(text) else _(MORE)


def _group(label: str, items: list[Found]) -> Group:
    return {"label": label, "items": items}


def _pages(here: Visit, text: str) -> list[Found]:
    """List the pages whose name has a word that begins so, in the language of the page or in English."""
    words = fold(text).split()
    treats = here.actor.role == "practitioner"
    return [
        {"key": target, "title": here._(name), "href": target, "icon": icon}
        for target, name, icon in (*NAVIGATION, *BESIDE, *((EMERGENCY,) if treats else ()))
        if all(any(f" {word}" in f" {fold(one)}" for one in (here._(name), name)) for word in words)
    ]


def _patient(here: Visit, one: FoundPatient) -> list[Found]:
    _ = here._
    born = _("born {date}", date=_.date(one.born)) if one.born else _("day of birth not known")
    rows: list[Found] = [
        {"key": f"patient-{one.id}", "title": one.name, "more": born, "href": f"/patient/{one.id}", "icon": "person"}
    ]
    for about in one.diagnoses:
        condition = condition_name(about.condition_id, here.knowledge, _.code)
        title = condition or about.complaint or _("Not confirmed yet")
        more = _(", ").join(
            part for part in (_(TRADITIONS[about.tradition]), about.complaint if condition else "") if part
        )
        rows.append(
            {
                "key": f"diagnosis-{about.id}",
                "title": title,
                "more": more,
                "href": f"/recommendations/{about.id}",
                "icon": "spa",
                "under": True,
            }
        )
    return rows
