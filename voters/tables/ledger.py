"""The lists of what changes after the list date: events of a file, the ledger, decisions, and the change sheet on the screen."""

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableData

from core.templatetags.presentation import date_time, medium_date, number, short_date
from elections.models import Election
from voters.models import ListDecision, Mutation, MutationStaging
from voters.rules.birth_dates import registered_date
from voters.selectors import changes, mutations
from voters.selectors.changes import LedgerRow, ListChange
from voters.selectors.ledger import FrozenList
from voters.selectors.mutations import Preview
from voters.sql.changes import LedgerFilter
from voters.sql.effects import ListToCome
from voters.words import imports as import_words
from voters.words import ledger as words

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


def _tag(label: Any, state: str) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', state, label)


def _person(nis: str, pk: int | None, name: str) -> SafeString | str:
    return format_html('<a href="{}">{}</a>', reverse("person_detail", kwargs={"nis": nis, "pk": pk}), name) if pk else name


def _values(rows: list[tuple[str, Any, Any]]) -> SafeString:
    shown = [
        (import_words.COLUMN_LABELS[name], import_words.shown(name, before), import_words.shown(name, after))
        for name, before, after in rows
    ]
    return render_to_string("voters/imports/_values.html", {"rows": shown})


class EventData(TableData):  # type: ignore[misc]  # published without type information
    """One page of staged events is read, and with it the persons and what each event would do."""

    def __init__(self, found: QuerySet[MutationStaging], lists: Sequence[ListToCome]) -> None:
        super().__init__([])
        self.found, self.lists, self.length = found, lists, found.count()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: slice) -> Sequence[Preview]:
        return mutations.previews(list(self.found[key]), lists=self.lists)

    def order_by(self, aliases: Sequence[str]) -> None:
        """In the order of the file only."""


class EventTable(tables.Table):  # type: ignore[misc]
    """What each event does: to the register, and to the list of each election to come."""

    sequence = tables.Column(verbose_name=_("No."), accessor="staged__sequence", orderable=False, attrs=NUMBERS)
    event = tables.Column(verbose_name=_("Event"), accessor="staged__event", orderable=False)
    person = tables.Column(verbose_name=_("Person"), orderable=False, empty_values=())
    effective_on = tables.Column(verbose_name=_("Takes effect on"), accessor="staged__effective_on", orderable=False)
    changes = tables.Column(verbose_name=_("In the register"), orderable=False, empty_values=())
    effects = tables.Column(verbose_name=_("On the lists"), orderable=False, empty_values=())

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_event(self, value: str) -> Any:
        """In words."""
        return words.EVENTS[value]

    def render_person(self, record: Preview) -> SafeString | str:
        """Last name first, with a link to who is in the register already."""
        known = record.person or record.staged
        values = record.staged.values if record.person is None else {}
        last = values.get("last_name") or getattr(known, "last_name", "")
        first = values.get("first_names") or getattr(known, "first_names", "")
        name = ", ".join(part for part in (last, first) if part) or str(_("new in this file"))
        return _person(self.nis, record.person.pk if record.person else None, name)

    def render_effective_on(self, value: Any) -> str:
        """13/10/2024."""
        return short_date(value)

    def render_changes(self, record: Preview) -> SafeString:
        """Column: before → after."""
        rows = record.changes
        if record.person is None:
            rows = [row for row in rows if row[0] in {"registered_on", "street_name", "house_number", "nationality"}]
        return _values(rows)

    def render_effects(self, record: Preview) -> SafeString:
        """Three tags an election."""
        days = [
            {"day": day, "effects": words.effects(address, listed, right), "mail": words.mail_line(mail)}
            for day, (_code, address, listed, right, mail) in record.effects.items()
        ]
        return render_to_string("voters/ledger/_effects.html", {"days": days})


class AppliedTable(tables.Table):  # type: ignore[misc]
    """The events of a file that was brought in."""

    sequence = tables.Column(verbose_name=_("No."), orderable=False, attrs=NUMBERS)
    event = tables.Column(verbose_name=_("Event"), orderable=False)
    person = tables.Column(verbose_name=_("Person"), orderable=False)
    effective_on = tables.Column(verbose_name=_("Takes effect on"), orderable=False)
    values = tables.Column(verbose_name=_("In the register"), orderable=False, empty_values=())

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    render_event = EventTable.render_event
    render_effective_on = EventTable.render_effective_on

    def render_person(self, record: Mutation) -> SafeString | str:
        """Last name first, with a link."""
        name = ", ".join(part for part in (record.person.last_name, record.person.first_names) if part)
        return _person(self.nis, record.person_id, name)

    def render_values(self, record: Mutation) -> SafeString:
        """What was set; what it was before stands with the person."""
        return render_to_string(
            "voters/ledger/_set.html",
            {
                "rows": [
                    (import_words.COLUMN_LABELS[name], import_words.shown(name, value)) for name, value in record.values.items() if value
                ]
            },
        )


class LedgerData(TableData):  # type: ignore[misc]
    """The ledger as the table asks for it: its length, and a slice."""

    def __init__(self, frozen: FrozenList, chosen: LedgerFilter) -> None:
        super().__init__([])
        self.frozen, self.chosen, self.length = frozen, chosen, changes.count(frozen, chosen)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, key: slice) -> Sequence[LedgerRow]:
        start, stop, _step = key.indices(self.length)
        return changes.page(self.frozen, self.chosen, start=start, stop=stop)

    def order_by(self, aliases: Sequence[str]) -> None:
        """The newest first only."""


class LedgerTable(tables.Table):  # type: ignore[misc]
    """What happened, to whom, and its three effects."""

    recorded_at = tables.Column(verbose_name=_("Recorded"), orderable=False)
    list_number = tables.Column(verbose_name=_("No."), orderable=False, attrs=NUMBERS, default="–")
    name = tables.Column(verbose_name=_("Name"), orderable=False, empty_values=())
    station_number = tables.Column(verbose_name=_("Polling station"), orderable=False, attrs=NUMBERS, default="–")
    source = tables.Column(verbose_name=_("What happened"), orderable=False, empty_values=())
    effects = tables.Column(verbose_name=_("Effects"), orderable=False, empty_values=())

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election = election

    def render_recorded_at(self, record: LedgerRow) -> SafeString:
        """When, and by whom."""
        return format_html('{}<small class="muted">{}</small>', date_time(record.recorded_at), record.recorded_by_name)

    def render_list_number(self, value: int) -> str:
        """28.412."""
        return number(value)

    def render_name(self, record: LedgerRow) -> SafeString:
        """With a link to the person, and the date of birth."""
        name = ", ".join(part for part in (record.last_name, record.first_names) if part)
        link = _person(self.election.municipality.nis_code, record.person_id, name)
        return format_html('{}<small class="muted">{}</small>', link, registered_date(record.birth_date))

    def render_source(self, record: LedgerRow) -> SafeString:
        """Event or decision, the day on which it takes effect, and where it stands."""
        url, text = words.source_url(record, self.election), words.source(record)
        what = format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)
        hint = f"{medium_date(record.effective_on)} · {words.source_hint(record)}"
        return format_html('{}<small class="muted">{}</small>', what, hint)

    def render_effects(self, record: LedgerRow) -> SafeString:
        """Three tags, and the new address."""
        day = {"day": None, "effects": words.effects(record.address, record.list, record.right), "mail": words.mail_line(record.mail)}
        return render_to_string("voters/ledger/_effects.html", {"days": [day]})


class DecisionTable(tables.Table):  # type: ignore[misc]
    """Every decision, the newest first."""

    person = tables.Column(verbose_name=_("Voter"), orderable=False)
    kind = tables.Column(verbose_name=_("Decision"), orderable=False)
    authority = tables.Column(verbose_name=_("Decided by"), orderable=False)
    reference = tables.Column(verbose_name=_("Reference"), orderable=False)
    state = tables.Column(verbose_name=_("State"), orderable=False)
    requested_at = tables.Column(verbose_name=_("Asked"), orderable=False)

    def __init__(self, *args: Any, election: Election, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.election = election

    def render_person(self, record: ListDecision) -> SafeString:
        """With a link to the decision."""
        kwargs = {"nis": self.election.municipality.nis_code, "election_date": self.election.date, "pk": record.pk}
        name = ", ".join(part for part in (record.person.last_name, record.person.first_names) if part)
        return format_html('<a href="{}">{}</a>', reverse("decision_detail", kwargs=kwargs), name)

    def render_authority(self, record: ListDecision) -> SafeString:
        """And the day."""
        return format_html('{}<small class="muted">{}</small>', record.get_authority_display(), medium_date(record.decided_on))

    def render_state(self, record: ListDecision) -> SafeString:
        """A tag."""
        return _tag(record.get_state_display(), words.STATE_TAGS[record.state])

    def render_requested_at(self, record: ListDecision) -> str:
        """When and by whom."""
        return f"{date_time(record.requested_at)} · {record.requested_by_name}"


class ChangeTable(tables.Table):  # type: ignore[misc]
    """What differs between two moments, by station."""

    station = tables.Column(
        verbose_name=_("Polling station"), accessor="entry__station_number", orderable=False, attrs=NUMBERS, default="–"
    )
    list_number = tables.Column(verbose_name=_("No."), accessor="entry__list_number", orderable=False, attrs=NUMBERS)
    change = tables.Column(verbose_name=_("What changed"), orderable=False)
    name = tables.Column(verbose_name=_("Name"), orderable=False, empty_values=())
    address = tables.Column(verbose_name=_("Address, or reason"), orderable=False, empty_values=())

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_list_number(self, value: int) -> str:
        """28.412."""
        return number(value)

    def render_change(self, record: ListChange) -> SafeString:
        """A tag."""
        return _tag(words.CHANGES[record.change], words.CHANGE_TAGS.get(record.change, "plain"))

    def render_name(self, record: ListChange) -> SafeString | str:
        """Last name first, with a link."""
        entry = record.entry
        return _person(self.nis, entry.person_id, ", ".join(part for part in (entry.last_name, entry.first_names) if part))

    def render_address(self, record: ListChange) -> str:
        """Where the card goes, where the list says, or why neither counts."""
        entry = record.entry
        if entry.no_card is not None:
            return str(words.NO_CARD[entry.no_card])
        address = entry.mailing if record.change == "new_address" and entry.mailing else entry.list_address
        return words.mail_line({name: getattr(address, name) for name in address.__slots__})
