"""Streets in a list."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import number
from districts.models import Street

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class StreetTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Name, postcodes and how many addresses are in use."""

    name = tables.Column(verbose_name=_("Street"), order_by=("name_key", "pk"))
    postcodes = tables.Column(verbose_name=_("Postcode"), orderable=False)
    houses = tables.Column(accessor="house_count", verbose_name=_("House numbers"), order_by=("house_count", "name_key"), attrs=NUMBERS)
    addresses = tables.Column(accessor="address_count", verbose_name=_("Addresses"), order_by=("address_count", "name_key"), attrs=NUMBERS)

    class Meta:
        order_by = "name"

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_name(self, record: Street) -> SafeString:
        """The name, and that the street is closed."""
        closed = format_html(' <span class="tag">{}</span>', _("closed")) if record.closed_at else ""
        if record.best_id is None:
            closed = format_html(' <span class="tag tag-info">{}</span>', _("prepared"))
        url = reverse("street_detail", kwargs={"nis": self.nis, "pk": record.pk})
        return format_html('<a href="{}">{}</a>{}', url, record.name, closed)

    def render_postcodes(self, value: list[str]) -> str:
        """``1500, 1501``."""
        return ", ".join(value)

    def render_houses(self, value: int) -> str:
        """``1.204``."""
        return number(value)

    def render_addresses(self, value: int) -> str:
        """``1.204``."""
        return number(value)
