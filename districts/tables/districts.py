"""Districts, their rows, and what does not fit, in lists."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core.templatetags.presentation import number
from districts.models import District, StreetRange
from districts.rules.street_ranges import BEGINNING
from districts.selectors.districts import DistrictLine
from districts.selectors.stations import natural
from districts.words.districts import row_days, row_numbers

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}
WAITING = format_html('<span class="muted">{}</span>', "…")


class DistrictTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Code and name, levels, streets, rows and stations; addresses, inhabitants and voters once they are counted.

    ``figures``: by number of the district something with ``addresses, persons, voters``; ``None`` while they are counted.
    """

    name = tables.Column(accessor="district", verbose_name=_("District"), order_by=("code",))
    streets = tables.Column(verbose_name=_("Streets"), attrs=NUMBERS)
    rows = tables.Column(accessor="rows", verbose_name=_("Rows"), attrs=NUMBERS)
    stations = tables.Column(verbose_name=_("Stations"), attrs=NUMBERS)
    addresses = tables.Column(empty_values=(), verbose_name=_("Addresses"), orderable=False, attrs=NUMBERS)
    persons = tables.Column(empty_values=(), verbose_name=_("Inhabitants"), orderable=False, attrs=NUMBERS)
    voters = tables.Column(empty_values=(), verbose_name=_("Voters"), orderable=False, attrs=NUMBERS)

    def __init__(self, *args: Any, nis: str, day: date | None, figures: Mapping[int | None, Any] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis, self.figures = nis, figures
        self.query = {"day": day.isoformat()} if day else None

    def order_name(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        """As people count: 2 before 10."""
        rows.data.sort(key=lambda line: natural(line.district.code), reverse=is_descending)
        return rows, True

    def render_name(self, value: District, record: DistrictLine) -> SafeString:
        """Code and name, the levels above it, and that it is closed."""
        url = reverse("district_detail", kwargs={"nis": self.nis, "pk": value.pk}, query=self.query)
        closed = format_html(' <span class="tag">{}</span>', pgettext("district", "closed")) if value.closed_at else ""
        levels = format_html("<small>{}</small>", " · ".join(area.name for area in record.areas)) if record.areas else ""
        return format_html('<a href="{}">{} {}</a>{}{}', url, value.code, value.name, closed, levels)

    def render_streets(self, value: int) -> str:
        """``1.204``."""
        return number(value)

    def render_rows(self, value: int) -> str:
        """``1.204``."""
        return number(value)

    def render_stations(self, value: int) -> str:
        """``4``."""
        return number(value)

    def _figure(self, record: DistrictLine, name: str) -> str | SafeString:
        if self.figures is None:
            return WAITING
        counted = self.figures.get(record.district.pk)
        return number(getattr(counted, name) if counted else 0)

    def render_addresses(self, record: DistrictLine) -> str | SafeString:
        """``1.204``, or that it is being counted."""
        return self._figure(record, "addresses")

    def render_persons(self, record: DistrictLine) -> str | SafeString:
        """``1.204``, or that it is being counted."""
        return self._figure(record, "persons")

    def render_voters(self, record: DistrictLine) -> str | SafeString:
        """``1.204``, or that it is being counted."""
        return self._figure(record, "voters")


format_html_lazy = lazy(format_html, SafeString)


class RowTable(tables.Table):  # type: ignore[misc]  # published without type information
    """The rows of a district; ``addresses``: how many lie in each."""

    row = tables.Column(
        accessor="pk", verbose_name=format_html_lazy('<input type="checkbox" aria-label="{}">', _("Choose all rows")), orderable=False
    )
    street = tables.Column(verbose_name=_("Street"), order_by=("street__name_key", "postcode", "number_from"))
    postcode = tables.Column(verbose_name=_("Postcode"), order_by=("postcode", "street__name_key"))
    numbers = tables.Column(accessor="side", verbose_name=_("House numbers"), orderable=False)
    addresses = tables.Column(accessor="pk", verbose_name=_("Addresses"), orderable=False, attrs=NUMBERS)
    days = tables.Column(accessor="valid_from", verbose_name=_("Holds"), orderable=False)

    def __init__(
        self, *args: Any, nis: str, day: date | None, may_change: bool, addresses: Mapping[int, int] | None = None, **kwargs: Any
    ) -> None:
        dated = [row for row in kwargs.get("data", args[0] if args else ()) if row.valid_from != BEGINNING or row.valid_until]
        exclude = [*([] if may_change else ["row"]), *([] if dated else ["days"])]
        super().__init__(*args, exclude=exclude, **kwargs)
        self.nis, self.counted = nis, addresses or {}
        self.query = {"day": day.isoformat()} if day else None

    def render_row(self, value: int, record: StreetRange) -> SafeString:
        """A box to choose the row."""
        return format_html(
            '<input type="checkbox" name="row" value="{}" aria-label="{} {}">', value, record.street.name, row_numbers(record)
        )

    def render_street(self, record: StreetRange) -> SafeString:
        """The street with its rows."""
        closed = format_html(' <span class="tag tag-warn">{}</span>', _("closed")) if record.street.closed_at else ""
        prepared = format_html(' <span class="tag tag-info">{}</span>', _("prepared")) if record.street.best_id is None else ""
        url = reverse("street_detail", kwargs={"nis": self.nis, "pk": record.street_id}, query=self.query)
        return format_html('<a href="{}">{}</a>{}{}', url, record.street.name, closed, prepared)

    def render_numbers(self, record: StreetRange) -> str:
        """``2–18 even``."""
        return row_numbers(record)

    def render_addresses(self, record: StreetRange) -> SafeString | str:
        """How many lie in it; none stands out."""
        count = self.counted.get(record.pk, 0)
        return number(count) if count else format_html('<span class="change-warn">{}</span>', 0)

    def render_days(self, record: StreetRange) -> str:
        """From when until when."""
        return row_days(record)


class FindingTable(tables.Table):  # type: ignore[misc]  # published without type information
    """What does not fit, each with the page that mends it."""

    title = tables.Column(verbose_name=_("What"), orderable=False)
    where = tables.Column(verbose_name=_("Where"), orderable=False)
    numbers = tables.Column(verbose_name=_("House numbers"), orderable=False, empty_values=("",))
    district = tables.Column(verbose_name=_("District"), orderable=False, empty_values=("",))
    count = tables.Column(verbose_name=_("Addresses"), orderable=False, attrs=NUMBERS)

    def render_title(self, value: str, record: Mapping[str, Any]) -> SafeString:
        """The kind, in the colour of how grave it is."""
        return format_html('<span class="tag tag-{}">{}</span>', record["state"], value)

    def render_where(self, value: str, record: Mapping[str, Any]) -> SafeString | str:
        """The street or district, leading there."""
        return format_html('<a href="{}">{}</a>', record["url"], value) if record["url"] else value

    def render_count(self, value: int) -> str:
        """``1.204``; nothing where no address is meant."""
        return number(value) if value else "–"
