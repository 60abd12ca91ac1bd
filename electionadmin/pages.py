"""Where the objects of every package are shown, and what requests for approval are called (core.pages)."""

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from convocations.models import PrintRun
from convocations.models import templates as card_templates
from convocations.rules import counter as card_counter
from convocations.rules import runs as card_runs
from convocations.selectors.templates import election_day_of
from convocations.services import answers, bpost_answers, mailing, releasing
from convocations.services import runs as card_run_services
from convocations.words import blanks, posting
from convocations.words import cards as card_words
from convocations.words import counter as counter_words
from convocations.words import runs as card_run_words
from core.models import Job
from core.pages import EVENTS, FIELDS, PAGES, VALUES, PageOf, register_approval, register_page, register_refusals, register_result
from delivery.words import DEPOSIT_KINDS
from districts.models import Station
from districts.words.buildings import FEATURES
from districts.words.buildings import FIELDS as BUILDING_FIELDS
from electionadmin import event_fields, event_labels
from elections.labels import BALLOT_LABELS
from voters.models import Draft, Extraction, ListCopy, ListDecision
from voters.rules import assignment, list_copies
from voters.rules.extractions import APPROVAL_KIND
from voters.services import exports, served
from voters.services import list_copies as copy_services
from voters.words import drafts as draft_words
from voters.words import printing
from voters.words import voters_list as list_words


def register() -> None:
    """Called once, when Django stands."""
    register_page("register_import", _simple("register_import_detail"), label=_("register file"))
    register_page("address_import", _simple("address_import_detail"), label=_("address file"))
    register_page("person", _simple("person_detail"), label=_("person"))
    register_page("street", _simple("street_detail"), label=_("street"))
    register_page("district", _simple("district_detail"), label=_("district"))
    register_page("district_change", _simple("district_change_detail"), label=_("change of the districts"))
    register_page("district_import", _simple("district_import_detail"), label=_("file of districts"))
    register_page("place", None, label=_("place put by hand"))
    register_page("area", None, label=_("level above districts"))
    register_page("building", _simple("building_detail"), label=_("building"))
    register_page("station", _station, label=_("polling station"))
    register_page("job", _simple("job_detail"), label=_("work"))
    register_page("extraction", _extraction, label=_("extraction"))
    register_page("draft", _draft, label=_("draft of the assignment"))
    register_page("list_copy", _copy, label=_("copy of the voters list"))
    register_page("card_run", _card_run, label=_("print run"))
    PAGES.update(run=_card_run, copy=_copy)  # as their long work calls them
    register_page("card", _simple("card_detail"), label=_("card"))
    register_page("list_decision", _decision, label=_("decision about a voter"))
    register_page("card_template", _card_template, label=_("text of cards"))
    register_page("pin", None, label=_("fixed place"))
    register_page("user", None, label=_("user"))
    register_page("address", None, label=_("address"))
    register_page("election", None, label=_("election"))
    register_page("mail_id_range", None, label=_("range of Mail ID numbers"))
    register_page("municipality", None, label=_("municipality"))
    EVENTS.update(event_labels.EVENTS)
    for names in (BALLOT_LABELS, FEATURES, BUILDING_FIELDS, event_fields.FIELDS):
        FIELDS.update({str(name): label for name, label in names.items()})
    VALUES.update({**BALLOT_LABELS, **DEPOSIT_KINDS, **event_fields.VALUES})
    for field, words in _values_of_fields().items():
        VALUES.update({f"{field}:{value}": label for value, label in words.items()})
    _register_approvals()
    register_result(exports.KIND, _list_file, label=_("To the file"))
    register_result(served.KIND, _papers_file, label=_("To the file"))
    register_result(copy_services.KIND, _copy_file, label=_("To the list"))
    register_result(mailing.KIND, _posting, label=_("To the list"))
    register_result(bpost_answers.KIND, _posting, label=_("To the result"))
    register_result(answers.REPORT, _posting, label=_("To the result"))
    register_refusals(exports.KIND, printing.refusal)
    register_refusals(served.KIND, printing.refusal)
    register_refusals(copy_services.KIND, printing.refusal)
    register_refusals(answers.REPORT, posting.report_refusal)
    register_refusals(mailing.KIND, posting.list_refusal)
    register_refusals(bpost_answers.KIND, posting.answer_refusal)
    for kind in (card_run_services.PREPARE, card_run_services.DRAW, card_run_services.FINISH, releasing.RELEASE):
        register_refusals(kind, card_run_words.refusal)


def _values_of_fields() -> dict[str, dict[str, Promise]]:
    """Codes that mean something in one field of an audit event only, in the words of their own pages."""
    orders = [*draft_words.ORDER.items(), *list_words.ORDER_NAMES.items(), *card_run_words.ORDERS.items()]
    return {
        "action": card_words.ACTIONS,
        "address": event_fields.ADDRESSES,
        "authority": dict(ListDecision.Authority.choices),
        "cause": {**card_words.CAUSES, **counter_words.CAUSES},
        "kind": {**dict(ListDecision.Kind.choices), **blanks.MOVEMENTS},
        "mode": counter_words.MODES,
        "order": {str(order): label for order, label in orders},
        "wishes": {str(wishes): label for wishes, label in draft_words.WISHES.items()},
    }


def _register_approvals() -> None:
    """What a second person decides on, and where it is shown."""
    register_approval("register_import", label=_("Bring the register file in"), shows="register_import")
    register_approval("mutations", label=_("Bring mutations of the register in"), shows="register_import")
    register_approval("list_decision", label=_("Record a decision about a voter"), shows="list_decision")
    register_approval(APPROVAL_KIND, label=_("Make the final extraction"), shows="extraction")
    register_approval(assignment.APPROVAL_KIND, label=_("Freeze the assignment"), shows="draft")
    register_approval(card_runs.APPROVAL_KIND, label=_("Release the cards to the printer"), shows="card_run")
    register_approval(card_counter.REISSUE_APPROVAL, label=_("Make new cards for many"), shows="card_run")
    register_approval(list_copies.APPROVAL_KIND, label=_("Give out a copy of the voters list"), shows="list_copy")
    register_approval(card_templates.APPROVAL_KIND, label=_("Use a text on cards"), shows="card_template")


def _simple(url_name: str) -> PageOf:
    def page(nis: str, pk: int) -> str | None:
        try:
            return reverse(url_name, kwargs={"nis": nis, "pk": pk})
        except NoReverseMatch:
            return None

    return page


def _station(nis: str, pk: int) -> str | None:
    day = Station.objects.filter(pk=pk).values_list("election__date", flat=True).first()
    try:
        return reverse("station_detail", kwargs={"nis": nis, "election_date": day, "pk": pk}) if day else None
    except NoReverseMatch:
        return None


def _extraction(nis: str, pk: int) -> str | None:
    found = Extraction.objects.filter(pk=pk).values_list("election__date", "number").first()
    if found is None:
        return None
    return reverse("extraction_detail", kwargs={"nis": nis, "election_date": found[0], "number": found[1]})


def _card_template(nis: str, pk: int) -> str | None:
    key = card_templates.CardTemplate.objects.filter(pk=pk).values_list("key", flat=True).first()
    day = election_day_of(nis=nis, key=key) if key else None
    return reverse("card_template_detail", kwargs={"nis": nis, "election_date": day, "key": key}) if day else None


def _list_file(nis: str, job: Job) -> str | None:
    day = Extraction.objects.filter(pk=job.params.get("extraction")).values_list("election__date", flat=True).first()
    if day is None:
        return None  # the trial was deleted
    return reverse("voter_export_file", kwargs={"nis": nis, "election_date": day, "pk": job.pk})


def _papers_file(nis: str, job: Job) -> str | None:
    day = Draft.objects.filter(pk=job.params.get("draft")).values_list("election__date", flat=True).first()
    return reverse("served_papers_file", kwargs={"nis": nis, "election_date": day, "pk": job.pk}) if day else None


def _decision(nis: str, pk: int) -> str | None:
    day = ListDecision.objects.filter(pk=pk).values_list("election__date", flat=True).first()
    try:
        return reverse("decision_detail", kwargs={"nis": nis, "election_date": day, "pk": pk}) if day else None
    except NoReverseMatch:
        return None


def _copy(nis: str, pk: int) -> str | None:
    day = ListCopy.objects.filter(pk=pk).values_list("election__date", flat=True).first()
    return reverse("list_copy_detail", kwargs={"nis": nis, "election_date": day, "pk": pk}) if day else None


def _card_run(nis: str, pk: int) -> str | None:
    found = PrintRun.objects.filter(pk=pk).values_list("election__date", "number").first()
    if found is None:
        return None
    return reverse("card_run_detail", kwargs={"nis": nis, "election_date": found[0], "number": found[1]})


def _posting(nis: str, job: Job) -> str | None:
    found = PrintRun.objects.filter(pk=job.params.get("run") or 0).values_list("election__date", "number").first()
    if found is None:
        return None  # brought in by a command
    return reverse("card_run_work", kwargs={"nis": nis, "election_date": found[0], "number": found[1], "pk": job.pk})


def _copy_file(nis: str, job: Job) -> str | None:
    return _copy(nis, job.params.get("copy", 0))


def _draft(nis: str, pk: int) -> str | None:
    found = Draft.objects.filter(pk=pk).values_list("election__date", "number").first()
    if found is None:
        return None
    return reverse("draft_detail", kwargs={"nis": nis, "election_date": found[0], "number": found[1]})
