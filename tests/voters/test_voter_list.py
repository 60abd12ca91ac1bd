"""The voters list on screen and as a file: exactly what was asked for, to whom it belongs, and recorded."""

import csv
import io
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.models import AuditEvent, Job
from core.tenancy import tenant
from elections.models import Election
from tests.personas import NOW, World, sign_in
from tests.voters.lists import make_election, make_list
from voters.models import Entry, Extraction
from voters.selectors import voters_list
from voters.services import exports
from voters.sql.voters_list import COLUMNS, ListFilter
from voters.sql.voters_list import lines as sql_lines

URL = "/23027/2024-10-13/voters/"


@pytest.fixture
def election(world: World) -> Election:
    return make_election(world.halle)


@pytest.fixture
def extraction(world: World, election: Election) -> Extraction:
    return make_list(world, election, people=120)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CELERY_TASK_ALWAYS_EAGER = True


def numbers(extraction: Extraction, **values: str) -> list[int]:
    with tenant(extraction.municipality_id):
        chosen = voters_list.list_filter(values)
        total = voters_list.count(extraction=extraction, chosen=chosen)
        rows = voters_list.page(extraction=extraction, chosen=chosen, start=0, stop=max(total, 1), total=total)
        assert len(rows) == total
        return [row.list_number for row in rows]


def test_each_filter_leaves_what_it_says(extraction: Extraction) -> None:
    with tenant(extraction.municipality_id):
        entries = list(Entry.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction).order_by("list_number"))
    everything = {
        (): lambda entry: True,
        (("mark", "yes"),): lambda entry: entry.mark == "V",
        (("mark", "no"),): lambda entry: entry.mark == "",
        (("minor", "yes"),): lambda entry: entry.minor,
        (("ballot", "provincial"),): lambda entry: entry.ballots & 32,
        (("q", "10-19"),): lambda entry: 10 <= entry.list_number <= 19,
        (("q", "nguyen"),): lambda entry: entry.last_name == "Nguyễn",
        (("q", "Zoë öZT"),): lambda entry: entry.last_name == "Öztürk" and entry.first_names == "Zoë Maria",
        (("street", "1500|Basiliekstraat"),): lambda entry: entry.street_name == "Basiliekstraat",
        (("street", "1500|Basiliekstraat"), ("mark", "yes")): lambda entry: entry.street_name == "Basiliekstraat" and entry.mark,
        (("street", "-"),): lambda entry: entry.address_id is None,
        (("compulsory", "yes"),): lambda entry: entry.compulsory,
        (("q", "%"),): lambda entry: True,
    }
    for values, wanted in everything.items():
        assert numbers(extraction, **dict(values)) == [entry.list_number for entry in entries if wanted(entry)], values


def test_pages_follow_each_other_without_gap_in_both_directions(extraction: Extraction) -> None:
    with tenant(extraction.municipality_id):
        for order in ("name", "street"):
            for descending in (False, True):
                rows = [
                    row.list_number
                    for start in range(0, 120, 50)
                    for row in voters_list.page(
                        extraction=extraction,
                        chosen=ListFilter(),
                        order=order,
                        descending=descending,
                        start=start,
                        stop=min(120, start + 50),
                        total=120,
                    )
                ]
                assert sorted(rows) == list(range(1, 121))
                if order == "name":
                    assert rows == sorted(rows, reverse=descending)


def test_the_streets_of_a_list(extraction: Extraction) -> None:
    with tenant(extraction.municipality_id):
        names = [name for _, name in voters_list.streets(extraction=extraction)]

    assert names == ["Alsembergsesteenweg", "Basiliekstraat", "Église du Nord", "Zinkstraat"]


def test_the_spelling_that_abbreviates_nothing_stands_over_a_street(world: World, election: Election) -> None:
    extraction = make_list(world, election, people=120, final=False)
    with tenant(extraction.municipality_id):
        mine = Entry.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction, street_name="Alsembergsesteenweg")
        numbers = list(mine.order_by("list_number").values_list("pk", flat=True))
        for first, spelling in enumerate(("Alsembergsestwg", "ALSEMBERGSESTEENWEG")):
            mine.filter(pk__in=numbers[first::3]).update(street_name=spelling)
        names = voters_list.streets(extraction=extraction)
        lines = list(sql_lines(voters_list.list_of(extraction), chosen=ListFilter(), order="street"))

    assert [name for _code, name in names if name.lower().startswith("alsem")] == ["Alsembergsesteenweg"]
    assert {line[-1] for line in lines if line[5].lower().startswith("alsem")} == {"Alsembergsesteenweg"}
    assert {line[5] for line in lines} >= {"Alsembergsestwg", "ALSEMBERGSESTEENWEG"}


def test_a_reader_sees_the_list_but_takes_nothing_out(world: World, extraction: Extraction, client: Client) -> None:
    sign_in(client, world.bob)

    page = client.get(URL)

    assert page.status_code == 200
    assert page.content.count(b'data-label="') == 50 * 6
    assert b"00000000001" not in page.content
    assert b"/voters/export/" not in page.content
    assert client.get(f"{URL}export/").status_code == 403
    assert client.post(f"{URL}export/", {"format": "csv", "order": "name"}).status_code == 403
    with tenant(world.halle.pk):
        assert not Job.objects.filter(municipality_id=world.halle.pk).exists()


def test_a_foreign_clerk_finds_nothing(world: World, extraction: Extraction, client: Client) -> None:
    sign_in(client, world.charlie)

    assert client.get(URL).status_code == 404
    assert client.get("/45062/2024-10-13/voters/").status_code == 404


def test_a_page_costs_the_same_for_few_and_many(world: World, election: Election, client: Client) -> None:
    sign_in(client, world.alice)
    counts = []
    for people in (3, 30):
        make_list(world, election, people=people, final=False)
        client.get(URL)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


def test_htmx_gets_the_results_alone(world: World, extraction: Extraction, client: Client) -> None:
    sign_in(client, world.alice)

    page = client.get(URL, {"q": "nguyen"}, headers={"HX-Request": "true"})

    assert b"<html" not in page.content
    assert b'id="results"' in page.content


def test_csv_holds_exactly_what_was_shown_and_is_recorded(
    world: World, extraction: Extraction, client: Client, django_capture_on_commit_callbacks
) -> None:
    sign_in(client, world.alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{URL}export/?mark=yes", {"format": "csv", "order": "name"})
    download = client.get(f"{answer['Location']}download/")
    assert download.streaming
    assert '-selectie.csv"' in download["Content-Disposition"]

    rows = list(csv.DictReader(io.StringIO(download.getvalue().decode())))

    assert tuple(rows[0]) == COLUMNS
    assert [int(row["list_number"]) for row in rows] == numbers(extraction, mark="yes")
    assert {row["ballots"] for row in rows} == {"municipal"}
    assert {row["mark"] for row in rows} == {"V"}
    with tenant(world.halle.pk):
        event = AuditEvent.objects.get(municipality_id=world.halle.pk, kind="voters_list.exported")
        assert event.actor_name == "Alice Test"
        assert event.after is not None
        assert event.after["rows"] == len(rows) == 12
        assert event.after["filter"] == {"mark": "yes"}
        assert len(event.after["sha256"]) == 64
        assert AuditEvent.objects.filter(municipality_id=world.halle.pk, kind="voters_list.downloaded").count() == 1


def test_csv_brings_every_name_back_as_it_is(extraction: Extraction) -> None:
    out = io.BytesIO()
    with tenant(extraction.municipality_id):
        exports.write_list(extraction=extraction, file_format="csv", order="name", chosen=ListFilter(), stream=out)
        wanted = list(
            Entry.objects.filter(municipality_id=extraction.municipality_id).order_by("list_number").values_list("last_name", "first_names")
        )
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))

    assert [(row["last_name"], row["first_names"]) for row in rows] == wanted
    assert "national" not in out.getvalue().decode().splitlines()[0]


def test_a_sheet_holds_texts_and_no_formula(extraction: Extraction) -> None:
    out = io.BytesIO()
    with tenant(extraction.municipality_id):
        written = exports.write_list(extraction=extraction, file_format="xlsx", order="street", chosen=ListFilter(), stream=out)
    sheet = load_workbook(io.BytesIO(out.getvalue())).active

    assert isinstance(sheet, Worksheet)
    assert written.rows == 120
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    assert sum(cell.value == "=Zeller" for cell in cells) == 17
    assert Counter(row[0].value for row in sheet.iter_rows(min_row=2)) == Counter(range(1, 121))


def test_the_printed_list_read_back(extraction: Extraction) -> None:
    out = io.BytesIO()
    with tenant(extraction.municipality_id):
        written = exports.write_list(extraction=extraction, file_format="pdf", order="name", chosen=ListFilter(), stream=out)
    document = pypdfium2.PdfDocument(out.getvalue())
    text = "\n".join(page.get_textpage().get_text_range() for page in document)

    assert (written.rows, written.pages) == (120, len(document)) == (120, 3)
    assert "pagina 3 van 3" in " ".join(text.split())
    assert "DEFINITIEF" in text


def test_another_municipality_cannot_fetch_a_file(
    world: World, extraction: Extraction, client: Client, django_capture_on_commit_callbacks
) -> None:
    make_election(world.horebeke)
    sign_in(client, world.alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{URL}export/", {"format": "csv", "order": "name"})
    pk = answer["Location"].rstrip("/").rsplit("/", 1)[1]
    sign_in(client, world.charlie)

    assert client.get(f"{answer['Location']}download/").status_code == 404
    assert client.get(f"/45062/2024-10-13/voters/export/{pk}/download/").status_code == 404
    with tenant(world.halle.pk):
        assert not AuditEvent.objects.filter(municipality_id=world.halle.pk, kind="voters_list.downloaded").exists()


def test_the_command_writes_the_file_and_says_how_many(extraction: Extraction, tmp_path: Path, capsys) -> None:
    out = tmp_path / "list.csv"

    call_command("export_voters", "23027", "2024-10-13", "--format", "csv", "--out", str(out), "--json")

    assert len(out.read_text().splitlines()) == 121
    assert '"rows": 120' in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("more", [["--station", "3"], ["--extraction", "9"]])
def test_the_command_refuses_and_writes_nothing(extraction: Extraction, tmp_path: Path, capsys, more: list[str]) -> None:
    out = tmp_path / "list.csv"

    with pytest.raises(SystemExit) as ended:
        call_command("export_voters", "23027", "2024-10-13", "--format", "csv", "--out", str(out), "--json", *more)

    assert ended.value.code == 2
    assert '"errors"' in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    with tenant(extraction.municipality_id):
        assert not AuditEvent.objects.filter(municipality_id=extraction.municipality_id, kind="voters_list.exported").exists()


def test_an_old_file_is_removed_and_said_so(
    world: World, extraction: Extraction, client: Client, django_capture_on_commit_callbacks
) -> None:
    sign_in(client, world.alice)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"{URL}export/", {"format": "csv", "order": "name"})
        with tenant(world.halle.pk):
            Job.objects.filter(municipality_id=world.halle.pk).update(finished_at=NOW)
    with tenant(world.halle.pk):
        first, second = Job.objects.filter(municipality_id=world.halle.pk).order_by("pk")
    assert first.result is not None
    assert second.result is not None
    assert first.result["file"] == ""
    assert default_storage.exists(second.result["file"])
    assert client.get(f"{URL}export/{first.pk}/download/").status_code == 404
    assert client.get(f"{URL}export/{first.pk}/").status_code == 200
    assert answer.status_code == 302
