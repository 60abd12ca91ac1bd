"""Personas, not users: the same few people in every test.

alice is clerk and head is the head of Halle (A); bob reads in Halle; charlie is clerk of Horebeke (B); dora is platform staff.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.test import Client

from core.actor import SYSTEM, Actor
from core.tenancy import tenant
from municipalities import access, services
from municipalities.models import Municipality, User
from municipalities.rules import Role

NOW = datetime(2024, 8, 19, 9, 30, tzinfo=UTC)
PASSWORD = "een-lang-wachtwoord-2024"


@dataclass(frozen=True)
class World:
    """Two municipalities with the same kind of people."""

    halle: Municipality
    horebeke: Municipality
    alice: User
    henk: User
    bob: User
    charlie: User
    hilde: User
    dora: User

    def actor(self, user: User, municipality: Municipality | None = None) -> Actor:
        """The person as an actor in the municipality where they work."""
        municipality = municipality or (self.horebeke if user in {self.charlie, self.hilde} else self.halle)
        with tenant(municipality.pk):
            found = access.actor_in(municipality=municipality, user=user, address="127.0.0.1", at=NOW)
        assert found is not None
        return found[0]


def make_world() -> World:
    """Make Halle (alice clerk, henk head, bob reader), Horebeke (charlie clerk, hilde head) and dora of the platform."""
    halle = services.create_municipality(nis_code="23027", name="Halle", by=SYSTEM, at=NOW)
    horebeke = services.create_municipality(nis_code="45062", name="Horebeke", by=SYSTEM, at=NOW)
    people = {}
    for name, municipality, role in [
        ("alice", halle, Role.CLERK),
        ("henk", halle, Role.HEAD),
        ("bob", halle, Role.READER),
        ("charlie", horebeke, Role.CLERK),
        ("hilde", horebeke, Role.HEAD),
        ("dora", None, None),
    ]:
        people[name] = services.create_user(
            username=name, first_name=name.title(), last_name="Test", email="", password=PASSWORD, is_staff=role is None, by=SYSTEM, at=NOW
        )
        if municipality is not None and role is not None:
            services.grant(municipality=municipality, user=people[name], role=role, by=SYSTEM, at=NOW)
    return World(halle=halle, horebeke=horebeke, **people)


def sign_in(client: Client, user: User, *, confirmed: bool = False) -> Client:
    """Sign somebody in; ``confirmed`` as if they had just typed their password once more (municipalities.access.recently_authenticated)."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if confirmed:
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client
