"""The pipelines that are tried: penalised logistic regression, and boosted trees that take missing values as they are."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.predictors.features import NAMES, NUMBERS, WORDS, Features

LEAST_OF_A_WORD, MOST_WORDS = 10, 60
"""A condition or herb with fewer examples is among "the others"; a practice with more than 60 of a kind has those, too."""

LEAST_PATIENTS = 20
PLACES_OF_WORDS = [NAMES.index(name) for name in WORDS]


def numbers_known(rows: Sequence[Features], patients: Sequence[int]) -> list[int]:
    """List the places of the numbers that are known of 20 patients at least: of fewer nothing can be learnt.

    Trees cannot be fitted to a number that nobody has, as some practices record no adherence.
    """
    known: dict[str, set[int]] = {name: set() for name in NUMBERS}
    for row, patient_id in zip(rows, patients, strict=True):
        for name in NUMBERS:
            if getattr(row, name) is not None:
                known[name].add(patient_id)
    return [NAMES.index(name) for name in NUMBERS if len(known[name]) >= LEAST_PATIENTS]


def _logistic(strength: float, seed: int, numbers: Sequence[int]) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # That a value is missing is a column of its own: the median that stands there says nothing.
    known = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    columns = ColumnTransformer([("numbers", known, list(numbers)), ("words", _words(), PLACES_OF_WORDS)])
    return make_pipeline(columns, LogisticRegression(C=strength, max_iter=1_000, random_state=seed))


def _trees(leaves: int, seed: int, numbers: Sequence[int]) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline

    columns = ColumnTransformer([("numbers", "passthrough", list(numbers)), ("words", _words(), PLACES_OF_WORDS)])
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=120,
        max_leaf_nodes=leaves,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,  # it would draw its validation part regardless of patient and time
        random_state=seed,
    )
    return make_pipeline(columns, trees)


def _words() -> Any:
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(
        min_frequency=LEAST_OF_A_WORD,
        max_categories=MOST_WORDS,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    )


PIPELINES: Mapping[str, Callable[[int, Sequence[int]], Any]] = {
    "logistic regression, strongly penalised": lambda seed, numbers: _logistic(0.03, seed, numbers),
    "logistic regression": lambda seed, numbers: _logistic(0.3, seed, numbers),
    "boosted trees of 4 leaves": lambda seed, numbers: _trees(4, seed, numbers),
    "boosted trees of 8 leaves": lambda seed, numbers: _trees(8, seed, numbers),
}
"""By the name on the card; each makes a pipeline that is not fitted yet, for the numbers in these places and all words."""
