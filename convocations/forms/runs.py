"""Forms of print runs."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.rules.runs import Hours, Order, RunSettings, minutes
from convocations.words import runs as words
from core.widgets import DutchDateField, TypedWordField


class HourField(forms.CharField):
    """An hour, ``08:00`` or ``8.00``; cleaned to minutes after midnight."""

    default_error_messages = {"invalid": _("Type an hour as 8.00.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=5, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "class": "hour"}

    def prepare_value(self, value: Any) -> Any:
        """What is proposed, `08:00`, as it is read here; what was typed stays as it is."""
        return words.hour(minutes(value)) if isinstance(value, str) and re.fullmatch(r"\d\d:[0-5]\d", value) else value

    def clean(self, value: Any) -> Any:
        """Minutes."""
        text = str(super().clean(value)).strip().replace(".", ":")
        try:
            found = minutes(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not 0 <= found <= 24 * 60:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class RunForm(forms.Form):
    """How the cards are to be made."""

    order = forms.ChoiceField(
        label=_("Order"),
        choices=[(one.value, words.ORDERS[one]) for one in Order],
        initial=Order.POST.value,
        widget=forms.RadioSelect,
        help_text=_("The post wants its own order for the lowest rate."),
    )
    step = forms.TypedChoiceField(
        label=_("Preferred hour"),
        choices=[(0, _("none")), *((n, words.minutes_text(n)) for n in (15, 30, 60, 120))],
        coerce=int,
        initial=60,
        help_text=_("Advice only. A household gets one, and all parts of the day get as many voters."),
    )
    paper_opening = HourField(label=_("Voting on paper: from"))
    paper_closing = HourField(label=_("Voting on paper: until"))
    electronic_opening = HourField(label=_("Electronic voting: from"))
    electronic_closing = HourField(label=_("Electronic voting: until"))
    mail_ids = forms.BooleanField(
        label=_("Give every card a Mail ID number of our own"),
        required=False,
        help_text=_("From the range in the settings of bpost. Otherwise bpost gives them."),
    )
    posting = DutchDateField(label=_("Day of posting"), required=False, help_text=_("When bpost gets the cards; may be left open."))
    reissue_changed = forms.BooleanField(
        label=_("Also a new card for whoever has one that says something else by now"),
        required=False,
        help_text=_("After a move or a correction. The earlier card is replaced."),
    )

    def __init__(self, *args: Any, may_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_number:
            self.fields.pop("mail_ids")

    def settings(self) -> RunSettings:
        """What was filled in."""
        data = self.cleaned_data
        return RunSettings(
            paper=Hours(data["paper_opening"], data["paper_closing"]),
            electronic=Hours(data["electronic_opening"], data["electronic_closing"]),
            step=data["step"],
            order=Order(data["order"]),
            mail_ids=data.get("mail_ids", False),
            posting=data["posting"],
            reissue_changed=data["reissue_changed"],
        )


class ReleaseForm(forms.Form):
    """The word that stands for: I have looked at the proof set."""

    word = TypedWordField(word=_("release"))  # type: ignore[arg-type]  # put into the language when shown


class CancelForm(forms.Form):
    """The word that stands for: these cards are not needed."""

    word = TypedWordField(word=_("cancel"))  # type: ignore[arg-type]  # put into the language when shown
