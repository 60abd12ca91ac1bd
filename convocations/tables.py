"""Cards and cases in tables."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.models import Card, CardCase
from convocations.selectors.pages import code_of
from convocations.words import cards as words
from core.templatetags.presentation import number, short_date
from elections.models import Election

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


class CardTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Number, voter, address, station, run, state."""

    list_number = tables.Column(verbose_name=gettext_lazy("No."), attrs=NUMBERS)
    last_name = tables.Column(verbose_name=gettext_lazy("Voter"))
    street_name = tables.Column(verbose_name=gettext_lazy("Address"), order_by=("postcode", "street_name", "house_number"))
    station = tables.Column(verbose_name=gettext_lazy("Polling station"), accessor="station__number", attrs=NUMBERS)
    code = tables.Column(verbose_name=gettext_lazy("Code"), accessor="token", orderable=False, attrs={"td": {"class": "text-nowrap"}})
    state = tables.Column(verbose_name=gettext_lazy("State"))

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_list_number(self, value: int) -> str:
        """12.345."""
        return number(value)

    def render_last_name(self, record: Card) -> SafeString:
        """The name, leading to the card."""
        return format_html('<a href="{}">{}</a>', reverse("card_detail", kwargs={"nis": self.nis, "pk": record.pk}), words.name_of(record))

    def render_street_name(self, record: Card) -> str:
        """Where it goes."""
        return words.address_of(record)

    def render_code(self, record: Card) -> SafeString:
        """As it is printed."""
        return format_html("<code>{}</code>", code_of(record.token, record.issue))

    def render_state(self, record: Card) -> SafeString:
        """A tag."""
        shown = words.tag(record)
        return format_html('<span class="tag tag-{}">{}</span>', shown["state"], shown["label"])


class CaseTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Kind, reason, voter, address, since, and what was or is to be done."""

    kind = tables.Column(verbose_name=gettext_lazy("Kind"))
    code = tables.Column(verbose_name=gettext_lazy("Reason"), orderable=False, empty_values=())
    voter = tables.Column(verbose_name=gettext_lazy("Voter"), accessor="card__last_name")
    address = tables.Column(verbose_name=gettext_lazy("Address"), accessor="card__street_name")
    opened_at = tables.Column(verbose_name=gettext_lazy("Since"))
    note = tables.Column(verbose_name=gettext_lazy("What was done"), orderable=False, empty_values=())

    def __init__(self, *args: Any, election: Election, may_close: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election, self.may_close = election, may_close

    def render_kind(self, record: CardCase) -> str:
        """In words."""
        return str(record.get_kind_display())

    def render_code(self, record: CardCase) -> SafeString:
        """The reason, with what bpost says of it."""
        told = words.case_detail(record.detail) or words.what_to_do(record)
        small = format_html("<small>{}</small>", told) if told else ""
        return format_html("{}{}", words.case_reason(record.code), small)

    def render_voter(self, record: CardCase) -> SafeString:
        """The name, leading to the card."""
        url = reverse("card_detail", kwargs={"nis": self.election.municipality.nis_code, "pk": record.card_id})
        place = words.short_place(record.card)
        small = format_html("<small>{}</small>", place) if place else ""
        return format_html('<a href="{}">{}</a>{}', url, words.name_of(record.card), small)

    def render_address(self, record: CardCase) -> str:
        """As on the card."""
        return words.address_of(record.card)

    def render_opened_at(self, value: Any) -> str:
        """23/09/2024."""
        return short_date(value)

    def render_note(self, record: CardCase) -> SafeString | str:
        """What was done, or the way to it."""
        if record.state == CardCase.State.DONE:
            return format_html("{}<small>{}</small>", record.note or _("done"), record.closed_by_name)
        if not self.may_close:
            return "–"
        kwargs = {"nis": self.election.municipality.nis_code, "election_date": self.election.date, "pk": record.pk}
        return format_html('<a href="{}">{}</a>', reverse("card_case_close", kwargs=kwargs), _("Close"))
