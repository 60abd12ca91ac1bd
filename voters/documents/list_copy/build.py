"""From a copy that was asked for to its data: the list as of its moment, read from the database as it is written."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, cast

from django.utils.timezone import localtime

from districts.models import Station
from districts.selectors.buildings import address_line
from elections.selectors import ballot_codes
from voters.documents.list_copy.data import CopyHead, CopyLine, Language, ListCopyData, Section, StationHead
from voters.models import ListCopy
from voters.rules.list_copies import KINDS, Changes, Kind, Order
from voters.selectors import list_copies as selectors
from voters.selectors.voters_list import codes
from voters.sql import list_copies as sql
from voters.sql.list_copies import Count, Line

Progress = Callable[[int], None]
NOBODY = Count(None, 0, 0, 0, 0, 0, 0, 0)


def build(*, copy: ListCopy, progress: Progress | None = None) -> ListCopyData:
    """The copy's data; its lines are read as the layout asks for them, inside one transaction."""
    rule, place = KINDS[Kind(copy.kind)], selectors.place_of(copy)
    stations = {one.number: one for one in selectors.stations(copy)}
    shown = rule.changes == Changes.SHOWN
    counts = sql.counts(place)
    found_at = {one.station: one for one in counts.stations}
    lines = sql.lines(place, order=Order(copy.order), by_station=rule.by_station, apart=copy.apart, with_struck=shown)
    found = _converted(lines, progress)
    if rule.by_station:
        numbers = sorted(stations if copy.station is None else [copy.station])
        sections = by_station(found, [_station_head(stations.get(number), number, found_at.get(number), shown=shown) for number in numbers])
    else:
        station = stations.get(copy.station) if copy.station is not None else None
        sections = iter([Section(_station_head(station, copy.station, counts.whole, shown=shown), found)])
    return ListCopyData(head_of(copy), sections, {number: one.building.name for number, one in stations.items()})


def head_of(copy: ListCopy) -> CopyHead:
    """What every page and line of the copy says."""
    election = copy.election
    return CopyHead(
        municipality=election.municipality.name,
        nis_code=election.municipality.nis_code,
        election_day=election.date,
        list_date=election.list_date,
        ballots=ballot_codes(election),
        kind=Kind(copy.kind),
        order=Order(copy.order),
        language=cast("Language", copy.language),
        apart=copy.apart,
        number=copy.number,
        made_for=copy.made_for,
        issued_at=localtime(copy.issued_at),
        as_of=localtime(copy.as_of),
        sha256=copy.extraction.sha256,
    )


def _converted(lines: Iterable[Line], progress: Progress | None) -> Iterator[CopyLine]:
    for done, row in enumerate(lines):
        if progress is not None and done % sql.CHUNK == 0:
            progress(done)
        yield CopyLine(*row[1:11], codes(row.ballots), bool(row.compulsory), row.struck, row.reason, row.added, row.station, row.heading)


def by_station(lines: Iterator[CopyLine], heads: list[StationHead]) -> Iterator[Section]:
    """A section a station, also for one where nobody votes."""
    groups = groupby(lines, key=lambda line: line.station)
    waiting = next(groups, None)
    for head in heads:
        if waiting is not None and waiting[0] == head.number:
            yield Section(head, waiting[1])
            waiting = next(groups, None)
        else:
            yield Section(head, ())


def _station_head(station: Station | None, number: int | None, count: Count | None, *, shown: bool) -> StationHead:
    count = count or NOBODY
    struck = count.struck if shown else 0
    figures: dict[str, Any] = {name: getattr(count, name) for name in ("voters", "added", "marked", "minors", "compulsory")}
    return StationHead(
        number=number,
        name=station.name if station else "",
        building=station.building.name if station else "",
        address=address_line(station.building) if station else "",
        room=station.room if station else "",
        entrance=station.building.entrance if station else "",
        struck=struck,
        lines=count.voters + struck,
        **figures,
    )
