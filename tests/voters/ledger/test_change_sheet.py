"""What differs between two moments: by station, as rows, as a file, and by command."""

import csv
import io
import json
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pypdfium2
import pytest
from django.core.management import call_command

from core.models import AuditEvent
from core.tenancy import tenant
from tests.voters.ledger.test_decisions import MUNICIPAL, newcomer
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import LedgerTown, a_decision, events_csv
from voters.documents.change_sheet.build import build
from voters.selectors import changes as selectors
from voters.selectors.ledger import NoFinalListError, frozen_list
from voters.services import change_sheet, decisions
from voters.sql.changes import LedgerFilter


def found(town: LedgerTown, since: datetime, until: datetime) -> set[tuple[str, int]]:
    with tenant(town.municipality.pk):
        return {(row.change.value, row.entry.person_id) for row in selectors.changes(town.town.election, since=since, until=until)}


def printed(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_what_changed_after_the_first_and_until_the_second_moment(halle: LedgerTown, horebeke: LedgerTown) -> None:
    a, b, c, d, e = halle.persons()[:5]
    before = halle.now - timedelta(seconds=1)
    halle.bring_in(
        events_csv(
            one(a, 1, "death"),
            one(b, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7"),
            one(c, 3, "departure", departed_to="FR"),
            one(e, 4, "name_change", last_name="Anders"),
        )
    )
    halle.record(d, a_decision("correct", last_name="Juist"), at=halle.now + timedelta(hours=1))

    first = {("struck", a.pk), ("new_address", b.pk), ("no_address", c.pk)}
    assert found(halle, before, halle.now) == first
    assert found(halle, before, halle.now + timedelta(hours=1)) == first | {("corrected", d.pk)}
    assert found(halle, halle.now, halle.now + timedelta(hours=1)) == {("corrected", d.pk)}
    assert found(halle, halle.now + timedelta(hours=1), halle.now + timedelta(days=1)) == set()
    assert found(horebeke, before, halle.now + timedelta(days=1)) == set()


def test_who_came_and_went_between_is_not_told(halle: LedgerTown) -> None:
    person = newcomer(halle)
    at = halle.now + timedelta(hours=1)
    decision = halle.record(person, a_decision("add", ballots=MUNICIPAL), at=at)
    with tenant(halle.municipality.pk):
        back = decisions.request_withdrawal(decision=decision, new=a_decision("withdraw"), by=halle.clerk, at=at)
        decisions.approve_decision(decision=back, by=halle.head, at=at + timedelta(hours=1))

    assert found(halle, halle.now, at) == {("added", person.pk)}
    assert found(halle, at, at + timedelta(hours=1)) == {("struck", person.pk)}
    assert found(halle, halle.now, at + timedelta(hours=1)) == set()


def test_csv_and_pdf_hold_the_same(halle: LedgerTown, tmp_path: Path) -> None:
    a, b = halle.persons()[:2]
    halle.bring_in(
        events_csv(one(a, 1, "death"), one(b, 2, "departure", departed_to="FR", postcode="75001", street_name="Rue X", house_number="1"))
    )
    until = halle.now + timedelta(hours=1)
    sheets = {}
    with tenant(halle.municipality.pk):
        for kind in ("csv", "pdf"):
            sheets[kind] = change_sheet.issue_change_sheet(
                election=halle.town.election, since=halle.now - timedelta(days=1), until=until, file_format=kind, by=halle.clerk, at=until
            )
        again = change_sheet.issue_change_sheet(
            election=halle.town.election, since=halle.now - timedelta(days=1), until=until, file_format="pdf", by=halle.clerk, at=until
        )
        events = AuditEvent.objects.filter(municipality_id=halle.municipality.pk, kind="change_sheet.exported")
        assert events.count() == 3

    rows = {row["change"]: row for row in csv.DictReader(io.StringIO(sheets["csv"].content.decode()))}
    assert rows["struck"]["reason"] == "deceased"
    assert (rows["new_address"]["street_name"], rows["new_address"]["country"]) == ("Rue X", "FR")
    text = printed(sheets["pdf"].content)
    assert "overleden" in text
    assert "Rue X 1" in text
    assert again.sha256 == sheets["pdf"].sha256


def test_a_building_that_is_called_as_its_station_is_named_once(halle: LedgerTown) -> None:
    with tenant(halle.municipality.pk):
        first, second = (halle.town.stations[number] for number in (1, 2))
        first.name = first.building.name
        first.save(update_fields=["name"])
        second.name = "Zaal achteraan"
        second.save(update_fields=["name"])
        places = build(election=halle.town.election, since=halle.now, until=halle.now).stations
    assert places[first.number].count(first.building.name) == 1
    assert places[second.number].startswith(f"Zaal achteraan, {second.building.name}, ")


def test_nothing_changed_is_a_sheet_too(halle: LedgerTown) -> None:
    with tenant(halle.municipality.pk):
        sheet = change_sheet.issue_change_sheet(
            election=halle.town.election, since=halle.now, until=halle.now, file_format="pdf", by=halle.clerk, at=halle.now
        )
    assert sheet.rows == 0
    assert "niets gewijzigd" in printed(sheet.content)


def test_without_a_final_list_there_is_no_sheet(halle: LedgerTown) -> None:
    halle.town.election.pk += 1_000_000
    with tenant(halle.municipality.pk), pytest.raises(NoFinalListError):
        change_sheet.issue_change_sheet(
            election=halle.town.election, since=halle.now, until=halle.now, file_format="csv", by=halle.clerk, at=halle.now
        )


def test_the_command_answers_with_figures(halle: LedgerTown, tmp_path: Path) -> None:
    halle.bring_in(events_csv(one(halle.persons()[0], 1, "death")))
    out, answer = tmp_path / "blad.csv", StringIO()

    call_command(
        "change_sheet", "23027", "2024-10-13", "--from", "2024-09-01T00:00", "--to", "2024-10-12T20:00", "--format", "csv", "--out", str(out),
        "--json", stdout=answer,
    )  # fmt: skip

    figures = json.loads(answer.getvalue())
    assert (figures["rows"], figures["struck"], figures["added"]) == (1, 1, 0)
    assert out.read_text(encoding="utf-8").startswith("station_number,list_number,change")


def test_the_ledger_has_a_row_a_source_and_voter(halle: LedgerTown, horebeke: LedgerTown) -> None:
    a, b = halle.persons()[:2]
    halle.bring_in(
        events_csv(
            one(a, 1, "move", postcode="1500", street_name="Zinkstraat", house_number="7"), one(a, 2, "death"), one(b, 3, "strike_off")
        )
    )
    halle.record(b, a_decision("add"), at=halle.now + timedelta(hours=1))

    with tenant(halle.municipality.pk):
        frozen = frozen_list(halle.town.election)
        assert frozen is not None
        rows = selectors.page(frozen, LedgerFilter())
        assert [(row.person_id, row.rule, row.list) for row in rows] == [
            (b.pk, "decision_add", "added"), (b.pk, "strike_off", "struck"), (a.pk, "death", "struck"), (a.pk, "move", "stays"),
        ]  # fmt: skip
        assert rows[-1].mail["house_number"] == "7"
        assert selectors.count(frozen, LedgerFilter(source="death")) == 1
        assert selectors.count(frozen, LedgerFilter(source="decision")) == 1
        assert selectors.count(frozen, LedgerFilter(outcome="new_address")) == 1
        assert selectors.count(frozen, LedgerFilter(words=(a.last_name.split()[0],), number=rows[-1].list_number)) == 2
        assert selectors.count(frozen, LedgerFilter(since=halle.now.date(), until=halle.now.date())) == 4
        assert selectors.count(frozen, LedgerFilter(until=(halle.now - timedelta(days=1)).date())) == 0
        assert [row.rule for row in selectors.of_person(election=halle.town.election, person=a)] == ["death", "move"]
    with tenant(horebeke.municipality.pk):
        other = frozen_list(horebeke.town.election)
        assert other is not None
        assert selectors.count(other, LedgerFilter()) == 0
