"""What a change of the split would do, in words and figures."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.presentation import long_date, medium_date, number
from districts.models import District
from districts.words.districts import days_text, last_day, range_numbers, row_numbers, since_text
from elections.models import Election
from voters.models import Extraction
from voters.selectors.districts import DistrictFigures, Moves
from voters.sql.districts import Figures
from voters.words.extractions import name_of

DOUBTS = {
    "empty": gettext_lazy("No address lies in “%(row)s” of %(district)s. Is it a slip?"),
    "single": gettext_lazy(
        "“%(row)s” is one number apart, while others on its side belong to another district than %(district)s. Is it a slip?"
    ),
}


def source(extraction: Extraction | None, election: Election | None) -> str:
    """Whose voters are counted: ``kiezers van de definitieve lijst, zondag 13 oktober 2024``."""
    if extraction is None:
        return _("There is no voters list yet: only inhabitants are counted.")
    day = (election or extraction.election).date
    return _("Voters of: %(list)s, %(day)s") % {"list": name_of(extraction), "day": long_date(day)}


def figures(counted: Figures, *, voters: bool) -> list[dict[str, str]]:
    """Addresses, inhabitants and voters as figures of a decision."""
    rows = [(_("addresses"), counted.addresses), (_("inhabitants"), counted.persons)]
    return [{"label": label, "value": number(value)} for label, value in [*rows, *([(_("voters"), counted.voters)] if voters else [])]]


def preview(moves: Moves, *, nis: str) -> dict[str, Any]:
    """What templates/districts/_preview.html shows."""
    return {
        "nothing": moves.plan.nothing,
        "since": since_text(moves.plan.valid_from),
        "day": moves.day,
        "figures": figures(moves.total, voters=moves.extraction is not None),
        "ways": [
            {
                "before": way.before or _("no district"),
                "after": way.after or _("no district"),
                "lost": way.after is None,
                "figures": way.figures,
            }
            for way in moves.ways[:200]
        ],
        "with_voters": moves.extraction is not None,
        "source": source(moves.extraction, None),
        "warnings": _warnings(moves, nis),
        "rows": _rows(moves),
        "more_rows": len(moves.plan.removed) - len(moves.gone) + len(moves.plan.made) - moves.plan.ended - len(moves.come),
    }


def _warnings(moves: Moves, nis: str) -> list[dict[str, str]]:
    found = []
    for lost in moves.lost[:5]:
        text = ngettext(
            "%(street)s (%(postcode)s): %(shown)s address lies in no district then.",
            "%(street)s (%(postcode)s): %(shown)s addresses lie in no district then.",
            lost.addresses,
        ) % {"street": lost.street, "postcode": lost.postcode, "shown": number(lost.addresses)}
        found.append(
            {"text": text, "url": reverse("street_detail", kwargs={"nis": nis, "pk": lost.street_id}), "link": _("Look at the street")}
        )
    if len(moves.lost) > 5:
        more = len(moves.lost) - 5
        text = ngettext("And in %(shown)s more street.", "And in %(shown)s more streets.", more) % {"shown": number(more)}
        found.append({"text": text, "url": "", "link": ""})
    for why, row in moves.doubtful:
        text = str(DOUBTS[why]) % {"row": f"{row.street}, {range_numbers(row.row.numbers)}", "district": row.district}
        found.append({"text": text, "url": "", "link": ""})
    if moves.past:
        days = ", ".join(medium_date(day) for day in moves.past)
        text = _("The change holds %(since)s, so also for the election of %(days)s, which is over.")
        found.append({"text": text % {"since": since_text(moves.plan.valid_from), "days": days}, "url": "", "link": ""})
    return found


def _rows(moves: Moves) -> list[dict[str, str]]:
    """The rows that go and come: ``label, state, street, numbers, district, days``."""
    gone = [
        {
            "label": _("goes"),
            "state": "bad",
            "street": row.street.name,
            "numbers": row_numbers(row),
            "district": str(row.district),
            "days": last_day(moves.plan.valid_from) if row.valid_from < moves.plan.valid_from else "",
        }
        for row in moves.gone
    ]
    come = [
        {
            "label": _("comes"),
            "state": "ok",
            "street": one.street,
            "numbers": range_numbers(one.row.numbers),
            "district": one.district,
            "days": days_text(one.row.valid_from, one.row.valid_until),
        }
        for one in moves.come
    ]
    return [*gone, *come]


def district_facts(district: District, counted: DistrictFigures) -> list[dict[str, str]]:
    """The figures of one district."""
    return figures(counted.by_district.get(district.pk, Figures()), voters=counted.extraction is not None)
