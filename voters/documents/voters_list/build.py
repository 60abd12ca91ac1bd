"""From an extraction to the data of its printed list."""

from collections.abc import Callable, Generator, Iterable
from typing import Any

from districts.models import Station
from districts.selectors.buildings import address_line
from elections.rules import BALLOT_NUMBERS
from elections.selectors import ballot_codes
from voters.documents.voters_list.data import ListHead, VoterLine, VotersListData
from voters.models import Draft, Extraction
from voters.selectors import voters_list as selectors
from voters.selectors.voters_list import codes
from voters.sql import voters_list as sql
from voters.sql.voters_list import ListFilter, Order

Progress = Callable[[int], None]


def build(
    *,
    extraction: Extraction,
    draft: Draft | None = None,
    chosen: ListFilter,
    order: Order,
    selection: str = "",
    progress: Progress | None = None,
) -> VotersListData:
    """The list's data; its lines are read from the database as the layout asks for them, inside one transaction."""
    election = extraction.election
    held = ballot_codes(election)
    everything = sum(1 << BALLOT_NUMBERS[code] for code in held)
    masks = sql.masks(selectors.list_of(extraction, draft), chosen=chosen)
    stations = {one.number: _station(one) for one in selectors.stations(draft)} if draft else {}
    moment = extraction.frozen_at or extraction.finished_at or extraction.requested_at
    return VotersListData(
        head=ListHead(
            municipality=extraction.municipality.name,
            election_day=election.date,
            list_date=election.list_date,
            ballots=held,
            final=extraction.kind == Extraction.Kind.FINAL,
            number=extraction.number,
            made_on=moment.date(),
            order=order,
            voters=selectors.count(extraction=extraction, chosen=chosen, draft=draft),
            sha256=extraction.sha256,
            selection=selection,
            station=f"{chosen.station} · {stations.get(chosen.station, '')}" if chosen.station is not None else "",
            numbered_by_name=selectors.numbered_by_name(draft),
        ),
        lines=_lines(sql.lines(selectors.list_of(extraction, draft), chosen=chosen, order=order), progress),
        ballots_differ=bool(masks - {everything}),
        stations=stations,
    )


def _station(station: Station) -> str:
    """Its name, unless that only repeats the number, and where it is."""
    own = [] if station.name.endswith(f" {station.number}") else [station.name]
    return ", ".join([*own, station.building.name, address_line(station.building)])


def _lines(rows: Iterable[tuple[Any, ...]], progress: Progress | None) -> Generator[VoterLine]:
    for done, row in enumerate(rows):
        if progress is not None and done % sql.CHUNK == 0:
            progress(done)
        yield VoterLine(*(*row[:10], codes(row[10]), row[11], row[12]))
