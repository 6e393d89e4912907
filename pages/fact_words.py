"""Words for the rows of the knowledge base: what its sets, grades, groups of people and scripts are called."""

from domain.knowledge import names_of
from domain.library import Knowledge
from pages.class_words import class_name
from pages.language import N_, Language
from pages.terms import POPULATIONS

SETS = {
    "herbs.yaml": N_("Herbs"),
    "doses.csv": N_("Doses"),
    "formulas.yaml": N_("Formulas"),
    "conditions.yaml": N_("Conditions and patterns"),
    "findings.yaml": N_("Findings"),
    "indications.csv": N_("Uses"),
    "interactions.csv": N_("Interactions"),
    "cautions.csv": N_("Cautions"),
    "stacking.csv": N_("Effects that add up"),
    "contradictions.csv": N_("What a tradition advises against"),
    "advice.yaml": N_("Diet, lifestyle, protocols"),
    "drugs.csv": N_("Medicines"),
    "mechanisms.yaml": N_("Mechanisms"),
    "codes.csv": N_("ICD-11 codes"),
    "allergies.yaml": N_("Allergy families"),
    "red_flags.yaml": N_("Warning signs"),
    "side_effects.yaml": N_("Side effects on the phone"),
    "sources.yaml": N_("Sources"),
}
GRADES = {
    "A": N_("Grade A: meta-analyses of trials"),
    "B": N_("Grade B: some trials"),
    "C": N_("Grade C: small human studies"),
    "D": N_("Grade D: animals, test tubes or mechanism only"),
    "T": N_("Traditional use, no proof that it works"),
}
SAFETY_GRADES = {**GRADES, "T": N_("From a pharmacopoeia or tradition, not from trials")}
"""Of what is dangerous: there tradition is a reason for care, and nothing works or does not."""
SEVERITIES = {"block": N_("Block"), "major": N_("Major"), "moderate": N_("Moderate"), "minor": N_("Minor")}
REVIEWED, UNREVIEWED = N_("Reviewed by {name} on {day}"), N_("Not reviewed by a clinician")
READ_THERE, RECALLED = N_("Read at this source"), N_("Recalled: still to be checked at this source")
OTHER_POPULATIONS = {
    "allergy": N_("Allergies"),
    "asthma": N_("Asthma"),
    "child": N_("Children"),
    "elder": N_("Old people"),
    "lactation": N_("Breastfeeding"),
    "menses": N_("During the menses"),
    "neonate": N_("Newborns"),
    "pregnancy": N_("Pregnancy"),
    "skin": N_("Skin"),
    "surgery": N_("Surgery"),
}
SCRIPTS = {
    "en": (N_("English"), "en", "ltr"),
    "pinyin": (N_("Pinyin"), "zh-Latn", "ltr"),
    "hanzi": (N_("Chinese characters"), "zh-Hans", "ltr"),
    "fa": (N_("Persian name"), "fa", "rtl"),
    "ar": (N_("Arabic"), "ar", "rtl"),
    "sa": (N_("Sanskrit"), "sa-Latn", "ltr"),
    "sa_deva": (N_("Devanagari"), "sa-Deva", "ltr"),
    "hi": (N_("Hindi"), "hi", "ltr"),
    "tr": (N_("Transliteration"), "und-Latn", "ltr"),
}
"""Of the names of a row: what they are called, and the language and direction to send them in."""
TOXICITIES = {
    "slightly_toxic": N_("Slightly toxic"),
    "toxic": N_("Toxic"),
    "very_toxic": N_("Very toxic"),
}
KINDS = {"diet": N_("Diet"), "lifestyle": N_("Lifestyle"), "protocol": N_("Protocol")}
TRADITIONS = {"avicenna": N_("Persian"), "tcm": N_("Chinese"), "ayurveda": N_("Ayurveda")}
SOURCES = {
    "authority": N_("authority"),
    "case report": N_("case report"),
    "classical text": N_("classical text"),
    "monograph": N_("monograph"),
    "pharmacopoeia": N_("pharmacopoeia"),
    "proposal": N_("proposal"),
    "review": N_("review"),
    "secondary": N_("secondary"),
    "trial": N_("trial"),
}
"""What kind of source it is."""
QUALITIES = {
    "cold": N_("cold"),
    "deficiency": N_("deficiency"),
    "dry": N_("dry"),
    "exterior": N_("exterior"),
    "hot": N_("hot"),
    "kapha": N_("kapha"),
    "moist": N_("moist"),
    "pitta": N_("pitta"),
    "vata": N_("vata"),
}
"""What a tradition minds of a patient or an illness."""
PER = {"day": N_("per day"), "dose": N_("per dose")}


class Words:
    """Names of what rows name by its id, in a person's language; an id that nothing answers to is shown as it is."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self.knowledge = knowledge
        self._ = language

    def item(self, id_: str) -> str:
        """Name a herb or formula."""
        row = self.knowledge.herbs.get(id_) or self.knowledge.formulas.get(id_)
        return names_of(row, self._.code) if row else id_

    def condition(self, id_: str) -> str:
        """Name a condition."""
        row = self.knowledge.conditions.get(id_)
        return names_of(row, self._.code) if row else id_

    def finding(self, id_: str) -> str:
        """Name a finding."""
        row = self.knowledge.findings.get(id_)
        return names_of(row, self._.code) if row else id_

    def advice(self, id_: str) -> str:
        """Name a diet, lifestyle or protocol item."""
        row = self.knowledge.advice.get(id_)
        return names_of(row, self._.code) if row else id_

    def effect(self, id_: str) -> str:
        """Name a mechanism class or a class of medicines, which has no names but its id."""
        row = self.knowledge.mechanisms.get(id_)
        return (row.names.get(self._.code) or row.names["en"]) if row else class_name(id_, self._)

    def other(self, id_: str) -> str:
        """Name what a herb interacts with: a medicine, ``class:`` a class of them, or ``herb:`` another herb."""
        kind, _colon, name = id_.partition(":")
        if kind == "herb":
            return self.item(name)
        if kind == "class":
            return self._("{name} (class of medicines)", name=class_name(name, self._))
        row = self.knowledge.drugs.get(id_)
        return names_of(row, self._.code) if row else id_

    def state(self, id_: str) -> str:
        """Name what a tradition minds: ``finding:``, ``condition:``, ``quality:`` or ``tag:``, or a herb or formula."""
        kind, colon, name = id_.partition(":")
        if not colon:
            return self.item(id_)
        named = {"finding": self.finding, "condition": self.condition, "tag": self.effect}.get(kind)
        return named(name) if named else self._("Quality: {quality}", quality=self._(QUALITIES.get(name, name)))

    def population(self, id_: str) -> str:
        """Name a group of people."""
        return self._({**POPULATIONS, **OTHER_POPULATIONS}.get(id_, id_))

    def list(self, names: list[str]) -> str:
        """Write names one after another."""
        return self._(", ").join(names)
