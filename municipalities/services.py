"""Making municipalities and people, and granting roles."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from core import audit
from core.actor import PLATFORM, Actor
from core.tenancy import tenant
from municipalities.models import Membership, Municipality, SupportSession, User
from municipalities.rules import Role


class AlreadyExistsError(Exception):
    """A municipality with this NIS code, or a user with this name, is there already."""


@transaction.atomic
def create_municipality(*, nis_code: str, name: str, by: Actor, at: datetime) -> Municipality:
    """Make a municipality. Raises ``AlreadyExistsError``; ``ValidationError`` when the code is not five digits."""
    if Municipality.objects.filter(nis_code=nis_code).exists():
        raise AlreadyExistsError(nis_code)
    municipality = Municipality(nis_code=nis_code, name=name)
    municipality.full_clean()
    municipality.save()
    with tenant(PLATFORM):
        audit.record(
            municipality_id=PLATFORM,
            kind="municipality.created",
            by=by,
            at=at,
            target=f"municipality:{municipality.pk}",
            after={"nis_code": nis_code, "name": name},
        )
    return municipality


@transaction.atomic
def create_user(
    *, username: str, first_name: str, last_name: str, email: str, password: str | None, is_staff: bool = False, by: Actor, at: datetime
) -> User:
    """Make a person who can sign in. Raises ``AlreadyExistsError``, and ``ValidationError`` for a malformed name or address.

    Without a password none works until one is set.
    """
    if User.objects.filter(username=username).exists():
        raise AlreadyExistsError(username)
    user = User(username=username, email=User.objects.normalize_email(email), first_name=first_name, last_name=last_name, is_staff=is_staff)
    user.set_password(password)
    user.full_clean()
    user.save()
    with tenant(PLATFORM):
        audit.record(municipality_id=PLATFORM, kind="user.created", by=by, at=at, target=f"user:{user.pk}")
    return user


@transaction.atomic
def grant(*, municipality: Municipality, user: User, role: Role, by: Actor, at: datetime) -> Membership:
    """Give somebody a role. Granting what they hold already changes nothing and returns it."""
    with tenant(municipality.pk):
        membership, created = Membership.objects.get_or_create(
            municipality=municipality, user=user, role=role.value, ended_at=None, defaults={"granted_by_name": by.name, "granted_at": at}
        )
        if created:
            audit.record(
                municipality_id=municipality.pk,
                kind="membership.granted",
                by=by,
                at=at,
                target=f"user:{user.pk}",
                after={"role": role.value},
            )
    return membership


@transaction.atomic
def open_support_session(*, municipality: Municipality, user: User, reason: str, by: Actor, at: datetime) -> SupportSession:
    """Let platform staff look on in one municipality for ``SUPPORT_SESSION_MINUTES``; recorded in that municipality's own trail."""
    with tenant(municipality.pk):
        session = SupportSession.objects.create(
            municipality=municipality,
            user=user,
            reason=reason,
            opened_at=at,
            ends_at=at + timedelta(minutes=settings.SUPPORT_SESSION_MINUTES),
        )
        audit.record(
            municipality_id=municipality.pk, kind="support.opened", by=by, at=at, target=f"user:{user.pk}", after={"reason": reason}
        )
    return session
