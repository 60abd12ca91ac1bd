"""What the pages of the streets by polling station say."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.models import Job
from core.templatetags.presentation import date_time, number, percent
from districts.rules.sizes import Limits
from districts.words.districts import numbers_text
from districts.words.stations import limits
from voters.models import Draft
from voters.rules.served import ServedRow
from voters.selectors.served import ServedStation
from voters.words.map import distance

Item = dict[str, Any]


def which(row: ServedRow) -> str:
    """``alle nummers``, ``1–35 oneven``, ``nr. 12``."""
    if row.first == 0 and row.last == 0:
        return _("without a number")
    text = numbers_text(row.side, row.first, row.last)
    return _("%(numbers)s (in part)") % {"numbers": text} if row.shared else text


def urls(draft: Draft, pk: int | None = None) -> dict[str, str]:
    """Where the pages and files of a draft are; those of one station too."""
    place = {"nis": draft.election.municipality.nis_code, "election_date": draft.election.date}
    asked = "" if draft.frozen_at else f"?draft={draft.number}"
    names = ("list", "streets", "csv", "notice", "papers")
    found = {name: reverse(f"served_{name}", kwargs=place) + asked for name in names}
    if pk is not None:
        found |= {name: reverse(f"served_{name}", kwargs={**place, "pk": pk}) + asked for name in ("detail", "paper", "picture")}
    return found


def station_rows(stations: Sequence[ServedStation], draft: Draft) -> list[Item]:
    """The table of stations."""
    return [
        {
            "number": one.load.station.number,
            "name": one.load.station.name,
            "building": one.load.station.building.name,
            "address": one.address,
            "streets": one.streets,
            "voters": one.voters,
            "url": urls(draft, one.pk)["detail"],
        }
        for one in stations
    ]


def kpis(stations: Sequence[ServedStation], rows: Sequence[ServedRow]) -> list[Item]:
    """Four figures."""
    streets = {row.street_id for row in rows}
    return [
        {"value": number(len(stations)), "label": _("polling stations")},
        {"value": number(len(streets)), "label": _("streets")},
        {"value": number(_split(rows)), "label": _("streets over several polling stations")},
        {"value": number(sum(one.voters for one in stations)), "label": _("voters")},
    ]


def _split(rows: Sequence[ServedRow]) -> int:
    stations: dict[int, set[int]] = {}
    for row in rows:
        stations.setdefault(row.street_id, set()).add(row.station_id)
    return sum(len(found) > 1 for found in stations.values())


def street_rows(rows: Sequence[ServedRow], stations: Sequence[ServedStation], draft: Draft) -> list[Item]:
    """The rows of the table of streets; ``order`` keeps them as they came."""
    by_pk = {one.pk: one.load.station for one in stations}
    return [
        {
            "order": order,
            "street": row.street,
            "postcode": row.postcode,
            "which": which(row),
            "station": f"{by_pk[row.station_id].number} · {by_pk[row.station_id].name}",
            "number": by_pk[row.station_id].number,
            "building": by_pk[row.station_id].building.name,
            "voters": row.voters,
            "url": urls(draft, row.station_id)["detail"],
        }
        for order, row in enumerate(rows)
    ]


def choices(stations: Sequence[ServedStation]) -> list[tuple[str, str]]:
    """The menu of stations."""
    return [(str(one.load.station.number), f"{one.load.station.number} · {one.load.station.name}") for one in stations]


def detail(one: ServedStation) -> Item:
    """One station with its streets."""
    station, load = one.load.station, one.load
    streets = {(row.street_id, row.postcode) for row in one.rows}
    return {
        "number": station.number,
        "name": station.name,
        "district": f"{station.district.code} {station.district.name}",
        "facts": " · ".join(
            [
                f"{station.building.name}, {one.address}",
                *([station.room] if station.room else []),
                ngettext("%(shown)s voter", "%(shown)s voters", one.voters) % {"shown": number(one.voters)},
                ngettext("%(shown)s street", "%(shown)s streets", len(streets)) % {"shown": number(len(streets))},
            ]
        ),
        "record": [
            {"label": _("District"), "value": f"{station.district.code} {station.district.name}"},
            {"label": _("Voters"), "value": number(one.voters)},
            {"label": pgettext("of a polling station", "Size"), "value": limits(Limits(load.least, load.most))},
            *([{"label": _("Full"), "value": percent(load.share, 0)}] if load.share is not None else []),
            *([{"label": _("Walk, mean"), "value": distance(load.load.mean)}] if load.load.mean is not None else []),
        ],
        "rows": [
            {"street": row.street, "postcode": row.postcode, "which": which(row), "voters": row.voters, "households": row.households}
            for row in one.rows
        ],
        "several": len({row.postcode for row in one.rows}) > 1,
        "elsewhere": one.elsewhere,
        "voters": one.voters,
    }


def around(stations: Sequence[ServedStation], pk: int, draft: Draft) -> Item:
    """The stations before and after one, by number."""
    at = next(at for at, one in enumerate(stations) if one.pk == pk)

    def link(index: int) -> Item | None:
        if not 0 <= index < len(stations):
            return None
        return {"number": stations[index].load.station.number, "url": urls(draft, stations[index].pk)["detail"]}

    return {"before": link(at - 1), "after": link(at + 1)}


def papers_document(row: Job, nis: str, election_date: date) -> Item | None:
    """The component *document* of papers that were made."""
    result = row.result or {}
    if row.state != Job.State.DONE:
        return None
    counts = _("with numbers of voters") if row.params.get("counts") else _("to hang at the door")
    facts = [
        {"label": _("Polling stations"), "value": number(result.get("stations"))},
        {"label": _("Kind"), "value": counts},
        {"label": _("Draft"), "value": number(row.params.get("number"))},
        {"label": _("Size"), "value": filesizeformat(result.get("size", 0))},
        {"label": _("Made by"), "value": f"{row.requested_by_name} · {date_time(row.finished_at)}"},
        {"label": "SHA-256", "value": result.get("sha256", "")},
    ]
    download = reverse("served_papers_download", kwargs={"nis": nis, "election_date": election_date, "pk": row.pk})
    return {"title": result.get("file_name", ""), "download_url": download if result.get("file") else "", "facts": facts}
