"""What a head fills in about bpost."""

from collections.abc import Iterable
from dataclasses import asdict

from django import forms
from django.utils.translation import gettext_lazy as _

from delivery.bpost.mail_id import PieceDigits
from delivery.rules import BpostValues
from delivery.words import SETTINGS_PROBLEMS

FIGURES = {"inputmode": "numeric", "autocomplete": "off"}


class BpostSettingsForm(forms.Form):
    """The numbers that bpost gave the municipality, and which piece numbers are its own."""

    prs_id = forms.CharField(
        label=_("PRS-ID"),
        max_length=8,
        widget=forms.TextInput(attrs=FIGURES),
        help_text=_("The customer number under which files are sent. When a printer sends them: the printer's."),
    )
    account_id = forms.CharField(
        label=_("Contract account"), max_length=8, widget=forms.TextInput(attrs=FIGURES), help_text=_("The account that bpost charges.")
    )
    customer_id = forms.CharField(
        label=_("PRS-ID of the customer"),
        max_length=8,
        required=False,
        widget=forms.TextInput(attrs=FIGURES),
        help_text=_("Left empty: the same as above. bpost takes no other."),
    )
    barcode_customer_id = forms.CharField(
        label=_("Customer number in the barcode"),
        max_length=5,
        required=False,
        widget=forms.TextInput(attrs=FIGURES),
        help_text=_("Five figures, given by bpost for Mail ID. Left empty: bpost numbers the letters itself."),
    )
    piece_digits = forms.TypedChoiceField(
        label=_("Figures of the piece number"),
        coerce=int,
        choices=[(digits.value, str(digits.value)) for digits in PieceDigits],
        initial=PieceDigits.NINE.value,
    )
    first_number = forms.IntegerField(
        label=_("First piece number"), min_value=0, initial=0, localize=False, widget=forms.TextInput(attrs=FIGURES)
    )
    last_number = forms.IntegerField(
        label=_("Last piece number"),
        min_value=0,
        required=False,
        localize=False,
        widget=forms.TextInput(attrs=FIGURES),
        help_text=_("Left empty: the highest there is. Agree a range with whoever sends under the same customer number."),
    )

    def values(self) -> BpostValues:
        """What was filled in, once the form is valid."""
        return BpostValues(**self.cleaned_data)

    def refuse(self, problems: Iterable[tuple[str, str]]) -> None:
        """Put what the service refused beside its fields."""
        for name, code in problems:
            self.add_error(name, forms.ValidationError(str(SETTINGS_PROBLEMS[code]), code))

    @classmethod
    def filled(cls, values: BpostValues | None) -> "BpostSettingsForm":
        """The form with what is kept; the highest number there is stays unsaid, so that another length is chosen freely."""
        if values is None:
            return cls()
        last = None if values.last == BpostValues.highest(values.piece_digits) else values.last_number
        return cls(initial=asdict(values) | {"last_number": last})
