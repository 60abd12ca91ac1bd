"""The cards of a run in the order of printing, and what the list says of the same voters: read from the server as they come."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from convocations.cards.card import Address, Card, Language, TemplateKey, address_lines, election_day
from convocations.cards.texts import phrases
from convocations.models import PrintRun
from convocations.rules.runs import RunSettings, clock
from documents.stream.code128 import LICENCE
from documents.stream.readback import Facts
from documents.stream.values import Name
from elections.rules import BALLOT_CODES
from municipalities.place_words import country_called
from voters.selectors.ledger import NoFinalListError, frozen_list, parameters
from voters.sql import ledger
from voters.sql.plans import whole_lists

CHUNK = 2000

_COLUMNS = """c.position, c.bundle, c.station_id, c.template, c.token, c.issue, c.list_number, c.last_name, c.first_names, c.ballots, c.street_name,
    c.house_number, c.box_number, c.postcode, c.place, c.country, c.slot, c.mail_id"""
_CARDS = f"""
SELECT {_COLUMNS} FROM convocations_card c
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND {{which}} ORDER BY c.position
"""  # noqa: S608  # fixed column names

# Beside each card: the voter on the list of that moment, and the station where the list has them, found by its number there.
_EXPECTED = """
SELECT c.position, c.template, c.token, c.issue, c.slot, c.mail_id, c.place, l.list_number, l.last_name, l.first_names, l.mail_street_name,
       l.mail_house_number, l.mail_box_number, l.mail_postcode, l.mail_country, l.no_card, s.number, s.name, b.street_name, b.house_number,
       b.postcode, coalesce(nullif(btrim(b.locality), ''), %(municipality)s)
  FROM convocations_card c
  LEFT JOIN ({current}) l ON l.person_id = c.person_id
  LEFT JOIN districts_station s ON s.municipality_id = %(municipality_id)s AND s.id = l.station_id
  LEFT JOIN districts_building b ON b.municipality_id = %(municipality_id)s AND b.id = s.building_id
 WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position BETWEEN %(first)s AND %(last)s
 ORDER BY c.position
"""
_AMONG = """AND e.person_id IN (SELECT c.person_id FROM convocations_card c
     WHERE c.municipality_id = %(municipality_id)s AND c.run_id = %(run_id)s AND c.position BETWEEN %(first)s AND %(last)s)"""


@dataclass(frozen=True, slots=True)
class Page:
    """A card with its place in the run."""

    position: int
    bundle: int
    station_id: int
    template: str
    card: Card


def pages(run: PrintRun, *, first: int, cards: int) -> Iterator[Page]:
    """The pages at consecutive positions, for drawing. Inside one transaction."""
    return _pages(run, "c.position BETWEEN %(first)s AND %(last)s", first=first, last=first + cards - 1)


def pages_at(run: PrintRun, positions: list[int]) -> Iterator[Page]:
    """The pages at some positions."""
    return _pages(run, "c.position = ANY (%(positions)s)", positions=positions)


def _pages(run: PrintRun, which: str, **values: Any) -> Iterator[Page]:
    settings, numbers = RunSettings.of(run.settings), _numbers(run)
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CARDS.format(which=which), {"municipality_id": run.municipality_id, "run_id": run.pk, **values})
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _page(row, settings, numbers)


def _numbers(run: PrintRun) -> dict[int, int]:
    """Station → number: of a frozen assignment it never changes."""
    return dict(run.election.stations.filter(municipality_id=run.municipality_id).values_list("pk", "number"))


def _page(row: tuple[Any, ...], settings: RunSettings, numbers: dict[int, int]) -> Page:
    position, bundle, station_id, template, token, issue, list_number, last, first, ballots, *address, slot, mail_id = row
    key = TemplateKey.of(template)
    card = Card(
        token=token,
        issue=issue,
        list_number=list_number,
        station_number=numbers[station_id],
        last_name=last,
        first_names=tuple(first.split()),
        address=_address(*address, language=key.language),
        language=key.language,
        voter_type=key.voter_type,
        ballots=tuple(code for number, code in enumerate(BALLOT_CODES) if ballots >> number & 1),
        slot=None if slot is None else (clock(slot), clock(slot + settings.step)),
        mail_id=mail_id or None,
        duplicate=settings.duplicates,
    )
    return Page(position, bundle, station_id, template, card)


def _address(street: str, number: str, box: str, postcode: str, place: str, country: str, *, language: Language) -> Address:
    return Address(street, number, box, postcode, place, country_called(country, language))


def code_of(token: str, issue: int) -> str:
    """As it is printed: ``convocations.cards.qr_text``."""
    return f"{token}-{issue:02d}"


def expected(run: PrintRun, *, first: int, cards: int) -> Iterator[tuple[Facts, bool]]:
    """What must stand on the pages at consecutive positions, and whether the voter lives in the building of the station.

    From the list and not from the cards, of which only the order is taken. Inside one transaction.
    """
    frozen = frozen_list(run.election)
    if frozen is None:
        raise NoFinalListError
    asked: dict[str, Any] = {
        "at": run.list_at,
        "run_id": run.pk,
        "first": first,
        "last": first + cards - 1,
        "municipality": run.election.municipality.name,
    }
    with connection.chunked_cursor() as cursor:
        with whole_lists():
            cursor.execute(_EXPECTED.format(current=ledger.current(among=_AMONG)), {**parameters(frozen), **asked})
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                yield _facts(row, run)


def _facts(row: tuple[Any, ...], run: PrintRun) -> tuple[Facts, bool]:
    (
        _position,
        template,
        token,
        issue,
        _slot,
        mail_id,
        place,
        number,
        last,
        first,
        street,
        house,
        box,
        postcode,
        country,
        no_card,
        *station,
    ) = row
    key = TemplateKey.of(template)
    code = code_of(token, issue)
    if number is None or no_card is not None:
        # Such a page may not be: nothing in the file can be what is asked for here.
        return Facts("no card", texts=("a voter who gets no card",)), False
    address = _address(street, house, box, postcode, place, country, language=key.language)
    station_number, station_name, station_street, station_house, station_postcode, station_place = station
    own, other = (" ".join(f"{road} {at}".split()) for road, at in ((street, house), (station_street, station_house)))
    at_station = (own.casefold(), postcode) == (other.casefold(), station_postcode)
    name = Name(last, tuple(first.split()))
    facts = Facts(
        token=code,
        texts=(
            name,
            *address_lines(address, key.language),
            str(number),
            str(station_number),
            station_name.strip(),
            other,
            f"{station_postcode} {station_place}",
            *((phrases(key.language)["duplicate"],) if run.settings.get("duplicates") else ()),
        ),
        once=(election_day(run.election.date, key.language),),
        codes=(code, LICENCE + mail_id) if mail_id else (code,),
        apart=None if at_station or postcode != station_postcode else (other, own),
    )
    return facts, at_station
