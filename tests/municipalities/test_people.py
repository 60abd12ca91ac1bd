"""People and roles: made, granted, ended; every change in the trail; nobody ends their own role as head."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from core.models import AuditEvent
from core.tenancy import tenant
from municipalities import services
from municipalities.models import Membership, User
from municipalities.rules import Role
from tests.personas import NOW, World, sign_in


def _roles(world: World, user: User) -> list[str]:
    with tenant(world.halle.pk):
        return list(Membership.objects.filter(user=user, ended_at=None).order_by("role").values_list("role", flat=True))


def _events(world: World, kind: str) -> int:
    with tenant(world.halle.pk):
        return AuditEvent.objects.filter(kind=kind).count()


def test_a_head_makes_a_person_and_reads_the_password_once(client: Client, world: World) -> None:
    sign_in(client, world.henk, confirmed=True)
    data = {"first_name": "Els", "last_name": "Nieuw", "username": "els", "email": "", "role": "clerk"}

    answer = client.post("/23027/people/new/", data)

    els = User.objects.get(username="els")
    assert answer.status_code == 200
    assert els.check_password(answer.context["password"])
    assert answer.context["password"] in answer.content.decode()
    assert answer.context["password"] not in client.get("/23027/people/").content.decode()
    assert _roles(world, els) == ["clerk"]


def test_a_taken_user_name_makes_nobody(client: Client, world: World) -> None:
    sign_in(client, world.henk, confirmed=True)
    before = User.objects.count()

    answer = client.post("/23027/people/new/", {"first_name": "A", "last_name": "B", "username": "charlie", "role": "head"})

    assert answer.status_code == 422
    assert User.objects.count() == before
    assert _roles(world, world.charlie) == []


def test_a_role_given_twice_stands_once(client: Client, world: World) -> None:
    sign_in(client, world.henk, confirmed=True)
    before = _events(world, "membership.granted")

    for _ in range(2):
        assert client.post("/23027/people/roles/", {"username": "bob", "role": "clerk"}).status_code == 302

    assert _roles(world, world.bob) == ["clerk", "reader"]
    assert _events(world, "membership.granted") == before + 1


@pytest.mark.parametrize("data", [{"username": "nobody", "role": "clerk"}, {"username": "bob", "role": "platform"}, {}])
def test_what_cannot_be_granted_changes_nothing(client: Client, world: World, data: dict[str, str]) -> None:
    sign_in(client, world.henk)
    before = _events(world, "membership.granted")

    assert client.post("/23027/people/roles/", data).status_code == 422

    assert _roles(world, world.bob) == ["reader"]
    assert _events(world, "membership.granted") == before


def test_the_role_of_platform_staff_is_granted_to_nobody(world: World) -> None:
    with pytest.raises(services.RoleNotGrantableError):
        services.grant(municipality=world.halle, user=world.bob, role=Role.PLATFORM, by=world.actor(world.henk), at=NOW)

    assert _roles(world, world.bob) == ["reader"]


def _membership(world: World, user: User) -> int:
    with tenant(world.halle.pk):
        return Membership.objects.get(user=user, ended_at=None).pk


def test_an_ended_role_lets_nobody_in_any_more(client: Client, world: World) -> None:
    sign_in(client, world.henk)
    client.post(f"/23027/people/roles/{_membership(world, world.alice)}/end/")

    sign_in(client, world.alice)

    assert client.get("/23027/").status_code == 404
    assert _events(world, "membership.ended") == 1


def test_nobody_ends_their_own_role_as_head(client: Client, world: World) -> None:
    sign_in(client, world.henk)

    client.post(f"/23027/people/roles/{_membership(world, world.henk)}/end/")

    assert _roles(world, world.henk) == ["head"]
    assert _events(world, "membership.ended") == 0


def test_a_role_in_another_municipality_cannot_be_ended(world: World) -> None:
    with tenant(world.horebeke.pk):
        theirs = Membership.objects.get(user=world.charlie).pk

    with pytest.raises(services.NoSuchMembershipError):
        services.end_membership(municipality=world.halle, membership_id=theirs, by=world.actor(world.henk), at=NOW)

    with tenant(world.horebeke.pk):
        assert Membership.objects.get(pk=theirs).ended_at is None


def test_a_malformed_user_name_makes_nobody(world: World) -> None:
    before = User.objects.count()

    with pytest.raises(ValidationError):
        services.create_user(username="a b", first_name="", last_name="", email="", password="x", by=world.actor(world.henk), at=NOW)

    assert User.objects.count() == before


def test_the_page_says_that_a_second_approver_is_missing_until_there_is_one(client: Client, world: World) -> None:
    sign_in(client, world.henk)
    assert client.get("/23027/people/").context["approvers"] == 1

    services.grant(municipality=world.halle, user=world.alice, role=Role.HEAD, by=world.actor(world.henk), at=NOW)

    page = client.get("/23027/people/")
    assert page.context["approvers"] == 2
    assert "note-warn" not in page.content.decode()


def test_the_page_costs_as_many_queries_for_many_people(client: Client, world: World, django_assert_max_num_queries) -> None:
    sign_in(client, world.henk)
    for number in range(30):
        user = services.create_user(
            username=f"u{number}", first_name="U", last_name=str(number), email="", password="x", by=world.actor(world.henk), at=NOW
        )
        services.grant(municipality=world.halle, user=user, role=Role.READER, by=world.actor(world.henk), at=NOW)

    with django_assert_max_num_queries(40):
        assert len(client.get("/23027/people/").context["people"]) == 33
