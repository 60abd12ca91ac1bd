"""The columns of this package's lists."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, Table

from core import jobs, pages
from core.models import Approval, AuditEvent, Job
from core.templatetags.presentation import actor_name, clock, date_time, duration, number, percent, short_date
from municipalities.roles import ROLE_LABELS, TRAIL_ROLES

NUMBER = {"th": {"class": "r"}, "td": {"class": "r num"}}
DATE, HASH = re.compile(r"\d{4}-[01]\d-[0-3]\d"), re.compile(r"[0-9a-f]{64}")
MOMENT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?\+00:00")
TAGS = {"done": "ok", "approved": "ok", "failed": "bad", "refused": "bad", "running": "info", "queued": "info", "open": "warn"}


def _tag(state: str, text: Any) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', TAGS.get(state, "plain"), text)


class _MunicipalTable(Table):  # type: ignore[misc]  # django-tables2 ships no types
    """A table whose rows lead to pages of one municipality."""

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        self.nis = nis
        super().__init__(*args, **kwargs)


class JobTable(_MunicipalTable):
    """Long work; ``with_files``: whether whoever looks may fetch what came of it."""

    kind = Column(verbose_name=_("What"), orderable=False)
    state = Column(verbose_name=_("State"))
    done = Column(verbose_name=_("Progress"), orderable=False, attrs=NUMBER, empty_values=())
    requested_by_name = Column(verbose_name=_("Asked by"))
    created_at = Column(verbose_name=_("Asked on"))
    finished_at = Column(verbose_name=_("Took"), orderable=False, attrs=NUMBER, empty_values=())

    def __init__(self, *args: Any, with_files: bool, **kwargs: Any) -> None:
        self.with_files = with_files
        super().__init__(*args, **kwargs)

    def render_kind(self, value: str, record: Job) -> SafeString:
        url = reverse("job_detail", kwargs={"nis": self.nis, "pk": record.pk})
        return format_html('<a href="{}">{}</a>', url, jobs.LABELS.get(value, value))

    def render_state(self, record: Job) -> SafeString:
        return _tag(record.state, record.get_state_display())

    def render_done(self, record: Job) -> SafeString | str:
        label = pages.result_label(record) if self.with_files else None
        if label is None:
            return "" if record.state in {Job.State.FAILED, Job.State.CANCELLED} else percent(record.share, 0)
        return format_html('<a href="{}">{}</a>', reverse("job_result", kwargs={"nis": self.nis, "pk": record.pk}), label)

    def render_created_at(self, value: Any) -> str:
        return date_time(value)

    def render_finished_at(self, record: Job) -> str:
        return duration(record.finished_at - record.started_at) if record.finished_at and record.started_at else ""


def _which(summary: Mapping[str, Any]) -> str:
    """What tells a request from another of its kind: the name of its file or draft, its reader, its reference, its number or its election."""
    names = [str(summary[name]) for name in ("file_name", "name", "made_for", "reference") if summary.get(name)]
    if names:
        return names[0]
    if summary.get("number"):
        return _("no. %(number)s") % {"number": summary["number"]}
    return short_date(date.fromisoformat(summary["election"])) if summary.get("election") else ""


class ApprovalTable(_MunicipalTable):
    """Requests for a second person."""

    kind = Column(verbose_name=_("What"), orderable=False)
    decision = Column(verbose_name=_("State"))
    requested_by_name = Column(verbose_name=_("Asked by"))
    requested_at = Column(verbose_name=_("Asked on"))
    decided_by_name = Column(verbose_name=_("Decided by"))
    reason = Column(verbose_name=_("Reason"), orderable=False)

    def render_kind(self, value: str, record: Approval) -> SafeString | str:
        if value not in pages.APPROVALS:
            return value
        url = reverse("approval_decide", kwargs={"nis": self.nis, "pk": record.pk})
        link = format_html('<a href="{}">{}</a>', url, pages.APPROVALS[value][0])
        which = _which(record.summary)
        return format_html("{}<small>{}</small>", link, which) if which else link

    def render_decision(self, record: Approval) -> SafeString:
        return _tag(record.decision, record.get_decision_display())

    def render_requested_at(self, value: Any) -> str:
        return date_time(value)


class AuditTable(_MunicipalTable):
    """Events of the trail."""

    seq = Column(verbose_name=_("No."), attrs=NUMBER, order_by="seq")
    at = Column(verbose_name=_("When"), order_by="seq", attrs={"td": {"class": "nowrap"}})
    actor_name = Column(verbose_name=_("Person"), orderable=False)
    role = Column(verbose_name=_("Role"), orderable=False)
    kind = Column(verbose_name=_("What"), orderable=False)
    target = Column(verbose_name=_("Object"), orderable=False)
    after = Column(
        verbose_name=_("Details"), orderable=False, empty_values=(), attrs={"th": {"class": "main"}, "td": {"class": "file-name"}}
    )
    address = Column(verbose_name=_("Network address"), orderable=False)

    def render_at(self, value: Any) -> SafeString:
        return format_html("{}<small>{}</small>", short_date(value), clock(value))

    def render_actor_name(self, value: str) -> str:
        return actor_name(value)

    def render_role(self, value: str) -> str:
        return ", ".join(str(TRAIL_ROLES.get(role, role)) for role in value.split())

    def render_kind(self, value: str) -> str:
        return str(pages.event_label(value))

    def render_target(self, value: str) -> SafeString | str:
        url = pages.page_of_target(value, nis=self.nis)
        return format_html('<a href="{}">{}</a>', url, pages.target_label(value)) if url else pages.target_label(value)

    def render_address(self, value: str) -> str:
        return str(pages.VALUES.get(f"address:{value}", value))

    def render_after(self, record: AuditEvent) -> SafeString | str:
        return format_html_join(mark_safe("<br>"), '<span class="muted">{}:</span> {}', _pairs(record))


def _pairs(event: AuditEvent) -> list[tuple[str, str]]:
    """What changed, field by field: ``before → after`` where both are known."""
    before, after = event.before or {}, event.after or {}
    names = [*before, *(name for name in after if name not in before)]
    pairs = [(_field(name), " → ".join(_shown(side[name], name) for side in (before, after) if name in side)) for name in names]
    return [(name, text) for name, text in pairs if text]


def _field(name: str) -> str:
    return str(pages.FIELDS.get(name, name))


def _shown(value: Any, name: str = "") -> str:
    """A value of an event as people read it: words for codes, dates and amounts in their form, a hash by its beginning, one of our numbers as it is."""
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case int() | float():
            return str(value) if name in pages.OBJECTS or name in pages.PAGES else number(value)
        case dict():
            return ", ".join(f"{_field(part)} {_shown(of, part)}" for part, of in value.items())
        case list():
            return ", ".join(_shown(part, name) for part in value)
        case str():
            return _text(value, name)
    return ""


def _text(value: str, name: str) -> str:
    if DATE.fullmatch(value):
        return short_date(date.fromisoformat(value))
    if MOMENT.fullmatch(value):
        return date_time(datetime.fromisoformat(value))
    if HASH.fullmatch(value):
        return f"{value[:12]}…"
    text = str(pages.VALUES.get(f"{name}:{value}") or ROLE_LABELS.get(value) or pages.VALUES.get(value) or value)
    return text if len(text) <= 80 else f"{text[:79]}…"
