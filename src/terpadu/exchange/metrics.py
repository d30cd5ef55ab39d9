"""The node's counters and latencies as Prometheus reads them, on a listener of its own for operators.

Names of subsystems, services, codes and states only: nothing here is about a person (ARCHITECTURE.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from terpadu.errors import Refused
from terpadu.exchange.doors.call import Call, Response
from terpadu.exchange.ground import Ground
from terpadu.trust.keeper import TrustState

_TYPE = ((b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),)


class NodeCollector(Collector):
    """Reads the node's own counts when it is asked; keeps none."""

    def __init__(self, ground: Ground, trust: Callable[[], TrustState], why_not_ready: Callable[[], list[str]]) -> None:
        self._ground, self._trust, self._why_not = ground, trust, why_not_ready

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield from (self._events(), self._latencies())
        yield GaugeMetricFamily(
            "terpadu_ready", "1 where the node is ready for calls.", value=float(not self._why_not())
        )
        yield GaugeMetricFamily("terpadu_journal_records", "Records on disk.", value=self._ground.journal.durable)
        yield from self._federation()

    def _events(self) -> Metric:
        found = CounterMetricFamily("terpadu_events", "What was counted since the start, by name.", labels=["event"])
        for event, count in sorted(self._ground.counters.items()):
            found.add_metric([event], count)
        return found

    def _latencies(self) -> Metric:
        words = "Milliseconds until an answer, by service."
        found = HistogramMetricFamily("terpadu_answer_milliseconds", words, labels=["service"])
        for service, measured in sorted(self._ground.latencies.items()):
            found.add_metric([service], measured.cumulative(), measured.total)
        return found

    def _federation(self) -> Iterator[Metric]:
        state = self._trust()
        for name, words, value in (
            ("fresh", "1 where a statement of the last minute is held.", float(state.word == "fresh")),
            ("membership_age_seconds", "Since the federation in force was made.", _seconds(state.membership_age)),
            ("freshness_age_seconds", "Since the newest statement was taken.", _seconds(state.freshness_age)),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"terpadu_federation_{name}", words, value=value)


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


class MetricsDoor:
    """`GET /metrics`, and nothing else."""

    def __init__(self, collector: NodeCollector) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(collector)

    async def handle(self, call: Call) -> Response:
        """One call."""
        if (call.verb, call.target) != (b"GET", b"/metrics"):
            return self.complain(Refused("not-found", "Expected GET /metrics."))
        return Response(200, b"OK", _TYPE, generate_latest(self._registry))

    def complain(self, error: Refused) -> Response:
        """A call that is no such one."""
        return Response(404 if error.code == "not-found" else 400, b"", _TYPE, f"{error.sentence}\n".encode())
