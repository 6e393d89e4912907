"""Fit a predictor to a practice's outcomes: choose the pipeline, calibrate it, judge it on later outcomes of other patients."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.predictors.card import Card, Judged
from domain.predictors.examples import Example
from domain.predictors.features import NAMES
from domain.predictors.fitted import Fitted, sigmoid, table
from domain.predictors.measures import CLIP, calibration, judge, logit
from domain.predictors.pipelines import PIPELINES, numbers_known
from domain.predictors.promoting import enough, verdict
from domain.predictors.splitting import split
from domain.predictors.spreads import spreads_of, typical_of

SEED = 1
FOLDS = 5
MOST_EXAMPLES = 50_000
"""The newest ones are fitted to: older ones say less of today, and the time of a fit stays bounded."""
LEAST_JUDGING = 30
"""Outcomes on the later side, and of these 5 of either kind: with fewer nothing can be judged."""
LEAST_OF_EACH_JUDGING = 5

Progress = Callable[[str, float], None]
"""Is told what is done at present, and how much of the whole is done, 0–1."""


@dataclass(frozen=True, slots=True)
class Unfitted:
    """Why nothing was fitted, in one sentence."""

    sentence: str
    outcomes: int
    improved: int


def fit(
    examples: Sequence[Example], *, made: datetime, seed: int = SEED, progress: Progress = lambda _what, _done: None
) -> Fitted | Unfitted:
    """Fit a predictor to examples (oldest first), or say why there is none.

    1. The examples are split by time and patient; the later side is looked at once, at the end.
    2. On the earlier side, split once more in the same way, the pipeline with the least log loss is chosen, each calibrated.
    3. What was chosen is fitted to the earlier side and judged on the later one.
    4. The same is fitted to everything: this is the predictor that is kept.

    CPU work of seconds to minutes on one core: for a thread of its own. The same examples and seed give the same predictor.
    """
    examples = examples[-MOST_EXAMPLES:]
    improved = sum(one.improved for one in examples)
    there = enough(len(examples), improved)
    if not there.promoted:
        return Unfitted(there.sentence, len(examples), improved)
    earlier, later = split(examples, seed=seed)
    if not _can_judge(examples, later) or not _can_judge(examples, earlier):
        sentence = (
            "The evidence is used: too few outcomes are of patients on one side of time only, so nothing can be judged."
        )
        return Unfitted(sentence, len(examples), improved)
    from sklearn import __version__
    from threadpoolctl import threadpool_limits

    # One thread: the event loop and the other requests have the other cores.
    with threadpool_limits(limits=1):
        training = [examples[at] for at in earlier]
        chosen, tried = _choose(training, seed, progress)
        judged = _judged(chosen, training, [examples[at] for at in later], seed, progress)
        progress("Fitting to all outcomes", 0.8)
        pipeline, line, out_of_fold = calibrated(chosen, examples, seed)
    found = verdict(judged)
    digest = digest_of(examples)
    progress("Fitted", 1.0)
    card = Card(
        version=f"{made:%Y%m%d%H%M%S%f}-{digest[:8]}",
        made=made,
        library=__version__,
        features=list(NAMES),
        trained_on=digest,
        outcomes=len(examples),
        improved=improved,
        patients=len({one.patient_id for one in examples}),
        since=examples[0].prescribed.date(),
        until=examples[-1].prescribed.date(),
        pipeline=chosen,
        tried=tried,
        calibration=line,
        judged=judged,
        promoted=found.promoted,
        sentence=found.sentence,
        typical=typical_of([one.features for one in examples]),
        spreads=spreads_of([one.features for one in examples], out_of_fold),
    )
    return Fitted(pipeline, card)


def digest_of(examples: Sequence[Example]) -> str:
    """Hash what a predictor is fitted to (SHA-256): no patient can be read from it."""
    hashed = hashlib.sha256()
    for one in examples:
        hashed.update(json.dumps([one.features.kept(), one.improved, one.prescribed.isoformat()]).encode())
    return hashed.hexdigest()


def _choose(training: Sequence[Example], seed: int, progress: Progress) -> tuple[str, dict[str, float]]:
    """Choose the pipeline that predicts the later part of the training examples best."""
    import numpy as np

    earlier, later = split(training, seed=seed + 1)
    if not _can_judge(training, earlier) or not _can_judge(training, later):
        return next(iter(PIPELINES)), {}  # the plainest, where there is too little to choose by
    held_out = [training[at] for at in later]
    outcomes = np.array([one.improved for one in held_out], dtype=float)
    tried = {}
    for number, name in enumerate(PIPELINES):
        progress(f"Trying {name}", 0.4 * number / len(PIPELINES))
        pipeline, line, _ = calibrated(name, [training[at] for at in earlier], seed)
        predicted = np.clip(sigmoid(_raw(pipeline, held_out), line), CLIP, 1 - CLIP)
        loss = -np.mean(outcomes * np.log(predicted) + (1 - outcomes) * np.log(1 - predicted))
        tried[name] = round(float(loss), 6)
    return min(tried, key=lambda name: tried[name]), tried


def _judged(name: str, training: Sequence[Example], later: Sequence[Example], seed: int, progress: Progress) -> Judged:
    progress("Fitting to the earlier outcomes", 0.4)
    pipeline, line, _ = calibrated(name, training, seed)
    progress("Judging on the later outcomes", 0.5)
    return judge(
        [one.improved for one in later],
        sigmoid(_raw(pipeline, later), line),
        rules=[one.features.expected for one in later],
        evidence=[one.evidence for one in later],
        patients=[one.patient_id for one in later],
        since=later[0].prescribed.date(),
        until=later[-1].prescribed.date(),
        seed=seed,
        progress=lambda done: progress("Judging on the later outcomes", 0.5 + 0.3 * done),
    )


def calibrated(name: str, examples: Sequence[Example], seed: int) -> tuple[Any, tuple[float, float], Any]:
    """Fit a pipeline with its sigmoid; returns both, and what was predicted for each example by those without its patient."""
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    features, patients = [one.features for one in examples], [one.patient_id for one in examples]
    rows, outcomes = table(features), np.array([one.improved for one in examples], dtype=int)
    numbers = numbers_known(features, patients)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    out_of_fold = cross_val_predict(
        PIPELINES[name](seed, numbers), rows, outcomes, groups=patients, cv=folds, method="predict_proba"
    )[:, 1]
    line = calibration(outcomes, out_of_fold)
    return PIPELINES[name](seed, numbers).fit(rows, outcomes), line, sigmoid(logit(out_of_fold), line)


def _raw(pipeline: Any, examples: Sequence[Example]) -> Any:
    return logit(pipeline.predict_proba(table([one.features for one in examples]))[:, 1])


def _can_judge(examples: Sequence[Example], places: Sequence[int]) -> bool:
    improved = sum(examples[at].improved for at in places)
    return len(places) >= LEAST_JUDGING and min(improved, len(places) - improved) >= LEAST_OF_EACH_JUDGING
