"""What the pages of copies of a voters list say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.actor import Actor
from core.models import Approval
from core.templatetags.presentation import date_time, number
from districts.models import Station
from elections.models import Election
from municipalities.rules import Permission
from voters.models import ListCopy
from voters.rules.list_copies import ALL, APART, KINDS, Changes, Field, Kind, KindRule, Order, Refusal, Wish, use_has_ended
from voters.selectors import list_copies as selectors
from voters.sql.list_copies import Counts
from voters.words.links import url

Item = dict[str, Any]
NAMES: Final[dict[str, Promise]] = {
    Kind.STATION: gettext_lazy("List of the polling station"),
    Kind.PRESIDENT: gettext_lazy("List of the president"),
    Kind.PACKAGE: gettext_lazy("Paper package"),
    Kind.MUNICIPALITY: gettext_lazy("List of the municipality"),
    Kind.PUBLIC: gettext_lazy("For public inspection"),
    Kind.GOVERNOR: gettext_lazy("For the governor"),
    Kind.PARTY: gettext_lazy("For a party or a candidate"),
}
HINTS: Final[dict[str, Promise]] = {
    Kind.STATION: gettext_lazy("To look people up at the counter or in the polling station, with all changes."),
    Kind.PRESIDENT: gettext_lazy("To tick who votes: a box for each voter, struck lines with their reason, proxies."),
    Kind.PACKAGE: gettext_lazy(
        "For each polling station: cover, list of the president, count sheet and signatures, in the order of printing."
    ),
    Kind.MUNICIPALITY: gettext_lazy("Everybody in one list, with polling station and changes."),
    Kind.PUBLIC: gettext_lazy("The list as it was established, to lie open until the twelfth day before the election."),
    Kind.GOVERNOR: gettext_lazy("By polling station, to be sent at latest 25 days before the election."),
    Kind.PARTY: gettext_lazy("Only what the law lets a party have. A second person approves each copy."),
}
FIELDS: Final[dict[Field, Promise]] = {
    Field.NUMBER: gettext_lazy("number"),
    Field.STATION: gettext_lazy("polling station"),
    Field.NAME: gettext_lazy("name and first names"),
    Field.BIRTH: gettext_lazy("date of birth"),
    Field.ADDRESS: gettext_lazy("main residence"),
    Field.MARK: gettext_lazy("mark V"),
    Field.MINOR: gettext_lazy("16 or 17 years"),
    Field.BALLOTS: gettext_lazy("ballots"),
    Field.COMPULSORY: gettext_lazy("voting compulsory"),
    Field.STRUCK: gettext_lazy("struck"),
    Field.REASON: gettext_lazy("reason of a strike"),
    Field.ADDED: gettext_lazy("added later"),
    Field.PRESENT: gettext_lazy("box to tick"),
    Field.PROXY: gettext_lazy("box for a proxy"),
}
CHANGES: Final[dict[Changes, Promise]] = {
    Changes.ESTABLISHED: gettext_lazy("as the list was established, without changes"),
    Changes.SHOWN: gettext_lazy("with the changes until the chosen moment; who was struck stands there struck through"),
    Changes.APPLIED: gettext_lazy("with the changes until the chosen moment; who was struck is left out"),
}
CERTAINTY: Final[dict[str, Promise]] = {
    "H": gettext_lazy("read in a source"),
    "M": gettext_lazy("well known, not read again"),
    "L": gettext_lazy("uncertain: have it looked up first"),
}
_UP_TO_DATE: Final = gettext_lazy("the college keeps the list of each polling station up to date until election day")
_ATTENDANCE: Final = gettext_lazy("the members of the polling station tick who votes on their list")
SOURCES: Final[dict[str, Promise]] = {
    Kind.STATION: _UP_TO_DATE,
    Kind.PRESIDENT: _ATTENDANCE,
    Kind.PACKAGE: _ATTENDANCE,
    Kind.MUNICIPALITY: _UP_TO_DATE,
    Kind.PUBLIC: gettext_lazy("page of the Flemish authority on voters lists, 2024"),
    Kind.GOVERNOR: gettext_lazy("Electoral Code art. 15"),
    Kind.PARTY: gettext_lazy(
        "Electoral Code art. 17; Local and Provincial Electoral Decree art. 20; which fields a copy may hold was not found"
    ),
}
"""``KindRule.article`` in the language of the screen."""
RECIPIENTS: Final[dict[str, Promise]] = {
    Kind.STATION: gettext_lazy("Own use of the municipality"),
    Kind.PRESIDENT: gettext_lazy("President of the polling station"),
    Kind.PACKAGE: gettext_lazy("President of the polling station"),
    Kind.MUNICIPALITY: gettext_lazy("Own use of the municipality"),
    Kind.PUBLIC: gettext_lazy("Public inspection"),
    Kind.GOVERNOR: gettext_lazy("Governor of the province"),
}
REFUSALS: Final[dict[Refusal, Promise]] = {
    Refusal.NO_FINAL_LIST: gettext_lazy("There is no final voters list yet."),
    Refusal.NOT_ASSIGNED: gettext_lazy("The assignment to polling stations is not frozen yet: nobody has a polling station."),
    Refusal.NO_SUCH_STATION: gettext_lazy("That polling station is not one of this election."),
    Refusal.LATER: gettext_lazy("This moment is still to come."),
    Refusal.BEFORE_FREEZE: gettext_lazy("At that moment the list was not frozen yet."),
    Refusal.NOBODY_NAMED: gettext_lazy("Say for whom it is."),
    Refusal.ONLY_PDF: gettext_lazy("A paper package is a PDF."),
    Refusal.WRONG_STATE: gettext_lazy("This was decided or withdrawn meanwhile. Nothing has changed."),
    Refusal.SECOND_PERSON: gettext_lazy("Two persons decide about this, each with an account of their own."),
}
ORDERS: Final[dict[str, Promise]] = {Order.NAME: gettext_lazy("by name"), Order.STREET: gettext_lazy("by street")}
STATES: Final[dict[str, str]] = {
    "requested": "warn",
    "making": "info",
    "made": "ok",
    "refused": "bad",
    "failed": "bad",
    "withdrawn": "plain",
}
SCREEN: Final = (Kind.PRESIDENT, Kind.PACKAGE, Kind.STATION, Kind.MUNICIPALITY, Kind.PUBLIC, Kind.GOVERNOR, Kind.PARTY)
"""The kinds in the order in which the page shows them."""


def kinds(election: Election, actor: Actor, *, assigned: bool) -> list[Item]:
    """The kinds with what each is for; a link where it can be made now, else why not."""
    found = []
    for kind in SCREEN:
        rule = KINDS[kind]
        reason = ""
        if not (actor.may(Permission.EXPORT) and actor.may(rule.permission)):
            reason = _("Your role does not allow this.")
        elif rule.by_station and not assigned:
            reason = _("The assignment is not frozen yet.")
        link = "" if reason else url("list_copy_new", election, kind=kind.value)
        found.append({"name": NAMES[kind], "hint": HINTS[kind], "url": link, "reason": reason, "two": rule.two_persons})
    return found


def contents(rule: KindRule) -> list[Item]:
    """What a copy of this kind holds, and why."""
    text = ", ".join(str(FIELDS[one]) for one in rule.fields)
    return [
        {"label": _("In it"), "value": text},
        {"label": _("Changes"), "value": CHANGES[rule.changes]},
        {"label": _("Source"), "value": f"{SOURCES[rule.kind]} ({CERTAINTY[rule.certainty]})"},
    ]


def scopes(rule: KindRule, stations: Sequence[Station], counts: Counts) -> list[tuple[str, str]]:
    """The menu of stations, each with its voters."""
    voters = {one.station: one.voters for one in counts.stations}
    every = _("All polling stations, in one file") if rule.by_station else _("The whole municipality")
    found = [(ALL, every)]
    if stations and rule.by_station:
        found.append((APART, _("All polling stations, a file each")))
    return found + [
        (str(one.number), f"{one.number} · {one.name or one.building.name} ({voters_text(voters.get(one.number, 0))})") for one in stations
    ]


def voters_text(count: int) -> str:
    """``812 kiezers``."""
    return ngettext("%(shown)s voter", "%(shown)s voters", count) % {"shown": number(count)}


def orders(rule: KindRule, counts: Counts) -> list[tuple[str, str]]:
    """The orders, each with the pages that it takes when all is printed."""
    found = []
    for order in Order:
        wish = Wish(rule.kind, "pdf", order, "nl", None, apart=False, made_for="")
        pages = selectors.estimate(wish, counts)[1]
        texts = {"order": ORDERS[order], "pages": number(pages)}
        shown = ngettext("%(order)s, some %(pages)s page when all is printed", "%(order)s, some %(pages)s pages when all is printed", pages)
        text = shown % texts
        found.append((order.value, text[:1].upper() + text[1:]))
    return found


def figures(counts: Counts) -> list[Item]:
    """What the list adds up to now."""
    return [
        {"label": _("Voters"), "value": number(counts.whole.voters)},
        {"label": _("Struck"), "value": number(counts.whole.struck)},
        {"label": _("Added later"), "value": number(counts.whole.added)},
    ]


def rows(copies: Sequence[ListCopy]) -> list[Item]:
    """The table of what was made."""
    return [
        {
            "number": one.number,
            "name": NAMES[one.kind],
            "scope": scope(one),
            "made_for": one.made_for,
            "form": form_of(one),
            "by": one.requested_by_name,
            "at": date_time(one.requested_at),
            "tag": tag(one),
            "url": url("list_copy_detail", one.election, pk=one.pk),
        }
        for one in copies
    ]


def scope(copy: ListCopy) -> str:
    """Of which stations."""
    if copy.station is not None:
        return _("polling station %(number)s") % {"number": copy.station}
    return _("all polling stations") if KINDS[Kind(copy.kind)].by_station else _("the whole municipality")


def form_of(copy: ListCopy) -> str:
    """``PDF, op naam``."""
    return f"{copy.format.upper()}, {ORDERS[copy.order]}"


def tag(copy: ListCopy) -> Item:
    """The state as a tag."""
    return {"label": copy.get_state_display(), "state": STATES[copy.state]}


def facts(copy: ListCopy) -> list[Item]:
    """Everything that is known of a copy."""
    found: list[Item] = [
        {"label": _("For whom"), "value": copy.made_for},
        *([{"label": _("Request or undertaking"), "value": copy.purpose}] if copy.purpose else []),
        {"label": _("Of which polling stations"), "value": scope(copy)},
        {"label": _("File"), "value": form_of(copy) + (f", {_('a file each')}" if copy.split else "")},
        {"label": _("As of"), "value": date_time(copy.as_of)},
        {"label": _("Asked for by"), "value": f"{copy.requested_by_name} · {date_time(copy.requested_at)}"},
    ]
    if copy.approved_by_name:
        found.append({"label": _("Approved by"), "value": f"{copy.approved_by_name} · {date_time(copy.approved_at)}"})
    if copy.state == ListCopy.State.MADE:
        found += [
            {"label": _("Lines of the list"), "value": number(copy.rows)},
            *([{"label": _("Pages"), "value": number(copy.pages)}] if copy.pages else []),
            {"label": _("Size"), "value": filesizeformat(copy.size)},
            {"label": "SHA-256", "value": copy.sha256},
        ]
    return found


def document(copy: ListCopy, *, may_export: bool) -> Item | None:
    """The component *document* of a copy that was made and is still kept."""
    if copy.state != ListCopy.State.MADE or not copy.file or not may_export:
        return None
    return {"title": selectors.file_name(copy), "download_url": url("list_copy_download", copy.election, pk=copy.pk), "facts": facts(copy)}


def warnings(kind: Kind, election: Election, now: datetime) -> list[str]:
    """What both persons are told before a copy leaves the house."""
    ended = use_has_ended(kind, today=localdate(now), election_day=election.date)
    return [_("The election is over: a party may no longer use the list.")] if ended else []


def approval_figures(copy: ListCopy, approval: Approval | None) -> list[Item]:
    """What the second person was promised."""
    summary: Mapping[str, Any] = approval.summary if approval else {}
    return [
        {"label": _("For whom"), "value": summary.get("made_for") or copy.made_for},
        {"label": _("Request or undertaking"), "value": summary.get("purpose") or copy.purpose},
        {"label": _("File"), "value": form_of(copy)},
        {"label": _("As of"), "value": date_time(copy.as_of)},
    ]
