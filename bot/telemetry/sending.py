"""What is counted, sent by OpenTelemetry's protocol to wherever the environment says."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from bot.telemetry.metrics import COUNTED, READ, TIMED, Hear, Metrics, Reading, Readings
from bot.telemetry.protocols import sent_by
from bot.telemetry.tracing import SERVICE

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Meter, Observation
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricExporter

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")
"""What has to be set in the environment for numbers to be sent; OpenTelemetry's own names."""


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether *environment* says where numbers go."""
    return any(environment.get(name) for name in ENDPOINTS)


def exporter_of(environment: Mapping[str, str]) -> "MetricExporter":
    """What sends numbers where *environment* says, and by the protocol that it says.

    Raises:
        BadSetting: The package that does is not installed, or can't read what is given.
    """
    protocol = sent_by(environment, "METRICS")
    made: MetricExporter
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import metric_exporter  # noqa: PLC0415

        made = metric_exporter.OTLPMetricExporter()
    else:
        from opentelemetry.exporter.otlp.proto.http import (  # noqa: PLC0415
            metric_exporter as over_http,
        )

        made = over_http.OTLPMetricExporter()
    return made


def send(
    metrics: Metrics, readings: Readings, replica: str, exporter: "MetricExporter"
) -> "tuple[MeterProvider, Hear]":
    """Send what *metrics* counts and what is read, every minute or as the environment says.

    Returns:
        What has to be shut down at the end, and what has to hear of durations.
    """
    from opentelemetry.sdk.metrics import (  # noqa: PLC0415  where numbers are sent
        AlwaysOffExemplarFilter,
        MeterProvider,
    )
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415

    provider = MeterProvider(
        [PeriodicExportingMetricReader(exporter)],
        resource=Resource.create({"service.name": SERVICE, "service.instance.id": replica}),
        exemplar_filter=AlwaysOffExemplarFilter(), shutdown_on_exit=False)
    meter = provider.get_meter(SERVICE)
    for name, number in COUNTED.items():
        meter.create_observable_counter(
            name, [_read(_counts(metrics, name))], description=number.meaning)
    for name, reading in readings.items():
        meter.create_observable_gauge(name, [_read(reading)], description=READ[name].meaning)
    return provider, _hearing(meter)


def _hearing(meter: "Meter") -> Hear:
    histograms = {
        name: meter.create_histogram(name, unit="s", description=number.meaning,
                                     explicit_bucket_boundaries_advisory=number.bounds)
        for name, number in TIMED.items()
    }
    return lambda name, seconds, labels: histograms[name].record(seconds, labels)


def _counts(metrics: Metrics, name: str) -> Callable[[], Reading]:
    labels = COUNTED[name].labels
    return lambda: [(count, dict(zip(labels, key[1:], strict=True)))
                    for key, count in metrics.counts().items() if key[0] == name]


def _read(reading: Callable[[], Reading]) -> "Callable[[CallbackOptions], Iterable[Observation]]":
    from opentelemetry.metrics import Observation  # noqa: PLC0415  where numbers are sent

    def observed(_: "CallbackOptions") -> "Iterable[Observation]":
        try:
            return [Observation(value, labels) for value, labels in reading()]
        except Exception:
            return []  # what can't be read is left out, so that the rest is sent

    return observed
