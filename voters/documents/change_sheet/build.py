"""From the ledger to the data of a change sheet."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.timezone import localtime

from districts.selectors.buildings import address_line
from elections.models import Election
from voters.documents.change_sheet.data import ChangeLine, ChangeSheetData
from voters.rules.ledger import Change
from voters.selectors.changes import ListChange, changes
from voters.selectors.decisions import stations


def build(*, election: Election, since: datetime, until: datetime) -> ChangeSheetData:
    """The sheet between two moments; its lines are read once, inside one transaction. Raises ``NoFinalListError`` when they are."""
    return ChangeSheetData(
        municipality=election.municipality.name,
        election_day=election.date,
        since=localtime(since),
        until=localtime(until),
        stations={
            one.number: ", ".join(dict.fromkeys([one.name, one.building.name, address_line(one.building)]))
            for one in stations(election=election)
        },
        lines=_lines(election, since, until),
    )


def _lines(election: Election, since: datetime, until: datetime) -> Iterator[ChangeLine]:
    for found in changes(election, since=since, until=until):
        yield _line(found)


def _line(found: ListChange) -> ChangeLine:
    entry = found.entry
    mailed = found.change is Change.NEW_ADDRESS and entry.mailing is not None
    address = entry.mailing if mailed and entry.mailing else entry.list_address
    return ChangeLine(
        station=entry.station_number,
        list_number=entry.list_number,
        change=found.change.value,
        last_name=entry.last_name,
        first_names=entry.first_names,
        birth_date=entry.birth_date,
        postcode=address.postcode,
        street_name=address.street_name,
        house_number=address.house_number,
        box_number=address.box_number,
        country=address.country,
        reason=entry.no_card.value if entry.no_card else "",
    )
