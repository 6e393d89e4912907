"""The pipelines that are tried: penalised logistic regression, and boosted trees that take missing values as they are."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.predictors.features import NAMES, WORDS

LEAST_OF_A_WORD, MOST_WORDS = 10, 60
"""A condition or herb with fewer examples is among "the others"; a practice with more than 60 of a kind has those, too."""


def _logistic(strength: float, seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # That a value is missing is a column of its own: the median that stands there says nothing.
    numbers = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
    )
    columns = ColumnTransformer([("numbers", numbers, _places(words=False)), ("words", _words(), _places(words=True))])
    return make_pipeline(columns, LogisticRegression(C=strength, max_iter=1_000, random_state=seed))


def _trees(leaves: int, seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline

    columns = ColumnTransformer(
        [("numbers", "passthrough", _places(words=False)), ("words", _words(), _places(words=True))]
    )
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


def _places(*, words: bool) -> list[int]:
    return [at for at, name in enumerate(NAMES) if (name in WORDS) == words]


PIPELINES: Mapping[str, Callable[[int], Any]] = {
    "logistic regression, strongly penalised": lambda seed: _logistic(0.03, seed),
    "logistic regression": lambda seed: _logistic(0.3, seed),
    "boosted trees of 4 leaves": lambda seed: _trees(4, seed),
    "boosted trees of 8 leaves": lambda seed: _trees(8, seed),
}
"""By the name on the card; each makes a pipeline that is not fitted yet."""
