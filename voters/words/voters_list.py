"""What the pages of a voters list, and of the files that are made of it, say."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import Job
from core.templatetags.presentation import date_time, number
from districts.models import Station
from voters.models import Extraction
from voters.words.extractions import name_of

Item = dict[str, Any]
FORMAT_NAMES = {"csv": "CSV", "xlsx": "XLSX", "pdf": "PDF"}


def selection(form: forms.Form) -> str:
    """What the active filters leave, in words: ``Straat: Basiliekstraat; Kenteken V: ja``; empty when they leave everything."""
    parts = []
    for name, value in form.cleaned_data.items():
        if not value or name == "extraction":
            continue
        field = form.fields[name]
        shown = dict(cast("Any", field.choices)).get(value, value) if isinstance(field, forms.ChoiceField) else value
        parts.append(f"{field.label}: {shown}")
    return "; ".join(parts)


def station_choices(stations: Sequence[Station]) -> list[tuple[str, str]]:
    """The menu of the stations of a frozen assignment."""
    return [(str(one.number), f"{one.number} · {one.name}") for one in stations]


def station_links(stations: Sequence[Station], nis: str, election_date: date) -> dict[int, tuple[str, str]]:
    """Number of a station → its name (of its building, where the name only repeats the number) and its page."""
    kwargs = {"nis": nis, "election_date": election_date}
    return {one.number: (_station_name(one), reverse("served_detail", kwargs={**kwargs, "pk": one.pk})) for one in stations}


def _station_name(station: Station) -> str:
    return station.building.name if station.name.endswith(f" {station.number}") else station.name


ORDER_NAMES = {
    "number": gettext_lazy("by number"),
    "name": gettext_lazy("by name"),
    "street": gettext_lazy("by street"),
    "station": gettext_lazy("by polling station"),
}


def export_figures(extraction: Extraction, voters: int, chosen: str) -> list[Item]:
    """What would be taken out."""
    return [
        {"label": _("List"), "value": name_of(extraction)},
        {"label": _("Voters"), "value": number(voters)},
        {"label": _("Selection"), "value": chosen or _("the whole list")},
    ]


def export_name(row: Job) -> str:
    """``PDF, per straat``."""
    return f"{FORMAT_NAMES.get(row.params.get('format', ''), '')}, {ORDER_NAMES.get(row.params.get('order', ''), '')}"


def export_history(rows: Sequence[Job], nis: str, election_date: date) -> list[Item]:
    """Files made before, newest first."""
    return [
        {
            "title": export_name(row),
            "hint": f"{row.requested_by_name} · {date_time(row.created_at)}"
            + (f" · {row.params['selection']}" if row.params.get("selection") else ""),
            "url": reverse("voter_export_file", kwargs={"nis": nis, "election_date": election_date, "pk": row.pk}),
            "state": {"done": "ok", "failed": "bad"}.get(row.state, ""),
        }
        for row in rows
    ]


def export_document(row: Job, nis: str, election_date: date) -> Item | None:
    """The component *document* of a finished export."""
    result = row.result or {}
    if row.state != Job.State.DONE:
        return None
    pages = result.get("pages")
    document_facts = [
        {"label": _("Voters"), "value": number(result.get("rows"))},
        *([{"label": _("Pages"), "value": number(pages)}] if pages else []),
        {"label": _("Selection"), "value": row.params.get("selection") or _("the whole list")},
        {"label": _("Order"), "value": ORDER_NAMES.get(row.params.get("order", ""), "")},
        {"label": _("Size"), "value": filesizeformat(result.get("size", 0))},
        {"label": _("Made by"), "value": f"{row.requested_by_name} · {date_time(row.finished_at)}"},
        {"label": "SHA-256", "value": result.get("sha256", "")},
    ]
    kept = bool(result.get("file"))
    download = reverse("voter_export_download", kwargs={"nis": nis, "election_date": election_date, "pk": row.pk})
    return {"title": result.get("file_name", ""), "download_url": download if kept else "", "facts": document_facts}
