"""allauth's forms of security keys, in our words: their own fields have no label that is translated."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

LABEL, LONGEST = _("Name of the key"), 100


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A new key."""

    name = forms.CharField(
        label=LABEL,
        max_length=LONGEST,
        required=False,
        help_text=_("Such as the key on your badge or the fingerprint of your laptop."),
    )


class EditKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = forms.CharField(label=LABEL, max_length=LONGEST)
