"""The stations of a draft in a table."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import number
from voters.models import Draft
from voters.selectors.drafts import StationLoad
from voters.words import drafts as words

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}
NEARLY_FULL = 0.98


class StationLoadTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Number, building, district, how full, how far people walk, and how many come from another building."""

    number = tables.Column(verbose_name=_("No."), accessor="station__number", attrs=NUMBERS)
    building = tables.Column(
        verbose_name=_("Building"), accessor="station__building__name", order_by=("station__building__name", "station__number")
    )
    district = tables.Column(
        verbose_name=_("District"), accessor="station__district__code", order_by=("station__district__code", "station__number")
    )
    voters = tables.Column(verbose_name=_("Voters"), accessor="load__voters", attrs={"td": {"class": "load"}})
    mean = tables.Column(verbose_name=_("Average distance"), accessor="load__mean", attrs=NUMBERS)
    moved = tables.Column(verbose_name=_("From another building"), accessor="load__moved", attrs=NUMBERS)

    class Meta:
        order_by = "number"

    def __init__(self, *args: Any, draft: Draft, nis: str, names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft, self.nis, self.names = draft, nis, names
        if draft.previous_id is None:
            self.columns.hide("moved")

    def render_number(self, value: int) -> str:
        """``12``."""
        return number(value)

    def render_building(self, record: StationLoad) -> SafeString:
        """The building, with its room or the names that vote there, leading to the streets."""
        kwargs = {"nis": self.nis, "election_date": self.draft.election.date, "number": self.draft.number}
        address = f"{reverse('draft_streets', kwargs=kwargs)}?station={record.station.pk}"
        hint = self.names.get(record.station.pk) or record.station.room
        small = format_html("<small>{}</small>", hint) if hint else ""
        return format_html('<a href="{}">{}</a>{}', address, record.station.building.name, small)

    def render_district(self, record: StationLoad) -> str:
        """``03 Centrum``."""
        return f"{record.station.district.code} {record.station.district.name}"

    def render_voters(self, record: StationLoad) -> SafeString:
        """``612 van 800`` with a bar, and how many too many or too few."""
        most = record.most
        count = (
            number(record.load.voters)
            if most is None
            else _("%(count)s of %(most)s") % {"count": number(record.load.voters), "most": number(most)}
        )
        bar: SafeString | str = ""
        if most:
            full = "bad" if record.over else "warn" if (record.share or 0) >= NEARLY_FULL else ""
            label = words.limits(record.least, most)
            bar = format_html(
                '<progress class="bar {}" value="{}" max="{}" aria-label="{}"></progress>',
                full,
                str(min(record.load.voters, most)),
                str(most),
                label,
            )
        wrong: SafeString | str = ""
        if record.over:
            wrong = format_html(' <span class="tag tag-bad">{}</span>', _("%(count)s too many") % {"count": number(record.over)})
        elif record.under:
            wrong = format_html(' <span class="tag tag-warn">{}</span>', _("%(count)s too few") % {"count": number(record.under)})
        return format_html('<div class="loaded"><span class="num">{}</span>{}{}</div>', count, bar, wrong)

    def render_mean(self, value: float) -> str:
        """``416 m``."""
        return words.metres(value)

    def render_moved(self, value: int) -> str:
        """``31``."""
        return number(value)
