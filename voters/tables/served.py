"""Streets with the polling station that they vote in."""

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import number

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class StreetTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Street, postcode, house numbers, station, voters; rows as ``voters.words.served.street_rows`` makes them."""

    street = tables.Column(verbose_name=_("Street"), order_by=("order",))
    postcode = tables.Column(verbose_name=_("Postcode"), attrs={"td": {"class": "num"}})
    which = tables.Column(verbose_name=_("House numbers"), orderable=False)
    station = tables.Column(verbose_name=_("Polling station"), order_by=("number", "order"))
    building = tables.Column(verbose_name=_("Building"), orderable=False)
    voters = tables.Column(verbose_name=_("Voters"), attrs=NUMBERS)

    class Meta:
        order_by = ("street",)

    def render_station(self, record: dict[str, Any], value: str) -> SafeString:
        """With a link to all its streets."""
        return format_html('<a href="{}">{}</a>', record["url"], value)

    def render_voters(self, value: int) -> str:
        """``1.204``."""
        return number(value)
