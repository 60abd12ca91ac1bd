"""What the pages of drafts call things: names, states, distances, settings, and why something is refused."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.presentation import NO_BREAK_SPACE, date_time, medium_date, number, percent
from districts.models import Station
from elections.models import Election
from voters.models import Draft, Extraction
from voters.rules.assignment import DraftSettings, ListOrder, Numbering, Rooms, Wishes
from voters.words.links import url

Item = dict[str, Any]
REFUSALS: Final[dict[str, Promise]] = {
    "no_extraction": gettext_lazy("There is no voters list yet: make a trial extraction first."),
    "no_districts": gettext_lazy("No street lies in a district yet on the day of this election."),
    "no_stations": gettext_lazy("This election has no polling stations yet."),
    "no_such_station": gettext_lazy("The polling station for the rest is not one of this election."),
    "not_earlier": gettext_lazy("This can only be compared with the frozen assignment of an earlier election."),
    "frozen_exists": gettext_lazy("The assignment of this election is frozen, or somebody asked for it."),
    "wrong_state": gettext_lazy(
        "This draft became another meanwhile: at work, waiting for a second person, or frozen. Nothing has changed."
    ),
    "not_final": gettext_lazy("This draft is of a trial list. Only one of the final list can be frozen."),
    "unplaced": gettext_lazy("Some voters have no polling station yet."),
    "sizes": gettext_lazy("A polling station has too many or too few voters, and this election does not allow that."),
    "strangers": gettext_lazy(
        "Districts or polling stations were changed: some households would vote outside their district. Make the draft anew."
    ),
    "nothing_moved": gettext_lazy("Nobody would move: they vote there already, or live in another district. Nothing has changed."),
    "other_election": gettext_lazy("That polling station is not one of this election. Nothing has changed."),
    "nothing_to_undo": gettext_lazy("There is no move by hand to undo."),
    "solver_failed": gettext_lazy("The computation stopped without a result. Try again; if it stays so, tell your administrator."),
    "changed_meanwhile": gettext_lazy("Polling stations, districts or fixed places were changed all the while. Make the draft again."),
}
LACKING: Final[dict[str, tuple[Promise, str]]] = {
    "no_extraction": (gettext_lazy("a voters list (a trial is enough)"), "extraction_list"),
    "no_districts": (gettext_lazy("districts with their streets"), "district_list"),
    "no_stations": (gettext_lazy("polling stations"), "station_list"),
}
WISHES: Final[dict[Wishes, Promise]] = {
    Wishes.PRICES: gettext_lazy("In balance, by the two prices below"),
    Wishes.MOVE_ROW: gettext_lazy("Few voters to another building, then whole streets, then short walks"),
    Wishes.MOVE_DISTANCE: gettext_lazy("Few voters to another building, then short walks, then whole streets"),
    Wishes.ROW_MOVE: gettext_lazy("Whole streets, then few voters to another building, then short walks"),
    Wishes.ROW_DISTANCE: gettext_lazy("Whole streets, then short walks, then few voters to another building"),
    Wishes.DISTANCE_MOVE: gettext_lazy("Short walks, then few voters to another building, then whole streets"),
    Wishes.DISTANCE_ROW: gettext_lazy("Short walks, then whole streets, then few voters to another building"),
}
ROOMS: Final[dict[Rooms, Promise]] = {
    Rooms.STREETS: gettext_lazy("by street"),
    Rooms.ALPHABET: gettext_lazy("by the name of the reference person"),
}
NUMBERING: Final[dict[Numbering, Promise]] = {
    Numbering.MUNICIPALITY: gettext_lazy("over the whole municipality"),
    Numbering.DISTRICT: gettext_lazy("district by district"),
}
ORDER: Final[dict[ListOrder, Promise]] = {ListOrder.NAME: gettext_lazy("by name"), ListOrder.STREET: gettext_lazy("by street and house")}
STATES: Final = {
    Draft.State.READY: "ok",
    Draft.State.FROZEN: "ok",
    Draft.State.REQUESTED: "warn",
    Draft.State.RUNNING: "info",
    Draft.State.INFEASIBLE: "bad",
    Draft.State.FAILED: "bad",
}


def name_of(draft: Draft) -> str:
    """What it was called, else *Draft 3*."""
    return _("Draft %(number)s") % {"number": draft.number} if draft.name == str(draft.number) else draft.name


def state_tag(draft: Draft) -> Item:
    """The state as a tag."""
    if draft.state == Draft.State.REQUESTED and draft.approved_by_id is not None:
        return {"label": _("being frozen"), "state": "info"}
    return {"label": draft.get_state_display(), "state": STATES.get(Draft.State(draft.state), "plain")}


def refusal(code: str) -> str:
    """Why something cannot be done."""
    return str(REFUSALS.get(code, _("This cannot be done now. Nothing has changed.")))


def metres(value: float | None) -> str:
    """``416 m``, ``1,2 km``; nothing for nothing."""
    if value is None:
        return ""
    if round(value) >= 1000:
        kilometres = round(value / 1000, 1)
        return f"{number(kilometres, 0 if kilometres == round(kilometres) else 1)}{NO_BREAK_SPACE}km"
    return f"{number(value)}{NO_BREAK_SPACE}m"


def gap(value: float | None) -> str:
    """How far it may be from the best there is, as a share with the decimals that matter: ``0,02 %``."""
    if value is None:
        return ""
    share = max(0.0, value)
    return percent(share, 2 if share < 0.001 else 1)


def gap_sentence(draft: Draft) -> str:
    """The same as a sentence; of what the solver made, before anybody moved households by hand."""
    value = draft.figures.get("gap")
    if value is None:
        return ""
    shown = {"share": gap(value)}
    if value < 0.000_05:
        text = _("No plan with these settings is better.")
    else:
        text = _("No plan with these settings can be more than %(share)s better.") % shown
    later = _("That was before households were moved by hand.")
    return f"{text} {later}" if draft.changed_at else text


def list_name(extraction: Extraction) -> str:
    """*the final list*, *trial extraction 3*."""
    if extraction.kind == Extraction.Kind.FINAL:
        return _("the final list")
    return _("trial extraction %(number)s") % {"number": extraction.number}


def before_name(draft: Draft) -> str:
    """The frozen assignment of an election, by its day."""
    return _("election of %(day)s") % {"day": medium_date(draft.election.date)}


def facts(draft: Draft) -> str:
    """Of which list, with what compared, by whom and when: one line."""
    parts = [_("of %(list)s") % {"list": list_name(draft.extraction)}]
    if draft.previous:
        parts.append(_("compared with the %(election)s") % {"election": before_name(draft.previous)})
    parts.append(_("asked by %(name)s on %(moment)s") % {"name": draft.made_by_name, "moment": date_time(draft.made_at)})
    if draft.frozen_at:
        parts.append(_("frozen on %(day)s") % {"day": medium_date(draft.frozen_at)})
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]


def station_name(station: Station) -> str:
    """``5 · School 1b``: the number as people know it, and the building."""
    return f"{station.number} · {station.building.name}"


def name_ranges(names: Mapping[int, tuple[str, str]], stations: Sequence[Station]) -> dict[int, str]:
    """Of stations told apart by the alphabet: ``Adams tot Hermans``; with first names where another of the building ends or begins so."""
    found = {}
    for one in stations:
        if one.pk not in names:
            continue
        place = (one.building_id, one.district_id)
        others = [other.pk for other in stations if other.pk != one.pk and (other.building_id, other.district_id) == place]
        taken = {_last_name(name) for pk in others for name in names.get(pk, ())}
        first, last = (name if _last_name(name) in taken else _last_name(name) for name in names[one.pk])
        found[one.pk] = _("%(first)s to %(last)s") % {"first": first, "last": last}
    return found


def _last_name(name: str) -> str:
    return name.partition(", ")[0]


def load_text(count: int, most: int | None) -> str:
    """``612 van 800 kiezers``."""
    if most is None:
        return voters(count)
    return _("%(count)s of %(most)s voters") % {"count": number(count), "most": number(most)}


def limits(least: int | None, most: int | None) -> str:
    """``150 tot 800``, ``hoogstens 800``, ``minstens 150``; nothing without a limit."""
    if least and most is not None:
        return _("%(least)s to %(most)s") % {"least": number(least), "most": number(most)}
    if most is not None:
        return _("at most %(most)s") % {"most": number(most)}
    return _("at least %(least)s") % {"least": number(least)} if least else ""


def settings(draft: Draft) -> list[Item]:
    """How the draft was asked for."""
    asked = DraftSettings.of(draft.settings)
    rows = []
    if asked.wishes == Wishes.PRICES:
        if draft.previous:
            rows.append((_("A move must save"), _("%(metres)s a voter") % {"metres": metres(asked.move)}))
        rows.append((_("A street row may cost"), _("%(metres)s together") % {"metres": metres(asked.row)}))
    else:
        rows.append((_("First"), str(WISHES[asked.wishes])))
    rows.append(
        (_("Load"), _("within the sizes") if asked.balance is None else _("at most %(share)s %% from the mean") % {"share": asked.balance})
    )
    if asked.whole_buildings:
        rows.append((_("Houses"), _("never split")))
    rows += [
        (_("Stations in one building"), str(ROOMS[asked.rooms])),
        (_("List numbers"), numbering(draft)),
        (_("Street not known"), _("to polling station %(number)s") % {"number": asked.rest} if asked.rest else _("placed by hand")),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def numbering(draft: Draft) -> str:
    """``volgens naam, over de hele gemeente``."""
    asked = DraftSettings.of(draft.settings)
    return f"{ORDER[asked.order]}, {NUMBERING[asked.numbering]}"


COLUMNS: Final[dict[str, Promise]] = {
    "mean_distance_m": gettext_lazy("Average distance"),
    "p95_distance_m": gettext_lazy("95 in 100 at most"),
    "load": gettext_lazy("Least and most voters"),
    "split_sides": gettext_lazy("Street sides split"),
    "moved": gettext_lazy("To another building"),
    "unplaced": gettext_lazy("Without a station"),
    "gap": gettext_lazy("Could be better by"),
}


def rows(drafts: Sequence[Draft]) -> list[Item]:
    """Drafts side by side, with the best figure of each column marked where they differ."""
    shown = columns(drafts)
    found = [_row(draft, shown) for draft in drafts]
    rivals = [row for row in found if row["draft"].state in {"ready", "requested", "frozen"}]
    for place in range(len(shown)):
        cells = [row["cells"][place] for row in rivals if row["cells"][place]["measure"] is not None]
        if len({cell["value"] for cell in cells}) > 1:
            best = min(cells, key=lambda cell: cell["measure"])["value"]
            for cell in cells:
                cell["best"] = cell["value"] == best
    return found


def columns(drafts: Sequence[Draft]) -> list[str]:
    """The columns that say something: voters who move only where an earlier election was compared with."""
    compared = any(draft.previous_id for draft in drafts)
    return [name for name in COLUMNS if name != "moved" or compared]


def _row(draft: Draft, shown: Sequence[str]) -> Item:
    found = draft.figures
    values = {
        "mean_distance_m": metres(found.get("mean_distance_m")),
        "p95_distance_m": metres(found.get("p95_distance_m")),
        "load": f"{number(found.get('load_min'))}–{number(found.get('load_max'))}" if found else "",
        "split_sides": number(found.get("split_sides")),
        "moved": number(found.get("moved")) if draft.previous_id else "–" if found else "",
        "unplaced": number(found.get("unplaced")),
        "gap": _("at most %(share)s") % {"share": gap(found["gap"])} if found.get("gap") is not None else "",
    }
    return {
        "draft": draft,
        "name": name_of(draft),
        "tag": state_tag(draft),
        "list": list_name(draft.extraction),
        "voters": number(found.get("voters")),
        "cells": [{"label": COLUMNS[name], "value": values[name], "measure": _measure(draft, name), "best": False} for name in shown],
        "made": f"{draft.made_by_name} · {date_time(draft.made_at)}",
    }


def _measure(draft: Draft, name: str) -> float | None:
    """What is compared: the less the better; of the load how far apart the emptiest and the fullest are."""
    found = draft.figures
    if not found or (name == "moved" and draft.previous_id is None):
        return None
    value = found.get("load_max", 0) - found.get("load_min", 0) if name == "load" else found.get(name)
    return None if value is None else float(value)


def lacking(codes: Sequence[str], election: Election) -> list[Item]:
    """What must be there first, each with the page where it is made."""
    return [{"label": LACKING[code][0], "url": url(LACKING[code][1], election)} for code in codes]


def voters(count: int) -> str:
    """``1 kiezer``, ``27.784 kiezers``."""
    return ngettext("%(count)s voter", "%(count)s voters", count) % {"count": number(count)}


def households(count: int) -> str:
    """``1 gezin``, ``12 gezinnen``."""
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": number(count)}
