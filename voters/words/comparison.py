"""What the pages of checks and comparisons say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.templatetags.presentation import number
from elections.labels import BALLOT_LABELS
from voters.models import Extraction
from voters.rules.birth_dates import registered_date
from voters.selectors.voters_list import codes
from voters.sql.checks import CheckRow
from voters.sql.comparison import ComparisonCounts, Difference, DifferenceFilter
from voters.words.checks import FIELD_LABELS, KIND_LABELS, REASON_LABELS

Item = dict[str, Any]
STREETS = 50
"""Streets with the most differences that are shown; all of them are in the file."""
CHECK_COLUMNS = ("list_number", "last_name", "first_names", "birth_date", "postcode", "street_name", "house_number", "box_number", "figure")
PAIRS = ("list_number", "last_name", "first_names", "birth_date", "postcode", "street_name", "house_number", "box_number", "mark")
DIFFERENCE_COLUMNS = (
    "kind",
    "fields",
    "reason",
    *(f"{name}_{side}" for name in PAIRS for side in ("before", "after")),
    "ballots_before",
    "ballots_after",
)


def kpis(counts: ComparisonCounts, url: str) -> list[Item]:
    """How many came, went and changed."""
    return [
        {"value": number(getattr(counts, kind)), "label": label, "url": f"{url}&kind={kind}" if getattr(counts, kind) else ""}
        for kind, label in KIND_LABELS.items()
    ]


def ballots(before: Extraction, after: Extraction, held: Sequence[str]) -> list[Item]:
    """Voters of each ballot, before and after."""
    rows = []
    for code in held:
        was, now = before.counts.get("by_ballot", {}).get(code, 0), after.counts.get("by_ballot", {}).get(code, 0)
        rows.append({"label": capfirst(str(BALLOT_LABELS[code])), "before": was, "after": now, "change": now - was})
    was, now = before.counts.get("voters", 0), after.counts.get("voters", 0)
    return [*rows, {"label": _("On the list"), "before": was, "after": now, "change": now - was}]


def tables(counts: ComparisonCounts, url: str) -> list[Item]:
    """Counts by reason and by field."""
    made = [
        (_("Added: what was in the way before"), "added", "reason", counts.added_by_reason, REASON_LABELS),
        (_("Gone: why"), "gone", "reason", counts.gone_by_reason, REASON_LABELS),
        (_("Changed: what"), "changed", "field", counts.by_field, FIELD_LABELS),
    ]
    return [{"title": title, "rows": _rows(found, labels, f"{url}&kind={kind}&{name}=")} for title, kind, name, found, labels in made]


def _rows(found: dict[str, int], labels: dict[str, Promise], url: str) -> list[Item]:
    ordered = sorted(found.items(), key=lambda item: -item[1])
    return [{"label": labels.get(code, code), "count": count, "url": f"{url}{code}"} for code, count in ordered if count]


def streets(counts: ComparisonCounts, url: str) -> list[Item]:
    """The streets with the most differences."""
    ordered = sorted(counts.by_street.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return [
        {"label": name or _("without a street"), "url": f"{url}&{urlencode({'street': name})}" if name else "", **kinds}
        for name, kinds in ordered[:STREETS]
    ]


def _reason(kind: str, reason: str) -> str:
    """What is in the way of who went, and what was in the way of who came."""
    label = str(REASON_LABELS.get(reason, reason))
    return _("before: %(reason)s") % {"reason": label} if kind == "added" else label


def chosen(meant: DifferenceFilter) -> str:
    """Which differences are meant, in words."""
    words = [
        KIND_LABELS.get(meant.kind, meant.kind),
        FIELD_LABELS.get(meant.field, meant.field),
        _reason(meant.kind, meant.reason) if meant.reason else "",
        meant.street,
    ]
    return ", ".join(str(word) for word in words if word)


def pager(query: QueryDict, page: int, *, more: bool) -> Item:
    """Links to the page before and after; empty where there is none."""

    def link(to: int) -> str:
        changed = query.copy()
        changed["page"] = str(to)
        return f"?{changed.urlencode()}"

    return {"page": page, "previous": link(page - 1) if page > 1 else "", "next": link(page + 1) if more else ""}


def _line(difference: Difference, side: int) -> str:
    if difference.last_name[side] is None:
        return ""
    house = difference.house_number[side] or ""
    box = difference.box_number[side]
    place = f"{difference.street_name[side]} {house}{_(' box %(box)s') % {'box': box} if box else ''}".strip()
    held = ", ".join(str(BALLOT_LABELS[code]) for code in codes(difference.ballots[side] or 0))
    return " · ".join(part for part in (place, str(difference.postcode[side] or ""), held, difference.mark[side] or "") if part)


def differences(rows: Iterable[Any]) -> list[Item]:
    """Voters with what stood there before and what stands there after."""
    made = []
    for row in rows:
        side = 0 if row.kind == "gone" else 1
        detail = _reason(row.kind, row.reason) if row.reason else ", ".join(str(FIELD_LABELS[name]) for name in row.fields)
        made.append(
            {
                "person_id": row.person_id,
                "name": f"{row.last_name[side]}, {row.first_names[side]}".rstrip(", "),
                "born": registered_date(row.birth_date[side]),
                "kind": KIND_LABELS[row.kind],
                "state": {"added": "ok", "gone": "bad"}.get(row.kind, "info"),
                "detail": detail,
                "before": _line(row, 0),
                "after": _line(row, 1),
            }
        )
    return made


def check_rows(rows: Iterable[Any]) -> list[Item]:
    """What a check found, for the screen."""
    return [{**asdict(row), "birth_date": registered_date(row.birth_date) if row.birth_date else ""} for row in rows]


def check_csv(rows: Iterable[CheckRow]) -> Iterator[Sequence[Any]]:
    """Rows in ``CHECK_COLUMNS``."""
    for row in rows:
        yield [getattr(row, name) for name in CHECK_COLUMNS]


def difference_csv(rows: Iterable[Difference]) -> Iterator[Sequence[Any]]:
    """Rows in ``DIFFERENCE_COLUMNS``; ballots as codes."""
    for row in rows:
        pairs = [value for name in PAIRS for value in getattr(row, name)]
        held = [" ".join(codes(mask or 0)) for mask in row.ballots]
        yield [row.kind, " ".join(row.fields), row.reason, *pairs, *held]
