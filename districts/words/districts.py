"""Districts, their rows, and what is wrong with them, in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.pages import page_of_target
from core.templatetags.presentation import date_time, long_date, medium_date, number
from districts.models import Area, District, DistrictChange, DistrictImport, Street, StreetRange
from districts.rules.address_file import Problem
from districts.rules.findings import Finding
from districts.rules.split import SplitRow
from districts.rules.street_ranges import BEGINNING, NumberRange, Side
from districts.selectors.districts import StreetSplit
from districts.selectors.findings import KINDS
from districts.selectors.split import ChangeProblem, SplitDay
from districts.words.stations import PROBLEMS as FILE_PROBLEMS

LEVELS: dict[str, Promise] = {
    Area.Kind.URBAN_DISTRICT: _("Urban district"),
    Area.Kind.CANTON: _("Canton"),
    Area.Kind.FORMER_MUNICIPALITY: _("Former municipality"),
}
REFUSALS: dict[str, Promise] = {
    "code_taken": _("This code is taken already."),
    "in_use": _("It is in use, so it cannot be taken away. Nothing has changed."),
    "has_rows": _("Streets still belong to this district. Give them to another district first; nothing has changed."),
    "has_stations": _("A polling station of a coming election serves this district. Nothing has changed."),
    "street_exists": _("There is a street of this name already."),
    "not_a_street": _("A street needs a name with letters or figures."),
}


def numbers_text(side: str, first: int | None, last: int | None) -> str:
    """``alle nummers``, ``nr. 12``, ``2–18 even``, ``vanaf 51 oneven``."""
    if first is not None and first == last:
        return gettext("no. %(number)s") % {"number": first}
    if first is None and last is None:
        return str({Side.EVEN: _("all even numbers"), Side.ODD: _("all odd numbers")}.get(Side(side), _("all numbers")))
    if first is None:
        ends = gettext("up to %(last)s") % {"last": last}
    elif last is None:
        ends = gettext("from %(first)s") % {"first": first}
    else:
        ends = f"{first}–{last}"
    kind = {Side.EVEN: gettext("even"), Side.ODD: gettext("odd")}.get(Side(side), "")
    return f"{ends} {kind}".strip()


def row_numbers(row: StreetRange) -> str:
    """The house numbers of a row."""
    return numbers_text(row.side, row.number_from, row.number_to)


def range_numbers(numbers: NumberRange) -> str:
    """The house numbers of a range."""
    return numbers_text(numbers.side, numbers.number_from, numbers.number_to)


def row_days(row: StreetRange | SplitRow) -> str:
    """``vanaf 1 januari 2025, tot en met 31 december 2025``; nothing for a row that has held from the beginning and still does."""
    return days_text(row.valid_from, row.valid_until)


def days_text(since: date, until: date | None) -> str:
    """From which day up to which last day (``until`` is the first on which it no longer holds); nothing where both are open."""
    parts = []
    if since != BEGINNING:
        parts.append(gettext("from %(day)s") % {"day": medium_date(since)})
    if until:
        parts.append(last_day(until))
    return ", ".join(parts)


def last_day(until: date) -> str:
    """``tot en met 31 december 2025`` of what no longer holds on 1 January."""
    return gettext("until %(day)s") % {"day": medium_date(until - timedelta(days=1))}


def since_text(day: date) -> str:
    """``vanaf 1 januari 2025``, ``van bij het begin``."""
    return gettext("from the beginning") if day == BEGINNING else gettext("from %(day)s") % {"day": medium_date(day)}


def split_facts(split: SplitDay) -> str:
    """One line: on which day the split is shown, and since when it holds."""
    shown = gettext("election of %(day)s") if split.election else gettext("on %(day)s")
    parts = [shown % {"day": long_date(split.day)}]
    if split.since:
        parts.append(gettext("this split holds %(since)s") % {"since": since_text(split.since)})
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]


def next_split(split: SplitDay) -> str:
    """That another split was prepared for later; nothing when none was."""
    if split.until is None:
        return ""
    return gettext("From %(day)s on another split holds, in part or whole.") % {"day": medium_date(split.until)}


def start_hint(split: SplitDay) -> str:
    """What it means to leave the day of a change empty."""
    if split.since is None:
        return gettext("Leave it empty: the first split holds from the beginning. Or fill in the day from which it holds.")
    return gettext("Leave it empty to put the split right that holds now (%(since)s). Fill in a later day to prepare a change.") % {
        "since": since_text(split.start)
    }


CHANGES: dict[str, Promise] = {
    DistrictChange.Kind.EDIT: _("changed by hand"),
    DistrictChange.Kind.IMPORT: _("brought in from a file"),
    DistrictChange.Kind.COPY: _("copied from an earlier day"),
    DistrictChange.Kind.UNDO: _("undone"),
}


def change_title(change: DistrictChange) -> str:
    """``Ingelezen uit kieswijken.csv``, ``Met de hand gewijzigd``."""
    if change.kind == DistrictChange.Kind.IMPORT:
        return gettext("Brought in from %(file)s") % {"file": change.note}
    if change.kind == DistrictChange.Kind.COPY:
        return gettext("Copied as it was on %(day)s") % {"day": medium_date(date.fromisoformat(change.note))}
    return gettext("A change was undone") if change.kind == DistrictChange.Kind.UNDO else gettext("Changed by hand")


def change_counts(counts: dict[str, int]) -> str:
    """``3 rijen erbij, 1 rij weg``."""
    added, removed = counts.get("added", 0), counts.get("removed", 0)
    parts = []
    if added:
        parts.append(ngettext("%(shown)s row more", "%(shown)s rows more", added) % {"shown": number(added)})
    if removed:
        parts.append(ngettext("%(shown)s row gone", "%(shown)s rows gone", removed) % {"shown": number(removed)})
    return ", ".join(parts)


def import_counts(counts: dict[str, int]) -> list[dict[str, str]]:
    """What a file holds and changes, as figures."""
    labels = {
        "districts": _("Districts in the file"),
        "rows": _("Rows in the file"),
        "added": _("New rows"),
        "removed": _("Rows that go"),
        "unchanged": _("Unchanged rows"),
    }
    return [{"label": str(label), "value": number(counts[key])} for key, label in labels.items() if key in counts]


def import_result(sent: DistrictImport) -> str:
    """What a file that was brought in changed; nothing for one that was not."""
    if sent.state != DistrictImport.State.DONE:
        return ""
    return change_counts(sent.counts) or gettext("nothing had to change")


WHAT: dict[str, tuple[Promise, str]] = {
    "added": (_("added"), "ok"),
    "removed": (_("removed"), "bad"),
    "ended": (_("ended"), "warn"),
}

CHANGE_PROBLEMS: dict[str, Promise] = {
    "no_number": _("There is no house number in “%(numbers)s”."),
    "district_closed": _("This district is closed. Open it again first, or choose another."),
    "not_ours": _("This street or district does not exist here."),
}


def change_problem(problem: ChangeProblem, rows: Sequence[SplitRow]) -> str:
    """Why a change cannot be made, naming the row that is in the way."""
    row = rows[problem.place] if problem.place < len(rows) else None
    numbers = range_numbers(row.numbers) if row else ""
    if problem.code != "overlap":
        return str(CHANGE_PROBLEMS[problem.code]) % {"numbers": numbers}
    if problem.row is None:
        other = rows[problem.other] if problem.other is not None else None
        return gettext("“%(numbers)s” and “%(other)s” have numbers in common.") % {
            "numbers": numbers,
            "other": range_numbers(other.numbers) if other else "",
        }
    days = row_days(problem.row)
    return gettext("“%(numbers)s” has numbers in common with “%(other)s” of %(district)s%(days)s.") % {
        "numbers": numbers,
        "other": f"{problem.row.street.name} {row_numbers(problem.row)}",
        "district": problem.row.district,
        "days": f" ({days})" if days else "",
    }


# code → what is wrong, what was expected; what every small file can have wrong is told by the stations.
PROBLEMS: dict[str, tuple[Promise, Promise | str]] = {
    **FILE_PROBLEMS,
    "code_zeros": (_("This code differs only in zeros from another code in the file: they are two districts"), "%(detail)s"),
    "code_zeros_known": (_("This code differs only in zeros from a known one: it makes a new district"), "%(detail)s"),
    "column_unknown": (_("The column is not known"), "%(detail)s"),
    "district_two_names": (_("The district has another name in another row"), "%(detail)s"),
    "no_number": (_("There is no house number in this range"), _("a range with a number of its side")),
    "not_a_house_number": (_("This is not a house number"), _("a whole number up to %(detail)s, or nothing")),
    "not_a_side": (_("This is not a side of a street"), "%(detail)s"),
    "not_in_postcode": (_("This street has no address in this postcode"), "%(detail)s"),
    "numbers_reversed": (_("The last number lies below the first"), _("at least %(detail)s")),
    "overlap": (_("This row has numbers in common with another row"), _("nothing of row %(detail)s")),
    "parity": (_("An end of the range stands on the other side of the street"), _("taken as %(detail)s")),
    "row_twice": (_("This row is there twice"), _("once; see row %(detail)s")),
    "street_closed": (_("The street is closed: it has no addresses any more"), ""),
    "street_unknown": (_("There is no street of this name"), _("a street of the municipality")),
}
LIKELY = _("perhaps %(name)s?")


def problem(found: Problem) -> dict[str, Any]:
    """What is wrong with a file, for the table of problems: ``row, column, value, text, expected``."""
    text, expected = PROBLEMS[found.code]
    told = str(expected) % {"detail": found.expected} if expected else ""
    if found.code == "street_unknown" and found.expected:
        told = str(LIKELY) % {"name": found.expected}
    return {"row": found.row or None, "column": found.column, "value": found.value, "text": text, "expected": told}


FINDING_TITLES: dict[str, Promise] = {
    "gap": _("House numbers without a district"),
    "street_without_rows": _("Streets without a district"),
    "postcode_mismatch": _("Rows in another postcode than the street"),
    "closed_street_row": _("Rows of a street that is closed"),
    "unused_row": _("Rows without an address"),
    "single_number": _("One number apart"),
    "district_without_rows": _("Districts without streets"),
}
FINDING_HINTS: dict[str, Promise] = {
    "gap": _("The street has rows, but these numbers lie in none of them. Who lives there cannot vote anywhere."),
    "street_without_rows": _("Nobody who lives there can vote anywhere."),
    "postcode_mismatch": _("The street has no address in the postcode of the row, and has some in another one."),
    "closed_street_row": _("The address file has no address any more in this street: often it got another name."),
    "unused_row": _("No address lies in the row: numbers that are not there, or a slip of the keyboard."),
    "single_number": _("A row of one number, while others on its side of the street belong to another district: often a slip."),
    "district_without_rows": _("Nobody can vote in it. Give it streets, or close it."),
}


def finding(found: Finding, nis: str) -> dict[str, Any]:
    """A finding for a table or a file: ``code, title, state, where, numbers, district, count, url``."""
    values = found.values
    return {
        "code": found.code,
        "title": str(FINDING_TITLES[found.code]),
        "state": found.severity.value,
        "where": " · ".join(part for part in (values["street"], values["postcode"]) if part) or f"{values['code']} {values['district']}",
        "numbers": numbers_text(values["side"], values["number_from"], values["number_to"]) if values["street"] else "",
        "district": f"{values['code']} {values['district']}".strip() if values["street"] else "",
        "count": values["count"],
        "url": page_of_target(found.target, nis=nis) or "",
    }


def finding_kinds(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Every kind with how many there are of it, none too."""
    counts = dict.fromkeys(KINDS, 0)
    for one in found:
        counts[one.code] += 1
    return [
        {
            "code": code,
            "title": FINDING_TITLES[code],
            "hint": FINDING_HINTS[code],
            "count": count,
            "state": KINDS[code].value if count else "ok",
        }
        for code, count in counts.items()
    ]


NOTHING_FOUND: dict[str, Promise] = {
    "title": _("Everything fits"),
    "text": _("Every address in use lies in a district, and every row has addresses."),
}


def no_districts(nis: str, *, may_change: bool) -> dict[str, Any]:
    """What the list says while there are no districts: what they are, and how to begin."""
    return {
        "title": _("No districts yet"),
        "text": _(
            "A district is a recognisable part of the municipality whose voters vote in its own polling stations. Bring them in from a file, with a row for each street or part of a street, or make the first one by hand."
        ),
        "action_label": _("Bring in a file") if may_change else "",
        "action_url": reverse("district_import_new", kwargs={"nis": nis}) if may_change else "",
    }


def no_rows(nis: str, district: District, *, may_change: bool) -> dict[str, Any]:
    """What a district without streets says."""
    return {
        "title": _("No streets yet"),
        "text": _("Nobody can vote in this district as long as no street belongs to it."),
        "action_label": _("Add a street") if may_change else "",
        "action_url": reverse("district_street_search", kwargs={"nis": nis, "pk": district.pk}) if may_change else "",
    }


def areas_of(district: District) -> list[dict[str, Any]]:
    """The levels above a district: ``label, name``."""
    found = [(LEVELS[kind], getattr(district, kind)) for kind in Area.Kind]
    return [{"label": label, "name": area.name} for label, area in found if area is not None]


def history(changes: Iterable[DistrictChange], nis: str) -> list[dict[str, Any]]:
    """Changes as components/timeline.html shows them."""
    return [
        {
            "title": change_title(change),
            "hint": " · ".join(part for part in (date_time(change.made_at), change.made_by_name, change_counts(change.counts)) if part),
            "url": reverse("district_change_detail", kwargs={"nis": nis, "pk": change.pk}),
        }
        for change in changes
    ]


def sides(split: StreetSplit, districts: Mapping[int, District]) -> list[dict[str, Any]]:
    """The houses of a street by postcode and side, each run with its district: ``postcode, side, runs``."""
    return [
        {
            "postcode": postcode,
            "side": _("even numbers") if side == Side.EVEN else _("odd numbers"),
            "runs": [
                {
                    "numbers": str(run.number_from) if run.number_from == run.number_to else f"{run.number_from}–{run.number_to}",
                    "addresses": run.addresses,
                    "district": districts.get(run.district_id) if run.district_id else None,
                }
                for run in runs
            ],
        }
        for (postcode, side), runs in split.runs.items()
    ]


def street_context(street: Street, found: StreetSplit, split: SplitDay, nis: str) -> dict[str, Any]:
    """What the pages of a street show of its districts."""
    districts = {row.district_id: row.district for row in found.rows}
    rows = [
        {
            "numbers": row_numbers(row),
            "postcode": row.postcode,
            "district": row.district,
            "url": reverse("district_detail", kwargs={"nis": nis, "pk": row.district_id}),
            "days": row_days(row),
        }
        for row in found.rows
    ]
    return {
        "split_rows": rows,
        "split_sides": sides(found, districts),
        "split_lost": found.lost,
        "split_facts": split_facts(split),
        "split_later": next_split(split),
        "split_postcodes": len({row["postcode"] for row in rows}) > 1,
        "prepared": street.best_id is None,
    }
