"""The voters list on paper: one heading a street however it is written, and nothing given out that is not as the list has it."""

import csv
import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from core.models import AuditEvent, Job
from core.tenancy import tenant
from documents.stream import list_readback
from tests.personas import World, sign_in
from tests.voters.lists import make_election, make_list
from voters.documents.voters_list import layout
from voters.models import Entry, Extraction
from voters.selectors import voters_list
from voters.services import exports, printing
from voters.sql.voters_list import ListFilter

STREET, OTHER = "Zinkstraat", " ZINKSTRAAT "
URL = "/23027/2024-10-13/voters/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CELERY_TASK_ALWAYS_EAGER = True


@pytest.fixture
def extraction(world: World) -> Extraction:
    """Of two municipalities; in Halle every second house of the street is written in another way, in the other one none is."""
    make_list(world, make_election(world.horebeke), people=40, final=False)
    made = make_list(world, make_election(world.halle), people=120, final=False)
    with tenant(world.halle.pk):
        mine = Entry.objects.filter(municipality=world.halle, extraction=made, street_name=STREET)
        changed = mine.filter(pk__in=[entry.pk for entry in mine.order_by("list_number")[::2]]).update(street_name=OTHER)
    assert changed == 15
    return made


def written(extraction: Extraction, file_format: Any, **more: Any) -> bytes:
    out = io.BytesIO()
    with tenant(extraction.municipality_id):
        result = exports.write_list(
            extraction=extraction, file_format=file_format, order="street", chosen=more.get("chosen", ListFilter()), stream=out
        )
    assert result.size == len(out.getvalue())
    return out.getvalue()


def pages(content: bytes) -> list[str]:
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(content)]


def folded(rows: list[tuple[str, str]]) -> list[tuple[str, int]]:
    """Street and house number as they follow each other."""
    found = []
    for street, house in rows:
        number = re.match(r"\d+", house)
        assert number is not None
        found.append((street.strip().lower(), int(number[0])))
    return found


def test_a_street_in_two_spellings_has_one_heading_on_paper(extraction: Extraction) -> None:
    shown = "\n".join(pages(written(extraction, "pdf")))

    assert OTHER.strip() not in shown
    assert shown.replace(f"{STREET} vervolg", "").count(STREET) == 1


def test_a_bookmark_leads_to_the_page_on_which_a_street_begins(extraction: Extraction) -> None:
    content = written(extraction, "pdf")
    shown, document = pages(content), pypdfium2.PdfDocument(content)
    found = {item.get_title(): shown[item.get_dest().get_index()] for item in document.get_toc()}
    streets = [street for title in found for street in title.split(" – ")]

    assert len(shown) == 3
    assert streets == ["Alsembergsesteenweg", "Basiliekstraat", "Église du Nord", STREET]
    for title, page in found.items():
        assert all(f"{street} 1500" in page for street in title.split(" – "))


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_street_in_two_spellings_stays_together_in_a_file(extraction: Extraction, file_format: str) -> None:
    data = written(extraction, file_format)
    if file_format == "csv":
        rows = [(row["street_name"], row["house_number"]) for row in csv.DictReader(io.StringIO(data.decode(), newline=""))]
    else:
        book: Any = load_workbook(io.BytesIO(data))
        rows = [(row[5], row[6]) for row in book.active.iter_rows(min_row=2, values_only=True)]
    order = folded(rows)

    assert len(rows) == 120
    assert order == sorted(order, key=lambda row: (row[0].replace("é", "e"), row[1]))
    assert {street for street, _house in rows} >= {STREET, OTHER}  # as registered, whatever the order


@pytest.mark.parametrize("descending", [False, True])
def test_a_street_in_two_spellings_stays_together_on_the_screen(extraction: Extraction, descending: bool) -> None:
    with tenant(extraction.municipality_id):
        rows = voters_list.page(
            extraction=extraction, chosen=ListFilter(), order="street", descending=descending, start=0, stop=120, total=120
        )
    order = folded([(row.street_name, row.house_number) for row in rows])
    streets = list(dict.fromkeys(street for street, _house in order))

    assert len(streets) == 4
    assert sum(before[0] != after[0] for before, after in pairwise(order)) == 3
    for street in streets:
        houses = [house for name, house in order if name == street]
        assert houses == sorted(houses)
    assert (streets.index("zinkstraat") == 0) == descending


def test_the_filter_offers_the_street_once_and_finds_both_spellings(world: World, extraction: Extraction, client: Client) -> None:
    sign_in(client, world.alice)
    page = client.get(URL, {"street": f"1500|{STREET}", "extraction": str(extraction.number)}).content.decode()

    assert page.count(f'value="1500|{STREET}"') == 1
    assert "ZINKSTRAAT " not in re.findall(r'<select name="street".*?</select>', page, re.DOTALL)[0]
    assert page.count('data-label="Nr."') == 30
    with tenant(world.halle.pk):
        assert {row.street_name for row in _of_street(extraction, OTHER)} == {STREET, OTHER}
        assert voters_list.streets(extraction=extraction) == [
            ("1500", "Alsembergsesteenweg"), ("1500", "Basiliekstraat"), ("1500", "Église du Nord"), ("1500", STREET),
        ]  # fmt: skip
    with tenant(world.horebeke.pk):
        other = Extraction.objects.get(municipality=world.horebeke)
        assert len(_of_street(other, STREET)) == 10


def _of_street(extraction: Extraction, street: str) -> Any:
    chosen = voters_list.list_filter({"street": f"1500|{street}"})
    total = voters_list.count(extraction=extraction, chosen=chosen)
    return voters_list.page(extraction=extraction, chosen=chosen, start=0, stop=total, total=total)


# --------------------------------------------------------------------------------------------------------- reading back
def damaged(how: str):
    """A writer whose file is not what it should be."""
    right = layout.write

    def write(path: Path, data: Any, **more: Any) -> Any:
        result = right(path, data, **more)
        content = path.read_bytes()
        path.write_bytes(content[:-300] if how == "cut" else content[:2500] + b"\0" * 400 + content[2900:])
        return result

    return write


@pytest.mark.parametrize("how", ["cut", "overwritten"])
def test_a_damaged_list_is_not_given_out(
    world: World, extraction: Extraction, client: Client, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(layout, "write", damaged(how))
    sign_in(client, world.alice)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{URL}export/", {"format": "pdf", "order": "street"})

    with tenant(world.halle.pk):
        job = Job.objects.get(municipality_id=world.halle.pk)
        assert (job.state, job.error) == ("failed", "read_back")
        assert not AuditEvent.objects.filter(kind="voters_list.exported").exists()
    page = client.get(answer["Location"]).content.decode()
    assert "Het bestand is niet zoals de lijst zegt." in page
    assert "Het bestand klopt niet met de lijst" in page
    assert "read_back" not in page
    assert client.get(f"{answer['Location']}download/").status_code == 404
    assert not default_storage.exists("23027/exports") or default_storage.listdir("23027/exports")[1] == []


def test_a_damaged_list_leaves_the_old_file_of_the_command(
    extraction: Extraction, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "list.pdf"
    out.parent.mkdir()
    out.write_bytes(b"the old one")
    monkeypatch.setattr(layout, "write", damaged("cut"))

    with pytest.raises(SystemExit) as ended:
        call_command("export_voters", "23027", "2024-10-13", "--format", "pdf", "--out", str(out), "--json")

    assert ended.value.code == 2
    assert '"errors"' in capsys.readouterr().out
    assert out.read_bytes() == b"the old one"
    assert list(out.parent.iterdir()) == [out]
    with tenant(extraction.municipality_id):
        assert not AuditEvent.objects.filter(municipality_id=extraction.municipality_id, kind="voters_list.exported").exists()


@pytest.mark.parametrize(
    ("how", "problem"),
    [("missing", list_readback.MISSING), ("twice", list_readback.FOREIGN), ("twice instead of another", list_readback.MISSING)],
)
def test_a_voter_who_is_missing_or_twice_is_told(extraction: Extraction, monkeypatch: pytest.MonkeyPatch, how: str, problem: str) -> None:
    right = layout._lines

    def otherwise(*arguments: Any) -> Any:
        monkeypatch.setattr(layout, "_lines", right)
        rows: list[Any] = list(right(*arguments))
        about.append(rows[6 if how == "twice" else 7][0])
        yield from {
            "missing": [*rows[:7], *rows[8:]],
            "twice": [*rows[:7], *rows[6:]],
            "twice instead of another": [*rows[:7], rows[6], *rows[8:]],
        }[how]

    about: list[str] = []
    monkeypatch.setattr(layout, "_lines", otherwise)
    with pytest.raises(printing.ReadBackError) as refused:
        written(extraction, "pdf")

    told = [(row["row"], row["problem"]) for row in (refused.value.payload or {})["errors"]]
    assert ((about[0], problem) if problem == list_readback.MISSING else (None, problem)) in told
    assert ((about[0], list_readback.MISSING) in told) == (how != "twice")


def test_all_that_cannot_be_written_is_told_at_once(extraction: Extraction) -> None:
    with tenant(extraction.municipality_id):
        entries = Entry.objects.filter(municipality_id=extraction.municipality_id, extraction=extraction)
        entries.filter(list_number__in=[5, 50, 100]).update(last_name="Жук")
    with pytest.raises(printing.ExportRefusedError) as refused:
        written(extraction, "pdf")

    told = refused.value.errors
    assert sorted(int(row["row"]) for row in told) == [5, 50, 100]
    assert {(row["value"], row["problem"]) for row in told} == {("Жук", printing.NO_SIGN)}
