"""allauth's forms of security keys, in our words: their own fields have no label that is translated."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

NAME = {"label": _("Name of the key"), "max_length": 100}


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new key."""

    name = forms.CharField(required=False, help_text=_("Such as the key on your badge or the fingerprint of your laptop."), **NAME)


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(**NAME)
