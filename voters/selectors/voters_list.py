"""The voters list of an extraction: a page, a count, the streets, and what a filter leaves."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.models import Job
from districts.models import Station
from elections.models import Election
from elections.rules import BALLOT_CODES, BALLOT_NUMBERS
from voters.models import Draft, Effect, Extraction
from voters.rules.assignment import DraftSettings, ListOrder, Numbering
from voters.rules.extractions import EXPORT_KIND
from voters.selectors.ledger import CurrentEntry, FrozenList, lines_of
from voters.sql import voters_list as sql
from voters.sql.voters_list import ListFilter, Order, Piece, VotersList

NUMBERS = re.compile(r"^\s*(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?\s*$")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A voter as the screen shows them; never the national number."""

    list_number: int
    person_id: int
    last_name: str
    first_names: str
    birth_date: str
    postcode: str
    street_name: str
    house_number: str
    box_number: str
    mark: str
    minor: bool
    ballots: tuple[str, ...]
    compulsory: bool
    address_unknown: bool
    station: int | None = None
    """Number of the polling station, once the assignment is frozen."""
    since: CurrentEntry | None = None
    """Of a final list: the same line as it stands now, after what was recorded since (``as_they_stand``)."""


def codes(mask: int) -> tuple[str, ...]:
    """The codes of a mask of ballots, in the order of BALLOT_CODES."""
    return tuple(code for number, code in enumerate(BALLOT_CODES) if mask & 1 << number)


def shown_extraction(*, election: Election, number: int | None = None) -> Extraction | None:
    """The extraction whose list is shown: the chosen one, else the final one, else the newest trial; only finished ones."""
    done = Extraction.objects.filter(municipality_id=election.municipality_id, election=election, state=Extraction.State.DONE)
    if number is not None:
        return done.filter(number=number).first()
    return done.order_by("kind", "-number").first()


def finished(*, election: Election) -> list[Extraction]:
    """All finished extractions of an election, newest first."""
    return list(
        Extraction.objects.filter(municipality_id=election.municipality_id, election=election, state=Extraction.State.DONE).order_by(
            "-number"
        )
    )


def placed_by(extraction: Extraction) -> Draft | None:
    """The frozen assignment that gave the voters of a list their number and station for good; ``None`` before it."""
    drafts = Draft.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction, state=Draft.State.FROZEN)
    return drafts.order_by("pk").first()


def numbered_by_name(draft: Draft | None) -> bool:
    """Whether the numbers of a list follow the names: they do until the freeze, and after it where that was chosen."""
    settings = DraftSettings.of(draft.settings) if draft else DraftSettings()
    return settings.order == ListOrder.NAME and settings.numbering == Numbering.MUNICIPALITY


def list_of(extraction: Extraction, draft: Draft | None = None) -> VotersList:
    """A list as the statements take it; ``draft`` is what ``placed_by`` found."""
    return VotersList(extraction.municipality_id, extraction.pk, draft.pk if draft else None)


def stations(draft: Draft) -> list[Station]:
    """The stations of a frozen assignment by number, with their building."""
    rows = Station.objects.filter(municipality_id=draft.municipality_id, election_id=draft.election_id)
    return list(rows.select_related("building").order_by("number"))


def list_filter(values: Mapping[str, Any]) -> ListFilter:
    """The filter that a form's values mean: ``q, ballot, mark, minor, compulsory, street, station``; unknown values do not filter."""
    query = str(values.get("q") or "")
    numbers = NUMBERS.match(query)
    first_last = (int(numbers[1]), int(numbers[2] or numbers[1])) if numbers else None
    postcode, _, street_name = str(values.get("street") or "").partition("|")
    yes_no = {"yes": True, "no": False}
    return ListFilter(
        words=() if numbers else tuple(dict.fromkeys(WORD.findall(query)))[:6],
        numbers=first_last,
        ballot=BALLOT_NUMBERS.get(str(values.get("ballot"))),
        compulsory=yes_no.get(str(values.get("compulsory"))),
        mark=yes_no.get(str(values.get("mark"))),
        minor=yes_no.get(str(values.get("minor"))),
        without_address=values.get("street") == "-",
        street=(postcode, street_name) if "|" in str(values.get("street") or "") else None,
        station=int(station) if (station := str(values.get("station") or "")).isdecimal() and len(station) < 9 else None,
    )


def count(*, extraction: Extraction, chosen: ListFilter, draft: Draft | None = None) -> int:
    """How many voters a filter leaves; what was counted when the list was made is not counted again."""
    if chosen.station is not None and draft is None:
        return 0
    known = _known_count(extraction.counts, chosen)
    if known is not None:
        return known
    return sql.count(list_of(extraction, draft), chosen=chosen)


def _known_count(counts: Mapping[str, Any], chosen: ListFilter) -> int | None:
    if not chosen.active:
        return _number(counts.get("voters"))
    if chosen == ListFilter(mark=True):
        return _number(counts.get("non_belgians"))
    if chosen == ListFilter(minor=True):
        return _number(counts.get("minors"))
    if chosen.ballot is not None and chosen == ListFilter(ballot=chosen.ballot):
        return _number(counts.get("by_ballot", {}).get(BALLOT_CODES[chosen.ballot]))
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def page(
    *,
    extraction: Extraction,
    chosen: ListFilter,
    draft: Draft | None = None,
    order: Order = "number",
    descending: bool = False,
    start: int,
    stop: int,
    total: int,
) -> Sequence[ListRow]:
    """The rows ``start`` to ``stop`` (from 0) of a list of ``total``, in an order.

    Numbers have no gaps, so that any page of a whole list is a range of them; the rest skips rows.
    """
    if chosen.station is not None and draft is None:
        return []
    piece = Piece(max(0, stop - start), start)
    if not chosen.active and order in {"number", "name"}:
        first = total - stop + 1 if descending else start + 1
        piece = Piece(piece.limit, 0, max(1, first), total - start if descending else stop)
    rows = sql.page(list_of(extraction, draft), chosen=chosen, order=order, descending=descending, piece=piece)
    return [ListRow(*(*row[:11], codes(row[11]), row[12] != 0, row[13], row[14])) for row in rows]


def as_they_stand(rows: Sequence[ListRow], *, extraction: Extraction, draft: Draft | None, at: datetime) -> Sequence[ListRow]:
    """The rows of a page with what the ledger says of each at a moment; those of a trial as they are, since it has no ledger."""
    if extraction.kind != Extraction.Kind.FINAL or not rows:
        return rows
    frozen = FrozenList(extraction.municipality_id, extraction.pk, draft.pk if draft else None)
    lines = lines_of(frozen, person_ids=[row.person_id for row in rows], at=at)
    return [replace(row, since=lines.get(row.person_id)) for row in rows]


def changed_since(extraction: Extraction) -> int:
    """How many voters of a final list something was recorded about after the list date, whether it counts still or was taken back."""
    effects = Effect.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction)
    return effects.values("person_id").distinct().count()


def by_number(*, extraction: Extraction, number: int) -> Sequence[ListRow]:
    """Whoever has a number on a list: one voter or nobody."""
    chosen = ListFilter(numbers=(number, number))
    return page(extraction=extraction, chosen=chosen, draft=placed_by(extraction), start=0, stop=1, total=1)


def streets(*, extraction: Extraction) -> list[tuple[str, str]]:
    """The streets of a list as (postcode, name), by name."""
    return sql.streets(municipality_id=extraction.municipality_id, extraction_id=extraction.pk)


def exports(*, election: Election, limit: int = 10) -> list[Job]:
    """The newest files made of the lists of an election."""
    numbers = list(
        Extraction.objects.filter(municipality_id=election.municipality_id, election=election).order_by("pk").values_list("pk", flat=True)
    )
    jobs = Job.objects.filter(municipality_id=election.municipality_id, kind=EXPORT_KIND, params__extraction__in=numbers)
    return list(jobs.order_by("-created_at")[:limit])
