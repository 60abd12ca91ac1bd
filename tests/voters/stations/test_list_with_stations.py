"""The voters list after the freeze: the numbers and stations that count, on the screen and in every file."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import sign_in
from tests.voters.stations.town import Town
from voters.rules.assignment import DraftSettings, Numbering
from voters.selectors import dossier, search, voters_list
from voters.services import exports
from voters.sql.voters_list import COLUMNS, ListFilter

PLACES = "SELECT person_id, list_number, s.number FROM voters_entryplace p JOIN districts_station s ON s.id = p.station_id WHERE p.municipality_id = %(place)s"


@pytest.fixture
def by_name(halle: Town) -> Town:
    halle.freeze()
    return halle


@pytest.fixture
def by_district(halle: Town) -> Town:
    """Numbered district by district: number 1 is not the first name."""
    halle.make_draft(2, split=20, settings=DraftSettings(numbering=Numbering.DISTRICT))
    halle.freeze(2)
    return halle


def page(town: Town, **options):
    with tenant(town.municipality.pk):
        draft = voters_list.placed_by(town.extraction)
        chosen = voters_list.list_filter(options.pop("values", {}))
        total = voters_list.count(extraction=town.extraction, chosen=chosen, draft=draft)
        return voters_list.page(extraction=town.extraction, chosen=chosen, draft=draft, start=0, stop=total, total=total, **options)


def written(town: Town, file_format: Any, order: Any = "number", station: int | None = None):
    out = io.BytesIO()
    with tenant(town.municipality.pk):
        result = exports.write_list(
            extraction=town.extraction, file_format=file_format, order=order, chosen=ListFilter(station=station), stream=out
        )
    return result, out.getvalue()


def test_everybody_has_the_number_and_the_station_of_the_freeze(by_district: Town) -> None:
    places = {person: (number, station) for person, number, station in by_district.rows(PLACES)}

    assert {row.person_id: (row.list_number, row.station) for row in page(by_district)} == places
    assert [row.list_number for row in page(by_district)] == list(range(1, 121))
    assert [row.last_name for row in page(by_district)] != [row.last_name for row in page(by_district, order="name")]
    # The extraction keeps its own numbers: it is frozen.
    assert (
        by_district.one(
            "SELECT count(*) FROM voters_entry e JOIN voters_entryplace p USING (person_id) WHERE e.list_number <> p.list_number AND e.municipality_id = %(place)s"
        )
        > 0
    )


def test_before_the_freeze_nothing_is_different(halle: Town) -> None:
    assert {row.station for row in page(halle)} == {None}
    assert [row.list_number for row in page(halle)] == list(range(1, 121))
    assert page(halle, values={"station": "1"}) == []


@pytest.mark.parametrize("order", ["number", "name", "street", "station"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_follow_each_other_without_gap(by_district: Town, order, descending: bool) -> None:
    with tenant(by_district.municipality.pk):
        draft = voters_list.placed_by(by_district.extraction)
        rows = [
            row
            for start in range(0, 120, 50)
            for row in voters_list.page(
                extraction=by_district.extraction,
                chosen=ListFilter(),
                draft=draft,
                order=order,
                descending=descending,
                start=start,
                stop=min(120, start + 50),
                total=120,
            )
        ]
    sign = -1 if descending else 1

    assert sorted(row.list_number for row in rows) == list(range(1, 121))
    if order == "number":
        assert rows == sorted(rows, key=lambda row: sign * row.list_number)
    if order == "station":  # within a station always from the first number on
        assert rows == sorted(rows, key=lambda row: (sign * (row.station or 0), row.list_number))


def test_a_station_leaves_its_own_voters(by_district: Town) -> None:
    for number in (1, 2, 3):
        rows = page(by_district, values={"station": str(number)})
        assert {row.station for row in rows} == {number}
        assert len(rows) == by_district.place_in(2, number)
    assert page(by_district, values={"station": "99"}) == []
    marked = page(by_district, values={"station": "3", "mark": "yes"})
    assert all(row.mark and row.station == 3 for row in marked)
    assert [row.list_number for row in page(by_district, values={"q": "10-19"})] == list(range(10, 20))


def test_the_screen_shows_filters_and_sorts(by_district: Town, client: Client) -> None:
    sign_in(client, by_district.world.alice)
    whole = client.get(f"{by_district.url}voters/").content.decode()
    one = client.get(f"{by_district.url}voters/", {"station": "3", "sort": "-list_number"}).content.decode()
    numbers = [int(text.replace(".", "")) for text in re.findall(r'data-label="Nr."[^>]*>([\d.]+)<', one)]

    assert 'name="station"' in whole
    assert whole.count('data-label="Stembureau"') == 50
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == min(50, by_district.place_in(2, 3))
    assert f"/station-streets/{by_district.stations[3].pk}/" in one
    assert "station=3" in one
    for sort in ("station", "-station", "name", "address"):
        assert client.get(f"{by_district.url}voters/", {"sort": sort}).status_code == 200


def test_before_the_freeze_there_is_no_such_column(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.alice)
    whole = client.get(f"{halle.url}voters/").content.decode()

    assert 'name="station"' not in whole
    assert whole.count('data-label="') == 50 * 6


def test_the_page_costs_the_same_for_few_and_many(by_district: Town, client: Client) -> None:
    sign_in(client, by_district.world.alice)
    counts = []
    for query in ({}, {"station": "1"}, {"sort": "-station", "page": "2"}):
        client.get(f"{by_district.url}voters/", query)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{by_district.url}voters/", query)
        counts.append(len(queries))

    assert max(counts) <= 30


def test_a_page_by_number_is_a_range_of_the_index(by_district: Town) -> None:
    with tenant(by_district.municipality.pk), CaptureQueriesContext(connection) as queries:
        draft = voters_list.placed_by(by_district.extraction)
        voters_list.page(extraction=by_district.extraction, chosen=ListFilter(), draft=draft, start=50, stop=100, total=120)

    assert "p.list_number BETWEEN 51 AND 100" in queries[-1]["sql"]
    assert "OFFSET 0" in queries[-1]["sql"]


def test_csv_and_sheet_hold_number_and_station(by_district: Town) -> None:
    places = {number: station for _person, number, station in by_district.rows(PLACES)}
    _result, content = written(by_district, "csv")
    found = list(csv.DictReader(io.StringIO(content.decode())))
    _result, content = written(by_district, "xlsx", "station")
    book: Any = load_workbook(io.BytesIO(content))
    sheet = list(book.active.iter_rows(min_row=2, values_only=True))

    assert tuple(found[0]) == COLUMNS
    assert {int(row["list_number"]): int(row["station_number"]) for row in found} == places
    assert [int(row["list_number"]) for row in found] == list(range(1, 121))
    assert {row[0]: row[10] for row in sheet} == places
    assert [row[10] for row in sheet] == sorted(row[10] for row in sheet)


def test_before_the_freeze_the_station_is_empty(halle: Town) -> None:
    _result, content = written(halle, "csv", "name")

    assert {row["station_number"] for row in csv.DictReader(io.StringIO(content.decode()))} == {""}


def text(content: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", one.get_textpage().get_text_range()) for one in pypdfium2.PdfDocument(content)]


def test_the_printed_list_of_one_station_says_which_and_how_many(by_district: Town) -> None:
    result, content = written(by_district, "pdf", station=3)
    again, same = written(by_district, "pdf", station=3)
    count = by_district.place_in(2, 3)
    pages = text(content)

    assert result.rows == count
    assert (content, result) == (same, again)
    assert all("Stembureau 3 · Zaal & Zo, Zinkstraat 4, 1500 Halle" in one for one in pages)
    assert all(f"{count} kiezers · op nummer" in one for one in pages)
    assert "Bureau" not in pages[0].replace("Stembureau", "")


def test_the_printed_list_by_station_gives_each_a_page_of_its_own(by_district: Town) -> None:
    result, content = written(by_district, "pdf", "station")
    pages = text(content)
    first = [next((at for at, one in enumerate(pages) if f"Stembureau {number} ·" in one), None) for number in (1, 2, 3)]

    assert result.rows == 120
    assert None not in first
    assert first == sorted({at for at in first if at is not None})
    assert all(len(set(re.findall(r"Stembureau (\d) ·", one))) == 1 for one in pages)
    assert "Stembureau 1 · Sportschuur, De Bres" in pages[0]


def test_the_printed_list_says_the_station_on_each_line(by_name: Town) -> None:
    _result, content = written(by_name, "pdf", "number")
    (first, *_more) = text(content)

    assert "Bureau" in first
    assert "120 kiezers · op naam" in first


def test_the_form_offers_what_there_is(by_district: Town, client: Client, django_capture_on_commit_callbacks) -> None:
    sign_in(client, by_district.world.alice)
    form = client.get(f"{by_district.url}voters/export/", {"station": "2"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{by_district.url}voters/export/?station=2", {"format": "csv", "order": "number"})
    rows = list(csv.DictReader(io.StringIO(client.get(f"{answer['Location']}download/").getvalue().decode())))

    assert re.findall(r'name="order"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="order"', form)
    assert {"number", "name", "street", "station"} == {
        one or other for one, other in re.findall(r'name="order"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="order"', form)
    }
    assert {row["station_number"] for row in rows} == {"2"}
    with tenant(by_district.municipality.pk):
        assert (AuditEvent.objects.get(kind="voters_list.exported").after or {})["filter"] == {"station": "2"}


def command(town: Town, out: Path, *more: str) -> None:
    call_command("export_voters", town.municipality.nis_code, "2024-10-13", "--format", "csv", "--out", str(out), "--json", *more)


def test_the_command_writes_the_list_of_a_station(by_district: Town, tmp_path: Path, capsys) -> None:
    out = tmp_path / "list.csv"
    command(by_district, out, "--station", "2", "--order", "street")

    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rows"] == by_district.place_in(2, 2)
    assert {row["station_number"] for row in csv.DictReader(io.StringIO(out.read_text()))} == {"2"}


@pytest.mark.parametrize("more", [["--station", "9"], ["--station", "-1"]])
def test_a_station_that_is_not_there_is_refused(by_district: Town, tmp_path: Path, capsys, more: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(by_district, tmp_path / "list.csv", *more)

    assert ended.value.code == 2
    assert "no polling station with this number" in capsys.readouterr().out
    assert list(tmp_path.glob("*.csv")) == []
    with tenant(by_district.municipality.pk):
        assert not AuditEvent.objects.filter(kind="voters_list.exported").exists()


@pytest.mark.parametrize("more", [["--station", "1"], ["--order", "station"]])
def test_before_the_freeze_stations_are_refused(halle: Town, tmp_path: Path, capsys, more: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command(halle, tmp_path / "list.csv", *more)

    assert ended.value.code == 2
    assert "frozen" in capsys.readouterr().out
    assert list(tmp_path.glob("*.csv")) == []


def test_the_search_and_the_dossier_know_the_number_that_counts(by_district: Town) -> None:
    person, number, _station = by_district.rows(PLACES)[7]
    with tenant(by_district.municipality.pk):
        found = search.everything(municipality=by_district.municipality, text=str(number), election=by_district.election)
        (entry,) = found.entries
        listed = dossier.listed(municipality=by_district.municipality, person=_person(person))

    assert (entry.person_id, entry.list_number) == (person, number)
    assert [one.number for one in listed] == [number]


def _person(pk: int):
    from voters.models import Person

    return Person.objects.get(pk=pk)
