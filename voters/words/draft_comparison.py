"""Two drafts side by side in words: how many voters keep their station, and from where to where the others go."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import number, percent
from districts.models import Station
from voters.models import Draft
from voters.selectors.draft_comparison import Compared, Way
from voters.sql.draft_comparison import HouseholdPair, StreetPair
from voters.words import drafts as words

Item = dict[str, Any]
KINDS: Final[dict[str, Promise]] = {
    "same": gettext_lazy("same polling station"),
    "room": gettext_lazy("another polling station in the same building"),
    "moved": gettext_lazy("another building"),
    "placed": gettext_lazy("had no polling station before"),
    "lost": gettext_lazy("has no polling station now"),
    "new": gettext_lazy("was not on the list before"),
    "gone": gettext_lazy("is not on the list any more"),
}
COLUMNS = ("street_name", "postcode", "station_before", "building_before", "station_after", "building_after", "households", "voters")


def draft_name(draft: Draft, election_id: int) -> str:
    """What it is called; that of another election by its day."""
    return words.name_of(draft) if draft.election_id == election_id else words.before_name(draft)


def kpis(found: Compared) -> list[Item]:
    """How many keep their station and how many do not, of whoever is on both lists."""
    counts: Mapping[str, int] = {str(kind): count for kind, count in found.counts.items()}
    both = sum(counts.get(kind, 0) for kind in ("same", "room", "moved", "placed", "lost"))
    return [
        {
            "value": number(counts.get(kind, 0)),
            "label": KINDS[kind],
            "hint": percent(counts.get(kind, 0) / both) if both else "",
            "state": "",
        }
        for kind in ("same", "room", "moved")
    ] + [
        {
            "value": number(counts.get("new", 0) + counts.get("gone", 0)),
            "label": _("on one of the lists only"),
            "hint": _("%(new)s new, %(gone)s gone") % {"new": number(counts.get("new", 0)), "gone": number(counts.get("gone", 0))},
            "state": "",
        }
    ]


def ways(found: Compared, rows_url: str) -> list[Item]:
    """From where to where, by district."""
    return [
        {
            "title": name or _("Without a district"),
            "rows": [_way(way, rows_url) for way in rows],
            "voters": number(sum(way.voters for way in rows)),
        }
        for name, rows in found.ways.items()
    ]


def _way(way: Way, rows_url: str) -> Item:
    ends = "&".join(f"{name}={one.pk}" for name, one in (("from", way.before), ("to", way.after)) if one is not None)
    return {
        "before": station(way.before),
        "after": station(way.after),
        "kind": KINDS[way.kind],
        "state": {"moved": "warn", "lost": "bad", "placed": "ok"}.get(way.kind, "plain"),
        "voters": number(way.voters),
        "households": number(way.households),
        "url": f"{rows_url}&{ends}",
    }


def station(one: Station | None) -> str:
    """Number and building, or that there is none."""
    return words.station_name(one) if one else _("no polling station")


def street_rows(found: Sequence[StreetPair], stations: Mapping[int, Station], base: str) -> list[Item]:
    """Streets with those of their voters who change."""
    return [
        {
            "street": row.street or _("Without a known address"),
            "postcode": row.postcode or "",
            "before": station(stations.get(row.before or 0)),
            "after": station(stations.get(row.after or 0)),
            "households": number(row.households),
            "voters": number(row.voters),
            "url": f"{base}&from={row.before or ''}&to={row.after or ''}&street={row.street_id or '-'}&postcode={row.postcode or ''}",
        }
        for row in found
    ]


def household_rows(found: Sequence[HouseholdPair], stations: Mapping[int, Station]) -> list[Item]:
    """Households that change."""
    return [
        {
            "person_id": row.head_id,
            "name": f"{row.last_name}, {row.first_names}".rstrip(", ") if row.last_name else "?",
            "address": _address(row),
            "before": station(stations.get(row.before or 0)),
            "after": station(stations.get(row.after or 0)),
            "voters": number(row.voters),
        }
        for row in found
    ]


def _address(row: HouseholdPair) -> str:
    box = _(" box %(box)s") % {"box": row.box_number} if row.box_number else ""
    return f"{row.street} {row.house_number}{box}" if row.street else ""


def csv_rows(found: Sequence[StreetPair], stations: Mapping[int, Station]) -> list[Sequence[Any]]:
    """Rows in ``COLUMNS``."""
    rows: list[Sequence[Any]] = []
    for row in found:
        was, now = stations.get(row.before or 0), stations.get(row.after or 0)
        ends = [value for one in (was, now) for value in ((one.number, one.building.name) if one else (None, None))]
        rows.append((row.street, row.postcode, *ends, row.households, row.voters))
    return rows
