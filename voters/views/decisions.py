"""Decisions of the college or the Court of Appeal about voters of a frozen list: the list, the form, one decision."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_tables2 import RequestConfig

from elections.access import access_election
from elections.models import Election
from elections.rules import BALLOT_CODES
from elections.selectors import ballot_codes
from municipalities.access import MunicipalRequest, requires
from municipalities.rules import Permission
from voters.access.ledger import access_decision
from voters.access.persons import access_person
from voters.forms.ledger import AddForm, CorrectForm, DecisionBase, StrikeForm
from voters.models import ListDecision, Person
from voters.selectors import decisions as selectors
from voters.selectors.ledger import CurrentEntry, FrozenList, frozen_list
from voters.services import decisions
from voters.services.decisions import NewDecision
from voters.tables.ledger import DecisionTable
from voters.words import decision_page as words
from voters.words import ledger as ledger_words
from voters.words.persons import name as person_name


@require_safe
@requires(Permission.VIEW)
@vary_on_headers("HX-Request")
def decision_list(request: MunicipalRequest, nis: str, election_date: date) -> HttpResponse:
    """Every decision about a voter, the newest first."""
    election = access_election(request.municipality, election_date)
    table = DecisionTable(selectors.decisions(election=election), election=election)
    RequestConfig(request, paginate={"per_page": 50, "silent": True}).configure(table)
    text = _(
        "The college and the Court of Appeal may add, strike or correct a voter after the list date. Look the person up and choose what was decided; a second person records it."
    )
    context = {
        "election": election,
        "list_title": _("Decisions about voters"),
        "total": len(table.rows),
        "table": table,
        "empty": {
            "title": _("No decisions yet"),
            "text": text,
            "action_label": _("Look a person up"),
            "action_url": f"/{nis}/persons/",
        },
    }
    return render(request, "components/results.html" if request.htmx else "voters/ledger/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_APPROVAL)
def decision_new(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """The form of one decision about one person; sending it asks a second person."""
    election, person = access_election(request.municipality, election_date), access_person(request.municipality, pk)
    kind, frozen = request.GET.get("kind", ""), frozen_list(election)
    if kind not in words.titles() or frozen is None:
        raise Http404
    line = selectors.line_of(frozen, person_id=person.pk, at=request.now)
    form = _form(request, kind, election, frozen, person, line)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            asked = decisions.request_decision(election=election, person=person, new=new_of(form, kind), by=request.actor, at=request.now)
        except decisions.DecisionRefusedError as refusal:
            error = str(ledger_words.REFUSALS[refusal.refusal])
        else:
            messages.success(request, _("Asked. As soon as a colleague approves, the decision is recorded."))
            return redirect("decision_detail", nis=nis, election_date=election_date, pk=asked.pk)
    context = {"election": election, "person": person, "name": person_name(person), "form": form, "error": error}
    context |= {"title": words.titles()[kind], "warning": words.warnings()[kind], "line": line}
    return render(request, "voters/ledger/decision_new.html", context, status=422 if request.method == "POST" else 200)


def _form(
    request: MunicipalRequest, kind: str, election: Election, frozen: FrozenList, person: Person, line: CurrentEntry | None
) -> AddForm | StrikeForm | CorrectForm:
    data = request.POST if request.method == "POST" else None
    ballots = ballot_codes(election)
    if kind == "strike":
        return StrikeForm(data)
    if kind == "correct":
        return CorrectForm(data, ballots=ballots, initial=_as_listed(line) if line else None)
    proposed = selectors.proposed_station(frozen, person=person)
    name = f"{proposed.station.number} {proposed.station.name}" if proposed else ""
    stations = list(selectors.stations(election=election))
    return AddForm(data, ballots=ballots, stations=stations, proposed=name, restores=line is not None, initial={"ballots": list(ballots)})


def _as_listed(line: CurrentEntry) -> dict[str, Any]:
    address = line.list_address
    return {
        "last_name": line.last_name,
        "first_names": line.first_names,
        "ballots": [code for place, code in enumerate(BALLOT_CODES) if line.ballots & 1 << place],
        **{name: getattr(address, name) for name in ("street_name", "house_number", "box_number", "postcode")},
    }


def new_of(form: DecisionBase, kind: str) -> NewDecision:
    """What was filled in."""
    data = form.cleaned_data
    values = form.values() if isinstance(form, AddForm | CorrectForm) else {}
    return NewDecision(
        kind=ListDecision.Kind(kind),
        **{name: data[name] for name in ("authority", "decided_on", "reference", "reason", "note")},
        values=values,
        station_id=int(data["station"]) if data.get("station") else None,
    )


@require_safe
@requires(Permission.VIEW)
def decision_detail(request: MunicipalRequest, nis: str, election_date: date, pk: int) -> HttpResponse:
    """One decision: what was decided, who asked and recorded it, and whether it was taken back."""
    election = access_election(request.municipality, election_date)
    decision = access_decision(election, pk)
    return render(request, "voters/ledger/decision.html", words.page(decision, election, actor=request.actor))
