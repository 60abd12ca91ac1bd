"""What a municipality still has to do before it has a voters list: the four steps of the foundation, in order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from districts.models import Address
from elections.models import Election
from municipalities.models import Municipality
from municipalities.rules import Permission
from voters.models import Extraction, Person


@dataclass(frozen=True, slots=True)
class Step:
    """A thing to do: its words, the name of the page where it is done, and who may."""

    title: Promise
    text: Promise
    action: Promise
    url_name: str
    permission: Permission


@dataclass(frozen=True, slots=True)
class Progress:
    """The step to take now (``None``: all are done), and each step with whether it is done."""

    now: Step | None
    steps: list[tuple[Step, bool]]


ADDRESSES = Step(
    _("Addresses"),
    _("Bring in the streets and house numbers of the municipality. Every voter is found by address."),
    _("Bring in addresses"),
    "address_import_new",
    Permission.IMPORT,
)
REGISTER = Step(
    _("Population register"),
    _("Bring in the population register. It is checked first; a second person decides before anything changes."),
    _("Bring in the register"),
    "register_import_new",
    Permission.IMPORT,
)
ELECTION = Step(
    _("Election"),
    _("Make the election: its day, the day on which the list is closed, and the ballots."),
    _("Make an election"),
    "election_new",
    Permission.MANAGE_ELECTION,
)
EXTRACTION = Step(
    _("Trial extraction"),
    _("Make a trial extraction. It says who may vote and why, as often as you like, and changes nothing."),
    _("To the extractions"),
    "extraction_list",
    Permission.MANAGE_ELECTION,
)


def progress(*, municipality: Municipality) -> Progress:
    """Look which of the steps are done: four questions for one row each."""
    steps = [
        (ADDRESSES, Address.objects.filter(municipality=municipality).exists()),
        (REGISTER, Person.objects.filter(municipality=municipality).exists()),
        (ELECTION, Election.objects.filter(municipality=municipality).exists()),
        (EXTRACTION, Extraction.objects.filter(municipality=municipality, state=Extraction.State.DONE).exists()),
    ]
    return Progress(next((step for step, done in steps if not done), None), steps)
