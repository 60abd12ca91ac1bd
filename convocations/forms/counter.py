"""What is typed and chosen at the counter."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.models import CardPrinter, Counter
from convocations.rules.counter import (
    AT_COUNTER,
    IN_BULK,
    MOST_BLANKS,
    MOST_OFFSET,
    OUT_OF_UNDIVIDED,
    UNDIVIDED,
    BlankKind,
    Cause,
    Mode,
    Movement,
    street_label,
)
from convocations.words.blanks import MOVEMENTS, kind_name
from convocations.words.counter import CAUSES, MODES
from districts.models import Station, Street
from voters.forms.voters_list import SearchInput

TYPED = {"class": "form-control", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class VoterSearchForm(forms.Form):
    """The one field: a name, a national number, the code of a card. ``first``: it is what the page is for."""

    q = forms.CharField(
        label=_("Name, national number or code of a card"),
        required=False,
        max_length=200,
        widget=SearchInput(attrs=TYPED),
    )

    def __init__(self, *args: Any, first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            self.fields["q"].widget.attrs["autofocus"] = True


class CodeForm(forms.Form):
    """The code of a card, scanned or typed."""

    code = forms.CharField(
        label=_("Code of the card"),
        max_length=60,
        widget=forms.TextInput(attrs={**TYPED, "autofocus": True}),
        help_text=_("Scan the square, or type what stands under it: 7HJ2K0P4QRST-01."),
    )


class DuplicateForm(forms.Form):
    """How and why a duplicate is made, and that whoever asks was compared with their identity document."""

    identity = forms.BooleanField(
        label=_("I saw the identity document: this is the person"),
        error_messages={"required": _("Look at the identity document first, and confirm it.")},
    )
    counter = forms.TypedChoiceField(label=_("Counter"), coerce=int)
    mode = forms.ChoiceField(label=_("Paper"), choices=list(MODES.items()), initial=Mode.FULL)
    cause = forms.ChoiceField(label=_("Why"), choices=[(cause, CAUSES[cause]) for cause in AT_COUNTER], initial=Cause.NOT_RECEIVED)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)
    seen_issue = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, counters: Sequence[Counter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.TypedChoiceField", self.fields["counter"]).choices = [(str(one.pk), one.name) for one in counters]


class MovementForm(forms.Form):
    """Blank cards of a kind that came, went or were counted."""

    counter = forms.TypedChoiceField(label=_("Counter"), coerce=int)
    blank = forms.TypedChoiceField(label=_("Blank card"), coerce=BlankKind.of, required=False)
    kind = forms.ChoiceField(label=_("What"), choices=[(kind, MOVEMENTS[kind]) for kind in Movement if kind is not Movement.PRINTED])
    quantity = forms.IntegerField(label=_("How many"), min_value=0, max_value=MOST_BLANKS, localize=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("Of spoiled cards: why."))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, counters: Sequence[Counter], blanks: Sequence[BlankKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.TypedChoiceField", self.fields["counter"]).choices = [(str(one.pk), one.name) for one in counters]
        cast("forms.TypedChoiceField", self.fields["blank"]).choices = [(one.code, kind_name(one)) for one in blanks]
        self.fields["blank"].initial = blanks[0].code if blanks else ""
        self.blanks = blanks

    def clean(self) -> dict[str, Any]:
        """Something of a known kind moves, and a spoiled card has a cause."""
        cleaned = super().clean() or {}
        kind, blank = cleaned.get("kind"), cleaned.get("blank") or UNDIVIDED
        cleaned["blank"] = blank
        if "blank" not in self.errors and (blank not in self.blanks or (blank == UNDIVIDED and kind not in OUT_OF_UNDIVIDED)):
            self.add_error("blank", _("Choose the kind of blank card."))
        if kind == Movement.SPOILED and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say why these cards were spoiled."))
        if kind and kind != Movement.COUNTED and cleaned.get("quantity") == 0:
            self.add_error("quantity", _("At least one."))
        return cleaned


class PrinterForm(forms.Form):
    """A printer and how far its pages are moved."""

    name = forms.CharField(label=_("Name of the printer"), max_length=60)
    right = forms.DecimalField(
        label=_("To the right (mm)"),
        min_value=-MOST_OFFSET,
        max_value=MOST_OFFSET,
        decimal_places=1,
        initial=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Below zero: to the left."),
    )
    up = forms.DecimalField(
        label=_("Up (mm)"),
        min_value=-MOST_OFFSET,
        max_value=MOST_OFFSET,
        decimal_places=1,
        initial=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Below zero: down."),
    )

    @classmethod
    def filled(cls, printer: CardPrinter) -> "PrinterForm":
        """With what is kept."""
        return cls(initial={"name": printer.name, "right": printer.right_mm, "up": printer.up_mm}, auto_id=f"printer{printer.pk}_%s")


class CounterForm(forms.Form):
    """A counter and its printer."""

    name = forms.CharField(label=_("Name of the counter"), max_length=60)
    printer = forms.TypedChoiceField(label=_("Printer"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, printers: Sequence[CardPrinter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("none")), *((str(one.pk), one.name) for one in printers)]
        cast("forms.TypedChoiceField", self.fields["printer"]).choices = choices


class ReissueForm(forms.Form):
    """For whom new cards are made, and why."""

    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[("street", _("a street")), ("station", _("a polling station")), ("batch", _("a list"))],
        widget=forms.RadioSelect,
        initial="street",
    )
    street = forms.TypedChoiceField(label=_("Street"), coerce=int, required=False, empty_value=None)
    station = forms.TypedChoiceField(label=_("Polling station"), coerce=int, required=False, empty_value=None)
    file = forms.FileField(
        label=_("List"), required=False, help_text=_("CSV: in the first column the number on the voters list, or the code of a card.")
    )
    cause = forms.ChoiceField(label=_("Why"), choices=[(cause, CAUSES[cause]) for cause in IN_BULK])
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(
        self, *args: Any, streets: Sequence[Street], places: Mapping[int, str], stations: Sequence[Station], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        street, station = (cast("forms.TypedChoiceField", self.fields[name]) for name in ("street", "station"))
        street.choices = [("", "–"), *((str(one.pk), street_label(one.name, places.get(one.pk, ""))) for one in streets)]
        station.choices = [("", "–"), *((str(one.pk), f"{one.number} {one.name}") for one in stations)]

    def clean(self) -> dict[str, Any]:
        """What was chosen is filled in."""
        cleaned = super().clean() or {}
        field = {"street": "street", "station": "station", "batch": "file"}.get(cleaned.get("whom", ""))
        if field and not cleaned.get(field) and field not in self.errors:
            self.add_error(field, _("Fill this in."))
        return cleaned
