"""The words for what the register says of a person."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import mask_nn, medium_date
from elections.labels import REGISTER_LABELS
from municipalities.place_words import country_called, destination
from voters.models import Person

FIELDS: dict[str, Promise] = {
    "national_number": gettext_lazy("National number"),
    "last_name": gettext_lazy("Last name"),
    "first_names": gettext_lazy("First names"),
    "birth_date": gettext_lazy("Birth date"),
    "sex": gettext_lazy("Sex"),
    "nationality": gettext_lazy("Nationality"),
    "register": gettext_lazy("Register"),
    "registered_on": gettext_lazy("Registered here since"),
    "legal_stay_since": gettext_lazy("Legal main residence in Belgium since"),
    "postcode": gettext_lazy("Postcode"),
    "street_name": gettext_lazy("Street"),
    "house_number": gettext_lazy("House number"),
    "box_number": gettext_lazy("Box"),
    "household_id": gettext_lazy("Household"),
    "household_role": gettext_lazy("Place in the household"),
    "language": gettext_lazy("Language"),
    "suspension": gettext_lazy("Loss of the right to vote"),
    "suspension_until": gettext_lazy("Loss of the right to vote until"),
    "deceased_on": gettext_lazy("Deceased on"),
    "struck_on": gettext_lazy("Struck off ex officio on"),
    "departed_on": gettext_lazy("Left the municipality on"),
    "departed_to": gettext_lazy("Left for"),
    "eu_voter_since": gettext_lazy("Registered for the European Parliament since"),
    "eu_voter_until": gettext_lazy("Registration for the European Parliament until"),
    "local_voter_since": gettext_lazy("Registered for local elections since"),
    "local_voter_until": gettext_lazy("Registration for local elections until"),
}
IDENTITY = ("last_name", "first_names", "birth_date", "sex", "nationality", "language")
RESIDENCE = ("register", "registered_on", "legal_stay_since", "deceased_on", "struck_on", "departed_on", "departed_to")
RIGHTS = ("suspension", "suspension_until", "eu_voter_since", "eu_voter_until", "local_voter_since", "local_voter_until")
ALWAYS = frozenset((*IDENTITY, "register", "registered_on", "suspension"))
"""Shown also when they are empty."""

_VALUES: dict[tuple[str, str], Promise] = {
    ("sex", "M"): gettext_lazy("man"),
    ("sex", "F"): gettext_lazy("woman"),
    ("sex", "X"): gettext_lazy("X"),
    ("sex", ""): gettext_lazy("not stated"),
    ("language", "nl"): gettext_lazy("Dutch"),
    ("language", "fr"): gettext_lazy("French"),
    ("language", "de"): gettext_lazy("German"),
    ("suspension", ""): gettext_lazy("none"),
    ("suspension", "excluded"): gettext_lazy("excluded from voting"),
    ("suspension", "suspended"): gettext_lazy("suspended from voting"),
    ("nationality", "XX"): gettext_lazy("stateless or unknown"),
}


def shown(field: str, value: Any) -> str:
    """A value of the register as people read it; a national number is masked."""
    text = "" if value is None else str(value)
    if (field, text) in _VALUES:
        return str(_VALUES[field, text])
    if field in _SHOWN:
        return _SHOWN[field](text)
    if field.endswith(("_on", "_since", "_until")) and text:
        return medium_date(date.fromisoformat(text))
    return text


def _register(text: str) -> str:
    return str(REGISTER_LABELS.get(text, text))


def birth_date(text: str) -> str:
    """*4 May 1986*; parts that are not known are said so."""
    if text and "-00" not in text:
        return medium_date(date.fromisoformat(text))
    return _("%(year)s, day or month unknown") % {"year": text[:4]} if text else ""


_SHOWN: dict[str, Callable[[str], str]] = {
    "national_number": mask_nn,
    "register": _register,
    "nationality": country_called,
    "departed_to": destination,
    "birth_date": birth_date,
}


def name(person: Person) -> str:
    """*Van den Broeck, Zoë Maria*."""
    return f"{person.last_name}, {person.first_names}" if person.first_names else person.last_name


def address(person: Person, *, postname: str = "") -> str:
    """*Basiliekstraat 12 bus 3, 1500 Halle*, as the register has it."""
    street = " ".join(part for part in (person.street_name, person.house_number) if part)
    if person.box_number:
        street = _("%(street)s box %(box)s") % {"street": street, "box": person.box_number}
    return ", ".join(part for part in (street, " ".join(part for part in (person.postcode, postname) if part)) if part)


def record(person: Person, fields: tuple[str, ...]) -> list[dict[str, str]]:
    """Fields with their words, empty ones left out unless they always matter."""
    rows = [{"label": str(FIELDS[field]), "value": shown(field, getattr(person, field)), "field": field} for field in fields]
    return [row for row in rows if row["value"] or row["field"] in ALWAYS]


MATCHES: dict[str, Promise] = {
    "matched": gettext_lazy("known"),
    "box_unknown": gettext_lazy("the house is known, the box is not"),
    "street_unknown": gettext_lazy("the street is not known in this postcode"),
    "number_unknown": gettext_lazy("the house number is not known in this street"),
    "no_street": gettext_lazy("the register has no street: have it filled in there"),
}
MATCH_STATES = {"matched": "ok", "box_unknown": "warn", "street_unknown": "bad", "number_unknown": "bad", "no_street": "bad"}
VERSION_KINDS: dict[str, Promise] = {
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("No longer in the register"),
    "returned": gettext_lazy("In the register again"),
}
