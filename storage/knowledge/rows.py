"""Rows of the knowledge base: one class a file in ``storage/knowledge/data``.

Every row says where it comes from (``source``), how good the evidence is (``grade``) and whether somebody has reviewed it.
Facts whose sources disagree are separate rows; nothing is averaged.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, field_validator, model_validator

Id = Annotated[str, StringConstraints(pattern="^[a-z0-9][a-z0-9_-]*$", max_length=60)]
"""Of a row: nothing that means something in an address, in a file's name or in the key of a reason."""


class Tradition(StrEnum):
    """The systems of medicine that a diagnosis can be made in."""

    AVICENNA = "avicenna"
    TCM = "tcm"
    AYURVEDA = "ayurveda"


class Grade(StrEnum):
    """How good the evidence is: A meta-analysis, B some trials, C small human studies, D preclinical, T traditional use."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    T = "T"


class ReviewStatus(StrEnum):
    """Whether a clinician has read the row against its source."""

    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"


class Severity(StrEnum):
    """How bad a documented interaction or caution is."""

    BLOCK = "block"
    MAJOR = "major"
    MODERATE = "moderate"
    MINOR = "minor"


Quality = Literal["hot", "cold", "dry", "moist", "vata", "pitta", "kapha", "deficiency", "excess", "exterior"]
"""What a herb does to the body and what a condition is an excess of; the three doshas stand for themselves."""
Toxicity = Literal["", "slightly_toxic", "toxic", "very_toxic"]
"""The label of the pharmacopoeia; whether a dose may be shown is another question (``Herb.regulated``)."""
FindingKind = Literal[
    "tongue_body", "tongue_coating", "tongue_moisture", "tongue_shape", "pulse", "mizaj", "prakriti", "vikriti", "symptom",
    "sleep", "digestion", "stool", "urine", "mood", "sweat", "thirst", "menses", "pain",
]  # fmt: skip
"""Where it is looked for. ``mizaj`` is graded by degree 1–4, ``prakriti`` stays for life, ``vikriti`` is how one is now."""


class Row(BaseModel):
    """What every row of the knowledge base carries."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)

    source: tuple[str, ...] = Field(min_length=1)
    """Keys of ``sources.yaml``, each with an optional locator behind a colon (``CHP:e126``)."""
    grade: Grade
    review_status: ReviewStatus = ReviewStatus.UNREVIEWED
    reviewer: str = ""
    reviewed_on: str = ""
    note: str = ""
    """What has not been checked, or what the sources say beside the fact."""
    _own: bool = PrivateAttr(default=False)

    @property
    def own(self) -> bool:
        """Whether a practice has added it: it may add to what comes with the program, and takes nothing from its safety."""
        return self._own

    def as_own(self) -> Self:
        """Give the row as one that a practice has added."""
        marked = self.model_copy()
        marked._own = True
        return marked

    @model_validator(mode="after")
    def reviewed_rows_name_their_reviewer(self) -> "Row":
        """A row is reviewed only when somebody signed for it on a day."""
        if self.review_status is ReviewStatus.REVIEWED and not (self.reviewer and self.reviewed_on):
            raise ValueError("a reviewed row needs reviewer and reviewed_on")
        return self


class Source(BaseModel):
    """One place that facts come from (``sources.yaml``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    kind: str
    """pharmacopoeia, monograph, review, trial, case report, classical text, authority, secondary or proposal."""
    locator: str = ""
    checked: bool
    """True when the fact was read at this source, False when it was recalled and still has to be checked there."""


class Herb(Row):
    """A medicinal plant, mineral or animal product (``herbs.yaml``)."""

    id: Id
    latin: str
    part: str
    traditions: tuple[Tradition, ...] = ()
    """Empty for a herb that none of the three uses: people take it by themselves, and its dangers must be known."""
    names: dict[str, tuple[str, ...]]
    """Names by language: en, pinyin, hanzi, fa, sa (IAST), sa_deva, hi; the first of each is the one to show."""
    nature: str = ""
    """Temperature, taste or temperament in the tradition's own words."""
    family: str = ""
    """Botanical family, for cross-allergy."""
    tags: tuple[str, ...] = ()
    """Mechanism classes: sedative, anticoagulant, antiplatelet, hypoglycaemic, hypotensive, cyp_inducer …"""
    regulated: str = ""
    """Why no dose may be shown and the herb is blocked; empty for ordinary herbs."""
    toxicity: Toxicity = ""
    qualities: dict[Tradition, dict[Quality, float]] = {}
    """What it does, as each tradition says it, degree 1–4 (below 0: lowers that dosha); where they disagree both stand."""


class Dose(Row):
    """One documented dose of one preparation of one herb or formula (``doses.csv``)."""

    herb: str
    part: str = Field(min_length=1)
    preparation: str = Field(min_length=1)
    min: float = Field(gt=0)
    max: float = Field(gt=0)
    unit: str = Field(min_length=1)
    per: str = Field(pattern="^(day|dose)$")
    times_a_day: str = ""
    route: str = Field(min_length=1)
    age: str = "adult"
    max_days: int | None = Field(default=None, gt=0)
    vehicle: str = ""
    drops_per_ml: float | None = Field(default=None, gt=0)
    """How many drops of this preparation are one millilitre; a dose in drops means nothing without it."""

    @model_validator(mode="after")
    def the_range_runs_upwards(self) -> "Dose":
        """A dose range has its smaller number first."""
        if self.max < self.min:
            raise ValueError("max is below min")
        return self


class Finding(Row):
    """A sign or symptom that a practitioner can record (``findings.yaml``)."""

    id: Id
    traditions: tuple[Tradition, ...] = Field(min_length=1)
    kind: FindingKind
    names: dict[str, str]
    synonyms: dict[str, tuple[str, ...]] = {}
    """Other words that lead a search to it, by language; one may lead to several findings (insomnia) and names none."""
    question: str = ""
    """What to ask the patient to find out."""
    excludes: tuple[str, ...] = ()
    """Findings that cannot be there at the same time, such as a pale and a red tongue body; holds in both directions."""


class Condition(Row):
    """A condition or pattern with the findings that speak for and against it (``conditions.yaml``)."""

    id: Id
    tradition: Tradition
    names: dict[str, str]
    icd11: str
    """Its code in chapter 26 of ICD-11 (module 1 Chinese, module 2 Ayurveda and Unani), one of ``codes.csv``."""
    biomedical: tuple[str, ...] = ()
    """Codes of the other chapters that are often found together with it; an anchor to look at, not a translation."""
    qualities: tuple[Quality, ...] = ()
    """What there is too much of: hot, cold, dry, moist or a dosha, and whether it is a deficiency, an excess or exterior."""
    course: Literal["", "acute", "chronic"] = ""
    """Whether it lasts days or months; empty where both are common."""
    supporting: dict[str, float] = Field(min_length=1)
    """Finding id → weight: 1 helpful, 2 typical, 3 nearly defining."""
    contrary: dict[str, float] = {}
    """Finding id → weight of a finding that speaks against it."""
    red_flag_advice: str = ""

    @field_validator("supporting", "contrary")
    @classmethod
    def weights_are_positive(cls, weights: dict[str, float]) -> dict[str, float]:
        """A weight of zero or less would turn a sign round."""
        if any(weight <= 0 or weight > 5 for weight in weights.values()):
            raise ValueError("a weight lies above 0 and at most 5")
        return weights


class Indication(Row):
    """A herb or formula that is used for a condition; its grade is for this pair (``indications.csv``)."""

    item: str
    """A herb or formula id."""
    condition: str


class Formula(Row):
    """A classical combination (``formulas.yaml``)."""

    id: Id
    tradition: Tradition
    names: dict[str, tuple[str, ...]]
    herbs: tuple[str, ...] = Field(min_length=2)
    preparation: str = Field(min_length=1)
    dose: str = ""
    """How it is given; empty where no dose is documented in the sources at hand."""


class Advice(Row):
    """A diet, lifestyle or protocol item (``advice.yaml``)."""

    id: Id
    kind: str = Field(pattern="^(diet|lifestyle|protocol)$")
    conditions: tuple[str, ...] = ()
    suits: tuple[Quality, ...] = ()
    """It is meant for every condition that has all of these qualities."""
    names: dict[str, str]
    text: dict[str, str]
    items: tuple[str, ...] = ()
    """Of a protocol: the diet and lifestyle items that it joins, at most three of each."""
    days: int | None = Field(default=None, gt=0)
    """How long it is kept up."""
    follow_up_days: int | None = Field(default=None, gt=0)
    """After how many days practitioner and patient look at it together."""

    @model_validator(mode="after")
    def it_is_for_something(self) -> "Advice":
        """Advice names the conditions or the qualities that it is for."""
        if not self.conditions and not self.suits:
            raise ValueError("either conditions or suits must say what it is for")
        return self


class Code(Row):
    """A code of ICD-11 that a condition may carry (``codes.csv``)."""

    id: str = Field(pattern="^[0-9A-Z]{2}[0-9A-Z]{2}(\\.[0-9A-Z]{1,2})?$")
    title: str = Field(min_length=1)
    chapter: int = Field(ge=1, le=26)


class Mechanism(Row):
    """A mechanism class that herbs are tagged with (``mechanisms.yaml``)."""

    id: str = Field(pattern="^[a-z0-9_]+$")
    names: dict[str, str]
    meaning: str = Field(min_length=1)
    """What it does, in one sentence."""
    drug_classes: tuple[str, ...] = ()
    """Classes of medicines that work in the same way."""


class AllergyFamily(Row):
    """A botanical family, or another kin of allergens, whose members may cross-react (``allergies.yaml``)."""

    id: str = Field(pattern="^[A-Za-z][A-Za-z ]*$", max_length=60)
    """As herbs name it in ``family``."""
    names: dict[str, str]
    members: dict[str, tuple[str, ...]]
    """Language → everyday allergens that belong to it, singular."""


class Contradiction(Row):
    """What a tradition advises against giving to somebody in such a state (``contradictions.csv``): advice, never a block."""

    item: str
    """A herb or formula id, ``tag:`` a mechanism or ``quality:`` what the herb does in the tradition of the diagnosis."""
    against: str
    """``finding:``, ``condition:`` or ``quality:`` of the condition."""
    severity: Literal[Severity.MODERATE, Severity.MINOR]
    effect: str = Field(min_length=1)


class Drug(Row):
    """A medicine by its generic name with its classes (``drugs.csv``)."""

    id: Id
    names: tuple[str, ...] = Field(min_length=1)
    classes: tuple[str, ...] = Field(min_length=1)


class Interaction(Row):
    """A documented interaction of a herb (``interactions.csv``)."""

    herb: str
    other: str
    """A drug id, a drug class (``class:ssri``) or another herb (``herb:fu-zi``)."""
    severity: Severity
    effect: str = Field(min_length=1)
    mechanism: bool = False
    """True for a rule from the mechanism alone, with no case or trial behind it."""


class Stacking(Row):
    """Two mechanism classes that add up (``stacking.csv``)."""

    first: str
    second: str
    severity: Severity
    effect: str = Field(min_length=1)


class Caution(Row):
    """A population in which a herb is dangerous or wants care (``cautions.csv``)."""

    herb: str
    population: str = Field(pattern="^[a-z0-9_]+$", max_length=60)
    """pregnancy, lactation, neonate, child, elder, surgery, liver, kidney, heart, hypertension, hypotension, bleeding, seizure,
    hormone_sensitive, autoimmune, transplant, diabetes, gallstones, thyroid, stomach, reflux, ulcer, g6pd …"""
    severity: Severity
    effect: str = Field(min_length=1)


class RedFlag(Row):
    """Words that mean: refer, do not treat (``red_flags.yaml``)."""

    id: Id
    terms: dict[str, tuple[str, ...]]
    """Language → words or phrases."""
    advice: str


class SideEffectTerm(Row):
    """A side effect that the phone offers (``side_effects.yaml``)."""

    id: Id
    group: str
    names: dict[str, str]
    serious: bool = False
