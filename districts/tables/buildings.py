"""Buildings in a list."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.templatetags.presentation import number
from districts.models import Building
from districts.selectors.buildings import address_line
from districts.words.buildings import VERDICT_STATES, VERDICTS

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class BuildingTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Name, address, rooms beside the stations of an election, and whether everybody can get in."""

    name = tables.Column(verbose_name=_("Building"), order_by=("name_key", "pk"))
    # By the street: reading the address itself would ask the database once a row.
    address = tables.Column(verbose_name=_("Address"), accessor="street_name", order_by=("postcode", "street_name", "house_number", "pk"))
    rooms = tables.Column(verbose_name=_("Rooms"), attrs=NUMBERS, order_by=("rooms", "name_key"))
    stations = tables.Column(
        verbose_name=_("Polling stations"), accessor="station_count", attrs=NUMBERS, order_by=("station_count", "name_key")
    )
    accessibility = tables.Column(verbose_name=_("Accessibility"), accessor="verdict", order_by=("verdict", "name_key"))

    class Meta:
        order_by = "name"

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_name(self, record: Building) -> SafeString:
        """The name, and that it is closed."""
        closed = format_html(' <span class="tag">{}</span>', pgettext("building", "closed")) if record.closed_at else ""
        url = reverse("building_detail", kwargs={"nis": self.nis, "pk": record.pk})
        return format_html('<a href="{}">{}</a>{}', url, record.name, closed)

    def render_address(self, record: Building) -> SafeString:
        """The address, and that its place is not known."""
        unplaced = format_html(' <span class="tag tag-warn">{}</span>', _("no place on the map")) if record.latitude is None else ""
        return format_html("{}{}", address_line(record), unplaced)

    def render_rooms(self, value: int) -> str:
        """``3``."""
        return number(value)

    def render_stations(self, value: int, record: Building) -> SafeString:
        """``2``, marked when there are fewer rooms."""
        if value > record.rooms:
            return format_html('<span class="tag tag-warn" title="{}">{}</span>', _("fewer rooms than polling stations"), number(value))
        return format_html("{}", number(value))

    def render_accessibility(self, value: str) -> SafeString:
        """The verdict on the checklist in a word."""
        state = VERDICT_STATES[value]  # type: ignore[index]  # a Verdict as text
        return format_html('<span class="tag{}">{}</span>', f" tag-{state}" if state else "", VERDICTS[value])
