"""From an extraction to the data of its printed list."""

from collections.abc import Callable, Iterator

from elections.rules import BALLOT_NUMBERS
from elections.selectors import ballot_codes
from voters.documents.voters_list.data import ListHead, VoterLine, VotersListData
from voters.models import Extraction
from voters.selectors.voters_list import codes
from voters.sql import voters_list as sql
from voters.sql.voters_list import ListFilter, Order

Progress = Callable[[int], None]


def build(
    *, extraction: Extraction, chosen: ListFilter, order: Order, voters: int, selection: str = "", progress: Progress | None = None
) -> VotersListData:
    """The list's data; its lines are read from the database as the layout asks for them, inside one transaction."""
    election = extraction.election
    held = ballot_codes(election)
    everything = sum(1 << BALLOT_NUMBERS[code] for code in held)
    masks = sql.masks(municipality_id=extraction.municipality_id, extraction_id=extraction.pk, chosen=chosen)
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
            voters=voters,
            sha256=extraction.sha256,
            selection=selection,
        ),
        lines=_lines(extraction, chosen, order, progress),
        ballots_differ=bool(masks - {everything}),
    )


def _lines(extraction: Extraction, chosen: ListFilter, order: Order, progress: Progress | None) -> Iterator[VoterLine]:
    rows = sql.lines(municipality_id=extraction.municipality_id, extraction_id=extraction.pk, chosen=chosen, order=order)
    for done, row in enumerate(rows):
        if progress is not None and done % sql.CHUNK == 0:
            progress(done)
        yield VoterLine(*(*row[:10], codes(row[10])))
