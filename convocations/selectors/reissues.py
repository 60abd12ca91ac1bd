"""For whom new cards can be asked for, and what was asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef

from convocations.models import PrintRun, Reissue
from districts.models import Address, Station, Street
from districts.selectors import addresses
from elections.models import Election


@dataclass(frozen=True, slots=True)
class Asked:
    """A reissue with its print runs, the last one first: one that was cancelled may have been begun anew."""

    reissue: Reissue
    run: PrintRun | None


def streets(election: Election) -> list[Street]:
    """The streets in use, by name."""
    return list(Street.objects.filter(municipality_id=election.municipality_id, closed_at=None).order_by("name", "pk"))


def street_places(election: Election, streets: Iterable[Street] | None = None) -> Mapping[int, str]:
    """Street → ``1500 Halle``, of those named or of all: several streets have one name, and only this tells them apart."""
    rows = Address.objects.filter(municipality_id=election.municipality_id, closed_at=None)
    if streets is not None:
        rows = rows.filter(street__in=[one.pk for one in streets])
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows.values("street_id", "postcode").annotate(place=Max("postname")).order_by("street_id", "postcode"):
        found[row["street_id"]].append(f"{row['postcode']} {row['place']}".strip())
    return {street: ", ".join(places) for street, places in found.items()}


def street_called(election: Election, *, name: str, postcode: str) -> Street | None:
    """The street in use that is called so, in any spelling; of two, the one that has addresses with the postcode."""
    found = addresses.streets(municipality_id=election.municipality_id).filter(name_key=addresses.street_key(name))
    there = found.filter(
        Exists(Address.objects.filter(municipality_id=OuterRef("municipality_id"), street=OuterRef("pk"), postcode=postcode))
    )
    return there.order_by("pk").first() or (found.first() if found.count() == 1 else None)


def stations(election: Election) -> list[Station]:
    """The stations of the election, by number."""
    return list(Station.objects.filter(municipality_id=election.municipality_id, election=election).order_by("number"))


def of_run(run: PrintRun) -> Reissue | None:
    """What was asked for, of a run of new cards."""
    return Reissue.objects.filter(municipality_id=run.municipality_id, pk=run.settings.get("reissue") or 0).first()


def asked(election: Election) -> list[Asked]:
    """What was asked for, the newest first."""
    rows = Reissue.objects.filter(municipality_id=election.municipality_id, election=election).order_by("-pk")
    runs = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election, settings__reissue__gt=0).order_by("number")
    last = {run.settings["reissue"]: run for run in runs}
    return [Asked(row, last.get(row.pk)) for row in rows]
