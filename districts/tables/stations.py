"""Polling stations in a list."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.templatetags.presentation import number
from districts.rules.station_findings import DistrictFacts, StationFacts
from districts.words.stations import limits, size_source
from elections.models import Election

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class StationTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Number, name, district, building, way of voting and sizes."""

    number = tables.Column(verbose_name=_("No."), attrs=NUMBERS)
    name = tables.Column(verbose_name=_("Name"), order_by=("name", "number"))
    district = tables.Column(verbose_name=_("District"), order_by=("district__code", "number"))
    building = tables.Column(verbose_name=_("Building"), order_by=("building__name", "number"))
    electronic = tables.Column(verbose_name=_("Way of voting"), order_by=("electronic", "number"))
    sizes = tables.Column(verbose_name=_("Voters"), order_by=("maximum", "number"), attrs={"td": {"class": "nowrap"}})

    class Meta:
        order_by = "number"

    def __init__(self, *args: Any, nis: str, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis, self.election = nis, election

    def render_number(self, value: int) -> str:
        """``12``."""
        return number(value)

    def render_name(self, record: StationFacts) -> SafeString:
        """The name, its room, and that it is not accessible."""
        url = reverse("station_detail", kwargs={"nis": self.nis, "election_date": self.election.date, "pk": record.pk})
        room = format_html("<small>{}</small>", record.room) if record.room else ""
        unfit = "" if record.accessible else format_html(' <span class="tag tag-warn">{}</span>', _("not accessible"))
        return format_html('<a href="{}">{}</a>{}{}', url, record.name, unfit, room)

    def render_district(self, value: DistrictFacts) -> SafeString:
        """Code and name, and that it is closed."""
        closed = format_html(' <span class="tag tag-bad">{}</span>', pgettext("district", "closed")) if value.closed else ""
        return format_html("{} {}{}", value.code, value.name, closed)

    def render_building(self, record: StationFacts) -> SafeString:
        """The building with its address, and what is wrong with it."""
        building = record.building
        wrong = [pgettext("building", "closed")] if building.closed else [_("no place on the map")] if building.position is None else []
        tags = [format_html(' <span class="tag tag-bad">{}</span>', text) for text in wrong]
        url = reverse("building_detail", kwargs={"nis": self.nis, "pk": building.pk})
        return format_html('<a href="{}">{}</a>{}<small>{}</small>', url, building.name, tags[0] if tags else "", building.address)

    def render_electronic(self, value: bool) -> str:
        """In a word."""
        return str(_("electronic") if value else _("paper"))

    def render_sizes(self, record: StationFacts) -> SafeString:
        """``150 tot 800``, and whose sizes they are."""
        return format_html("{}<small>{}</small>", limits(record.sizes), size_source(record.sizes))
