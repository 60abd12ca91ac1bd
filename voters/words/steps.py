"""The words of each next step of an election, until its assignment is frozen; what comes then is about cards (convocations.words.overview)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from municipalities.rules import Permission
from voters.rules.next_step import Step


@dataclass(frozen=True, slots=True)
class StepText:
    """The words of one step. ``text`` may name ``deadline, due, register, list_date, name, checks, draft, distance``."""

    title: Promise
    text: Promise
    action: Promise
    route: str
    permission: str


STEPS: dict[Step, StepText] = {
    Step.IMPORT_ADDRESSES: StepText(
        gettext_lazy("To do now: bring in the addresses"),
        gettext_lazy("Without addresses no voter can be given a street, a district or a letter. %(deadline)s"),
        gettext_lazy("Bring in addresses"),
        "address_import_new",
        Permission.IMPORT,
    ),
    Step.IMPORT_REGISTER: StepText(
        gettext_lazy("To do now: bring in the population register"),
        gettext_lazy("There are no inhabitants yet, so nobody can be a voter. %(deadline)s"),
        gettext_lazy("Bring in the register"),
        "register_import_new",
        Permission.IMPORT,
    ),
    Step.FINISH_IMPORT: StepText(
        gettext_lazy("To do now: finish the import of the register"),
        gettext_lazy(
            "The file “%(file)s” has not been brought in yet. As long as it waits, lists are made from the older register. %(deadline)s"
        ),
        gettext_lazy("To the import"),
        "register_import_detail",
        Permission.IMPORT,
    ),
    Step.APPROVE_IMPORT: StepText(
        gettext_lazy("To do now: a second person decides on the register file"),
        gettext_lazy(
            "%(name)s asks for a decision on “%(file)s”. As long as nobody decides, lists are made from the older register. %(deadline)s"
        ),
        gettext_lazy("Look and decide"),
        "register_import_detail",
        Permission.APPROVE,
    ),
    Step.RUN_TRIAL: StepText(
        gettext_lazy("To do now: make a trial extraction"),
        gettext_lazy(
            "The register of %(register)s is in. A trial shows who would be a voter and what to look at; it decides nothing. %(deadline)s"
        ),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.WAIT_TRIAL: StepText(
        gettext_lazy("The trial extraction is running"),
        gettext_lazy("You may close this page: the work goes on. %(deadline)s"),
        gettext_lazy("Follow it"),
        "extraction_list",
        Permission.VIEW,
    ),
    Step.RUN_TRIAL_AGAIN: StepText(
        gettext_lazy("To do now: make a new trial extraction"),
        gettext_lazy("The register of %(register)s came in after the last trial. A new trial shows what that changes. %(deadline)s"),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.LOOK_AT_CHECKS: StepText(
        gettext_lazy("To do now: look at what the checks found"),
        gettext_lazy(
            "The last trial found %(checks)s. Put it right in the register before the list date, %(list_date)s: after it, a list is corrected by decision only."
        ),
        gettext_lazy("To the checks"),
        "extraction_detail",
        Permission.VIEW,
    ),
    Step.WAIT_LIST_DATE: StepText(
        gettext_lazy("Nothing to do until the list date"),
        gettext_lazy(
            "The last trial found nothing to look at. The list is closed on %(list_date)s; bring in the register of that day then. %(deadline)s"
        ),
        gettext_lazy("To the extractions"),
        "extraction_list",
        Permission.VIEW,
    ),
    Step.RENEW_REGISTER: StepText(
        gettext_lazy("To do now: bring in the register of the list date"),
        gettext_lazy(
            "The register is that of %(register)s, older than the list date, %(list_date)s. Arrivals, deaths and registrations since then are missing from it. %(deadline)s"
        ),
        gettext_lazy("Bring in the register"),
        "register_import_new",
        Permission.IMPORT,
    ),
    Step.REQUEST_FINAL: StepText(
        gettext_lazy("To do now: ask for the final list"),
        gettext_lazy(
            "The list date is past and the register of %(register)s is in. A second person approves the final list; after that nothing in it changes any more. %(deadline)s"
        ),
        gettext_lazy("Ask for the final list"),
        "extraction_request",
        Permission.REQUEST_APPROVAL,
    ),
    Step.APPROVE_FINAL: StepText(
        gettext_lazy("To do now: a second person decides on the final list"),
        gettext_lazy("%(name)s asks to make the final list. Nobody has decided yet. %(deadline)s"),
        gettext_lazy("Look and decide"),
        "extraction_detail",
        Permission.APPROVE,
    ),
    Step.WAIT_FINAL: StepText(
        gettext_lazy("The final list is being made"),
        gettext_lazy("You may close this page: the work goes on. %(deadline)s"),
        gettext_lazy("Follow it"),
        "extraction_detail",
        Permission.VIEW,
    ),
    Step.MAKE_DISTRICTS: StepText(
        gettext_lazy("To do now: divide the streets over districts"),
        gettext_lazy("The final list stands. Before households can be placed, every street must lie in a district. %(due)s"),
        gettext_lazy("To the districts"),
        "district_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.MAKE_STATIONS: StepText(
        gettext_lazy("To do now: bring in the polling stations"),
        gettext_lazy("The final list and the districts stand. There are no polling stations yet in which to place the voters. %(due)s"),
        gettext_lazy("To the polling stations"),
        "station_list",
        Permission.MANAGE_ELECTION,
    ),
    Step.MAKE_DRAFT: StepText(
        gettext_lazy("To do now: place the voters in polling stations"),
        gettext_lazy(
            "The final list, the districts and the polling stations stand. Make a draft of the assignment: it takes some seconds and decides nothing. %(due)s"
        ),
        gettext_lazy("Make a draft"),
        "draft_new",
        Permission.MANAGE_ELECTION,
    ),
    Step.WAIT_DRAFT: StepText(
        gettext_lazy("The voters are being placed"),
        gettext_lazy("You may close this page: the work goes on. %(due)s"),
        gettext_lazy("Follow it"),
        "draft_detail",
        Permission.VIEW,
    ),
    Step.MEND_DRAFT: StepText(
        gettext_lazy("To do now: find a place for everybody"),
        gettext_lazy("“%(draft)s” could not place all voters. It says where, and what would mend it. %(due)s"),
        gettext_lazy("To the draft"),
        "draft_detail",
        Permission.MANAGE_ELECTION,
    ),
    Step.REQUEST_FREEZE: StepText(
        gettext_lazy("To do now: freeze the assignment"),
        gettext_lazy("“%(draft)s” is ready: no household is split, everybody has a polling station, at %(distance)s on average. %(due)s"),
        gettext_lazy("Look and freeze"),
        "draft_detail",
        Permission.REQUEST_APPROVAL,
    ),
    Step.APPROVE_FREEZE: StepText(
        gettext_lazy("To do now: a second person decides on the assignment"),
        gettext_lazy("%(name)s asks to freeze “%(draft)s”. Nobody has decided yet. %(due)s"),
        gettext_lazy("Look and decide"),
        "draft_detail",
        Permission.APPROVE,
    ),
    Step.WAIT_FREEZE: StepText(
        gettext_lazy("The assignment is being frozen"),
        gettext_lazy("You may close this page: the work goes on. %(due)s"),
        gettext_lazy("Follow it"),
        "draft_detail",
        Permission.VIEW,
    ),
}
