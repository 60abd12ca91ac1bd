"""One voter's line as a print run would read it, and who is meant by a street, a station or a list of numbers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import connection

from convocations.sql.preparing import LINES
from voters.sql import ledger

_ONE = ledger.current(among="AND e.person_id = %(person_id)s")

# Voters of the list who get a card, of whom something more is asked.
_CHOSEN = """
SELECT l.person_id FROM ({current}) l
 WHERE NOT l.struck AND l.no_card IS NULL AND l.station_id IS NOT NULL AND {which} ORDER BY l.person_id
"""
# A card goes to a street by its known address, or by a name that is spelled as the street's in a postcode of it (when no
# address of it is known: in any). Elsewhere, and in another part of the municipality, there are streets of that name.
IN_STREET = """
       l.mail_country = ''
   AND coalesce(l.mail_address_id IN (SELECT id FROM districts_address WHERE municipality_id = %(municipality_id)s AND street_id = %(street_id)s),
                core_fold(l.mail_street_name) = (SELECT core_fold(name) FROM districts_street
                                                  WHERE municipality_id = %(municipality_id)s AND id = %(street_id)s)
                AND coalesce((SELECT bool_or(postcode = l.mail_postcode) FROM districts_address
                               WHERE municipality_id = %(municipality_id)s AND street_id = %(street_id)s), true))
"""
IN_STATION = "l.station_id = %(station_id)s"
IN_LIST = "l.person_id = ANY (%(persons)s)"
# Why nobody is sent a card, of those to whom none is: as _CHOSEN leaves them out.
_WITHOUT = """
SELECT l.person_id, coalesce(l.no_card, 'no_station') FROM ({current}) l
 WHERE l.person_id = ANY (%(persons)s) AND (l.struck OR l.no_card IS NOT NULL OR l.station_id IS NULL)
"""
BY_NUMBER = """
SELECT l.list_number, l.person_id FROM ({current}) l WHERE l.list_number = ANY (%(numbers)s)
"""


HOLD_VOTER = "SELECT pg_advisory_xact_lock(hashtextextended('convocations.duplicate', %(person_id)s))"


@dataclass(frozen=True, slots=True)
class VoterLine:
    """What the list says of a voter at a moment, with what a card made now would be: ``issue``, ``template``, ``household``, ``place``.

    ``no_card``: why nothing is sent to them; ``struck``: why they may not vote.
    """

    entry_id: int | None
    added_entry_id: int | None
    person_id: int
    list_number: int
    station_id: int | None
    last_name: str
    first_names: str
    birth_date: str
    ballots: int
    struck: bool
    added_later: bool
    no_card: str | None
    mail_street_name: str
    mail_house_number: str
    mail_box_number: str
    mail_postcode: str
    mail_country: str
    moved: bool
    issue: int
    household: str
    template: str
    place: str


_FIELDS = tuple(field.name for field in fields(VoterLine))


def voter_line(*, params: Mapping[str, Any], election_id: int, person_id: int, french: bool, today: date) -> VoterLine | None:
    """The line of one person, or ``None``. ``params``: those of ``voters.sql.ledger`` with the moment."""
    values = {
        **params,
        "person_id": person_id,
        "election_id": election_id,
        "french": french,
        "today": today,
        "reissue_changed": False,
        "reissue": 0,
    }
    with connection.cursor() as cursor:
        cursor.execute(LINES.format(current=_ONE), values)
        row = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    if row is None:
        return None
    found = dict(zip(names, row, strict=True))
    return VoterLine(**{name: found[name] for name in _FIELDS})


def hold_voter(*, person_id: int) -> None:
    """One counter at a time for a voter, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_VOTER, {"person_id": person_id})


def chosen(*, statement: str, params: Mapping[str, Any], which: str, **values: Any) -> list[int]:
    """The persons on the list of the statement who get a card and of whom ``which`` holds."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN.format(current=statement, which=which), {**params, **values})
        return [pk for (pk,) in cursor.fetchall()]


def without_card(*, statement: str, params: Mapping[str, Any], persons: Collection[int]) -> dict[int, str]:
    """Person → why no card is sent to them (voters.rules.ledger.NoCard, or ``no_station``), of those persons on the list to whom none is."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT.format(current=statement), {**params, "persons": list(persons)})
        return dict(cursor.fetchall())


def by_numbers(*, statement: str, params: Mapping[str, Any], numbers: Collection[int]) -> dict[int, int]:
    """List number → person."""
    with connection.cursor() as cursor:
        cursor.execute(BY_NUMBER.format(current=statement), {**params, "numbers": list(numbers)})
        return dict(cursor.fetchall())
