"""Counts in the text form of Prometheus."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client import Metric as Family
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from api.metric_table import METRICS, Kind, Metric
from domain.counting import BUCKETS, SUM, Counts

FAMILIES = {Kind.COUNTER: CounterMetricFamily, Kind.GAUGE: GaugeMetricFamily, Kind.HISTOGRAM: HistogramMetricFamily}


def exposition(counts: Counts) -> bytes:
    """Write counts, and what the system says of this process, in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Collector(counts))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Collector:
    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Family]:
        for metric in METRICS:
            value = self._counts.get(metric.count)
            if value is None:
                continue  # not known yet is no number
            family = FAMILIES[metric.kind](metric.family, metric.help, labels=metric.labels)
            for labels, one in _by_labels(metric, value):
                if isinstance(family, HistogramMetricFamily):
                    family.add_metric(labels, buckets=_cumulative(one[BUCKETS]), sum_value=one[SUM])
                else:
                    family.add_metric(labels, one)
            yield family


def _by_labels(metric: Metric, value: Any) -> Iterator[tuple[list[str], Any]]:
    found: list[tuple[list[str], Any]] = [([], value)]
    for _label in metric.labels:
        found = [([*labels, str(name)], one) for labels, inside in found for name, one in inside.items()]
    yield from found


def _cumulative(counted: dict[str, int]) -> list[tuple[str, float]]:
    so_far, buckets = 0, []
    for bound, count in counted.items():
        so_far += count
        buckets.append((bound, float(so_far)))
    return buckets
