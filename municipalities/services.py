"""Making municipalities and people, granting roles, and helping somebody who can no longer come in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from core import audit
from core.actor import PLATFORM, Actor
from core.tenancy import tenant
from municipalities.models import Membership, Municipality, SupportSession, User
from municipalities.rules import Role

MUNICIPAL_ROLES = (Role.CLERK, Role.HEAD, Role.READER)


class AlreadyExistsError(Exception):
    """A municipality with this NIS code, or a user with this name, is there already."""


class RoleNotGrantableError(Exception):
    """Platform staff come in through a support session, never through a role in a municipality."""


class OwnHeadRoleError(Exception):
    """Nobody ends their own role as head: a municipality never loses its last one by accident."""


class NotPlatformStaffError(Exception):
    """Only platform staff open support sessions."""


class NoSuchMembershipError(Exception):
    """Nobody holds this role here, or it has ended already."""


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


@dataclass(frozen=True, slots=True)
class LetIn:
    """What was taken away so that somebody can come in anew: second factors (recovery codes are one) and open sessions."""

    factors: int
    sessions: int


@transaction.atomic
def reset_second_factor(*, user: User, ordered_by: str, by: Actor, at: datetime) -> LetIn:
    """Take somebody's second factors and recovery codes away and end their sessions: at the next login they set one up anew."""
    factors, _ = Authenticator.objects.filter(user=user).delete()
    gone = LetIn(factors, _end_sessions(user, at))
    after = {"ordered_by": ordered_by, "factors": gone.factors, "sessions": gone.sessions}
    _record_reset("user.second_factor_reset", user, after, by=by, at=at)
    return gone


@transaction.atomic
def reset_password(*, user: User, password: str, ordered_by: str, by: Actor, at: datetime) -> LetIn:
    """Give somebody another password and end their sessions; the second factor stays."""
    user.set_password(password)
    user.save(update_fields=["password"])
    gone = LetIn(0, _end_sessions(user, at))
    _record_reset("user.password_reset", user, {"ordered_by": ordered_by, "sessions": gone.sessions}, by=by, at=at)
    return gone


def _end_sessions(user: User, at: datetime) -> int:
    """A session says only inside itself whose it is: all that are open are looked at."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]


def _record_reset(kind: str, user: User, after: dict[str, Any], *, by: Actor, at: datetime) -> None:
    with tenant(PLATFORM):
        audit.record(municipality_id=PLATFORM, kind=kind, by=by, at=at, target=f"user:{user.pk}", after=after)


@transaction.atomic
def grant(*, municipality: Municipality, user: User, role: Role, by: Actor, at: datetime) -> Membership:
    """Give somebody a role. Granting what they hold already changes nothing and returns it. Raises ``RoleNotGrantableError``."""
    if role not in MUNICIPAL_ROLES:
        raise RoleNotGrantableError(role)
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
def create_person(
    *, municipality: Municipality, username: str, first_name: str, last_name: str, email: str, role: Role, by: Actor, at: datetime
) -> tuple[User, str]:
    """Make a person with a role here; returns them and a made-up password, to be told once and stored nowhere.

    Raises ``AlreadyExistsError`` and ``ValidationError`` as ``create_user`` does.
    """
    password = secrets.token_urlsafe(12)
    user = create_user(username=username, first_name=first_name, last_name=last_name, email=email, password=password, by=by, at=at)
    grant(municipality=municipality, user=user, role=role, by=by, at=at)
    return user, password


@transaction.atomic
def end_membership(*, municipality: Municipality, membership_id: int, by: Actor, at: datetime) -> Membership:
    """Take a role away, from this moment. Raises ``NoSuchMembershipError`` and ``OwnHeadRoleError``."""
    with tenant(municipality.pk):
        membership = (
            Membership.objects.select_for_update(no_key=True).filter(municipality=municipality, pk=membership_id, ended_at=None).first()
        )
        if membership is None:
            raise NoSuchMembershipError
        if membership.role == Role.HEAD and membership.user_id == by.user_id:
            raise OwnHeadRoleError
        membership.ended_at, membership.ended_by_name = at, by.name
        membership.save(update_fields=["ended_at", "ended_by_name"])
        audit.record(
            municipality_id=municipality.pk,
            kind="membership.ended",
            by=by,
            at=at,
            target=f"user:{membership.user_id}",
            before={"role": membership.role},
        )
    return membership


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Remember the language in which somebody reads the screens."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def open_support_session(*, municipality: Municipality, user: User, reason: str, by: Actor, at: datetime) -> SupportSession:
    """Let platform staff look on in one municipality for ``SUPPORT_SESSION_MINUTES``; recorded in that municipality's own trail.

    Raises ``NotPlatformStaffError``. One that is open already is ended: never two at a time in a municipality.
    """
    if not user.is_staff:
        raise NotPlatformStaffError
    with tenant(municipality.pk):
        SupportSession.objects.filter(municipality=municipality, user=user, closed_at=None, ends_at__gt=at).update(closed_at=at)
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


@transaction.atomic
def close_support_session(*, session: SupportSession, by: Actor, at: datetime) -> None:
    """End a support session before its time. Closing it twice changes nothing."""
    with tenant(session.municipality_id):
        open_one = SupportSession.objects.filter(pk=session.pk, municipality_id=session.municipality_id, closed_at=None)
        if open_one.update(closed_at=at):
            audit.record(municipality_id=session.municipality_id, kind="support.closed", by=by, at=at, target=f"user:{session.user_id}")


def record_login(*, user: User, address: str, at: datetime) -> None:
    """Record that somebody came in, all factors given."""
    _record_platform_event("login", user=user, address=address, at=at)


def record_logout(*, user: User, address: str, at: datetime) -> None:
    """Record that somebody left."""
    _record_platform_event("logout", user=user, address=address, at=at)


def record_failed_login(*, username: str, address: str, at: datetime) -> None:
    """Record a refused password.

    A name that nobody has is not kept: people type passwords, and other people's numbers, into the wrong field.
    """
    _record_platform_event("login.failed", user=User.objects.filter(username=username).first(), address=address, at=at)


@transaction.atomic
def _record_platform_event(kind: str, *, user: User | None, address: str, at: datetime) -> None:
    by = Actor(user_id=user.pk, name=user.full_name, address=address) if user else Actor(user_id=None, name="unknown", address=address)
    with tenant(PLATFORM):
        audit.record(municipality_id=PLATFORM, kind=kind, by=by, at=at, target=f"user:{user.pk}" if user else "")
