"""Reads about municipalities and the people who work in them, and the names of places and municipalities anywhere."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.core.cache import caches
from django.db.models import QuerySet
from django.utils.functional import Promise

from core.tenancy import own_rows_of
from municipalities.models import Membership, Municipality, MunicipalityName, PlaceByHand, PostalPlace, SupportSession, User
from municipalities.roles import ROLE_DESCRIPTIONS, ROLE_LABELS
from municipalities.rules import PERMISSIONS, Permission, Role


def municipalities_of(*, user: User) -> list[Municipality]:
    """The municipalities in which somebody holds a role now, by name."""
    with own_rows_of(user.pk):
        mine = Membership.objects.filter(user=user, ended_at=None).values("municipality_id")
        return list(Municipality.objects.filter(pk__in=mine).order_by("name"))


def all_municipalities() -> QuerySet[Municipality]:
    """Every municipality, for platform staff who open a support session."""
    return Municipality.objects.order_by("name")


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds: the row, its words and what it is for."""

    membership: Membership
    label: Promise
    description: Promise


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in the municipality, with their live roles."""

    user: User
    roles: list[HeldRole]


def people(*, municipality: Municipality) -> list[Person]:
    """Who works here now, by name, with their roles."""
    rows = (
        Membership.objects.filter(municipality=municipality, ended_at=None)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user_id", "role")
    )
    found: dict[int, Person] = {}
    for row in rows:
        held = HeldRole(row, ROLE_LABELS[row.role], ROLE_DESCRIPTIONS[row.role])
        found.setdefault(row.user_id, Person(row.user, [])).roles.append(held)
    return list(found.values())


def approvers(people: list[Person]) -> int:
    """How many of these people may be the second person."""
    return sum(any(Permission.APPROVE in PERMISSIONS[Role(held.membership.role)] for held in person.roles) for person in people)


def user_by_name(username: str) -> User | None:
    """The active person with this user name."""
    return User.objects.filter(username=username, is_active=True).first()


def open_support_sessions(*, municipality: Municipality, at: datetime) -> list[SupportSession]:
    """Who of the platform may look on here now."""
    rows = SupportSession.objects.filter(municipality=municipality, opened_at__lte=at, ends_at__gt=at, closed_at=None)
    return list(rows.select_related("user").order_by("-opened_at"))


PLACES, MUNICIPALITY_NAMES = "municipalities.places", "municipalities.names"
KEPT_SECONDS = 300
"""For which a process may show a list as it was: other processes hear nothing of it when one is loaded."""
Names = Mapping[str, tuple[str, str]]


def place_of(postcode: str, language: str) -> str:
    """The main place of a postcode in a language, or in the other one; empty where it is not known."""
    return _in(_kept(PLACES, _places), postcode, language)


def municipality_called(nis_code: str, language: str) -> str:
    """The name of a municipality, on this platform or not, in a language, or in the other one; empty where it is not known."""
    return _in(_kept(MUNICIPALITY_NAMES, _municipality_names), nis_code, language)


def _in(names: Names, code: str, language: str) -> str:
    dutch, french = names.get(code, ("", ""))
    return (french or dutch) if language == "fr" else (dutch or french)


def _kept(key: str, read: Callable[[], Names]) -> Names:
    found = caches["maps"].get_or_set(key, read, KEPT_SECONDS)
    return cast("Names", found)


def _places() -> Names:
    rows = PostalPlace.objects.filter(main=True).values_list("postcode", "name_nl", "name_fr")
    return {postcode: (dutch, french) for postcode, dutch, french in rows}


def _municipality_names() -> Names:
    own = {code: (name, "") for code, name in Municipality.objects.values_list("nis_code", "name")}
    listed = MunicipalityName.objects.values_list("nis_code", "name_nl", "name_fr")
    return own | {code: (dutch, french) for code, dutch, french in listed}


def places_by_hand(*, municipality_id: int) -> list[PlaceByHand]:
    """What a municipality itself calls the places of postcodes, by country and postcode."""
    return list(PlaceByHand.objects.filter(municipality_id=municipality_id).order_by("country", "postcode"))


def places_known(*, municipality_id: int, postcodes: Collection[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Country and postcode → the place in Dutch and in French: as it was put by hand, else as the list has it (Belgium only)."""
    listed = PostalPlace.objects.filter(main=True, postcode__in=postcodes).values_list("postcode", "name_nl", "name_fr")
    found = {("", postcode): (dutch or french, french or dutch) for postcode, dutch, french in listed}
    by_hand = PlaceByHand.objects.filter(municipality_id=municipality_id, postcode__in=postcodes)
    return found | {(place.country, place.postcode): (place.name, place.name) for place in by_hand}


def postcodes_listed() -> int:
    """How many postcodes the list of the platform has; 0 while none was loaded."""
    return PostalPlace.objects.filter(main=True).count()
