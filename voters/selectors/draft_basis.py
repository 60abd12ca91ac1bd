"""What a draft was made of, as fingerprints: has any of it become another since?"""

import hashlib
from typing import Any

from django.db import connection
from django.db.models import Q

from districts.models import StreetRange
from districts.rules.sizes import Sizes
from districts.rules.station_findings import StationFacts
from districts.selectors.stations import stations
from districts.sql.districts import HOLDING
from elections.models import Election
from voters.models import Draft, Pin
from voters.rules.assignment import Rooms

PARTS = ("stations", "split", "pins")

# Only what decides where somebody votes: who made a row, and when, does not.
SPLIT = f"""
SELECT md5(coalesce(string_agg(concat_ws(' ', street_id, postcode, side, number_from, '-', number_to, district_id), ','
           ORDER BY street_id, postcode, side, number_from NULLS FIRST, number_to, district_id), ''))
  FROM ({HOLDING}) r
"""  # noqa: S608  # fixed expressions


def fingerprints(election: Election, facts: list[StationFacts] | None = None) -> dict[str, str]:
    """Of the stations of an election, the split on its day, and its pins, as they are now. ``facts``: the stations where they were read already."""
    own = {"municipality_id": election.municipality_id}
    with connection.cursor() as cursor:
        cursor.execute(SPLIT, own | {"day": election.date})
        split = cursor.fetchone()[0]
    fields = (
        "id",
        "kind",
        "station_id",
        "building_id",
        "street_id",
        "postcode",
        "side",
        "number_from",
        "number_to",
        "person_id",
        "household",
    )
    pins = list(Pin.objects.filter(**own, election=election).order_by("pk").values_list(*fields))
    rows = [_station(fact) for fact in (stations(election) if facts is None else facts)]
    return {"stations": _digest(rows), "split": split, "pins": _digest(pins)}


def _station(fact: StationFacts) -> tuple[Any, ...]:
    return fact.pk, fact.number, fact.district.pk, fact.building.pk, fact.building.position, fact.sizes.minimum, fact.sizes.maximum


def _digest(rows: list[Any]) -> str:
    return hashlib.md5(repr(rows).encode(), usedforsecurity=False).hexdigest()


def changed_since(draft: Draft) -> list[str]:
    """Which of ``PARTS`` are another now than when an open draft was made; a frozen one rests on nothing that changes."""
    if draft.state == Draft.State.FROZEN or not draft.basis:
        return []
    now = fingerprints(draft.election)
    return [part for part in PARTS if draft.basis.get(part) != now[part]]


def sizes(draft: Draft) -> dict[int, tuple[int | None, int | None]]:
    """Least and most voters of each station, by its id: as they are now; of a frozen draft, as they were then."""
    if draft.state == Draft.State.FROZEN:
        return {int(pk): (least, most) for pk, (least, most) in draft.settings.get("sizes", {}).items()}
    return {fact.pk: limits(fact.sizes) for fact in stations(draft.election)}


def limits(found: Sizes) -> tuple[int | None, int | None]:
    """Least and most."""
    return found.minimum, found.maximum


def is_split(election: Election) -> bool:
    """Whether any street lies in a district on the day of an election."""
    rows = StreetRange.objects.filter(municipality_id=election.municipality_id, removed_at=None, valid_from__lte=election.date)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gt=election.date)).exists()


def by_alphabet(draft: Draft) -> bool:
    """Whether the stations of one building are told apart by names instead of streets."""
    return bool(draft.settings.get("rooms") == Rooms.ALPHABET)
