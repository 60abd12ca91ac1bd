"""Voters in a list: a table that reads one page of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableData

from core.templatetags.presentation import number
from elections.labels import BALLOT_SHORT_LABELS
from voters.models import Draft, Extraction
from voters.rules.birth_dates import registered_date
from voters.selectors import voters_list
from voters.selectors.voters_list import ListRow
from voters.sql.voters_list import ListFilter, Order
from voters.words.ledger import standing

ORDERS: dict[str, Order] = {"list_number": "number", "name": "name", "address": "street", "station": "station"}
NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class ListData(TableData):  # type: ignore[misc]  # published without type information
    """The list as the table asks for it: its length, and a slice in an order; nothing else is ever read.

    With ``at``, every row of a final list comes with how it stands at that moment.
    """

    def __init__(self, extraction: Extraction, chosen: ListFilter, draft: Draft | None = None, at: datetime | None = None) -> None:
        super().__init__([])
        self.extraction, self.chosen, self.draft, self.at = extraction, chosen, draft, at
        self.order: Order = "number"
        self.descending = False
        self.length = voters_list.count(extraction=extraction, chosen=chosen, draft=draft)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: slice) -> Sequence[ListRow]:
        start, stop, _step = key.indices(self.length)
        rows = voters_list.page(
            extraction=self.extraction,
            chosen=self.chosen,
            draft=self.draft,
            order=self.order,
            descending=self.descending,
            start=start,
            stop=stop,
            total=self.length,
        )
        return voters_list.as_they_stand(rows, extraction=self.extraction, draft=self.draft, at=self.at) if self.at else rows

    def order_by(self, aliases: Sequence[str]) -> None:
        """Take the first sort order."""
        for alias in aliases[:1]:
            self.order = ORDERS.get(alias.lstrip("-"), "number")
            self.descending = alias.startswith("-")


class VoterTable(tables.Table):  # type: ignore[misc]
    """Number, name, date of birth, address, marks and ballots; with ``stations`` (number → name) where each voter votes."""

    list_number = tables.Column(verbose_name=_("No."), attrs=NUMBERS)
    name = tables.Column(verbose_name=_("Name"), empty_values=(), orderable=False)
    birth_date = tables.Column(verbose_name=_("Born"), orderable=False, attrs=NUMBERS)
    address = tables.Column(verbose_name=_("Address"), empty_values=())
    station = tables.Column(verbose_name=_("Polling station"))
    marks = tables.Column(verbose_name=_("Marks"), empty_values=(), orderable=False)
    ballots = tables.Column(verbose_name=_("May vote for"), orderable=False)

    class Meta:
        order_by = ("list_number",)

    def __init__(self, *args: Any, nis: str, stations: Mapping[int, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if stations else ("station",), **kwargs)
        # While nothing is frozen, the number is the order of the names.
        self.columns["name"].column.orderable = bool(stations)
        self.nis, self.stations = nis, stations or {}

    def render_list_number(self, value: int) -> str:
        """``28.412``."""
        return number(value)

    def render_name(self, record: ListRow) -> SafeString:
        """Last name first, with a link to the person; struck through where the voter was struck from the list."""
        words = f"{record.last_name}, {record.first_names}" if record.first_names else record.last_name
        name = format_html("<s>{}</s>", words) if record.since and record.since.struck else words
        try:
            url = reverse("person_detail", kwargs={"nis": self.nis, "pk": record.person_id})
        except NoReverseMatch:
            return format_html("<strong>{}</strong>", name)
        return format_html('<a href="{}">{}</a>', url, name)

    def render_birth_date(self, value: str) -> str:
        """As registered: the year alone where day and month are unknown."""
        return registered_date(value)

    def render_address(self, record: ListRow) -> SafeString:
        """Street, number, box and postcode as the list holds them; marked where no such address is known."""
        box = _(" box %(box)s") % {"box": record.box_number} if record.box_number else ""
        line = f"{record.street_name} {record.house_number}{box}".strip()
        unknown = format_html(' <span class="tag tag-warn">{}</span>', _("address not known")) if record.address_unknown else ""
        return format_html('{} <span class="muted">{}</span>{}', line, record.postcode, unknown)

    def render_station(self, value: int) -> SafeString | str:
        """Number and name, with a link to the station."""
        name, url = self.stations.get(value, ("", ""))
        return format_html('<a href="{}">{}</a> <span class="muted">{}</span>', url, value, name) if url else f"{value} {name}"

    def render_marks(self, record: ListRow) -> SafeString:
        """V and 16-17, and what changed since the list was frozen."""
        v = format_html('<span class="tag tag-info">{}</span> ', "V") if record.mark else ""
        minor = format_html('<span class="tag">{}</span> ', _("16-17")) if record.minor else ""
        changed = standing(record.since) if record.since else ()
        since = format_html_join(" ", '<span class="tag tag-{}">{}</span><small>{}</small>', changed)
        return format_html("{}{}{}", v, minor, since)

    def render_ballots(self, value: tuple[str, ...]) -> str:
        """Short names, in the order of the day."""
        return ", ".join(str(BALLOT_SHORT_LABELS[code]) for code in value)
