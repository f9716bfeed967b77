"""What is counted, as Prometheus reads it."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from bot.telemetry.metrics import COUNTED, READ, TIMED, Metrics, Readings


class Exposition:
    """Tells what *metrics* has counted, and what is read when somebody scrapes.

    Args:
        metrics: Counts.
        readings: How each number of `READ` is read; one that fails is left out.
    """

    def __init__(self, metrics: Metrics, readings: Readings) -> None:
        self._registry = CollectorRegistry()
        # Memory, processor time, open files and start time of the process, from the kernel.
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._registry.register(_Ours(metrics, readings))

    def scraped(self) -> tuple[bytes, str]:
        """Everything that is counted, in Prometheus's text format, and its media type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class _Ours(Collector):
    def __init__(self, metrics: Metrics, readings: Readings) -> None:
        self._metrics = metrics
        self._readings = readings

    def describe(self) -> Iterator[Metric]:
        """Nothing: to register must not read the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Each number with all its series."""
        for name, reading in self._readings.items():
            gauge = GaugeMetricFamily(name, READ[name].meaning, labels=READ[name].labels)
            try:
                for value, labels in reading():
                    gauge.add_metric([labels[label] for label in READ[name].labels], value)
            except Exception:
                # Of the database being away, say, another number tells; the rest is told.
                gauge.samples.clear()
            yield gauge
        # After that, so that errors met on the way are counted.
        counts, tallies = self._metrics.counts(), self._metrics.tallies()
        for name, number in COUNTED.items():
            counter = CounterMetricFamily(name, number.meaning, labels=number.labels)
            for key, count in counts.items():
                if key[0] == name:
                    counter.add_metric(key[1:], count)
            yield counter
        for name, number in TIMED.items():
            histogram = HistogramMetricFamily(name, number.meaning, labels=number.labels)
            bounds = (*map(str, number.bounds), "+Inf")
            for key, (fell, total) in tallies.items():
                if key[0] == name:
                    upto = [sum(fell[:n + 1]) for n in range(len(fell))]
                    histogram.add_metric(key[1:], list(zip(bounds, upto, strict=True)), total)
            yield histogram
