"""The streets, houses and households of a draft in rows, each with what can be done with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.templatetags.presentation import number
from districts.models import Station
from voters.rules.assignment import HouseRun
from voters.sql.draft_lists import HouseholdRow
from voters.sql.moves import Leaving
from voters.words import drafts as words
from voters.words.draft_page import SIDES
from voters.words.drafts import metres

Item = dict[str, Any]
RUN_COLUMNS = (
    "district_code", "station_number", "station_name", "building", "postcode", "street_name", "side", "number_from", "number_to",
    "households", "voters",
)  # fmt: skip


def run_text(run: HouseRun) -> str:
    """``alle nummers``, ``oneven nummers``, ``even 2 tot 18``, ``nummer 5 (deels)``."""
    if run.shared:
        return _("number %(number)s, in part") % {"number": run.first}
    if run.whole_side:
        return str(SIDES[run.side])
    if run.first == run.last:
        return _("number %(number)s") % {"number": run.first}
    side = {"even": _("even"), "odd": _("odd")}.get(run.side, "")
    ends = _("%(first)s to %(last)s") % {"first": run.first, "last": run.last}
    return f"{side} {ends}".strip()


def run_query(run: HouseRun) -> str:
    """The same as the query of an address."""
    values: dict[str, Any] = {"street": run.street_id, "postcode": run.postcode, "side": run.side}
    if not run.whole_side:
        values |= {"number_from": run.first, "number_to": run.last}
    return urlencode(values)


def run_rows(runs: Sequence[HouseRun], stations: Mapping[int, Station], names: Mapping[int, str], urls: Mapping[str, str]) -> list[Item]:
    """Ranges as rows; the street stands only in the first of its rows. ``urls``: of the pages to move, fix and look at households."""
    rows: list[Item] = []
    last: tuple[int, str] | None = None
    for run in runs:
        station = stations.get(run.station_id)
        query = run_query(run)
        shared = run.shared or run.station_id in names
        rows.append(
            {
                "first": (run.street_id, run.postcode) != last,
                "street": run.street_name,
                "postcode": run.postcode,
                "numbers": run_text(run),
                "station": words.station_name(station) if station else "?",
                "names": names.get(run.station_id, ""),
                "district": station.district.code if station else "",
                "households": number(run.households),
                "voters": number(run.voters),
                "move_url": f"{urls['move']}?{query}&at={run.station_id}" if urls["move"] else "",
                "pin_url": f"{urls['pin']}?{query}&station={run.station_id}" if urls["pin"] and not shared else "",
                "houses_url": f"{urls['houses']}?{query}&at={run.station_id}",
            }
        )
        last = (run.street_id, run.postcode)
    return rows


def run_csv(runs: Sequence[HouseRun], stations: Mapping[int, Station]) -> list[Sequence[Any]]:
    """Rows in ``RUN_COLUMNS``."""
    rows: list[Sequence[Any]] = []
    for run in runs:
        station = stations[run.station_id]
        ends = (None, None) if run.whole_side else (run.first, run.last)
        place = (station.district.code, station.number, station.name, station.building.name)
        rows.append((*place, run.postcode, run.street_name, run.side, *ends, run.households, run.voters))
    return rows


def household_rows(found: Sequence[HouseholdRow], urls: Mapping[str, str]) -> list[Item]:
    """Households as rows. ``urls``: of the pages of a person in the draft (with ``0`` for their id) and to move."""
    return [
        {
            "name": f"{row.last_name}, {row.first_names}".rstrip(", "),
            "url": urls["person"].replace("/0/", f"/{row.head_id}/") if row.head_id else "",
            "dossier_id": row.head_id,
            "address": _address(row),
            "postcode": row.postcode,
            "address_known": row.address_known,
            "voters": number(row.voters),
            "station": f"{row.station_number} · {row.building}" if row.station_number else "",
            "district": row.district or "",
            "distance": metres(row.distance),
            "moved": row.moved,
            "by_hand": row.by_hand,
            "move_url": f"{urls['move']}?person={row.head_id}" if urls["move"] and row.head_id else "",
        }
        for row in found
    ]


def _address(row: HouseholdRow) -> str:
    box = _(" box %(box)s") % {"box": row.box_number} if row.box_number else ""
    return f"{row.street_name} {row.house_number}{box}".strip()


def preview(found: Sequence[Leaving], target: Station, loads: Mapping[int, tuple[Station, int, int | None, int | None]]) -> Item:
    """What a move would do: how many, how far, who stays, and the loads before and after.

    ``loads``: of every station its voters now, and how few and many it may have.
    """
    moving = [one for one in found if one.moves]
    staying = [one for one in found if not one.moves]
    count = sum(one.voters for one in moving)
    change = {one.station_id: -one.voters for one in moving if one.station_id is not None}
    change[target.pk] = count
    measured = sum(one.measured for one in moving)
    walk = [sum(values) / measured for values in ([one.before for one in moving], [one.after for one in moving])] if measured else []
    return {
        "households": words.households(sum(one.households for one in moving)),
        "voters": words.voters(count),
        "any": bool(moving),
        "staying": _("Not moved, because in another district: %(households)s.")
        % {"households": words.households(sum(one.households for one in staying))}
        if staying
        else "",
        "walk": _("On average %(after)s instead of %(before)s from their polling station.")
        % {"before": metres(walk[0]), "after": metres(walk[1])}
        if walk
        else "",
        "rows": [_load(loads[pk], by) for pk, by in sorted(change.items(), key=lambda item: loads[item[0]][0].number) if pk in loads],
    }


def _load(found: tuple[Station, int, int | None, int | None], by: int) -> Item:
    station, now, least, most = found
    after = now + by
    over = most is not None and after > most
    under = least is not None and after < least
    return {
        "station": words.station_name(station),
        "before": now,
        "after": after,
        "change": by,
        "limits": words.limits(least, most),
        "wrong": _("too full") if over else _("too empty") if under else "",
        "state": "bad" if over else "warn" if under else "",
    }
