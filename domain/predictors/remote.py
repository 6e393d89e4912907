"""A predictor on another server, asked over the Open Inference Protocol, version 2 (KServe, MLServer, Triton and others).

Each feature is a tensor of its own name and of the shape [n], numbers FP64 with null for what is not known, words BYTES; the
answer is ``predict_proba`` with the shape [n, 2] (not improved, improved) or [n], FP16 to FP64. Nothing else leaves: no name, no
id, no date. Whatever else comes back, or nothing within 300 ms, is no answer, and the next predictor is asked.
"""

import asyncio
import json
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog

from domain.predicting import Probability
from domain.predictors.breaker import Breaker
from domain.predictors.features import NAMES, WORDS, Features
from domain.statistics import USUAL_STRENGTH, Prior, posterior

log = structlog.get_logger(__name__)

LIMIT_SECONDS = 0.3
"""For everything: connecting, asking, and the last byte of the answer (design 7)."""
MOST_BYTES = 256 * 1024
"""Of an answer: a hundred times what one of ours takes."""
FLOATS = ("FP16", "FP32", "FP64")
OUTPUT = "predict_proba"


class Unanswered(Exception):
    """The server has not answered with probabilities."""


class Remote:
    """The predictor at an address such as ``https://models.example/v2/models/vervain``."""

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/infer"
        parts = urlsplit(url)
        self.name = f"remote-{parts.path.rstrip('/').rpartition('/')[2] or 'model'}"
        self._host = parts.hostname or ""
        self._breaker = Breaker()
        self._client: httpx2.AsyncClient | None = None

    async def predict(self, rows: Sequence[Features]) -> list[Probability] | None:
        """Predict for each, all in one question; None where there is no answer that can be used. On the event loop."""
        if not rows:
            return []
        if not self._breaker.lets_through:
            return None
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                values = probabilities(await self._ask(question(rows)), len(rows))
        except (
            Unanswered,
            httpx2.HTTPError,
            OSError,
            TimeoutError,
            ValueError,
            ArithmeticError,
            RecursionError,
        ) as error:
            reason = str(error) or type(error).__name__
            if self._breaker.failed():
                log.warning("a remote predictor is not asked for a while", predictor=self.name, reason=reason)
            else:
                log.info("a remote predictor did not answer", predictor=self.name, reason=reason)
            return None
        self._breaker.went_well()
        return [self._probability(value) for value in values]

    async def close(self) -> None:
        """Give back its connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ask(self, asked: dict[str, Any]) -> Any:
        if self._client is None:
            # No proxy and no redirect: what is known of a patient goes to the address that was set and nowhere else.
            self._client = httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=LIMIT_SECONDS)
        as_it_is = {"Accept-Encoding": "identity"}  # a compressed answer can be a thousand times what its bytes are
        async with self._client.stream("POST", self._url, json=asked, headers=as_it_is) as answer:
            if answer.status_code != httpx2.codes.OK:
                raise Unanswered(f"status {answer.status_code}")
            content = b""
            async for part in answer.aiter_raw():
                content += part
                if len(content) > MOST_BYTES:
                    raise Unanswered("more than any answer is")
        return json.loads(content)

    def _probability(self, value: float) -> Probability:
        """Give the interval of a share of ten answers: how sure the server is, it does not say. A proposal."""
        between = posterior(0, 0, Prior(min(max(value, 0.001), 0.999), USUAL_STRENGTH))
        said = f"Answered by the model {self.name.removeprefix('remote-')} at {self._host}, which gives no reasons."
        return Probability(value, min(between.low, value), max(between.high, value), said)


def question(rows: Sequence[Features]) -> dict[str, Any]:
    """Write features as an inference request: a column each, to be read as a table (MLServer's content type ``pd``)."""
    return {
        "parameters": {"content_type": "pd"},
        "inputs": [_column(name, [getattr(row, name) for row in rows]) for name in NAMES],
        "outputs": [{"name": OUTPUT}],
    }


def probabilities(answer: Any, count: int) -> list[float]:
    """Read ``count`` probabilities from an inference response. Raises Unanswered for whatever else it is."""
    outputs = answer.get("outputs") if isinstance(answer, dict) else None
    named = [one for one in outputs if isinstance(one, dict)] if isinstance(outputs, list) else []
    found = next((one for one in named if one.get("name") == OUTPUT), None)
    if found is None or found.get("datatype") not in FLOATS:
        raise Unanswered(f"no {OUTPUT} of floating-point numbers")
    values = list(_flat(found.get("data")))
    if found.get("shape") == [count, 2] and len(values) == 2 * count:
        values = values[1::2]
    elif found.get("shape") not in ([count], [count, 1]) or len(values) != count:
        raise Unanswered(f"another shape than [{count}, 2]")
    if not all(isfinite(one) and 0 <= one <= 1 for one in values):
        raise Unanswered("numbers that are no probabilities")
    return values


def _column(name: str, values: list[Any]) -> dict[str, Any]:
    if name in WORDS:
        column = {"datatype": "BYTES", "parameters": {"content_type": "str"}}
    else:
        column, values = {"datatype": "FP64"}, [None if one is None else float(one) for one in values]
    return {"name": name, "shape": [len(values)], **column, "data": values}


def _flat(data: Any) -> Iterator[float]:
    if isinstance(data, list):
        for one in data:
            yield from _flat(one)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield float(data)
    else:
        raise Unanswered("something else than numbers")
