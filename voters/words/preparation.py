"""The preparatory checks in words: each finding a sentence with its number and where it is mended."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from core.pages import page_of_target
from core.templatetags.presentation import number
from districts.rules.findings import Finding, Severity
from districts.words import districts as district_words
from districts.words import stations as station_words
from elections.models import Election
from voters.models import Extraction
from voters.rules.preparation import Group
from voters.selectors.preparation import Checked
from voters.words.extractions import name_of

Item = dict[str, Any]
SHOWN: Final = 40
"""Rows of a group on the screen; the file holds them all."""

TITLES: dict[Group, Promise] = {
    Group.SPLIT: gettext_lazy("The split in districts"),
    Group.VOTERS: gettext_lazy("Every voter in a district"),
    Group.SEATS: gettext_lazy("Seats enough in each district"),
    Group.STATIONS: gettext_lazy("Polling stations and buildings"),
    Group.HOUSEHOLDS: gettext_lazy("Households at one address"),
    Group.WALKS: gettext_lazy("Places and distances"),
    Group.DRAFT: gettext_lazy("The assignment"),
}
GOOD: dict[Group, Promise] = {
    Group.SPLIT: district_words.NOTHING_FOUND["text"],
    Group.VOTERS: gettext_lazy("Every voter has a district."),
    Group.SEATS: gettext_lazy("The polling stations of every district take its voters."),
    Group.STATIONS: gettext_lazy("Every polling station has a building with a place, rooms and sizes that fit."),
    Group.HOUSEHOLDS: gettext_lazy("Nobody's household is spread over several addresses."),
    Group.WALKS: gettext_lazy("Every voter and every building has a place on the map, and none is far away."),
    Group.DRAFT: gettext_lazy("No polling station of the newest draft has too many voters or too few, and nobody is without one."),
}
SENTENCES: dict[str, Promise] = {
    "no_districts": gettext_lazy("There are no districts yet"),
    "outside_district": gettext_lazy("%(street)s (%(postcode)s): house numbers in no district"),
    "number_outside_district": gettext_lazy("%(street)s (%(postcode)s): the register's house numbers lie in no district"),
    "street_unknown": gettext_lazy("%(street)s (%(postcode)s): the address file does not know this street"),
    "street_missing": gettext_lazy("Voters without a street in the register"),
    "no_voters": gettext_lazy("There are no voters: bring in the population register, then make a trial extraction"),
    "no_stations": gettext_lazy("This election has no polling stations yet"),
    "seats_short": gettext_lazy("%(district)s: %(voters)s voters, but its polling stations take %(seats)s"),
    "seats_too_many": gettext_lazy("%(district)s: %(voters)s voters, while its polling stations ask for at least %(seats)s"),
    "household_two_districts": gettext_lazy(
        "The household at %(street)s %(house_number)s lives at %(addresses)s addresses in different districts"
    ),
    "household_two_addresses": gettext_lazy("The household at %(street)s %(house_number)s lives at %(addresses)s addresses"),
    "voters_without_position": gettext_lazy("%(street)s: addresses without a place on the map (%(addresses)s)"),
    "building_nearest_far": gettext_lazy("%(building)s: the nearest of its voters lives %(metres)s metres away"),
    "building_median_far": gettext_lazy("%(building)s: half of its voters live more than %(metres)s metres away"),
    "draft_of_older_list": gettext_lazy("Draft %(draft)s was made of an older list than the newest"),
    "draft_unplaced": gettext_lazy("Draft %(draft)s: voters without a polling station"),
    "station_over": gettext_lazy("Polling station %(number)s: %(voters)s voters, at most %(limit)s are allowed"),
    "station_under": gettext_lazy("Polling station %(number)s: %(voters)s voters, at least %(limit)s are asked"),
}
UNITS: dict[str, Promise] = {
    "seats_short": gettext_lazy("seats short"),
    "seats_too_many": gettext_lazy("voters short"),
    "station_over": gettext_lazy("too many"),
    "station_under": gettext_lazy("too few"),
}
MENDING: dict[str, Promise] = {
    "outside_district": gettext_lazy("Give these numbers a district"),
    "number_outside_district": gettext_lazy("Look at this spelling"),
    "street_unknown": gettext_lazy("Link this spelling to a street"),
    "street_missing": gettext_lazy("Link addresses by hand"),
    "no_districts": gettext_lazy("Bring in the districts"),
    "no_voters": gettext_lazy("To the population register"),
    "no_stations": gettext_lazy("To the polling stations"),
    "seats_short": gettext_lazy("Look at the district"),
    "seats_too_many": gettext_lazy("Look at the district"),
    "household_two_districts": gettext_lazy("Look at the reference person"),
    "household_two_addresses": gettext_lazy("Look at the reference person"),
    "voters_without_position": gettext_lazy("Look at the street"),
    "draft_of_older_list": gettext_lazy("Look at the draft"),
    "draft_unplaced": gettext_lazy("Look at the draft"),
}
ROUTES: dict[str, tuple[str, bool]] = {
    "no_districts": ("district_list", False),
    "no_voters": ("register_import_list", False),
    "no_stations": ("station_list", True),
    "street_missing": ("unmatched_list", False),
}
SEVERITIES: dict[Severity, tuple[Promise, str]] = {
    Severity.BAD: (gettext_lazy("error"), "bad"),
    Severity.WARN: (gettext_lazy("remark"), "warn"),
}


def source_name(extraction: Extraction | None) -> str:
    """Whose voters were looked at."""
    return name_of(extraction) if extraction else _("The register as it is now")


def sources(extractions: Iterable[Extraction]) -> list[tuple[str, str]]:
    """The menu: the register, and every finished extraction."""
    return [("register", _("The register as it is now")), *((str(one.number), name_of(one)) for one in extractions)]


def sentence(found: Finding) -> str:
    """What was found, in one sentence."""
    if found.code in SENTENCES:
        return str(SENTENCES[found.code]) % _shown(found.values)
    if found.code in station_words.FINDINGS:
        return station_words.sentence(found)
    row = district_words.finding(found, "")
    return f"{row['title']}: {', '.join(part for part in (row['where'], row['numbers'], row['district']) if part)}"


def _shown(values: Mapping[str, Any]) -> Mapping[str, Any]:
    # A number that is a name (of a draft, a street's postcode) comes as text and is left alone.
    return {name: number(value) if isinstance(value, int) else value or "–" for name, value in values.items()}


def row(found: Finding, election: Election) -> Item:
    """One finding for the screen."""
    label, state = SEVERITIES[found.severity]
    return {
        "code": found.code,
        "severity": label,
        "state": state,
        "what": sentence(found),
        "count": found.values.get("count") or "",
        "unit": UNITS.get(found.code, ""),
        "url": mended_at(found, election),
        "link": MENDING.get(found.code, gettext_lazy("Look")),
    }


def mended_at(found: Finding, election: Election) -> str:
    """The page on which a finding is mended."""
    nis = election.municipality.nis_code
    if found.code in {"street_unknown", "number_outside_district"}:
        asked = {"postcode": found.values["postcode"], "street_key": found.values["street_key"]}
        return reverse("unmatched_street", kwargs={"nis": nis}, query=asked)
    if found.code == "outside_district":
        return _reversed("district_street", nis=nis, pk=int(found.target.partition(":")[2]))
    name, _colon, pk = found.target.partition(":")
    of_election = {"nis": nis, "election_date": election.date}
    if name == "station":
        return _reversed("station_detail", **of_election, pk=int(pk))
    if name == "draft":
        return _reversed("draft_detail", **of_election, number=found.values["number"])
    if found.code in ROUTES:
        route, has_date = ROUTES[found.code]
        return _reversed(route, **(of_election if has_date else {"nis": nis}))
    return page_of_target(found.target, nis=nis) or ""


def _reversed(name: str, **kwargs: Any) -> str:
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def groups(checked: Checked, election: Election) -> list[Item]:
    """Every group with its rows, or that it is in order."""
    return [
        {
            "code": group.value,
            "title": TITLES[group],
            "good": GOOD[group] if group != Group.DRAFT or checked.draft else gettext_lazy("There is no draft of the assignment yet."),
            "asked": group != Group.DRAFT or checked.draft is not None,
            "count": len(found),
            "state": "bad" if any(one.severity == Severity.BAD for one in found) else "warn",
            "rows": [row(one, election) for one in found[:SHOWN]],
            "more": max(0, len(found) - SHOWN),
        }
        for group, found in checked.findings.items()
    ]


def kpis(checked: Checked) -> list[Item]:
    """Errors, remarks and how many voters were looked at."""
    errors, remarks = checked.count(Severity.BAD), checked.count(Severity.WARN)
    return [
        {
            "value": number(errors),
            "label": ngettext("error", "errors", errors),
            "hint": _("voters cannot vote as they should"),
            "state": "bad" if errors else "ok",
        },
        {
            "value": number(remarks),
            "label": ngettext("remark", "remarks", remarks),
            "hint": _("somebody has to look"),
            "state": "warn" if remarks else "ok",
        },
        {"value": number(checked.voters), "label": _("voters looked at"), "hint": source_name(checked.extraction), "state": ""},
    ]


CSV_COLUMNS = ("group", "code", "severity", "what", "count", "link")


def as_rows(checked: Checked, election: Election, address: str) -> Iterator[list[Any]]:
    """Every finding as a row of a file, a header first; ``address`` is that of the site."""
    yield list(CSV_COLUMNS)
    for group, found in checked.findings.items():
        for one in found:
            url = mended_at(one, election)
            shown = row(one, election)
            yield [str(TITLES[group]), one.code, str(shown["severity"]), shown["what"], shown["count"], address + url if url else ""]


def as_json(checked: Checked) -> dict[str, Any]:
    """For a command: in English, whatever the language of the person."""
    with override("en"):
        findings = [
            {
                "code": one.code,
                "severity": "error" if one.severity == Severity.BAD else "warning",
                "what": sentence(one),
                "count": one.values.get("count") or 0,
                "values": {name: value.isoformat() if isinstance(value, date) else value for name, value in one.values.items()},
            }
            for one in checked.all
        ]
    return {"findings": findings, "errors": checked.count(Severity.BAD), "warnings": checked.count(Severity.WARN)}
