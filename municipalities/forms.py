"""Forms of people, support, the trail and lists of places."""

import re
import unicodedata
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from core.pages import event_label, target_label, target_of
from core.selectors import AuditFilter
from core.widgets import DutchDateField
from municipalities import selectors
from municipalities.models import Municipality, User
from municipalities.roles import ROLE_LABELS
from municipalities.services import MUNICIPAL_ROLES


class LanguageForm(forms.Form):
    """The language of the screens."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class SupportForm(forms.Form):
    """Where, and why, platform staff want to look on."""

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Municipality"), to_field_name="nis_code")
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The municipality reads this in its own audit trail: name the question or the ticket."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = selectors.all_municipalities()  # type: ignore[attr-defined]  # a ModelChoiceField


class GrantForm(forms.Form):
    """A role for somebody who has an account."""

    username = forms.CharField(
        label=_("User name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, ROLE_LABELS[role]) for role in MUNICIPAL_ROLES])

    def clean_username(self) -> User:
        """Turn the name into the person."""
        user = selectors.user_by_name(self.cleaned_data["username"])
        if user is None:
            raise forms.ValidationError(_("Nobody has this user name. Make a new person instead."))
        return user


class PersonForm(forms.Form):
    """Somebody new, with a first role."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        help_text=_("With this they log in. It is theirs in every municipality and is not used again."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("For a forgotten password."))
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, ROLE_LABELS[role]) for role in MUNICIPAL_ROLES], widget=forms.RadioSelect, initial="clerk"
    )


def _in_order(label: str) -> str:
    """A label as people look for it in a list: whatever its capitals and accents."""
    return unicodedata.normalize("NFKD", label).casefold()


class AuditForm(forms.Form):
    """Which events."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.CharField(label=_("Person"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    target = forms.CharField(label=_("Object"), required=False, max_length=120)
    from_date = DutchDateField(label=_("From"), required=False)
    until_date = DutchDateField(label=_("Until"), required=False)

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].widget.attrs["placeholder"] = target_label("extraction:2")
        named = sorted(((kind, str(event_label(kind))) for kind in kinds), key=lambda one: _in_order(one[1]))
        self.fields["kind"].choices = [("", _("Everything")), *named]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_target(self) -> str:
        """*extraction 2* as the list says it, or ``extraction:2`` as the file does."""
        text = str(self.cleaned_data["target"]).strip()
        return target_of(text) or text

    def asked(self) -> AuditFilter:
        """What is asked for; a field with an error asks for nothing in particular."""
        if not self.is_bound:
            return AuditFilter()
        self.is_valid()
        return AuditFilter(**{name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)})


class MunicipalityNamesForm(forms.Form):
    """A list of municipalities."""

    file = forms.FileField(label=_("File"), help_text=_("CSV of Statbel, with a NIS code and names in Dutch or French."))


class PostcodesForm(forms.Form):
    """A list of postcodes, and perhaps the same one in French."""

    file = forms.FileField(label=_("File"), help_text=_("CSV of bpost: Postcode, Plaatsnaam, Deelgemeente, Hoofdgemeente."))
    french = forms.FileField(
        label=_("The same list in French"),
        required=False,
        help_text=_("For cards in French; not needed where one file has both languages."),
    )
    confirmed = forms.BooleanField(label=_("Even when more than a tenth of the postcodes goes"), required=False)


class PlaceForm(forms.Form):
    """What the place of a postcode is called."""

    postcode = forms.CharField(label=_("Postcode"), max_length=10, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    country = forms.CharField(
        label=_("Country"), max_length=2, required=False, help_text=_("Code of two letters, such as FR; empty for Belgium.")
    )
    name = forms.CharField(label=_("Name of the place"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean_postcode(self) -> str:
        """As the register has it."""
        return " ".join(str(self.cleaned_data["postcode"]).split())

    def clean_name(self) -> str:
        """On one line, and nothing that cannot be printed."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError(_("A character cannot be printed."))
        return name

    def clean(self) -> dict[str, Any]:
        """A postcode of Belgium has four figures; ``BE`` is no country abroad."""
        country = str(self.cleaned_data.get("country", "")).upper()
        self.cleaned_data["country"] = "" if country == "BE" else country
        if self.cleaned_data["country"] and self.cleaned_data["country"] not in Locale("en").territories:
            self.add_error("country", _("This is no country."))
        elif not self.cleaned_data["country"] and not re.fullmatch("[0-9]{4}", self.cleaned_data.get("postcode", "0000"), re.ASCII):
            self.add_error("postcode", _("This is no postcode."))
        return self.cleaned_data
