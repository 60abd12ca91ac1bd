"""Figures about long work for Prometheus, kept in the database: workers are many processes on many machines.

No query of the metrics page reads a municipality's rows; a job adds to these counters when it ends.
"""

from collections.abc import Iterator

from django.db import connection
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from core.models import JobStatistic

BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)
"""Upper bounds in seconds. A longer list needs a migration that lengthens the stored ones."""

COUNT_JOB = """
INSERT INTO core_jobstatistic AS s (kind, state, jobs, timed, seconds, buckets)
VALUES (%(kind)s, %(state)s, 1, %(timed)s, %(seconds)s, %(buckets)s::jsonb)
    ON CONFLICT (kind, state) DO UPDATE
   SET jobs    = s.jobs + 1,
       timed   = s.timed + EXCLUDED.timed,
       seconds = s.seconds + EXCLUDED.seconds,
       buckets = (SELECT jsonb_agg(a.value::bigint + b.value::bigint ORDER BY a.ordinality)
                    FROM jsonb_array_elements_text(s.buckets)        WITH ORDINALITY AS a
                    JOIN jsonb_array_elements_text(EXCLUDED.buckets) WITH ORDINALITY AS b USING (ordinality))
"""


def count_job(*, kind: str, state: str, seconds: float | None) -> None:
    """Count one ended job; ``seconds`` is ``None`` when it was never begun. Last in its transaction: the row is shared by all."""
    buckets = [int(seconds is not None and seconds <= bound) for bound in BUCKETS]
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_JOB,
            {"kind": kind, "state": state, "timed": int(seconds is not None), "seconds": seconds or 0.0, "buckets": str(buckets)},
        )


class JobCollector(Collector):
    """``electionadmin_jobs_total`` and ``electionadmin_job_seconds`` by kind and state."""

    def collect(self) -> Iterator[Metric]:
        """Read the counters; called when the metrics page is asked for."""
        ended = CounterMetricFamily("electionadmin_jobs", "Jobs that ended, by kind and state.", labels=["kind", "state"])
        took = HistogramMetricFamily("electionadmin_job_seconds", "Seconds from a job's first start to its end.", labels=["kind", "state"])
        for row in JobStatistic.objects.order_by("kind", "state"):
            ended.add_metric([row.kind, row.state], row.jobs)
            buckets = [(str(bound), count) for bound, count in zip(BUCKETS, row.buckets, strict=True)]
            took.add_metric([row.kind, row.state], [*buckets, ("+Inf", row.timed)], row.seconds)
        yield ended
        yield took
