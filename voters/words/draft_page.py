"""What the page of a draft says: the answer first, what needs attention, its stations and districts, and what happened to it."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.models import Approval
from core.templatetags.presentation import date_time, number, percent
from districts.models import StreetRange
from voters.models import Draft, Extraction, HandMove
from voters.selectors.draft_pages import DistrictRow
from voters.selectors.drafts import StationLoad
from voters.words import drafts as words
from voters.words.drafts import gap_sentence, metres
from voters.words.links import url

Item = dict[str, Any]
State = Draft.State
CHANGED: Final[dict[str, Promise]] = {
    "stations": gettext_lazy("Polling stations were changed since this draft was made."),
    "split": gettext_lazy("Districts were changed since this draft was made."),
    "pins": gettext_lazy("What is fixed was changed since this draft was made."),
}
SIDES: Final[dict[str, Promise]] = {
    StreetRange.Side.ALL: gettext_lazy("all numbers"),
    StreetRange.Side.EVEN: gettext_lazy("even numbers"),
    StreetRange.Side.ODD: gettext_lazy("odd numbers"),
}


def answer(draft: Draft) -> Item | None:
    """Whether it works out, and how people walk: ``ok, headline, sentences``."""
    found = draft.figures
    if draft.state in {State.RUNNING, State.FAILED, State.CANCELLED} or not found:
        return None
    if draft.state == State.INFEASIBLE:
        return {"state": "bad", "headline": _("This is not possible so"), "sentences": _placed_all_the_same(draft)}
    unplaced = found["unplaced"]
    if unplaced:
        headline = ngettext("%(count)s voter has no polling station yet", "%(count)s voters have no polling station yet", unplaced) % {
            "count": number(unplaced)
        }
    elif draft.state == State.FROZEN:
        headline = _("Everybody has a polling station and a number")
    else:
        headline = _("Everybody has a polling station, and no household is split")
    return {
        "state": "warn" if unplaced else "ok",
        "headline": headline,
        "sentences": [text for text in (_walk(draft), gap_sentence(draft)) if text],
    }


def _walk(draft: Draft) -> str:
    found = draft.figures
    if found.get("mean_distance_m") is None:
        return _("Of no household it is known how far it lives from its polling station.")
    return _(
        "On average voters live %(mean)s from their polling station in a straight line, 95 in 100 at most %(p95)s, and nobody more than %(furthest)s."
    ) % {
        "mean": metres(found["mean_distance_m"]),
        "p95": metres(found["p95_distance_m"]),
        "furthest": metres(found["furthest_m"]),
    }


def _placed_all_the_same(draft: Draft) -> list[str]:
    found = draft.figures
    return [
        _("Placed: %(placed)s; not placed: %(unplaced)s. Mend one of the reasons below and make the draft again.")
        % {"placed": words.voters(found["voters"] - found["unplaced"]), "unplaced": words.voters(found["unplaced"])}
    ]


def kpis(draft: Draft) -> list[Item]:
    """Four figures."""
    found = draft.figures
    if not found or draft.state in {State.RUNNING, State.FAILED, State.CANCELLED}:
        return []
    return [
        {
            "value": number(found["voters"]),
            "label": _("voters"),
            "hint": _("in %(households)s") % {"households": words.households(found["households"])},
        },
        {
            "value": metres(found["mean_distance_m"]) or "–",
            "label": _("to the polling station"),
            "hint": _("on average; 95 in 100 at most %(p95)s") % {"p95": metres(found["p95_distance_m"])}
            if found["p95_distance_m"]
            else "",
        },
        {
            "value": number(found["split_sides"]),
            "label": _("street sides split"),
            "hint": _("of %(count)s") % {"count": number(found["sides"])},
        },
        _moved(draft) if draft.previous else _spread(draft),
    ]


def _moved(draft: Draft) -> Item:
    moved, known = draft.figures["moved"], draft.figures["known_before"]
    since = {"voters": words.voters(moved), "election": words.before_name(draft.previous) if draft.previous else ""}
    return {
        "value": percent(moved / known) if known else "–",
        "label": _("to another building"),
        "hint": _("%(voters)s since the %(election)s") % since,
    }


def _spread(draft: Draft) -> Item:
    found = draft.figures
    return {
        "value": f"{number(found['load_min'])}–{number(found['load_max'])}",
        "label": _("voters a polling station"),
        "hint": _("in %(count)s polling stations") % {"count": number(found["stations"])},
    }


def attention(draft: Draft, changed: Sequence[str], newest: Extraction | None, stations: Sequence[StationLoad]) -> list[Item]:
    """What somebody should look at: ``text, state, url, link``."""
    rows: list[Item] = []
    election, found = draft.election, draft.figures
    if found.get("unplaced") and draft.state != State.FROZEN:
        text = _("%(voters)s without a polling station.") % {"voters": words.voters(found["unplaced"])}
        link = _("Place them") if draft.state == State.READY else _("Look")
        rows.append({"text": text, "state": "bad", "url": url("draft_unplaced", election, number=draft.number), "link": link})
    over = [one for one in stations if one.over]
    under = [one for one in stations if one.under]
    if over:
        rows.append(
            {"text": _("Too full: %(stations)s.") % {"stations": _numbers(over)}, "state": "bad", "url": "#stations", "link": _("Look")}
        )
    if under:
        rows.append(
            {"text": _("Too empty: %(stations)s.") % {"stations": _numbers(under)}, "state": "warn", "url": "#stations", "link": _("Look")}
        )
    if is_closed(draft):
        text = _("The assignment of this election is frozen, from another draft. This one can only be looked at and compared.")
        rows.append({"text": text, "state": "info", "url": url("draft_list", election), "link": _("Look")})
    elif draft.state != State.FROZEN and newest is not None and newest.pk != draft.extraction_id:
        text = _("There is a newer list since: %(list)s. This draft places the voters of %(own)s.") % {
            "list": words.list_name(newest),
            "own": words.list_name(draft.extraction),
        }
        rows.append({"text": text, "state": "warn", "url": again_url(draft), "link": _("Make it again with the same settings")})
    elif changed:
        text = " ".join(str(CHANGED[part]) for part in changed)
        rows.append({"text": text, "state": "warn", "url": again_url(draft), "link": _("Make it again with the same settings")})
    return rows


def is_closed(draft: Draft) -> bool:
    """Whether another draft was frozen, so that nothing can come of this one any more."""
    return draft.state != State.FROZEN and draft.election.stations_frozen_at is not None


def again_url(draft: Draft) -> str:
    """Where a draft with the same settings is begun; nothing once the assignment stands."""
    if draft.election.stations_frozen_at is not None:
        return ""
    address = url("draft_new", draft.election)
    return f"{address}?from={draft.number}" if address else ""


def _numbers(found: Sequence[StationLoad]) -> str:
    return ", ".join(
        _("%(number)s (%(voters)s, allowed: %(limits)s)")
        % {"number": one.station.number, "voters": words.voters(one.load.voters), "limits": words.limits(one.least, one.most)}
        for one in found
    )


def district_rows(draft: Draft, rows: Sequence[DistrictRow], streets_url: str) -> list[Item]:
    """Districts with their figures, ready to be shown."""
    return [
        {
            "name": f"{row.code} {row.name}",
            "url": f"{streets_url}?district={row.pk}" if streets_url else "",
            "voters": number(row.load.voters),
            "unplaced": number(row.load.unplaced) if row.load.unplaced else "",
            "stations": number(row.stations),
            "seats": number(row.seats) if row.seats is not None else "",
            "load": f"{number(row.load_min)}–{number(row.load_max)}" if row.stations else "",
            "mean": metres(row.load.mean),
            "split": number(row.load.split_sides),
            "moved": number(row.load.moved) if draft.previous_id else "–",
        }
        for row in rows
    ]


def story(draft: Draft, approval: Approval | None) -> list[Item]:
    """What happened to it, the newest first."""
    seconds = draft.figures.get("seconds")
    took = _("in %(seconds)s s") % {"seconds": number(seconds, 1)} if seconds else ""
    rows = [
        (draft.frozen_at, _("Frozen: nobody's polling station or number changes any more"), "", "ok"),
        (draft.changed_at, _("Last changed by hand"), "", ""),
        (draft.finished_at, pgettext("draft", "Made"), took, ""),
        (draft.made_at, pgettext("draft", "Asked for"), draft.made_by_name, ""),
    ]
    if approval is not None:
        rows.append((approval.requested_at, _("Asked to freeze it"), approval.requested_by_name, ""))
        if approval.decided_at:
            state = "bad" if approval.decision == Approval.Decision.REFUSED else "ok" if approval.decided_by_name else ""
            rows.append((approval.decided_at, str(approval.get_decision_display()).capitalize(), approval.decided_by_name, state))
    found = [(moment, title, hint, state) for moment, title, hint, state in rows if moment is not None]
    return [
        {"title": title, "hint": " · ".join(part for part in (date_time(moment), hint) if part), "state": state}
        for moment, title, hint, state in sorted(found, key=lambda row: row[0], reverse=True)
    ]


def moves(rows: Sequence[HandMove], names: dict[int, str]) -> list[Item]:
    """Moves by hand. ``names``: of persons, by their ids. Only the newest that stands can be undone."""
    shown = [
        {
            "title": _("%(what)s to polling station %(station)s") % {"what": what(row.what, names), "station": row.station.number},
            "hint": _move_hint(row),
            "undone": row.undone_at is not None,
            "last": False,
        }
        for row in rows
    ]
    for one in shown:
        if not one["undone"]:
            one["last"] = True
            break
    return shown


def _move_hint(row: HandMove) -> str:
    parts = [f"{words.households(row.households)}, {words.voters(row.voters)}", row.made_by_name, date_time(row.made_at)]
    if row.undone_at:
        parts.append(_("undone by %(name)s") % {"name": row.undone_by_name})
    return " · ".join(parts)


def what(told: dict[str, Any], names: dict[int, str]) -> str:
    """What a move or a pin is about: a piece of a street, the household of somebody, or whoever has no known street."""
    if told.get("unplaced"):
        return _("Everybody without a district")
    if "person" in told:
        pk = int(told["person"].partition(":")[2])
        return _("The household of %(name)s") % {"name": names.get(pk, "?")}
    return (
        f"{told['street']} ({told['postcode']}) {numbers(told['side'], told['number_from'], told['number_to'])}"
        if told["postcode"]
        else (f"{told['street']} {numbers(told['side'], told['number_from'], told['number_to'])}")
    )


def numbers(side: str, first: int | None, last: int | None) -> str:
    """``even nummers``, ``oneven 1 tot 35``, ``12``."""
    if not first and last is None:
        return str(SIDES[side])
    if first == last:
        return str(first)
    prefix = {"even": _("even"), "odd": _("odd")}.get(side, "")
    if last is None:
        text = _("from %(first)s") % {"first": first}
    elif not first:
        text = _("up to %(last)s") % {"last": last}
    else:
        text = _("%(first)s to %(last)s") % {"first": first, "last": last}
    return f"{prefix} {text}".strip()


def approval_figures(approval: Approval | None) -> list[Item]:
    """The figures that the second person was promised, as they stood when the first one asked."""
    if approval is None:
        return []
    found = approval.summary
    rows: list[tuple[str, str, str]] = [
        (_("Voters"), number(found.get("voters")), ""),
        (_("Households"), number(found.get("households")), ""),
        (_("Polling stations"), number(found.get("stations")), ""),
        (_("Too full"), number(found.get("over")), "bad" if found.get("over") else ""),
        (_("Too empty"), number(found.get("under")), "warn" if found.get("under") else ""),
        (_("Average distance"), metres(found.get("mean_distance_m")), ""),
        (_("95 in 100 at most"), metres(found.get("p95_distance_m")), ""),
        (_("To another building"), number(found.get("moved")), ""),
        (_("Numbers"), number_range(found.get("voters")), ""),
    ]
    return [{"label": label, "value": value, "state": state} for label, value, state in rows if value]


def number_range(voters: int | None) -> str:
    """``1 tot 27.784``."""
    return _("1 to %(last)s") % {"last": number(voters)} if voters else ""


def consequence(draft: Draft) -> str:
    """What freezing does."""
    return _(
        "This cannot be undone. Everybody gets a polling station and a number from 1 to %(last)s for good; polling stations keep their number and district. After this, only decisions beside the list change who votes where."
    ) % {"last": number(draft.figures.get("voters"))}


def freeze_figures(draft: Draft) -> list[Item]:
    """What would be frozen."""
    found = draft.figures
    return [
        {"label": _("Voters"), "value": number(found["voters"])},
        {"label": _("Households"), "value": number(found["households"])},
        {"label": _("Polling stations"), "value": number(found["stations"])},
        {"label": _("Average distance"), "value": metres(found["mean_distance_m"]) or "–"},
        {"label": _("Too full"), "value": number(found["over"]), "state": "bad" if found["over"] else "ok"},
        {"label": _("Too empty"), "value": number(found["under"]), "state": "warn" if found["under"] else "ok"},
        {"label": _("Numbers"), "value": number_range(found["voters"]), "hint": words.numbering(draft)},
    ]


def freeze_reason(draft: Draft, standing: Draft | None, *, may_request: bool) -> str:
    """Why it cannot be asked to freeze it now; empty when it can. ``standing``: what was frozen, or is asked to be."""
    if standing is not None and standing.pk != draft.pk:
        return words.refusal("frozen_exists")
    if not may_request:
        return _("Your role does not allow this.")
    if draft.extraction.kind != Extraction.Kind.FINAL:
        return words.refusal("not_final")
    return words.refusal("unplaced") if draft.figures.get("unplaced") else ""
