"""The words for what the checks of an extraction find, and for what is compared."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voters.words.verdicts import VERDICT_LABELS

CHECK_LABELS: dict[str, Promise] = {
    "unknown_address": _("voters without a known address"),
    "impossible_age": _("impossible ages"),
    "duplicate": _("possibly the same person twice"),
    "empty_street": _("streets without voters"),
    "large_household": _("households of more than 15"),
    "unusual_change": _("unusual change since the extraction before"),
}
CHECK_HINTS: dict[str, Promise] = {
    "unknown_address": _(
        "The address in the register is not in the list of addresses. Where its street is known, the district follows from that; else you place the voter yourself."
    ),
    "impossible_age": _("Older than 110 on election day, or born after the list date."),
    "duplicate": _("Same name and same date of birth."),
    "empty_street": _("Addresses in use, and nobody who may vote: often a street name that was not recognised."),
    "large_household": _("Often an institution, sometimes a mistake."),
    "unusual_change": _("More than 2 % of the voters came or went."),
}
FIGURE_LABELS: dict[str, Promise] = {
    "impossible_age": _("Age"),
    "duplicate": _("Times"),
    "empty_street": _("Addresses"),
    "large_household": _("Persons"),
}
FIELD_LABELS: dict[str, Promise] = {
    "name": _("name"),
    "birth_date": _("date of birth"),
    "address": _("address"),
    "ballots": _("ballots"),
    "compulsory": _("duty to vote"),
    "mark": _("mark V"),
}
KIND_LABELS: dict[str, Promise] = {"added": _("added"), "gone": _("gone"), "changed": _("changed")}
REASON_LABELS: dict[str, Promise] = {**VERDICT_LABELS, "not_in_register": _("not in the register")}
