"""How a command names a municipality, the person on whose behalf it acts, the one it helps, and a list of places."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.actor import Actor
from core.commands import CommandRefused, refuse
from core.tenancy import tenant
from municipalities.access import actor_in
from municipalities.models import Municipality, User
from municipalities.place_file import PlaceFileRefusedError
from municipalities.rules import Permission


def municipality(nis: str) -> Municipality:
    """Return the municipality with this NIS code, or refuse."""
    found = Municipality.objects.filter(nis_code=nis).first()
    return found or refuse("no municipality with this NIS code", column="NIS", value=nis)


def actor(municipality: Municipality, username: str, *, at: datetime | None = None) -> Actor:
    """Return the person as an actor in the municipality, or refuse: a command grants nobody more than a page would.

    ``at`` is the moment at which the role must be held; now, unless the command has read the clock itself.
    """
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        refuse("no such user", column="user", value=username)
    with tenant(municipality.pk):
        found = actor_in(municipality=municipality, user=user, address="cli", at=at or timezone.now())
    return found[0] if found else refuse("this user has no role in this municipality", column="user", value=username)


def permitted(person: Actor, permission: Permission) -> Actor:
    """Return the person, or refuse: a command grants nobody more than a page would."""
    return person if person.may(permission) else refuse("this user's role does not allow it", column="user", value=person.name)


def account(username: str) -> User:
    """Return the person with this user name, whether they may come in or not, or refuse."""
    found = User.objects.filter(username=username).first()
    return found or refuse("no such user", column="USERNAME", value=username)


def new_password(*, from_stdin: bool, user: User | None = None) -> str:
    """Return the first line of standard input, or a password that is made up; refuse a weak one."""
    password = sys.stdin.readline().rstrip("\r\n") if from_stdin else secrets.token_urlsafe(15)
    try:
        validate_password(password, user=user)
    except ValidationError as error:
        raise CommandRefused([{"row": None, "column": "password", "value": "", "problem": text} for text in error.messages]) from None
    return password


@contextmanager
def list_of_places(path: Path, *, column: str) -> Iterator[BinaryIO]:
    """Open a list, and refuse with everything that is wrong with what is read of it."""
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        refuse(f"cannot be read: {error.strerror}", column=column, value=str(path))
    except PlaceFileRefusedError as refusal:
        raise CommandRefused(
            [
                {"row": one.row or None, "column": one.column, "value": one.value, "problem": f"{one.code}: {one.expected}".rstrip(": ")}
                for one in refusal.problems
            ]
        ) from None
