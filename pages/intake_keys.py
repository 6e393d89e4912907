"""The keys of Intake. With Alt: of the browsers' own menus none begins with these letters, and Alt+Shift switches keyboards."""

from pages.elements.keys import Key, Keys
from pages.language import Language


def intake_keys(_: Language) -> Keys:
    """Listen to them, and list them."""
    return Keys(
        {"open": _("Keys"), "title": _("Keys on this page"), "close": _("Close")},
        {
            _("Go to"): [
                Key("W", _("who it is"), "who", modifier="Alt"),
                Key("C", _("the complaint"), "complaint", modifier="Alt"),
                Key("M", _("today’s score"), "score", modifier="Alt"),
                Key("K", _("finding a finding"), "find", modifier="Alt"),
            ],
            _("The last visit"): [
                Key("L", _("the next group as last time"), "again", clicks=True, modifier="Alt"),
                Key("A", _("everything as last time"), "again-all", clicks=True, modifier="Alt"),
            ],
            _("In the field for findings"): [
                Key("Enter", _("record it as there")),
                Key("Shift+Enter", _("record it as looked for and not there")),
                Key("0–4", _("how marked the last one is, while nothing is typed")),
                Key("Esc", _("close the list")),
            ],
            _("The question"): [
                Key("Y", _("yes; without Alt while the question has the focus"), "yes", clicks=True, modifier="Alt"),
                Key("N", _("no"), "no", clicks=True, modifier="Alt"),
                Key("U", _("not known: ask something else"), "unknown", clicks=True, modifier="Alt"),
            ],
            _("At the end"): [
                Key("Enter", _("record, and see what may help"), "record", clicks=True, modifier="Ctrl"),
                Key("/", _("this list"), modifier="Alt"),
            ],
        },
    )
