"""The deposit at bpost that a list belongs to: in the list of who names one, in no other, and never half."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from time_machine import travel

from convocations.models import Card, PrintRun, RunFile
from convocations.services import mailing
from core.models import AuditEvent, Job
from core.tenancy import tenant
from delivery.bpost.answer_txt import split
from delivery.bpost.mailing import Deposit, DepositKind, Mode, Sender
from delivery.bpost.names import Form
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from tests.convocations.cards import CardTown
from tests.personas import sign_in

SENDER = Sender("12345678", "87654321")
NONE = ("", "")
GIVEN = ("AFG-2024-77", "tmpDepositNr")
ON_TRAIL = {"deposit": "AFG-2024-77", "deposit_kind": "tmpDepositNr"}


@pytest.fixture(autouse=True)
def _clock(halle: CardTown) -> Iterator[None]:
    with travel(halle.now, tick=False):
        yield


@pytest.fixture
def released(halle: CardTown) -> PrintRun:
    with tenant(halle.pk):
        values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
        save_bpost_settings(municipality=halle.municipality, values=values, by=halle.head, at=halle.now)
    return halle.release(halle.make())


@pytest.fixture
def alice(halle: CardTown) -> Client:
    return sign_in(Client(), halle.ledger.town.world.alice, confirmed=True)


def named_in(content: bytes, form: Form) -> tuple[str, str]:
    """The deposit in a file, and what it is; empty where it names none."""
    text = content.decode("iso-8859-1")
    if form is Form.XML:
        [made] = ET.fromstring(text).iter("MailingCreate")  # noqa: S314  # written by ourselves
        return made.get("depositIdentifier", ""), made.get("depositIdentifierType", "")
    [cells] = [split(line) for line in text.splitlines() if line.startswith("MailingCreate|")]
    return cells[3], cells[4]


def jobs_of(town: CardTown) -> list[Job]:
    with tenant(town.pk):
        return list(Job.objects.filter(municipality_id=town.pk, kind=mailing.KIND).order_by("pk"))


def lists_of(town: CardTown) -> list[RunFile]:
    with tenant(town.pk):
        return list(RunFile.objects.filter(municipality_id=town.pk, kind=RunFile.Kind.BPOST))


def written_event(town: CardTown) -> AuditEvent:
    with tenant(town.pk):
        return AuditEvent.objects.get(municipality_id=town.pk, kind="card_run.bpost_written")


@pytest.mark.parametrize("given", [NONE, GIVEN])
@pytest.mark.parametrize("form", [Form.XML, Form.TXT])
def test_the_list_asked_for_on_the_page_bears_the_deposit_that_was_named(
    halle: CardTown, horebeke: CardTown, released: PrintRun, alice: Client, form: Form, given: tuple[str, str]
) -> None:
    data = {"mode": "P", "form": form.value, "deposit": given[0], "deposit_kind": given[1]}
    with halle.ledger.at_work():
        assert alice.post(f"{halle.ledger.town.url}card-runs/1/bpost/", data).status_code == 302

    assert [job.state for job in jobs_of(halle)] == ["done"]
    [kept] = lists_of(halle)
    assert named_in(halle.file(released, "bpost"), form) == given
    assert (kept.details.get("deposit", ""), kept.details.get("deposit_kind", "")) == given
    assert lists_of(horebeke) == []
    [job] = jobs_of(halle)
    page = alice.get(f"{halle.ledger.town.url}card-runs/1/work/{job.pk}/").content.decode()
    assert ("<dt>Afgifte bij bpost</dt><dd>AFG-2024-77 (tijdelijk nummer van de afgifte)</dd>" in page) == (given == GIVEN)
    assert ("Afgifte bij bpost" in page) == (given == GIVEN)
    after = written_event(halle).after or {}
    assert {name: after[name] for name in ("deposit", "deposit_kind") if name in after} == (ON_TRAIL if given == GIVEN else {})
    trail = (
        sign_in(Client(), halle.ledger.town.world.henk, confirmed=True).get("/23027/audit/?kind=card_run.bpost_written").content.decode()
    )
    assert ("afgifte bij bpost" in trail, "tijdelijk nummer van de afgifte" in trail) == (given == GIVEN, given == GIVEN)


@pytest.mark.parametrize(
    ("deposit", "kind", "form", "wrong"),
    [
        ("AFG-1", "", "XML", "deposit_kind"),
        ("", "depositRef", "XML", "deposit"),
        ("  ", "depositRef", "TXT", "deposit"),
        ("A" * 21, "depositRef", "XML", "deposit"),
        ("Łódź", "depositRef", "XML", "deposit"),
        ("AFG-1", "another", "XML", "deposit_kind"),
        ("AFG-1", "depositRef", "AFT", "deposit"),
    ],
)
def test_a_deposit_that_is_half_or_not_right_is_refused_and_nothing_is_made(
    halle: CardTown, released: PrintRun, alice: Client, deposit: str, kind: str, form: str, wrong: str
) -> None:
    data = {"mode": "P", "form": form, "deposit": deposit, "deposit_kind": kind}
    page = alice.post(f"{halle.ledger.town.url}card-runs/1/bpost/", data)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [wrong]
    assert jobs_of(halle) == []
    assert lists_of(halle) == []
    assert {card.state for card in halle.cards(released)} == {Card.State.RELEASED}


def test_the_same_list_with_a_deposit_is_another_list(halle: CardTown, released: PrintRun) -> None:
    def ask(deposit: Deposit | None) -> int:
        with tenant(halle.pk):
            asked = mailing.request_list(
                run=released, sender=SENDER, mode=Mode.TEST, form=Form.XML, deposit=deposit, by=halle.clerk, at=halle.now
            )
        return asked.pk

    named = ask(Deposit("A", DepositKind.REFERENCE))

    assert ask(Deposit("A", DepositKind.REFERENCE)) == named
    assert len({named, ask(None), ask(Deposit("B")), ask(Deposit("A", DepositKind.TEMPORARY_NUMBER))}) == 4


def export(out: Path, *options: str) -> None:
    numbers = ("--prs-id", "12345678", "--account-id", "87654321")
    call_command("export_bpost", "23027", "2024-10-13", *numbers, "--out", str(out), *options)


@pytest.mark.parametrize("given", [NONE, GIVEN])
@pytest.mark.parametrize("mode", ["T", "C", "P"])
@pytest.mark.parametrize("form", [Form.XML, Form.TXT])
def test_the_command_writes_the_deposit_in_every_mode_and_form(
    halle: CardTown, released: PrintRun, tmp_path: Path, form: Form, mode: str, given: tuple[str, str]
) -> None:
    options = ("--deposit", given[0], "--deposit-kind", given[1]) if given != NONE else ()
    out = tmp_path / "out"
    export(out, "--mode", mode, "--format", form.value.lower(), *options)

    [path] = out.iterdir()
    content = path.read_bytes()
    assert content == halle.file(released, "bpost")
    assert named_in(content, form) == given
    assert lists_of(halle)[0].details["mode"] == mode
    after = {card.state for card in halle.cards(released) if card.place}
    assert after == {Card.State.ANNOUNCED if mode == "P" else Card.State.RELEASED}


@pytest.mark.parametrize(
    "options",
    [
        ("--deposit", "AFG-1"),
        ("--deposit-kind", "depositRef"),
        ("--deposit", "A" * 21, "--deposit-kind", "depositRef"),
        ("--deposit", "AFG-1", "--deposit-kind", "depositRef", "--format", "aft"),
    ],
)
def test_the_command_refuses_a_deposit_that_is_half_or_not_right(
    halle: CardTown, released: PrintRun, tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        export(tmp_path / "out", "--mode", "P", *options)

    assert refused.value.code == 2
    assert "deposit" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert lists_of(halle) == []
    assert {card.state for card in halle.cards(released)} == {Card.State.RELEASED}
