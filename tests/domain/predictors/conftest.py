"""A predictor that was fitted once."""

from datetime import UTC, datetime

import pytest

from domain.predictors.fitted import Fitted
from domain.predictors.fitting import fit
from tests.domain.predictors.made_up import made_up

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    """A predictor that has learnt what there was to be learnt, and passed the rule."""
    found = fit(made_up(1_200), made=MADE)
    assert isinstance(found, Fitted)
    return found
