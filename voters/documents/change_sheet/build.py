"""From the ledger to the data of a change sheet."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.timezone import localtime

from districts.selectors.buildings import address_line
from elections.models import Election
from municipalities.place_words import country_called
from municipalities.selectors import place_of, places_by_hand
from voters.documents.change_sheet.data import ChangeLine, ChangeSheetData, Language
from voters.rules.ledger import Change
from voters.selectors.changes import ListChange, changes
from voters.selectors.decisions import stations
from voters.selectors.ledger import MailingAddress


def build(*, election: Election, since: datetime, until: datetime, language: Language = "nl") -> ChangeSheetData:
    """The sheet between two moments, with places and countries in a language; its lines are read once, inside one transaction. Raises ``NoFinalListError`` when they are."""
    return ChangeSheetData(
        municipality=election.municipality.name,
        election_day=election.date,
        since=localtime(since),
        until=localtime(until),
        stations={
            one.number: ", ".join(dict.fromkeys([one.name, one.building.name, address_line(one.building)]))
            for one in stations(election=election)
        },
        lines=_lines(election, since, until, language),
    )


def _lines(election: Election, since: datetime, until: datetime, language: Language) -> Iterator[ChangeLine]:
    by_hand = {(one.country, one.postcode): one.name for one in places_by_hand(municipality_id=election.municipality_id)}
    for found in changes(election, since=since, until=until):
        yield _line(found, by_hand, language)


def _line(found: ListChange, by_hand: Mapping[tuple[str, str], str], language: Language) -> ChangeLine:
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
        place=_place(address, by_hand, language) if mailed and address.address_id is None else "",
        country_name=country_called(address.country, language),
    )


def _place(address: MailingAddress, by_hand: Mapping[tuple[str, str], str], language: Language) -> str:
    """Put by hand, else of the list."""
    known = by_hand.get((address.country, address.postcode), "")
    return known if known or address.country else place_of(address.postcode, language)
