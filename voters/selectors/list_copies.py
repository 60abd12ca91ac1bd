"""Copies of an election's list: what was made, of which stations, how many pages one would take."""

from typing import Any

from django.db.models import QuerySet

from core.models import Approval, Job
from districts.models import Station
from elections.models import Election
from voters.models import Draft, Effect, Extraction, ListCopy
from voters.rules.list_copies import APPROVAL_KIND, FILE_NAMES, KINDS, Changes, Kind, Order, Wish, pages
from voters.selectors import ledger, voters_list
from voters.sql import list_copies as sql
from voters.sql.list_copies import Count, Counts

SHOWN = 100
"""Copies on a page."""


def copies(*, election: Election) -> QuerySet[ListCopy]:
    """Everything that was asked for, newest first."""
    found = ListCopy.objects.filter(municipality_id=election.municipality_id, election=election)
    return found.select_related("election__municipality", "extraction").order_by("-number")


def place_of(copy: ListCopy) -> dict[str, Any]:
    """The parameters of voters.sql.list_copies for a copy."""
    draft = voters_list.placed_by(copy.extraction)
    return {
        "municipality_id": copy.municipality_id,
        "extraction_id": copy.extraction_id,
        "draft_id": draft.pk if draft else None,
        "at": copy.as_of,
        "station": copy.station,
    }


def stations(copy: ListCopy) -> list[Station]:
    """The stations of the assignment frozen on the copy's list; none before it."""
    return stations_of(draft_of(copy.extraction))


def draft_of(extraction: Extraction) -> Draft | None:
    """The assignment frozen on a list."""
    return voters_list.placed_by(extraction)


def stations_of(draft: Draft | None) -> list[Station]:
    """Its stations by number, with their building; none before the freeze."""
    return voters_list.stations(draft) if draft else []


def under_way(copy: ListCopy) -> ListCopy | None:
    """The same copy, asked for by the same person and neither made nor ended; of another moment only where nothing was recorded between the two."""
    wish = (
        "kind",
        "format",
        "station",
        "split",
        "order",
        "language",
        "apart",
        "made_for",
        "purpose",
        "requested_by_id",
        "requested_by_name",
    )
    own = {"municipality_id": copy.municipality_id, "extraction_id": copy.extraction_id}
    states = [ListCopy.State.REQUESTED, ListCopy.State.MAKING]
    for one in ListCopy.objects.filter(**own, state__in=states, **{name: getattr(copy, name) for name in wish}).order_by("number"):
        first, last = sorted((one.as_of, copy.as_of))
        if not Effect.objects.filter(**own, recorded_at__gt=first, recorded_at__lte=last).exists():
            return one
    return None


def approval_of(copy: ListCopy) -> Approval | None:
    """What was asked of a second person, if anything."""
    found = Approval.objects.filter(municipality_id=copy.municipality_id, kind=APPROVAL_KIND, object_id=copy.pk)
    return found.order_by("-pk").first()


def job_of(copy: ListCopy) -> Job | None:
    """The making of the copy."""
    return Job.objects.filter(municipality_id=copy.municipality_id, pk=copy.job_id or 0).first()


def final_list(*, election: Election) -> tuple[Extraction, Draft | None] | None:
    """The frozen list of an election with the assignment frozen on it; ``None`` while there is none."""
    frozen = ledger.frozen_list(election)
    if frozen is None:
        return None
    extraction = Extraction.objects.get(municipality_id=election.municipality_id, pk=frozen.extraction_id)
    return extraction, voters_list.placed_by(extraction)


def counts(*, extraction: Extraction, draft: Draft | None, at: Any) -> Counts:
    """By station, as of a moment."""
    place = {"municipality_id": extraction.municipality_id, "extraction_id": extraction.pk, "draft_id": draft.pk if draft else None}
    return sql.counts({**place, "at": at, "station": None})


def estimate(wish: Wish, found: Counts) -> tuple[int, int]:
    """Lines, and pages of the printed copy (exact while every name fits on one line)."""
    rule = KINDS[wish.kind]
    chosen = [one for one in found.stations if wish.station is None or one.station == wish.station]
    if not rule.by_station and wish.station is None:
        chosen = [found.whole]
    lines = [_lines(one, rule.changes) for one in chosen]
    headings = [one.streets if wish.order == Order.STREET else 0 for one in chosen]
    papers = 3 if wish.kind == Kind.PACKAGE else 0
    return sum(lines), sum(pages(n, headings=h, apart=wish.apart) + papers for n, h in zip(lines, headings, strict=True))


def _lines(count: Count, changes: Changes) -> int:
    if changes == Changes.APPLIED:
        return count.voters
    return count.voters + count.struck - (count.added if changes == Changes.ESTABLISHED else 0)


def file_name(copy: ListCopy) -> str:
    """What the file is called on somebody's computer: ``partij-23027-2024-10-13-17.csv``."""
    election, kind = copy.election, FILE_NAMES[KINDS[copy.kind].kind]  # type: ignore[index]  # a kind is its code
    station = "" if copy.station is None else f"-{copy.station:03}"
    suffix = "zip" if copy.split else copy.format
    return f"{kind}{station}-{election.municipality.nis_code}-{election.date:%Y-%m-%d}-{copy.number}.{suffix}"
