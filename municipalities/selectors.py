"""Reads about municipalities and the people who work in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise

from core.tenancy import own_rows_of
from municipalities.models import Membership, Municipality, SupportSession, User
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
