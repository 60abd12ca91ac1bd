"""For whom new cards can be asked for, and what was asked for."""

from dataclasses import dataclass

from convocations.models import PrintRun, Reissue
from districts.models import Address, Station, Street
from elections.models import Election


@dataclass(frozen=True, slots=True)
class Asked:
    """A reissue with its print runs, the last one first: one that was cancelled may have been begun anew."""

    reissue: Reissue
    run: PrintRun | None


def streets(election: Election) -> list[Street]:
    """The streets in use, by name."""
    return list(Street.objects.filter(municipality_id=election.municipality_id, closed_at=None).order_by("name", "pk"))


def street_called(election: Election, *, name: str, postcode: str) -> Street | None:
    """The street in use that is called so; of two, the one that has addresses with the postcode."""
    found = list(Street.objects.filter(municipality_id=election.municipality_id, closed_at=None, name__iexact=name).order_by("pk")[:20])
    own = Address.objects.filter(municipality_id=election.municipality_id, street__in=found, postcode=postcode, closed_at=None)
    there = set(own.values_list("street_id", flat=True))
    return next((one for one in found if one.pk in there), None) or (found[0] if len(found) == 1 else None)


def stations(election: Election) -> list[Station]:
    """The stations of the election, by number."""
    return list(Station.objects.filter(municipality_id=election.municipality_id, election=election).order_by("number"))


def asked(election: Election) -> list[Asked]:
    """What was asked for, the newest first."""
    rows = Reissue.objects.filter(municipality_id=election.municipality_id, election=election).order_by("-pk")
    runs = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election, settings__reissue__gt=0).order_by("number")
    last = {run.settings["reissue"]: run for run in runs}
    return [Asked(row, last.get(row.pk)) for row in rows]
