"""For whom new cards can be asked for, and what was asked for."""

from dataclasses import dataclass

from convocations.models import PrintRun, Reissue
from districts.models import Station, Street
from elections.models import Election


@dataclass(frozen=True, slots=True)
class Asked:
    """A reissue with its print runs, the last one first: one that was cancelled may have been begun anew."""

    reissue: Reissue
    run: PrintRun | None


def streets(election: Election) -> list[Street]:
    """The streets in use, by name."""
    return list(Street.objects.filter(municipality_id=election.municipality_id, closed_at=None).order_by("name", "pk"))


def stations(election: Election) -> list[Station]:
    """The stations of the election, by number."""
    return list(Station.objects.filter(municipality_id=election.municipality_id, election=election).order_by("number"))


def asked(election: Election) -> list[Asked]:
    """What was asked for, the newest first."""
    rows = Reissue.objects.filter(municipality_id=election.municipality_id, election=election).order_by("-pk")
    runs = PrintRun.objects.filter(municipality_id=election.municipality_id, election=election, settings__reissue__gt=0).order_by("number")
    last = {run.settings["reissue"]: run for run in runs}
    return [Asked(row, last.get(row.pk)) for row in rows]
