"""What the frame of every page shows. Built only when a template asks for it: a fragment has no frame."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.actor import PLATFORM
from core.selectors import frame_counts
from elections import selectors as elections
from elections.labels import election_title
from municipalities.access import MunicipalRequest
from municipalities.models import SupportSession
from municipalities.roles import ROLE_LABELS
from municipalities.rules import Permission
from municipalities.selectors import municipalities_of


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality in the menu."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ElectionLink:
    """An election in the menu."""

    title: Promise | str
    date: date
    url: str


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the side menu; without ``url`` it is greyed."""

    label: Promise | str
    url: str
    active: bool
    count: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries that belong together, in the order in which the work is done; one with a title is folded but for where the reader is."""

    key: str
    title: Promise | str
    items: list[NavItem]

    @property
    def active(self) -> bool:
        """Whether the page lies in it."""
        return any(item.active for item in self.items)

    @property
    def count(self) -> int:
        """What its entries count together."""
        return sum(item.count or 0 for item in self.items)


@dataclass(frozen=True, slots=True)
class FramePerson:
    """Who is signed in, and as what."""

    name: str
    role: str


@dataclass(slots=True)
class Frame:
    """Everything around the page (templates/base.html, components/topbar.html and sidenav.html)."""

    municipality: Place
    person: FramePerson
    municipalities: list[Place]
    election: ElectionLink | None
    elections: list[ElectionLink]
    support_session: SupportSession | None
    support_close_url: str
    running_jobs: int
    pending_approvals: int
    jobs_url: str
    approvals_url: str
    search_url: str
    nav: list[NavGroup] = field(default_factory=list)


# label, name of the address, whether it belongs to an election, permission. An address that does not exist is left out.
Entry = tuple[Promise, str, bool, Permission]
NAVIGATION: tuple[tuple[str, Promise | str, tuple[Entry, ...]], ...] = (
    (
        "overview",
        "",
        (
            (_("Overview"), "municipality_home", False, Permission.VIEW),
            (_("State of the election"), "election_overview", True, Permission.VIEW),
        ),
    ),
    (
        "prepare",
        _("Prepare"),
        (
            (_("Addresses and streets"), "street_list", False, Permission.VIEW),
            (_("Districts"), "district_list", False, Permission.VIEW),
            (_("In which district lies …?"), "which_district", False, Permission.VIEW),
            (_("Buildings"), "building_list", False, Permission.VIEW),
            (_("Polling stations"), "station_list", True, Permission.VIEW),
            (_("Preparatory checks"), "preparation_checks", True, Permission.VIEW),
            (_("Who may vote"), "election_rules", True, Permission.VIEW),
        ),
    ),
    (
        "voters",
        _("Voters"),
        (
            (_("Population register"), "register_import_list", False, Permission.VIEW),
            (_("Mutations of the register"), "mutation_list", False, Permission.VIEW),
            (_("Addresses to link"), "unmatched_list", False, Permission.VIEW),
            (_("Persons"), "person_search", False, Permission.VIEW),
            (_("Extractions"), "extraction_list", True, Permission.VIEW),
            (_("Voters list"), "voter_list", True, Permission.VIEW),
            (_("Assignment to polling stations"), "draft_list", True, Permission.VIEW),
            (_("Map"), "election_map", True, Permission.VIEW),
            (_("Streets by polling station"), "served_list", True, Permission.VIEW),
            (_("Lists"), "list_copy_list", True, Permission.VIEW),
            (_("After the list date"), "ledger_list", True, Permission.VIEW),
            (_("Decisions about voters"), "decision_list", True, Permission.VIEW),
        ),
    ),
    (
        "cards",
        _("Cards"),
        (
            (_("Texts of the cards"), "card_template_list", True, Permission.VIEW),
            (_("Print runs"), "card_run_list", True, Permission.VIEW),
            (_("All cards"), "cards", True, Permission.VIEW),
            (_("Open cases"), "card_case_list", True, Permission.VIEW),
            (_("Returned letters"), "card_returns", True, Permission.MANAGE_ELECTION),
            (_("Counter"), "counter_search", True, Permission.VIEW),
        ),
    ),
    (
        "municipality",
        _("Municipality"),
        (
            (_("Approvals"), "approval_list", False, Permission.VIEW),
            (_("Work in progress"), "job_list", False, Permission.VIEW),
            (_("People and roles"), "people_list", False, Permission.MANAGE_PEOPLE),
            (_("Letterhead of the cards"), "card_letterhead", False, Permission.VIEW),
            (_("bpost"), "bpost_settings", False, Permission.VIEW),
            (_("Names of places"), "place_list", False, Permission.VIEW),
            (_("Audit trail"), "audit_list", False, Permission.VIEW_AUDIT),
        ),
    ),
)
# Pages that lie under an entry without sharing the beginning of its name.
UNDER = {
    "pin_list": "draft_list",
    "pin_new": "draft_list",
    "person_new": "people_list",
    "role_grant": "people_list",
    "place_put": "place_list",
    "bpost_settings_save": "bpost_settings",
    "card_detail": "cards",
    "card_case_close": "card_case_list",
    "card_case_changed": "card_case_list",
    "card_returns_file": "card_returns",
    "card_letterhead_save": "card_letterhead",
    "card_settings": "card_template_list",
    "language_choice": "person_search",
    "address_import_new": "street_list",
    "address_import_detail": "street_list",
    "verdict_detail": "extraction_list",
    "election_change": "election_overview",
    "election_remove": "election_overview",
}


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the frame; ``None`` outside a municipality."""
    if getattr(request, "municipality_id", PLATFORM) == PLATFORM:
        return {"frame": None}
    return {"frame": SimpleLazyObject(lambda: _frame(cast("MunicipalRequest", request)))}


def _frame(request: MunicipalRequest) -> Frame:
    nis = request.municipality.nis_code
    held = elections.elections(municipality=request.municipality)
    links = [ElectionLink(election_title(elections.ballot_codes(one)), one.date, _election_url(nis, one.date)) for one in held]
    election = _chosen(links, request)
    counts = frame_counts(municipality_id=request.municipality_id, user_id=request.actor.user_id)
    may_approve = request.actor.may(Permission.APPROVE)
    return Frame(
        municipality=Place(request.municipality.name, _url("municipality_home", nis=nis)),
        person=FramePerson(request.actor.name, ", ".join(str(ROLE_LABELS[role]) for role in request.actor.role.split())),
        municipalities=[Place(one.name, _url("municipality_home", nis=one.nis_code)) for one in municipalities_of(user=request.user)]  # type: ignore[arg-type]  # signed in: the middleware saw to it
        if request.support_session is None
        else [],
        election=election,
        elections=links,
        support_session=request.support_session,
        support_close_url=_url("support_close", nis=nis),
        running_jobs=counts.jobs,
        pending_approvals=counts.approvals if may_approve else 0,
        jobs_url=_url("job_list", nis=nis),
        approvals_url=_url("approval_list", nis=nis),
        search_url=_url("search", nis=nis),
        nav=_navigation(request, election, {"job_list": counts.jobs, "approval_list": counts.approvals if may_approve else 0}),
    )


def _chosen(links: list[ElectionLink], request: HttpRequest) -> ElectionLink | None:
    """The election of the address; else the next one; else the last one."""
    match = request.resolver_match
    asked: Any = match.kwargs.get("election_date") if match else None
    if asked is not None:
        return next((link for link in links if link.date == asked), None)
    now: datetime = request.now  # type: ignore[attr-defined]  # core.http.Request
    coming = [link for link in links if link.date >= localdate(now)]
    return coming[-1] if coming else (links[0] if links else None)


def _navigation(request: MunicipalRequest, election: ElectionLink | None, counts: dict[str, int]) -> list[NavGroup]:
    here = getattr(request, "menu_entry", "") or (request.resolver_match.url_name if request.resolver_match else "") or ""
    groups = []
    for key, title, entries in NAVIGATION:
        items = []
        for label, name, of_election, permission in entries:
            url = _entry_url(request, name, election if of_election else None, of_election=of_election)
            if url and request.actor.may(permission):
                items.append(NavItem(label, url, active=_is_under(here, name), count=counts.get(name) or None))
        if items:
            groups.append(NavGroup(key, title, items))
    return groups


def _entry_url(request: MunicipalRequest, name: str, election: ElectionLink | None, *, of_election: bool) -> str:
    if of_election:
        return _url(name, nis=request.municipality.nis_code, election_date=election.date) if election else ""
    return _url(name, nis=request.municipality.nis_code)


def _is_under(here: str, entry: str) -> bool:
    if here in UNDER or here == entry:
        return UNDER.get(here, here) == entry
    stem = entry.removesuffix("_list").removesuffix("_search")
    return stem != entry and here.startswith(f"{stem}_")


def _election_url(nis: str, day: date) -> str:
    return _url("election_overview", nis=nis, election_date=day) or _url("election_rules", nis=nis, election_date=day)


def _url(name: str, **kwargs: Any) -> str:
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""
