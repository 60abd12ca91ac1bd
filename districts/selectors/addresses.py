"""Streets, addresses and imports of them, as screens and exports show them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Length

from core.models import Job
from districts.models import Address, AddressImport, Street


def street_key(name: str) -> Func:
    """The key of a spelling, made by the database (docs/formats/addresses.md)."""
    return Func(Value(name), function="districts_street_key", output_field=TextField())


def streets(*, municipality_id: int, name: str = "", state: str = "open", postcode: str = "") -> QuerySet[Street]:
    """Streets by name, with ``address_count`` and ``house_count`` (open ones) and ``postcodes``.

    ``state``: open, closed or empty for both. ``name``: part of a name in any spelling.
    """
    own = Address.objects.filter(municipality_id=municipality_id, street=OuterRef("pk"))
    still = own.filter(closed_at=None)
    found = Street.objects.filter(municipality_id=municipality_id)
    if name:
        found = found.filter(name_key__contains=street_key(name))
    if state:
        found = found.filter(closed_at__isnull=state == "open")
    if postcode:
        found = found.filter(Exists(own.filter(postcode=postcode)))
    return found.annotate(
        address_count=_counted(still, Count("*")),
        house_count=_counted(still, Count(F("house_number"), distinct=True)),
        postcodes=ArraySubquery(own.order_by("postcode").values("postcode").distinct()),
    )


def _counted(addresses: QuerySet[Address], count: Count) -> Coalesce:
    """Count within one street; nothing is 0."""
    counted = addresses.order_by().values("street").annotate(counted=count).values("counted")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def postcodes(*, municipality_id: int) -> list[str]:
    """The postcodes in which the municipality has addresses, in order."""
    known = Address.objects.filter(municipality_id=municipality_id).order_by("postcode").values_list("postcode", flat=True)
    return list(known.distinct())


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a house as it is written; ``closed`` when it is no longer in the file."""

    label: str
    closed: bool


@dataclass(frozen=True, slots=True)
class House:
    """One house number of a street with its boxes, in natural order."""

    label: str
    postcode: str
    postname: str
    closed: bool
    placed: bool
    boxes: list[Box] = field(default_factory=list)


def houses(*, street: Street) -> list[House]:
    """The houses of a street in order: 2, 2A, 10; boxes 1, 2, 10, A. A house is closed when all its addresses are."""
    rows = (
        Address.objects.filter(municipality_id=street.municipality_id, street=street)
        .order_by("number", "suffix", "postcode", Length("box_key"), "box_key", "pk")
        .values_list("house_number", "postcode", "postname", "box_number", "closed_at", "latitude")
    )
    return list(_houses(rows))


def _houses(rows: QuerySet[Address, tuple[object, ...]]) -> Iterator[House]:
    for (label, postcode), group in groupby(rows, key=lambda row: (row[0], row[1])):
        addresses = list(group)
        yield House(
            label=str(label),
            postcode=str(postcode),
            postname=str(addresses[0][2]),
            closed=all(address[4] is not None for address in addresses),
            placed=any(address[5] is not None for address in addresses),
            boxes=[Box(str(address[3]), address[4] is not None) for address in addresses if address[3]],
        )


def address_imports(*, municipality_id: int, newest: int = 50) -> list[AddressImport]:
    """The last imports of addresses, newest first."""
    return list(AddressImport.objects.filter(municipality_id=municipality_id).order_by("-imported_at", "-pk")[:newest])


def job_of(address_import: AddressImport) -> Job | None:
    """The job that carries an import out."""
    if address_import.job_id is None:
        return None
    return Job.objects.filter(pk=address_import.job_id, municipality_id=address_import.municipality_id).first()


def counts(*, municipality_id: int) -> dict[str, int]:
    """How many streets and addresses are open: for the frame and the overview."""
    return {
        "streets": Street.objects.filter(municipality_id=municipality_id, closed_at=None).count(),
        "addresses": Address.objects.filter(municipality_id=municipality_id, closed_at=None).count(),
    }
