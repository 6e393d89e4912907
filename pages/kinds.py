"""Where a practitioner looks, in each tradition's own order, and how what is found there is graded."""

from pages.language import N_

TRADITIONS = {"avicenna": N_("Persian (mizaj)"), "tcm": N_("Chinese"), "ayurveda": N_("Ayurveda")}
KINDS: dict[str, str] = {
    "tongue_body": N_("Tongue: body"),
    "tongue_coating": N_("Tongue: coating"),
    "tongue_moisture": N_("Tongue: moisture"),
    "tongue_shape": N_("Tongue: shape"),
    "pulse": N_("Pulse"),
    "mizaj": N_("Temperament (mizaj)"),
    "prakriti": N_("Constitution (prakriti)"),
    "vikriti": N_("Imbalance now (vikriti)"),
    "symptom": N_("Symptoms"),
    "pain": N_("Pain"),
    "sleep": N_("Sleep"),
    "digestion": N_("Digestion"),
    "stool": N_("Stool"),
    "urine": N_("Urine"),
    "sweat": N_("Sweat"),
    "thirst": N_("Thirst"),
    "mood": N_("Mood"),
    "menses": N_("Menses"),
}
ASKED: tuple[str, ...] = (
    "symptom", "pain", "sleep", "digestion", "thirst", "stool", "urine", "sweat", "mood", "menses",
)  # fmt: skip
"""What is asked about and has a severity and a duration. What is looked at or felt (tongue, pulse) is there or not, and so is
the constitution, which stays for life."""
TONGUE: tuple[str, ...] = ("tongue_body", "tongue_coating", "tongue_moisture", "tongue_shape")
FIRST: dict[str, tuple[str, ...]] = {
    "tcm": (*TONGUE, "pulse"),
    "avicenna": ("mizaj", "pulse", "urine", "stool"),
    "ayurveda": ("prakriti", "vikriti", "pulse", *TONGUE, "digestion", "stool", "urine"),
}
"""What each tradition begins with, a proposal; then what is asked about, then the rest."""
SCALES = {
    "": (("absent", N_("Not there")), ("there", N_("There"))),
    "severity": (
        ("absent", N_("Not there")),
        ("there", N_("There")),
        ("1", N_("Slight")),
        ("2", N_("Moderate")),
        ("3", N_("Severe")),
        ("4", N_("Very severe")),
    ),
    "degree": (
        ("absent", N_("Not there")),
        ("there", N_("There")),
        ("1", N_("1st degree")),
        ("2", N_("2nd degree")),
        ("3", N_("3rd degree")),
        ("4", N_("4th degree")),
    ),
}
"""How a finding can be marked; ``there`` leaves open how marked it is."""
TIMES = {
    1: N_("1 day"),
    3: N_("3 days"),
    7: N_("1 week"),
    14: N_("2 weeks"),
    21: N_("3 weeks"),
    30: N_("1 month"),
    60: N_("2 months"),
    90: N_("3 months"),
    180: N_("6 months"),
    365: N_("1 year"),
    730: N_("2 years"),
    1825: N_("5 years"),
    3650: N_("10 years"),
}
"""How long something has been there: days, and how people say it."""


def order_of(tradition: str) -> tuple[str, ...]:
    """Give every kind of finding in the order in which a tradition looks."""
    return tuple(dict.fromkeys((*FIRST.get(tradition, ()), *ASKED, *KINDS)))


def scale_of(kind: str) -> str:
    """Say how findings of a kind are graded: by degree, by severity, or not at all."""
    return "degree" if kind == "mizaj" else "severity" if kind in ASKED or kind == "vikriti" else ""
