"""What people type about streets and addresses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class StreetFilter(forms.Form):
    """Which streets to show."""

    q = forms.CharField(label=_("Street"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    postcode = forms.ChoiceField(label=_("Postcode"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("in use now")), ("closed", _("closed")), ("all", _("all"))],
    )

    def __init__(self, *args: Any, postcodes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["postcode"].choices = [("", _("all")), *((code, code) for code in postcodes)]  # type: ignore[attr-defined]

    def criteria(self) -> dict[str, str]:
        """What ``selectors.streets`` is asked; what is not valid is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        state = {"": "open", "all": ""}.get(data.get("state", ""), data.get("state", ""))
        return {"name": data.get("q", ""), "postcode": data.get("postcode", ""), "state": state}


class AddressImportForm(forms.Form):
    """A file of addresses."""

    file = forms.FileField(
        label=_("File of addresses"),
        help_text=_("The BeSt file openaddress-bevlg as it is published: .csv, .gz or .zip, of the municipality or of the whole region."),
    )
