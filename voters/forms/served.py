"""How the streets of the polling stations are looked through, and what papers are made of them."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from voters.forms.voters_list import SearchInput


class StreetFilter(forms.Form):
    """A street by its name, and one station."""

    scope = ("draft",)

    q = forms.CharField(label=_("Street"), required=False, max_length=100, widget=SearchInput(attrs={"placeholder": _("Basiliekstraat")}))
    station = forms.ChoiceField(label=_("Polling station"), required=False)
    draft = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stations: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["station"]).choices = [("", _("All")), *stations]


class PapersForm(forms.Form):
    """For all polling stations: with or without numbers of voters, in which language."""

    counts = forms.ChoiceField(
        label=_("For whom"),
        choices=[("no", _("To hang at the door: streets and house numbers")), ("yes", _("For the office: with numbers of voters"))],
        widget=forms.RadioSelect,
        initial="no",
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("nl", "Nederlands"), ("fr", "Français")], widget=forms.RadioSelect, initial="nl"
    )
