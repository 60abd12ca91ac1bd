"""The lists of places and of names of municipalities: brought to what a file says, through the database's own functions.

The application's role reads these tables and can do nothing else with them; the functions are the owner's, and refuse whoever does not act
for the platform (``core.tenancy.tenant(PLATFORM)``).
"""

import json
from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection

from municipalities.place_file import MunicipalityNames, Place

LOAD_PLACES = "SELECT added, removed FROM municipalities_load_places(%s::jsonb)"
LOAD_NAMES = "SELECT added, changed FROM municipalities_load_names(%s::jsonb)"


def load_places(places: Sequence[Place]) -> tuple[int, int]:
    """Make ``municipalities_postalplace`` exactly these; return how many came and went."""
    with connection.cursor() as cursor:
        cursor.execute(LOAD_PLACES, [json.dumps([asdict(place) for place in places])])
        added, removed = cursor.fetchone()
        return added, removed


def load_names(names: Sequence[MunicipalityNames]) -> tuple[int, int]:
    """Add these to ``municipalities_municipalityname`` or bring them up to date; return how many came and how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(LOAD_NAMES, [json.dumps([asdict(one) for one in names])])
        added, changed = cursor.fetchone()
        return added, changed
