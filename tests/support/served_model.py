"""Fits the model that the model server serves: run as a program in the environment of that server."""

import sys
from pathlib import Path

NUMBERS = (
    "age",
    "baseline",
    "match",
    "dose",
    "adherence",
    "own_answered",
    "own_share",
    "answered",
    "share",
    "expected",
)
WORDS = ("sex", "condition", "item", "tradition", "grade")


def fit_the_model(folder: Path) -> None:
    """Fit what is served; in the server's environment."""
    import joblib
    import numpy as np
    import pandas as pd  # type: ignore[import-not-found, import-untyped, unused-ignore]
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    dice = np.random.default_rng(1)
    count = 500
    table = pd.DataFrame({name: dice.random(count) for name in NUMBERS} | {name: ["x"] * count for name in WORDS})
    table["age"] = dice.integers(18, 90, count).astype(float)
    improved = dice.random(count) < 1 / (1 + np.exp(-(table["age"] - 50) / 8))
    table.loc[::10, "age"] = np.nan
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age"]),
            ("words", OneHotEncoder(handle_unknown="ignore"), list(WORDS)),
        ]
    )
    joblib.dump(make_pipeline(columns, LogisticRegression()).fit(table, improved), folder / "model.joblib")


if __name__ == "__main__":
    fit_the_model(Path(sys.argv[1]))
