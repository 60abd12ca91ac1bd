"""Where the objects of every package are shown, and what requests for approval are called (core.pages)."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.pages import EVENTS, FIELDS, VALUES, PageOf, register_approval, register_page
from electionadmin import event_fields, event_labels
from elections.labels import BALLOT_LABELS
from voters.models import Extraction


def register() -> None:
    """Called once, when Django stands."""
    register_page("register_import", _simple("register_import_detail"), label=_("register file"))
    register_page("address_import", _simple("address_import_detail"), label=_("address file"))
    register_page("person", _simple("person_detail"), label=_("person"))
    register_page("street", _simple("street_detail"), label=_("street"))
    register_page("job", _simple("job_detail"), label=_("work"))
    register_page("extraction", _extraction, label=_("extraction"))
    register_page("user", None, label=_("user"))
    register_page("address", None, label=_("address"))
    register_page("election", None, label=_("election"))
    register_page("municipality", None, label=_("municipality"))
    EVENTS.update(event_labels.EVENTS)
    FIELDS.update({**BALLOT_LABELS, **event_fields.FIELDS})
    VALUES.update({**BALLOT_LABELS, **event_fields.VALUES})
    register_approval("register_import", label=_("Bring the register file in"), shows="register_import")
    register_approval("final_extraction", label=_("Make the final extraction"), shows="extraction")


def _simple(url_name: str) -> PageOf:
    def page(nis: str, pk: int) -> str | None:
        try:
            return reverse(url_name, kwargs={"nis": nis, "pk": pk})
        except NoReverseMatch:
            return None

    return page


def _extraction(nis: str, pk: int) -> str | None:
    found = Extraction.objects.filter(pk=pk).values_list("election__date", "number").first()
    if found is None:
        return None
    return reverse("extraction_detail", kwargs={"nis": nis, "election_date": found[0], "number": found[1]})
