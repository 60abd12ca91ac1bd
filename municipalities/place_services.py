"""Names of places: loading the lists of all municipalities, and what a municipality calls a place itself."""

from datetime import datetime
from typing import Any, BinaryIO

from django.core.cache import caches
from django.db import transaction

from core import audit
from core.actor import PLATFORM, Actor
from core.tenancy import tenant
from municipalities import sql
from municipalities.models import Municipality, PlaceByHand, PostalPlace
from municipalities.place_file import FileProblem, PlaceFileRefusedError, read_municipality_names, read_places, with_french
from municipalities.selectors import MUNICIPALITY_NAMES, PLACES


@transaction.atomic
def load_places(*, file: BinaryIO, file_name: str, french: BinaryIO | None, confirmed: bool, by: Actor, at: datetime) -> dict[str, int]:
    """Make the list of postcodes what a file says, with the French names of a second one if there is one. Raises ``PlaceFileRefusedError``.

    A list in which more than a tenth of the known postcodes is missing is refused until that is ``confirmed``. Returns counts.
    """
    places = read_places(file)
    if french is not None:
        places = with_french(places, read_places(french))
    postcodes = {place.postcode for place in places}
    known = set(PostalPlace.objects.filter(main=True).values_list("postcode", flat=True))
    if not confirmed and len(known - postcodes) * 10 > len(known):
        raise PlaceFileRefusedError([FileProblem(0, "", str(len(known - postcodes)), "many_removed", str(len(known) // 10))])
    with tenant(PLATFORM):
        added, removed = sql.load_places(places)
        counts = {"postcodes": len(postcodes), "places": len(places), "added": added, "removed": removed}
        _record_list("postcodes.loaded", file_name, counts, by=by, at=at)
    transaction.on_commit(lambda: caches["maps"].delete(PLACES))
    return counts


@transaction.atomic
def load_municipality_names(*, file: BinaryIO, file_name: str, by: Actor, at: datetime) -> dict[str, int]:
    """Add the names of a file, or bring them up to date. Raises ``PlaceFileRefusedError``. Returns counts.

    A code that is not in the file stays: whoever left for a municipality that has merged since has its code in the register.
    """
    names = read_municipality_names(file)
    with tenant(PLATFORM):
        added, changed = sql.load_names(names)
        counts = {"municipalities": len(names), "added": added, "changed": changed}
        _record_list("municipality_names.loaded", file_name, counts, by=by, at=at)
    transaction.on_commit(lambda: caches["maps"].delete(MUNICIPALITY_NAMES))
    return counts


def _record_list(kind: str, file_name: str, counts: dict[str, int], *, by: Actor, at: datetime) -> None:
    """Also when nothing has changed: that a list was looked at and still holds is worth knowing."""
    audit.record(municipality_id=PLATFORM, kind=kind, by=by, at=at, after={"file_name": file_name[:200], **counts})


@transaction.atomic
def put_place(*, municipality: Municipality, country: str, postcode: str, name: str, by: Actor, at: datetime) -> PlaceByHand:
    """Call the place of a postcode so, on cards that are made from now on; ``country`` is empty for Belgium."""
    own: dict[str, Any] = {"municipality_id": municipality.pk, "country": country, "postcode": postcode}
    before = PlaceByHand.objects.filter(**own).values_list("name", flat=True).first()
    put, _new = PlaceByHand.objects.update_or_create(**own, defaults={"name": name, "put_at": at, "put_by_name": by.name})
    if before != name:
        _record_place("place.put", put, by=by, at=at, before=before, after=name)
    return put


@transaction.atomic
def remove_place(*, municipality: Municipality, place_id: int, by: Actor, at: datetime) -> bool:
    """Forget what the place of a postcode is called here. Returns whether it was there."""
    found = PlaceByHand.objects.select_for_update().filter(municipality_id=municipality.pk, pk=place_id).first()
    if found is None:
        return False
    _record_place("place.removed", found, by=by, at=at, before=found.name, after=None)
    found.delete()
    return True


def _record_place(kind: str, place: PlaceByHand, *, by: Actor, at: datetime, before: str | None, after: str | None) -> None:
    sides = {
        side: {"country": place.country, "postcode": place.postcode, "name": name} if name else None
        for side, name in (("before", before), ("after", after))
    }
    audit.record(municipality_id=place.municipality_id, kind=kind, by=by, at=at, target=f"place:{place.pk}", **sides)
