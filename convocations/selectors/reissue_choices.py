"""What a person who types means: a street by its name, a station by its number, the new cards that wait to be printed."""

from django.db.models import Exists, OuterRef

from convocations.models import PrintRun
from convocations.rules.counter import REISSUE_APPROVAL
from core.models import Approval
from districts.models import Address, Station, Street
from districts.selectors.addresses import street_key
from elections.models import Election


def streets_called(election: Election, *, name: str, postcode: str = "") -> list[Street]:
    """The streets in use that are called so, however it is spelled; of several municipalities merged, those with addresses in the postcode."""
    own = {"municipality_id": election.municipality_id, "closed_at": None}
    found = Street.objects.filter(**own, name_key=street_key(name.replace("\0", ""))).order_by("pk")
    if postcode:
        found = found.filter(pk__in=Address.objects.filter(**own, postcode=postcode).values("street_id"))
    return list(found)


def station_numbered(election: Election, number: int) -> Station | None:
    """The station of the election with this number."""
    return Station.objects.filter(municipality_id=election.municipality_id, election=election, number=number).first()


def waiting_run(election: Election) -> PrintRun | None:
    """The run of new cards that two persons had made, and whose release nobody has asked yet. One that is looked at on its page is not meant."""
    own = {"municipality_id": election.municipality_id}
    agreed = Approval.objects.filter(**own, kind=REISSUE_APPROVAL, object_id=OuterRef("pk"), decision=Approval.Decision.APPROVED)
    rows = PrintRun.objects.filter(Exists(agreed), **own, election=election, state=PrintRun.State.READY)
    return rows.select_related("election__municipality").first()
