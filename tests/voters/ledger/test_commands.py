"""The commands apply_mutations and change_sheet, as a script calls them: figures, files, and refusals that leave everything as it was."""

import csv
import json
from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from time_machine import travel

from core.models import Approval, AuditEvent
from core.tenancy import tenant
from tests.personas import make_world
from tests.voters.ledger.test_mutations import nothing_changed, one
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, a_decision, events_csv, frozen_town
from voters.models import Effect, Mutation, RegisterImport
from voters.services.change_sheet import COLUMNS

TWO = ("--requested-by", "alice", "--approved-by", "henk")
PERIOD = ("--from", "2024-09-01T00:00", "--to", "2024-10-12T20:00")


@pytest.fixture(autouse=True)
def _clock():
    with travel(SEPTEMBER, tick=False):
        yield


@pytest.fixture
def towns(live_database: str) -> tuple[LedgerTown, LedgerTown]:
    """Halle, which the command names, and Horebeke beside it; the command commits, as it does at a terminal."""
    world = make_world()
    halle, horebeke = (frozen_town(world, place, lambda **_: nullcontext()) for place in (world.halle, world.horebeke))
    return halle, horebeke


def answered(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def refused(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments, "--json", stdout=out)
    assert ended.value.code == 2
    answer = json.loads(out.getvalue().splitlines()[-1])
    assert list(answer) == ["errors"]
    return answer["errors"]


def saved(folder: Path, data: bytes) -> str:
    path = folder / "mutations.csv"
    path.write_bytes(data)
    return str(path)


def files_of(town: LedgerTown) -> list[tuple[str, str]]:
    with tenant(town.municipality.pk):
        found = RegisterImport.objects.filter(municipality=town.municipality, kind="mutations").order_by("pk")
        return list(found.values_list("state", "requested_by_name"))


def test_mutations_are_brought_in_and_counted(towns: tuple[LedgerTown, LedgerTown], tmp_path: Path) -> None:
    halle, horebeke = towns
    a, b, c = halle.persons()[:3]
    file = saved(
        tmp_path,
        events_csv(
            one(a, 1, "death"),
            one(b, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7"),
            one(c, 3, "departure", departed_to="FR"),
            one(b, 4, "name_change", last_name="Anders"),
        ),
    )

    answer = answered("apply_mutations", "23027", file, *TWO)

    assert answer.pop("seconds") >= 0
    assert answer == {
        "rows": 4, "persons": 3, "first": 1, "last": 4, "unmatched_addresses": 0,
        "events": {"death": 1, "move": 1, "departure": 1, "name_change": 1},
        "lists": {"2024-10-13": {"struck": 1, "new_address": 1, "to_trace": 1, "stays": 1, "by_decision": 0}},
        "effects": 12,
    }  # fmt: skip
    assert files_of(halle) == [("merged", "Alice Test")]
    with tenant(halle.municipality.pk):
        assert Mutation.objects.filter(municipality=halle.municipality).count() == 4
        assert Effect.objects.filter(municipality=halle.municipality).count() == 12
        merged = AuditEvent.objects.get(municipality_id=halle.municipality.pk, kind="mutation_import.merged")
    assert merged.actor_name == "Henk Test"
    assert nothing_changed(horebeke)


def test_what_is_wrong_comes_as_one_report_and_nothing_has_changed(towns: tuple[LedgerTown, LedgerTown], tmp_path: Path) -> None:
    halle, horebeke = towns
    a, b = halle.persons()[:2]
    file = saved(tmp_path, events_csv(one(a, 1, "death"), one(b, 3, "death", nationality="BE")))

    errors = refused("apply_mutations", "23027", file, *TWO)

    assert [(error["row"], error["column"], error["value"]) for error in errors] == [(3, "sequence", "3"), (3, "nationality", "BE")]
    assert all(error["problem"] for error in errors)
    assert nothing_changed(halle)
    assert nothing_changed(horebeke)
    assert files_of(halle) == [("invalid", "Alice Test")]


def test_no_event_is_skipped_or_brought_in_twice(towns: tuple[LedgerTown, LedgerTown], tmp_path: Path) -> None:
    halle, _ = towns
    a, b = halle.persons()[:2]
    answered("apply_mutations", "23027", saved(tmp_path, events_csv(one(a, 1, "death"))), *TWO)

    for first in (1, 3):
        errors = refused("apply_mutations", "23027", saved(tmp_path, events_csv(one(b, first, "death"))), *TWO)
        assert [(error["row"], error["column"], error["value"]) for error in errors] == [(2, "sequence", str(first))]

    assert {person.pk for person in halle.persons() if person.deceased_on} == {a.pk}
    assert [entry.person_id for entry in halle.list_at(SEPTEMBER).values() if entry.struck] == [a.pk]
    assert [state for state, _ in files_of(halle)] == ["merged", "invalid", "invalid"]


@pytest.mark.parametrize(("who", "column", "problem"), [
    (("henk", "henk"), "--approved-by", "two different people are needed"),
    (("alice", "bob"), "--approved-by", "this person may not do that in this municipality"),
    (("bob", "henk"), "--requested-by", "this person may not do that in this municipality"),
    (("charlie", "henk"), "user", "this user has no role in this municipality"),
])  # fmt: skip
def test_two_people_of_the_town_answer_for_a_file(
    halle: LedgerTown, tmp_path: Path, who: tuple[str, str], column: str, problem: str
) -> None:
    file = saved(tmp_path, events_csv(one(halle.persons()[0], 1, "death")))

    errors = refused("apply_mutations", "23027", file, "--requested-by", who[0], "--approved-by", who[1])

    assert [(error["column"], error["problem"]) for error in errors] == [(column, problem)]
    assert nothing_changed(halle)
    assert files_of(halle) == []
    with tenant(halle.municipality.pk):
        assert not Approval.objects.filter(municipality_id=halle.municipality.pk).exists()


def test_a_file_that_is_not_there_is_refused(halle: LedgerTown, tmp_path: Path) -> None:
    assert refused("apply_mutations", "23027", str(tmp_path / "no.csv"), *TWO)[0]["problem"] == "there is no such file"
    assert files_of(halle) == []


def change_some(halle: LedgerTown) -> None:
    """One voter struck, one whose card goes elsewhere, one corrected."""
    a, b, c = halle.persons()[:3]
    halle.bring_in(events_csv(one(a, 1, "death"), one(b, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7")))
    halle.record(c, a_decision("correct", last_name="Rechtgezet"))


@pytest.mark.parametrize("file_format", ["csv", "pdf"])
def test_the_sheet_that_was_written_says_what_the_command_counted(
    halle: LedgerTown, horebeke: LedgerTown, tmp_path: Path, file_format: str
) -> None:
    change_some(halle)
    horebeke.bring_in(events_csv(one(horebeke.persons()[0], 1, "strike_off")))
    out = tmp_path / f"blad.{file_format}"

    answer = answered("change_sheet", "23027", "2024-10-13", *PERIOD, "--format", file_format, "--out", str(out))

    sha256 = answer.pop("sha256")
    assert answer == {
        "file": str(out), "format": file_format, "rows": 3,
        "added": 0, "struck": 1, "corrected": 1, "new_address": 1, "no_address": 0,
    }  # fmt: skip
    struck, moved = halle.persons()[:2]
    if file_format == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert tuple(rows[0]) == COLUMNS
        assert {row["change"]: row["last_name"] for row in rows} == {
            "struck": struck.last_name, "new_address": moved.last_name, "corrected": "Rechtgezet",
        }  # fmt: skip
    else:
        text = printed(out)
        assert "Rechtgezet" in text
        assert "Zinkstraat 7" in text
        assert "ambtshalve" not in text
    assert [path.name for path in tmp_path.glob(".*")] == []
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.get(municipality_id=halle.municipality.pk, kind="change_sheet.exported")
    assert (event.after or {}).items() >= {"format": file_format, "sha256": sha256, "rows": 3}.items()


def printed(path: Path) -> str:
    document = pypdfium2.PdfDocument(path.read_bytes())
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize(("arguments", "column"), [
    (("23027", "2024-10-13", "--from", "gisteren", "--to", "2024-10-12T20:00"), "--from"),
    (("23027", "2024-10-13", "--from", "2024-09-01T00:00", "--to", "2024-13-12"), "--to"),
    (("23027", "2024-10-13", "--from", "2024-10-12T20:00", "--to", "2024-09-01T00:00"), "--to"),
    (("23027", "2024-10-14", *PERIOD), "DATE"),
    (("99999", "2024-10-13", *PERIOD), "NIS"),
])  # fmt: skip
def test_a_sheet_that_cannot_be_leaves_the_old_file(halle: LedgerTown, tmp_path: Path, arguments: tuple[str, ...], column: str) -> None:
    change_some(halle)
    out = tmp_path / "blad.csv"
    out.write_text("van vorige week", encoding="utf-8")

    errors = refused("change_sheet", *arguments, "--format", "csv", "--out", str(out))

    assert len(errors) == 1
    assert errors[0]["column"].upper() == column.upper()
    assert out.read_text(encoding="utf-8") == "van vorige week"
    with tenant(halle.municipality.pk):
        assert not AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind="change_sheet.exported").exists()


def test_a_sheet_without_a_final_list_or_a_folder_is_refused(halle: LedgerTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = ("change_sheet", "23027", "2024-10-13", *PERIOD, "--format", "csv", "--out")

    assert refused(*sheet, str(tmp_path / "nergens" / "blad.csv"))[0]["problem"] == "this folder does not exist"
    monkeypatch.setattr("voters.services.change_sheet.frozen_list", lambda election: None)
    assert refused(*sheet, str(tmp_path / "blad.csv"))[0]["problem"] == "no final list is frozen for this election"

    assert [path.name for path in tmp_path.rglob("*.csv")] == []
