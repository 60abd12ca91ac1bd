"""Findings, refusals, differences and sizes of polling stations in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.models import AuditEvent
from core.pages import event_label, page_of_target
from core.templatetags.presentation import date_time, number
from districts.rules.address_file import Problem
from districts.rules.findings import Finding
from districts.rules.sizes import NO_LIMITS, Limits, Sizes
from districts.rules.station_findings import StationFacts
from districts.rules.station_plan import Change, Plan
from districts.selectors.stations import CopyRow, DistrictTotal
from districts.services.station_import import ImportCounts
from districts.words.buildings import FIELDS, changed_fields
from elections.models import Election, StationNorm

FINDINGS: dict[str, Promise] = {
    "building_closed": _("%(building)s is closed, but there are polling stations in it: %(stations)s"),
    "without_position": _("%(building)s has no place on the map (polling stations %(stations)s)"),
    "address_unknown": _("%(building)s: the address file does not know %(address)s"),
    "far_from_address": _("%(building)s lies %(metres)s metres from its address %(address)s"),
    "too_few_rooms": _("%(building)s has fewer rooms (%(rooms)s) than polling stations (%(count)s)"),
    "district_closed": _("Polling station %(number)s serves %(district)s, a district that is closed"),
    "not_accessible": _("Polling station %(number)s in %(building)s is not accessible"),
    "accessibility_doubtful": _("Polling station %(number)s is called accessible, but the checklist of %(building)s says otherwise"),
    "below_norm": _("Polling station %(number)s takes fewer voters (%(own)s) than the norm (%(norm)s)"),
    "above_norm": _("Polling station %(number)s takes more voters (%(own)s) than the norm (%(norm)s)"),
    "district_without_station": _("District %(district)s has no polling station"),
}


def finding(found: Finding, nis: str, day: date) -> dict[str, str]:
    """A finding of the election of a day as a sentence, with the page that mends it: ``text, state, url, code``."""
    return {"code": found.code, "text": sentence(found), "state": found.severity.value, "url": _page(found.target, nis, day)}


def sentence(found: Finding) -> str:
    """What was found, in words."""
    values = dict(found.values)
    if "stations" in values:
        values["stations"] = ", ".join(map(number, values["stations"]))
    if "norm_minimum" in values:
        values["own"] = limits(Limits(values["minimum"], values["maximum"]))
        values["norm"] = limits(Limits(values["norm_minimum"], values["norm_maximum"]))
    return str(FINDINGS[found.code]) % {name: number(value) if isinstance(value, int) else value for name, value in values.items()}


def _page(target: str, nis: str, day: date) -> str:
    """The page that mends it. A station's is known without asking in which election it is."""
    name, _colon, pk = target.partition(":")
    if name == "station":
        return reverse("station_detail", kwargs={"nis": nis, "election_date": day, "pk": pk})
    return page_of_target(target, nis=nis) or ""


def limits(sizes: Sizes | Limits) -> str:
    """``150 tot 800``, ``hoogstens 800``, ``minstens 150`` or ``geen grens``."""
    if sizes.minimum and sizes.maximum is not None:
        return gettext("%(minimum)s to %(maximum)s") % {"minimum": number(sizes.minimum), "maximum": number(sizes.maximum)}
    if sizes.maximum is not None:
        return gettext("at most %(maximum)s") % {"maximum": number(sizes.maximum)}
    if sizes.minimum:
        return gettext("at least %(minimum)s") % {"minimum": number(sizes.minimum)}
    return gettext("no limit")


def size_source(sizes: Sizes) -> str:
    """Where the sizes come from: the station's own, the norm, or nowhere."""
    if sizes.own:
        return gettext("of its own")
    return gettext("norm") if sizes.minimum is not None or sizes.maximum is not None else ""


REFUSALS: dict[str, Promise] = {
    "number_taken": _("This number is that of %(detail)s."),
    "sizes_out_of_order": _("The most lies below the least."),
    "minimum_over_norm": _("This is more than the norm allows at most (%(detail)s). Fill in how many voters it takes at most too."),
    "building_closed": _("This building is closed. Open it again on its own page, or choose another."),
    "district_closed": _("This district is closed. Choose another."),
    "frozen_added": _("The assignment of this election is frozen: no polling station can be added."),
    "frozen_removed": _("The assignment of this election is frozen: no polling station can be removed."),
    "frozen_number": _("The assignment of this election is frozen: the number stays as it is."),
    "frozen_district": _("The assignment of this election is frozen: the district stays as it is."),
    "used": _("A draft of the assignment places voters in this polling station. Delete that draft first."),
}


def refusal(code: str, detail: str) -> str:
    """Why a station cannot be made, changed or removed so."""
    return str(REFUSALS[code]) % {"detail": detail}


# code → what is wrong, what was expected
PROBLEMS: dict[str, tuple[Promise, Promise | str]] = {
    "building_closed": (_("The building is closed"), _("a building in use")),
    "building_two_addresses": (_("The building has another address in another row"), _("the address of row %(detail)s")),
    "building_two_positions": (_("The building has another position in another row"), _("the position of row %(detail)s")),
    "cells": (_("The row has another number of cells than the header"), ""),
    "column_missing": (_("The column is missing"), ""),
    "column_twice": (_("The column is there twice"), ""),
    "column_unknown": (_("The column is not known"), ""),
    "damaged": (_("The file is damaged"), ""),
    "district_closed": (_("The district is closed"), _("a district in use")),
    "district_unknown": (_("There is no district with this code"), _("the code of a district")),
    "empty": (_("The file is empty"), _("a header and at least one row")),
    "frozen_added": (_("The assignment is frozen: no polling station can be added"), ""),
    "frozen_district": (_("The assignment is frozen: the district stays as it is"), ""),
    "frozen_removed": (_("The assignment is frozen: this polling station has to stay"), _("a row for it")),
    "minimum_over_norm": (_("More than the norm allows at most"), _("a most of its own")),
    "not_a_position": (_("This is not a position in Belgium"), _("degrees: %(detail)s")),
    "not_a_postcode": (_("This is not a postcode"), _("four figures")),
    "not_a_size": (_("This is not a number of voters"), _("a whole number up to %(detail)s, or nothing")),
    "not_a_station_number": (_("This is not a number of a polling station"), _("a whole number from 1 to %(detail)s")),
    "not_a_truth": (_("This is neither true nor false"), "true, false"),
    "not_csv": (_("The row is not valid CSV"), _("a quote that is closed again")),
    "not_printable": (_("There are characters that cannot be printed"), "%(detail)s"),
    "not_utf8": (_("The text is not in UTF-8"), "UTF-8"),
    "number_twice": (_("This number is there twice"), _("another number than in row %(detail)s")),
    "position_half": (_("Half of the position is missing"), _("both, or neither")),
    "required": (_("The value is missing"), ""),
    "sizes_out_of_order": (_("The most lies below the least"), _("at least %(detail)s")),
    "too_large": (_("The file is too large"), _("at most 2 MB")),
    "too_long_value": (_("The value is too long"), _("at most %(detail)s characters")),
    "too_many_rows": (_("The file has too many rows"), ""),
    "used": (_("A draft of the assignment places voters in this polling station, so it cannot go"), _("a row for it")),
}


def problem(found: Problem) -> dict[str, Any]:
    """What is wrong with a file, for the table of problems: ``row, column, value, text, expected``."""
    text, expected = PROBLEMS[found.code]
    return {
        "row": found.row or None,
        "column": found.column,
        "value": found.value,
        "text": text,
        "expected": str(expected) % {"detail": found.expected} if expected else "",
    }


COPY_REASONS: dict[str, Promise] = {
    "building_closed": _("the building is closed"),
    "district_closed": _("the district is closed"),
    "number_taken": _("the number is there already"),
}


def changes(rows: Iterable[Change]) -> list[dict[str, str]]:
    """Fields before and after, as words: ``field, before, after``."""
    return [{"field": str(FIELDS[row.field]), "before": _value(row.before), "after": _value(row.after)} for row in rows]


def _value(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None or value == "":
        return "–"
    return number(value) if isinstance(value, int) else value


def history(events: Iterable[AuditEvent]) -> list[dict[str, str]]:
    """The last things that happened to a building or station, as components/timeline.html shows them."""
    return [{"title": _happened(event), "hint": f"{date_time(event.at)} · {event.actor_name}"} for event in events]


def _happened(event: AuditEvent) -> str:
    """What happened, with the fields that changed."""
    what, after = str(event_label(event.kind)), list(event.after or {})
    if not event.before or not set(after) <= set(FIELDS):
        return what
    return gettext("%(what)s: %(fields)s") % {"what": what, "fields": changed_fields(after)}


def count_of_stations(count: int) -> str:
    """``45 stembureaus``."""
    return ngettext("%(shown)s polling station", "%(shown)s polling stations", count) % {"shown": number(count)}


def district_total(total: DistrictTotal) -> dict[str, Any]:
    """A row of the table of districts: ``label, stations, buildings, voters, state``."""
    return {
        "label": f"{total.district.code} {total.district.name}",
        "code": total.district.code,
        "closed": total.district.closed,
        "stations": total.stations,
        "buildings": total.buildings,
        "voters": limits(Limits(total.minimum, total.maximum)) if total.stations else "",
    }


def sum_of(rows: Sequence[StationFacts]) -> dict[str, Any]:
    """The last row of the same table."""
    limited = [row.sizes.maximum for row in rows]
    most = None if None in limited else sum(limit or 0 for limit in limited)
    return {
        "stations": len(rows),
        "buildings": len({row.building.pk for row in rows}),
        "voters": limits(Limits(sum(row.sizes.minimum or 0 for row in rows), most)) if rows else "",
    }


def norm(row: StationNorm) -> dict[str, Any]:
    """A norm with its source: ``label, limits, source, certainty, state``."""
    return {
        "label": gettext("electronic") if row.electronic else gettext("paper"),
        "limits": limits(Limits(row.minimum, row.maximum)),
        "source": row.source,
        "certainty": row.get_certainty_display(),
        "state": {"H": "ok", "L": "warn"}.get(row.certainty, ""),
    }


def norm_hint(norms: Mapping[bool, Limits]) -> str:
    """What an empty field means, below it."""
    paper, electronic = (norms.get(way, NO_LIMITS) for way in (False, True))
    if paper == electronic:
        return gettext("Empty: what the norm says (%(limits)s).") % {"limits": limits(paper)}
    return gettext("Empty: what the norm says (on paper %(paper)s, electronic %(electronic)s).") % {
        "paper": limits(paper),
        "electronic": limits(electronic),
    }


def empty_list(urls: Mapping[str, str], *, may_change: bool, has_districts: bool) -> dict[str, str]:
    """What stands where there are no stations yet."""
    if not has_districts:
        text = gettext("A polling station serves the voters of a district: make the districts first.")
        return {"title": gettext("No polling stations yet"), "text": text, "action_label": "", "action_url": ""}
    return {
        "title": gettext("No polling stations yet"),
        "text": gettext("Make them here one by one, take them over from an earlier election, or bring in a file with all of them."),
        "action_label": gettext("Bring in a file") if may_change else "",
        "action_url": urls["import"] if may_change else "",
    }


def why_not_delete(*, frozen: bool, used: bool) -> str:
    """Why a station cannot be removed; empty when it can."""
    if frozen:
        return gettext("The assignment is frozen.")
    return gettext("A draft of the assignment places voters here.") if used else ""


def plan_figures(plan: Plan) -> list[dict[str, Any]]:
    """The differences of a file in figures, for components/figures.html."""
    figures = [
        (gettext("new polling stations"), len(plan.added), ""),
        (gettext("changed"), len(plan.changed), ""),
        (gettext("removed"), len(plan.gone), "warn"),
        (gettext("unchanged"), plan.unchanged, ""),
        (gettext("new buildings"), len(plan.buildings_added), ""),
        (gettext("changed buildings"), len(plan.buildings_changed), ""),
    ]
    return [{"label": label, "value": number(count), "state": state if count else ""} for label, count, state in figures]


def brought_in(counts: ImportCounts) -> str:
    """What an import did, in a sentence."""
    done = gettext("%(added)s added, %(changed)s changed, %(removed)s removed, %(unchanged)s unchanged.") % {
        name: number(getattr(counts, name)) for name in ("added", "changed", "removed", "unchanged")
    }
    if not counts.without_position:
        return done
    lacking = ngettext(
        "%(shown)s polling station has no place on the map.",
        "%(shown)s polling stations have no place on the map.",
        counts.without_position,
    ) % {"shown": number(counts.without_position)}
    return f"{done} {lacking}"


def copy_preview(rows: Sequence[CopyRow], source: Election) -> dict[str, Any]:
    """What comes along from another election and what does not."""
    return {
        "source": source,
        "coming": [row.station for row in rows if not row.reason],
        "skipped": [{"station": row.station, "reason": COPY_REASONS[row.reason]} for row in rows if row.reason],
    }
