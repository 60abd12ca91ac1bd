"""The lists of the register import: files, problems, differences."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.templatetags.presentation import date_time, number, short_date
from voters.models import RegisterImport, RegisterProblem
from voters.selectors.imports import Difference
from voters.words import imports as words

NUMBERS = {"th": {"class": "r"}, "td": {"class": "r num"}}


def _tag(label: Any, state: str) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', state, label)


class ImportTable(tables.Table):  # type: ignore[misc]  # published without type information
    """Every file that was sent, and what became of it."""

    file_name = tables.Column(verbose_name=_("File"), orderable=False)
    as_of = tables.Column(verbose_name=_("State on"), orderable=False)
    state = tables.Column(verbose_name=_("Result"), orderable=False)
    rows = tables.Column(verbose_name=_("Persons"), accessor="counts__rows", orderable=False, attrs=NUMBERS, default="–")
    added = tables.Column(verbose_name=_("New"), accessor="counts__added", orderable=False, attrs=NUMBERS, default="–")
    changed = tables.Column(verbose_name=_("Changed"), accessor="counts__changed", orderable=False, attrs=NUMBERS, default="–")
    removed = tables.Column(verbose_name=_("Removed"), accessor="counts__removed", orderable=False, attrs=NUMBERS, default="–")
    created_at = tables.Column(verbose_name=_("Sent"), orderable=False)

    def __init__(self, *args: Any, nis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nis = nis

    def render_file_name(self, record: RegisterImport) -> SafeString:
        """With a link to the import."""
        return format_html(
            '<a href="{}">{}</a>', reverse("register_import_detail", kwargs={"nis": self.nis, "pk": record.pk}), record.file_name
        )

    def render_as_of(self, value: Any) -> str:
        """13/10/2024."""
        return short_date(value)

    def render_state(self, record: RegisterImport) -> SafeString:
        """A tag."""
        return _tag(record.get_state_display(), words.STATE_TAGS[record.state])

    def render_rows(self, value: int) -> str:
        """28.412."""
        return number(value)

    render_added = render_changed = render_removed = render_rows

    def render_created_at(self, record: RegisterImport) -> str:
        """When and by whom."""
        return f"{date_time(record.created_at)} · {record.requested_by_name}"


class MutationFileTable(ImportTable):
    """Every file of mutations, and what became of it."""

    first = tables.Column(verbose_name=_("From number"), accessor="counts__first", orderable=False, attrs=NUMBERS, default="–")
    last = tables.Column(verbose_name=_("Until number"), accessor="counts__last", orderable=False, attrs=NUMBERS, default="–")
    rows = tables.Column(verbose_name=_("Events"), accessor="counts__rows", orderable=False, attrs=NUMBERS, default="–")

    class Meta:
        exclude = ("added", "changed", "removed")
        sequence = ("file_name", "as_of", "state", "rows", "first", "last", "created_at")

    render_first = render_last = ImportTable.render_rows


class ProblemTable(tables.Table):  # type: ignore[misc]
    """Where, what stood there, and what was expected."""

    row = tables.Column(verbose_name=_("Row"), orderable=False, attrs=NUMBERS)
    column = tables.Column(verbose_name=_("Column"), orderable=False)
    value = tables.Column(verbose_name=_("Value"), orderable=False, empty_values=())
    expected = tables.Column(verbose_name=_("Expected"), orderable=False, empty_values=())

    def render_row(self, value: int) -> str:
        """0 is the file as a whole."""
        return number(value) if value else str(_("whole file"))

    def render_column(self, value: str) -> str:
        """By its name in the file."""
        return words.column_called(value)

    def render_value(self, record: RegisterProblem) -> str:
        """As it stood; a national number in full is for the file that is downloaded."""
        if record.column == "national_number" and record.code == "number_twice":
            return words.shown("national_number", record.value)
        if record.column == "as_of":
            return short_date(date.fromisoformat(record.value))
        return record.value or str(_("(empty)"))

    def render_expected(self, record: RegisterProblem) -> str:
        """In a sentence."""
        return words.expected(record.code, record.detail)


class DifferenceTable(tables.Table):  # type: ignore[misc]
    """A person a row: what happens, and each changed column before and after."""

    change = tables.Column(verbose_name=_("Difference"), orderable=False, accessor="staged__change")
    name = tables.Column(verbose_name=_("Name"), orderable=False, empty_values=())
    born = tables.Column(verbose_name=_("Born"), orderable=False, empty_values=(), attrs=NUMBERS)
    address = tables.Column(verbose_name=_("Address"), orderable=False, empty_values=())
    values = tables.Column(verbose_name=_("What changes"), orderable=False, empty_values=())

    def render_change(self, record: Difference) -> SafeString:
        """A tag."""
        return _tag(record.staged.get_change_display(), words.CHANGE_TAGS[record.staged.change])

    def render_name(self, record: Difference) -> str:
        """Last name first."""
        return ", ".join(part for part in (record.staged.last_name, record.staged.first_names) if part)

    def render_born(self, record: Difference) -> str:
        """As registered, unknown parts as 00."""
        return words.shown("birth_date", record.staged.birth_date)

    def render_address(self, record: Difference) -> SafeString:
        """In one line; with a tag when no address of the municipality fits."""
        text = words.address_text(record.staged) or "–"
        if record.staged.address_id is None and record.staged.change != "removed":
            return format_html("{} {}", text, _tag(_("not known"), "warn"))
        return format_html("{}", text)

    def render_values(self, record: Difference) -> SafeString:
        """Column: before → after."""
        rows = [(words.COLUMN_LABELS[name], words.shown(name, before), words.shown(name, after)) for name, before, after in record.values]
        return render_to_string("voters/imports/_values.html", {"rows": rows})
