"""What the practice has learnt: counts, and the models fitted from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import json_list, json_object, key, one_of, points_to


class Evidence(SQLModel, table=True):
    """Counts of one herb for one condition in one practice; every number on a page is computed from them."""

    __table_args__ = (UniqueConstraint("practice_id", "item_id", "condition_id"),)

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    item_id: str
    item_name: str
    condition_id: str
    prescribed: int = 0
    answered: int = 0
    improved: int = 0
    ratings: int = 0
    rating_sum: int = 0
    prior_mean: float
    prior_strength: float
    """The prior that the shown number rests on; kept so that the number stays as it was pushed until it is pushed again."""
    updated: datetime
    shown_answered: int = 0
    """What patients see stands still for an hour, so that no answer can be told from it: the number and what it rested on."""
    shown_mean: float | None = None
    shown_low: float | None = None
    shown_high: float | None = None
    shown_at: datetime | None = None


class EvidenceDay(SQLModel, table=True):
    """The answers of one day in one cell, for the trend."""

    __tablename__ = "evidence_day"
    __table_args__ = (UniqueConstraint("evidence_id", "day"),)

    id: int | None = key()
    evidence_id: int = points_to("evidence.id")
    day: date
    answered: int = 0
    improved: int = 0


class EvidenceOfPractitioner(SQLModel, table=True):
    """What one practitioner's diagnoses have put into a cell."""

    __tablename__ = "evidence_of_practitioner"
    __table_args__ = (UniqueConstraint("evidence_id", "practitioner_id"),)

    id: int | None = key()
    evidence_id: int = points_to("evidence.id", index=False)
    practitioner_id: int = points_to("person.id", index=False)
    prescribed: int = 0
    answered: int = 0
    improved: int = 0


class EvidenceSideEffect(SQLModel, table=True):
    """How many recommendations of a cell have an answer that names a side effect; ``ratings`` of the cell have one at all."""

    __tablename__ = "evidence_side_effect"
    __table_args__ = (UniqueConstraint("evidence_id", "term"),)

    id: int | None = key()
    evidence_id: int = points_to("evidence.id", index=False)
    term: str
    """Folded, so that one word is counted once however it is written."""
    reported: int = 0
    serious: int = 0
    """Of these, with an answer that names it as serious."""


class EvidenceTogether(SQLModel, table=True):
    """How many recommendations of a cell ran while the same patient also took another item, whatever that was for."""

    __tablename__ = "evidence_together"
    __table_args__ = (UniqueConstraint("evidence_id", "other_item_id"),)

    id: int | None = key()
    evidence_id: int = points_to("evidence.id", index=False)
    other_item_id: str
    together: int = 0


class Predictor(SQLModel, table=True):
    """A version of the model that predicts success, with its card."""

    __table_args__ = (one_of("status", "candidate", "active", "retired"), UniqueConstraint("practice_id", "version"))

    id: int | None = key()
    practice_id: int | None = points_to("practice.id", optional=True)
    name: str
    version: str
    status: str
    digest: str = ""
    """SHA-256 of the file it lies in: another file is not opened."""
    reason: str = ""
    """Why it is used or not, in one sentence."""
    changed: datetime
    """When that was last decided."""
    by_hand: bool = False
    """Somebody decided it at a terminal: a fit at night does not overrule that."""
    card: dict[str, Any] = json_object()
    created: datetime


class PredictorFile(SQLModel, table=True):
    """What the file of a version says, for the processes on other hosts; the last few of a practice."""

    __tablename__ = "predictor_file"

    predictor_id: int = Field(primary_key=True, foreign_key="predictor.id")
    content: bytes


class Prediction(SQLModel, table=True):
    """A probability that was shown, frozen, to be scored when the outcome comes."""

    id: int | None = key()
    recommendation_id: int = points_to("recommendation.id")
    probability: float
    low: float
    high: float
    basis: str
    predictor: str
    features: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    """What it was predicted from; empty for what was predicted before that was kept."""
    prescribed: bool = False
    """It stood when the recommendation was approved: the one that its outcome scores."""
    created: datetime


class FileImport(SQLModel, table=True):
    """A file that a practice has brought in: rows of knowledge of its own, or its past cases."""

    __tablename__ = "file_import"
    __table_args__ = (one_of("kind", "knowledge", "cases"), UniqueConstraint("practice_id", "kind", "digest"))

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    kind: str
    name: str
    """What the file is called."""
    digest: str
    """Hash of its content: the same file is brought in once."""
    rows: int
    person_id: int | None = points_to("person.id", index=False, optional=True)
    """Who brought it in; empty where it was done at a terminal."""
    whole: bool = True
    """Whether all its rows are there, which come and go in several transactions. Nobody reads a file that is not whole."""
    at: datetime


class PracticeRow(SQLModel, table=True):
    """A row of knowledge that a practice has added to what comes with the program."""

    __tablename__ = "practice_row"

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    import_id: int = points_to("file_import.id")
    file: str
    """The set of facts that it belongs to, such as ``doses.csv``."""
    label: str
    """Its id or, where a row has none, its number in the file it came from."""
    content: dict[str, Any] = json_object()


class PastCase(SQLModel, table=True):
    """A case of a practice's history: what was found, and which herbs were prescribed."""

    __tablename__ = "past_case"

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    import_id: int = points_to("file_import.id")
    number: int
    """Its line in the file."""
    findings: list[str] = json_list()
    herbs: list[str] = json_list()
