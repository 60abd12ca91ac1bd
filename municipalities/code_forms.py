"""allauth's forms that ask for the code of an app: the code of half a minute ago still opens, and none opens twice."""

import math

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

LAST = "last_counter"  # in the data of the app's row: the half minute of the last code that opened


class OnceForm(BaseAuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """A code opens once, whichever process of the web server is asked (RFC 6238, section 5.2).

    allauth remembers used codes in the memory of one process, for half a minute; with the neighbours that
    ``MFA_TOTP_TOLERANCE`` allows, a code lives for a minute and a half.
    """

    def clean_code(self) -> str:
        """Return the code; refuse one of a half minute that is not after the last that opened."""
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not _take(self.authenticator.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class OnceAuthenticateForm(OnceForm, AuthenticateForm):  # type: ignore[misc]
    """At login."""


class OnceReauthenticateForm(OnceForm, ReauthenticateForm):  # type: ignore[misc]
    """Before what cannot be undone."""


@transaction.atomic
def _take(app: int, code: str) -> bool:
    """Remember that ``code`` opened; False if it, or a later one, did before."""
    row = Authenticator.objects.select_for_update().get(pk=app)
    secret, last = decrypt(row.data["secret"]), row.data.get(LAST, -math.inf)
    for counter in yield_hotp_counters_from_time():
        if counter > last and compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            row.data[LAST] = counter
            row.save(update_fields=["data"])
            return True
    return False
