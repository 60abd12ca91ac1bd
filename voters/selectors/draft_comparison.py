"""Two drafts side by side: how many voters keep their station, change rooms or buildings, and from where to where."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from districts.models import Station
from voters.models import Draft
from voters.sql import draft_comparison as sql
from voters.sql.draft_comparison import HouseholdPair, StreetPair

Kind = Literal["same", "room", "moved", "placed", "lost", "new", "gone"]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Way:
    """Voters from one station to another; ``None`` where they have none. ``kind`` says what that is."""

    kind: Kind
    before: Station | None
    after: Station | None
    voters: int
    households: int


@dataclass(frozen=True, slots=True)
class Compared:
    """How many voters of each kind, and the ways of those that change, by the code and name of the district where they vote after."""

    counts: dict[Kind, int]
    ways: dict[str, list[Way]]


def stations_of(*drafts: Draft) -> dict[int, Station]:
    """The stations of the drafts' elections by their ids."""
    rows = Station.objects.filter(municipality_id=drafts[0].municipality_id, election_id__in={draft.election_id for draft in drafts})
    return {row.pk: row for row in rows.select_related("building", "district")}


def kind_of(before: Station | None, after: Station | None) -> Kind:
    """What going from one to the other is: a station of another election is the same when it has its number in the same building."""
    if before is None or after is None:
        return "lost" if after is None and before is not None else "placed" if after is not None else "same"
    if before.building_id != after.building_id:
        return "moved"
    return "same" if before.number == after.number else "room"


def compare(*, before: Draft, after: Draft) -> Compared:
    """Count the differences."""
    stations = stations_of(before, after)
    counts: dict[Kind, int] = defaultdict(int)
    ways: dict[str, list[Way]] = defaultdict(list)
    for pair in sql.count(municipality_id=after.municipality_id, before_id=before.pk, after_id=after.pk):
        was, now = stations.get(pair.before or 0), stations.get(pair.after or 0)
        kind: Kind = "new" if pair.new else "gone" if pair.gone else kind_of(was, now)
        counts[kind] += pair.voters
        if kind in {"room", "moved", "placed", "lost"}:
            place = now or was
            name = f"{place.district.code} {place.district.name}" if place else ""
            ways[name].append(Way(kind, was, now, pair.voters, pair.households))
    return Compared(dict(counts), {name: sorted(ways[name], key=_most_first) for name in sorted(ways)})


def _most_first(way: Way) -> tuple[int, int, int]:
    return -way.voters, way.before.number if way.before else 0, way.after.number if way.after else 0


def streets(*, before: Draft, after: Draft, chosen: tuple[int | None, int | None]) -> list[StreetPair]:
    """The streets of voters who change station; ``chosen``: the ids of the station before and after, or ``None`` for all."""
    found = sql.streets(municipality_id=after.municipality_id, before_id=before.pk, after_id=after.pk, **_asked(chosen))
    return list(_changed(found, stations_of(before, after)))


def _changed(rows: Iterable[StreetPair], stations: dict[int, Station]) -> Iterable[StreetPair]:
    """Stations of two elections have other ids: those that are the same all the same fall away."""
    for row in rows:
        if kind_of(stations.get(row.before or 0), stations.get(row.after or 0)) != "same":
            yield row


def households(
    *, before: Draft, after: Draft, chosen: tuple[int | None, int | None], street_id: int | None, postcode: str, page: int
) -> tuple[list[HouseholdPair], bool]:
    """One page (from 1) of the households of a street that change station, and whether more follow."""
    rows = sql.households(
        municipality_id=after.municipality_id,
        before_id=before.pk,
        after_id=after.pk,
        **_asked(chosen),
        street_id=street_id,
        postcode=postcode,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return rows[:PAGE], len(rows) > PAGE


def _asked(chosen: tuple[int | None, int | None]) -> dict[str, list[int] | None]:
    before, after = chosen
    return {"before": None if before is None else [before], "after": None if after is None else [after]}
