"""What people type to find somebody or to link an address."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PersonSearchForm(forms.Form):
    """One field for everything."""

    q = forms.CharField(
        label=_("Name, birth date, street with number, or national number"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "autofocus": True, "class": "form-control"}
        ),
    )
