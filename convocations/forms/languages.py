"""What somebody fills in about a voter's request for cards in French."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DutchDateField


class LanguageChoiceForm(forms.Form):
    """When the request came in and where it is kept."""

    received_on = DutchDateField(label=_("Received on"))
    source = forms.CharField(
        label=_("Document"), max_length=200, help_text=_("Where the request is kept: the number of the letter or of the e-mail.")
    )
