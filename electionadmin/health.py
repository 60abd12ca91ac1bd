"""For machines: is this process alive, can it do its work, and what did it do. Nothing of a municipality or a person."""

import ipaddress
import os
from collections.abc import Callable, Iterator
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import Redis

from core.http import Request
from core.metrics import JobCollector
from municipalities.access import public

QUEUES = ("interactive", "bulk", "print", "delivery")


@public
@login_not_required
@require_safe
@transaction.non_atomic_requests
def live(_request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing of anybody else: a restart would not help them."""
    return JsonResponse({"status": "ok"})


@public
@login_not_required
@require_safe
@transaction.non_atomic_requests
def ready(_request: HttpRequest) -> HttpResponse:
    """Everything this process needs answers; 503 with what does not, otherwise."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if well else "unavailable", **parts}, status=200 if well else 503)


@public
@login_not_required
@require_safe
@transaction.non_atomic_requests
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus: to the loopback address, or to whoever has ``METRICS_TOKEN``."""
    if not _may_read_metrics(cast("Request", request)):
        raise Http404
    ours = CollectorRegistry()
    ours.register(JobCollector())
    ours.register(QueueCollector())
    return HttpResponse(generate_latest(_process_registry()) + generate_latest(ours), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: Request) -> bool:
    token = settings.METRICS_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    # Behind a proxy on the same machine everybody comes from the loopback address: such a request needs the token.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip"))
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _process_registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # registers itself
    return registry


class QueueCollector(Collector):
    """``electionadmin_queue_messages``: how many numbers of jobs wait at the broker, by queue."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the broker; a broker that does not answer gives no figures."""
        waiting = GaugeMetricFamily("electionadmin_queue_messages", "Messages waiting at the broker.", labels=["queue"])
        try:
            with _broker() as broker:
                for queue in QUEUES:
                    waiting.add_metric([queue], broker.llen(queue))
        except Exception:  # noqa: BLE001 - every kind of broker fails in its own way
            waiting.samples.clear()
        yield waiting


def _broker() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever fails is the answer, by class: its words may hold an address or a password
        return type(error).__name__
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (False,):
            raise PrivilegedRoleError


class PrivilegedRoleError(Exception):
    """The application is connected as a role that row-level security does not bind."""


class UnappliedMigrationsError(Exception):
    """The database is older than the code."""


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnappliedMigrationsError


def _reach_broker() -> None:
    with _broker() as broker:
        broker.ping()


def _storage() -> None:
    default_storage.exists("health")
    root = getattr(default_storage, "location", None)
    if root and os.path.isdir(root) and not os.access(root, os.W_OK):  # noqa: PTH112 - a path of the storage
        raise PermissionError


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _reach_broker,
    "storage": _storage,
}
