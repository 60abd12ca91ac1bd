"""What the map of an election says: its menu, its figures, the tables below it, and the words that the browser puts beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.presentation import number, percent
from districts.rules.sizes import Limits
from districts.words.stations import limits
from elections.models import Election
from voters.models import Draft
from voters.rules.map_colours import PALETTE
from voters.selectors.map import Chosen, MapDistrict, MapFrame, MapStation
from voters.sql.map import House
from voters.words.drafts import name_of
from voters.words.extractions import name_of as list_name

Item = dict[str, Any]
ANY: Final = 987654321
"""Stands in an address for the number of a street or a station, until the browser knows which."""


def draft_name(draft: Draft) -> str:
    """``Basis (vastgesteld)``, ``Ontwerp 2``."""
    name = name_of(draft)
    return f"{name} ({draft.get_state_display()})" if draft.state in {Draft.State.FROZEN, Draft.State.INFEASIBLE} else name


def facts(found: MapFrame) -> str:
    """What is shown and how much of it: one line under the title."""
    chosen = found.chosen
    parts = [draft_name(chosen.draft) if chosen.draft else _("Districts, without an assignment")]
    if chosen.before:
        parts.append(_("compared with %(draft)s") % {"draft": draft_name(chosen.before)})
    if chosen.extraction:
        parts.append(_("voters of: %(list)s") % {"list": list_name(chosen.extraction)})
        parts.append(ngettext("%(shown)s voter", "%(shown)s voters", found.voters) % {"shown": number(found.voters)})
    count = len(found.stations)
    parts.append(ngettext("%(shown)s polling station", "%(shown)s polling stations", count) % {"shown": number(count)})
    return " · ".join(parts)


def description(found: MapFrame) -> str:
    """What the picture shows, for who does not see it."""
    values = {
        "districts": ngettext("%(shown)s district", "%(shown)s districts", len(found.districts)) % {"shown": number(len(found.districts))},
        "stations": ngettext("%(shown)s polling station", "%(shown)s polling stations", len(found.stations))
        % {"shown": number(len(found.stations))},
    }
    return _("Map with %(districts)s and %(stations)s; the tables below it hold the same figures") % values


def page(found: MapFrame, houses: Sequence[House]) -> Item:
    """All that is written around the map; ``houses`` are those of the street that was looked for."""
    return {
        "facts": facts(found),
        "description": description(found),
        "has_draft": found.chosen.draft is not None,
        "compared": found.chosen.before is not None,
        "stations": station_rows(found),
        "districts": district_rows(found),
        "total": found.voters,
        "moves": move_rows(found),
        "street": street_table(found, houses),
    }


def station_rows(found: MapFrame) -> list[Item]:
    """The table of stations."""
    names = {one.pk: one for one in found.districts}
    # Once, and not five hundred times: in the address of one stands the number of another.
    page, streets = (url(name, found.chosen.election, pk=ANY) for name in ("station_detail", "served_detail"))
    return [
        {
            "number": one.number,
            "name": one.name,
            "building": one.building,
            "address": one.address,
            "district": names[one.district_pk].name if one.district_pk in names else "",
            "voters": one.voters,
            "size": limits(Limits(one.least, one.most)),
            "share": percent(one.share, 0) if one.share is not None else "",
            "state": state(one),
            "bar": {"value": min(one.voters or 0, one.most), "most": one.most} if one.most and one.voters is not None else None,
            "mean": distance(one.mean),
            "colour": one.colour,
            "position": one.y is not None,
            "url": page.replace(str(ANY), str(one.pk)),
            "streets_url": streets.replace(str(ANY), str(one.pk)) if found.chosen.draft else "",
        }
        for one in found.stations
    ]


def state(station: MapStation) -> str:
    """``bad`` when it has more voters than it may, ``warn`` when fewer or nearly full, else ``ok``."""
    if station.voters is None:
        return "ok"
    if station.most is not None and station.voters > station.most:
        return "bad"
    if station.least is not None and station.voters < station.least:
        return "warn"
    return "warn" if station.share is not None and station.share > 0.97 else "ok"


def distance(metres: float | None) -> str:
    """``420 m``."""
    return "" if metres is None else f"{number(round(metres, -1))} m"


def district_rows(found: MapFrame) -> list[Item]:
    """The table of districts, with what lies in none."""
    nis = found.chosen.election.municipality.nis_code
    rows: list[Item] = [
        {
            "code": one.code,
            "name": one.name,
            "houses": one.houses,
            "voters": one.voters,
            "stations": one.stations,
            "seats": seats(one),
            "colour": one.colour,
            "url": _reversed("district_detail", nis=nis, pk=one.pk),
            "short": one.seats is not None and one.voters > one.seats,
        }
        for one in found.districts
    ]
    if found.outside.houses:
        rows.append({"code": "", "name": _("in no district"), **_plain(found.outside.houses, found.outside.voters)})
    if found.missing.without_position:
        rows.append({"code": "", "name": _("at an address without a place on the map"), **_plain(None, found.missing.without_position)})
    if found.missing.without_address:
        rows.append({"code": "", "name": _("at no known address"), **_plain(None, found.missing.without_address)})
    return rows


def _plain(houses: int | None, voters: int) -> Item:
    return {"houses": houses, "voters": voters, "stations": None, "seats": "", "colour": None, "url": "", "short": False}


def seats(district: MapDistrict) -> str:
    """How many voters its stations take."""
    if not district.stations:
        return "–"
    return _("no limit") if district.seats is None else number(district.seats)


def move_rows(found: MapFrame) -> list[Item]:
    """Who votes elsewhere than in the draft compared with."""
    names = {one.pk: f"{one.number} · {one.name}" for one in found.stations}
    nowhere = _("no polling station")
    return [
        {
            "before": names.get(move.before_id or 0, nowhere),
            "after": names.get(move.after_id or 0, nowhere),
            "voters": move.voters,
            "households": move.households,
        }
        for move in found.moves
    ]


def street_table(found: MapFrame, houses: Sequence[House]) -> Item | None:
    """The houses of one street: number, district, station, voters."""
    if not houses:
        return None
    stations = {one.pk: f"{one.number} · {one.name}" for one in found.stations}
    districts = {one.pk: f"{one.code} {one.name}" for one in found.districts}
    first = houses[0]
    election = found.chosen.election
    draft = found.chosen.draft
    return {
        "name": first.street,
        "url": _reversed("street_detail", nis=election.municipality.nis_code, pk=first.street_id),
        "draft_url": f"{url('draft_streets', election, number=draft.number)}?{urlencode({'q': first.street})}" if draft else "",
        "several": len({one.postcode for one in houses}) > 1,
        "voters": sum(one.voters for one in houses),
        "rows": [
            {
                "number": one.number or "–",
                "postcode": one.postcode,
                "district": districts.get(one.district_id or 0, _("in no district")),
                "station": stations.get(one.station_id or 0, _("no polling station") if one.voters else ""),
                "before": stations.get(one.before_id or 0, "") if one.before_id != one.station_id and one.voters else "",
                "voters": one.voters,
                "position": one.y is not None,
            }
            for one in houses
        ],
    }


def url(name: str, election: Election, **values: Any) -> str:
    """An address within the election; empty while there is no such page."""
    return _reversed(name, nis=election.municipality.nis_code, election_date=election.date, **values)


def _reversed(name: str, **values: Any) -> str:
    try:
        return reverse(name, kwargs=values)
    except NoReverseMatch:
        return ""


def for_browser(found: MapFrame, query: Mapping[str, str], found_place: Item | None, tiles: Mapping[str, str]) -> Item:
    """All that the script needs besides houses and outlines."""
    election, draft = found.chosen.election, found.chosen.draft
    nis = election.municipality.nis_code
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    buildings: dict[int, Item] = {}
    for one in found.stations:
        if one.y is not None:
            place = {"id": one.building_pk, "name": one.building, "address": one.address, "y": one.y, "x": one.x, "stations": []}
            buildings.setdefault(one.building_pk, place)["stations"].append(one.pk)
    return {
        "draft": draft is not None,
        "compared": found.chosen.before is not None,
        "colours": len(PALETTE),
        "stations": [_station(one) for one in found.stations],
        "buildings": list(buildings.values()),
        "districts": [
            {
                "id": one.pk,
                "code": one.code,
                "name": one.name,
                "colour": one.colour,
                "voters": one.voters,
                "houses": one.houses,
                "stations": one.stations,
                "seats": seats(one),
            }
            for one in found.districts
        ],
        "found": found_place,
        "tiles": dict(tiles),
        "any": ANY,
        "urls": {
            "houses": f"{url('map_houses', election)}?{asked}",
            "areas": url("map_areas", election),
            "street": _reversed("street_detail", nis=nis, pk=ANY),
            "station": url("station_detail", election, pk=ANY),
            "building": _reversed("building_detail", nis=nis, pk=ANY),
            "station_streets": url("served_detail", election, pk=ANY) if draft else "",
            "draft_street": f"{url('draft_streets', election, number=draft.number)}?q={ANY}" if draft else "",
            "table": f"{url('election_map', election)}?{asked}&street={ANY}#street",
        },
        "words": browser_words(),
    }


def _station(one: MapStation) -> Item:
    share = percent(one.share, 0) if one.share is not None else ""
    voters = number(one.voters) if one.voters is not None else ""
    return {
        "id": one.pk,
        "number": one.number,
        "name": one.name,
        "district": one.district_pk,
        "y": one.y,
        "x": one.x,
        "colour": one.colour,
        "voters": one.voters,
        "share": round(one.share, 3) if one.share is not None else None,
        "state": "bad" if state(one) == "bad" else "ok",
        "load": _("%(voters)s of %(most)s (%(share)s)") % {"voters": voters, "most": number(one.most), "share": share} if share else voters,
        "mean": distance(one.mean),
    }


def browser_words() -> dict[str, str]:
    """The words that the script puts beside the map."""
    return {
        "address": _("Address"),
        "postcode": _("Postcode"),
        "district": _("District"),
        "no_district": _("in no district"),
        "station": _("Polling station"),
        "no_station": _("no polling station"),
        "stations": _("Polling stations"),
        "before": _("Was in"),
        "voters": _("Voters"),
        "houses": _("Houses"),
        "seats": _("Seats"),
        "row": _("Numbers"),
        "distance": _("As the crow flies"),
        "mean": _("Walk, mean"),
        "odd": _("odd"),
        "even": _("even"),
        "all_odd": _("all odd numbers"),
        "all_even": _("all even numbers"),
        "change_street": _("Change where this street votes"),
        "table_street": _("Every house of this street"),
        "street_page": _("Addresses of this street"),
        "its_streets": _("its streets"),
        "building_page": _("The building: entrance, rooms, contact"),
        "no_stations": _("no polling station of this election"),
        "zoom_in": _("Closer"),
        "zoom_out": _("Further away"),
    }


def draft_choices(drafts: Sequence[Draft]) -> list[tuple[str, str]]:
    """The menu of drafts."""
    return [(str(draft.number), draft_name(draft)) for draft in drafts]


def query(chosen: Chosen) -> dict[str, str]:
    """What was chosen, as it stands in an address."""
    asked = {"draft": str(chosen.draft.number) if chosen.draft else "none"}
    return {**asked, "before": str(chosen.before.number)} if chosen.before else asked
