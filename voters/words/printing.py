"""Why a printed list was not made, in words."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "read_back": _("The file is not as the list says."),
    "cannot_be_printed": _("Something on it cannot be printed."),
    "glyphs_missing": _("Something on it cannot be printed."),
}


def refusal(code: str) -> str:
    """What a code of ``voters.services.printing`` means; another text is left as it is."""
    return str(REFUSALS.get(code, code))
