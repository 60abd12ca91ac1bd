"""The commands that make municipalities and people, let somebody in anew and check the trail: answers, refusals, exit codes."""

import io
import json
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.test import Client

from core.actor import PLATFORM
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities.management.commands.create_user import Command
from municipalities.models import Membership, Municipality, User
from tests.personas import PASSWORD, World, make_world, sign_in


def _run(*arguments: str, capture: bool = True) -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command(*arguments, "--json", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue().splitlines()[-1])
    return 0, json.loads(out.getvalue().splitlines()[-1])


def test_a_municipality_is_made_once(db: None) -> None:
    assert _run("create_municipality", "73028", "--name", "Herstappe") == (0, {"nis": "73028", "name": "Herstappe"})

    code, answer = _run("create_municipality", "73028", "--name", "Herstappe")

    assert code == 2
    assert answer["errors"][0]["value"] == "73028"
    assert Municipality.objects.filter(nis_code="73028").count() == 1


@pytest.mark.parametrize("nis", ["7302", "730281", "abcde", "٧٣٠٢٨"])
def test_a_code_that_is_not_five_digits_makes_nothing(db: None, nis: str) -> None:
    code, answer = _run("create_municipality", nis, "--name", "X")

    assert (code, answer["errors"][0]["column"]) == (2, "NIS")
    assert Municipality.objects.count() == 0


def test_a_person_is_made_with_a_role_and_a_password_said_once(world: World) -> None:
    code, answer = _run("create_user", "23027", "els", "--role", "clerk", "--first-name", "Els", "--last-name", "Nieuw")

    assert code == 0
    assert User.objects.get(username="els").check_password(answer["password"])
    with tenant(world.halle.pk):
        assert Membership.objects.get(user__username="els").role == "clerk"


def test_a_password_from_standard_input_is_not_repeated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("een-lang-wachtwoord-2024\n"))

    code, answer = _run("create_user", "23027", "els", "--role", "head", "--password-stdin")

    assert (code, "password" in answer) == (0, False)
    assert User.objects.get(username="els").check_password("een-lang-wachtwoord-2024")


@pytest.mark.parametrize(
    ("arguments", "column", "password"),
    [
        (["99999", "els", "--role", "clerk"], "NIS", "een-lang-wachtwoord-2024"),
        (["23027", "alice", "--role", "head"], "USERNAME", "een-lang-wachtwoord-2024"),
        (["23027", "a b", "--role", "head"], "USERNAME", "een-lang-wachtwoord-2024"),
        (["23027", "els", "--role", "clerk"], "password", "short"),
    ],
)
def test_a_refused_person_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, arguments: list[str], column: str, password: str
) -> None:
    before = User.objects.count()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    code, answer = _run("create_user", *arguments, "--password-stdin")

    assert (code, answer["errors"][0]["column"]) == (2, column)
    assert User.objects.count() == before


def test_the_trail_is_verified_and_its_heads_printed_as_an_anchor(world: World, tmp_path: Path) -> None:
    code, answer = _run("verify_audit")
    (tmp_path / "heads.json").write_text(json.dumps(answer))

    assert code == 0
    assert [chain["chain"] for chain in answer["chains"]] == ["platform", "23027", "45062"]
    assert all(chain["holds"] and len(chain["head"]) == 64 for chain in answer["chains"])
    assert _run("verify_audit", "--anchor", str(tmp_path / "heads.json"))[0] == 0


def test_a_broken_chain_ends_the_command_with_1(live_database: str, owner_connection: psycopg.Connection) -> None:
    world = make_world()
    with owner_connection.transaction():
        owner_connection.execute("SELECT set_config('app.municipality', %s, true)", [str(world.halle.pk)])
        owner_connection.execute("ALTER TABLE core_auditevent DISABLE TRIGGER USER")
        owner_connection.execute("DELETE FROM core_auditevent WHERE seq = 2")
        owner_connection.execute("ALTER TABLE core_auditevent ENABLE TRIGGER USER")

    code, answer = _run("verify_audit")

    assert code == 1
    assert {chain["chain"]: chain["flaws"] for chain in answer["chains"]} == {
        "platform": [],
        "23027": [{"seq": 3, "problem": "missing"}],
        "45062": [],
    }
    assert _run("verify_audit", "45062")[0] == 0


def test_an_anchor_of_another_chain_is_found(world: World, tmp_path: Path) -> None:
    (tmp_path / "heads.json").write_text(json.dumps({"chains": [{"chain": "23027", "events": 2, "head": "00" * 32}]}))

    code, answer = _run("verify_audit", "23027", "--anchor", str(tmp_path / "heads.json"))

    assert code == 1
    assert answer["chains"][0]["flaws"] == [{"seq": 2, "problem": "anchor"}]


@pytest.mark.parametrize("content", ["", "{}", "not json", '{"chains": [1]}'])
def test_what_is_no_anchor_is_refused_rather_than_ignored(world: World, tmp_path: Path, content: str) -> None:
    (tmp_path / "heads.json").write_text(content)

    assert _run("verify_audit", "--anchor", str(tmp_path / "heads.json"))[0] == 2


def _in_a_session(client: Client, user: User) -> Client:
    sign_in(client, user)
    assert client.get("/23027/").status_code == 200
    return client


def test_a_lost_second_factor_is_taken_away_with_its_sessions_and_the_trail_says_by_whose_order(client: Client, world: World) -> None:
    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=world.alice, type=kind, data={})
    Authenticator.objects.create(user=world.henk, type="totp", data={})
    _in_a_session(client, world.alice)
    other = _in_a_session(Client(), world.henk)

    code, answer = _run("reset_second_factor", "alice", "--by-order-of", "Henk Test, called back")

    assert (code, answer) == (0, {"username": "alice", "factors": 3, "sessions": 1})
    assert list(Authenticator.objects.values_list("user__username", "type")) == [("henk", "totp")]
    assert client.get("/23027/").headers["Location"].startswith("/account/login/")
    assert other.get("/23027/").status_code == 200
    with tenant(PLATFORM):
        event = AuditEvent.objects.get(kind="user.second_factor_reset")
    assert (event.role, event.target) == ("operator", f"user:{world.alice.pk}")
    assert event.after == {"ordered_by": "Henk Test, called back", "factors": 3, "sessions": 1}


@pytest.mark.parametrize(("username", "order", "column"), [("nobody", "Henk Test", "USERNAME"), ("alice", " x ", "--by-order-of")])
def test_without_a_person_or_an_order_no_factor_is_taken_away(world: World, username: str, order: str, column: str) -> None:
    Authenticator.objects.create(user=world.alice, type="totp", data={})

    code, answer = _run("reset_second_factor", username, "--by-order-of", order)

    assert (code, answer["errors"][0]["column"]) == (2, column)
    assert Authenticator.objects.count() == 1
    with tenant(PLATFORM):
        assert not AuditEvent.objects.filter(kind="user.second_factor_reset").exists()


def test_another_password_ends_the_sessions_and_leaves_the_second_factor(client: Client, world: World) -> None:
    Authenticator.objects.create(user=world.alice, type="totp", data={})
    _in_a_session(client, world.alice)

    code, answer = _run("reset_password", "alice", "--by-order-of", "Henk Test")

    world.alice.refresh_from_db()
    assert (code, answer["sessions"]) == (0, 1)
    assert world.alice.check_password(answer["password"])
    assert client.get("/23027/").status_code == 302
    assert Authenticator.objects.count() == 1
    with tenant(PLATFORM):
        event = AuditEvent.objects.get(kind="user.password_reset")
    assert event.after == {"ordered_by": "Henk Test", "sessions": 1}
    assert answer["password"] not in str(event.after)


def test_a_weak_password_is_not_set(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("kort\n"))

    code, answer = _run("reset_password", "alice", "--password-stdin")

    world.alice.refresh_from_db()
    assert (code, answer["errors"][0]["column"]) == (2, "password")
    assert world.alice.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "said"), [(["--role", "king"], "--role"), ([], "--role"), (["--role", "clerk", "--colour", "red"], "--colour")]
)
def test_what_the_parser_refuses_is_an_error_like_any_other(
    typed: list[str], said: str, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "create_user", "23027", "newcomer", *typed, "--json"])

    [error] = json.loads(capsys.readouterr().out.splitlines()[-1])["errors"]
    assert (ended.value.code, said in error["problem"]) == (2, True)
    assert not User.objects.filter(username="newcomer").exists()
