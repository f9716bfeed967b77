"""What is counted, as Prometheus reads it; and, where an address is set, sent by OpenTelemetry."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import Metrics, Reading, read_by
from bot.tracing import SERVICE

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")


class Exposition:
    """The instruments of one process and who reads them.

    Args:
        replica: What tells this process from others.
        metrics: Counts; begins to.
        sent_by: A further reader, such as one that sends what is counted somewhere.
    """

    def __init__(
        self, replica: str, metrics: Metrics, sent_by: MetricReader | None = None
    ) -> None:
        self._registry = CollectorRegistry()
        # Memory, processor time, open files and start time of the process, from the kernel.
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        readers: list[MetricReader] = [PrometheusMetricReader(
            scope_info_enabled=False, disable_target_info=True, registry=self._registry)]
        self._provider = MeterProvider(
            metric_readers=[*readers, *([] if sent_by is None else [sent_by])],
            resource=Resource.create({"service.name": SERVICE, "service.instance.id": replica}),
            shutdown_on_exit=False)
        self.meter: Meter = self._provider.get_meter(SERVICE)
        self.metrics = metrics
        metrics.begin(self.meter)

    def read(self, readings: Mapping[str, Callable[[], Reading]]) -> None:
        """Have each number of `READ` be read by its reading whenever somebody scrapes."""
        for name, reading in readings.items():
            read_by(self.meter, name, reading)

    def scraped(self) -> tuple[bytes, str]:
        """Everything that is counted, in Prometheus's text format, and its media type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST

    def close(self) -> None:
        """Send what is left, for a few seconds at most."""
        self._provider.shutdown(timeout_millis=2_000)


def sender(environment: Mapping[str, str]) -> MetricReader | None:
    """What sends the numbers where *environment* says; None where it names no address.

    It speaks gRPC alone, as the traces' exporter does unless told otherwise.
    """
    if not any(environment.get(name) for name in ENDPOINTS):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415
            OTLPMetricExporter,
        )
    except ImportError:
        return None  # tracing says what is missing
    return PeriodicExportingMetricReader(OTLPMetricExporter())
