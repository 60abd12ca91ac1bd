"""What comes out of an assignment for each station: every street once, counts that add up, papers read back, all of it recorded."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client

from core.models import AuditEvent, Job
from core.tenancy import tenant
from documents.engine.fonts import GlyphMissingError
from documents.engine.pages import write_page
from tests.personas import World, sign_in
from tests.voters.lists import make_election
from tests.voters.stations.town import Town
from voters.documents.station_streets import layout as papers
from voters.documents.station_streets.build import build
from voters.documents.station_streets.data import StationPaper, StationStreetsData, StreetLine
from voters.documents.street_notice import layout as notice
from voters.documents.street_notice.data import NoticeLine, StreetNoticeData
from voters.rules.assignment import HouseRun
from voters.rules.served import served_rows
from voters.selectors import served as selectors
from voters.services import served as services

SAMPLES = Path(papers.FOLDER) / "samples"


def run(station, side, first, last, *, street="Kerkstraat", whole=False, shared=False, voters=2, postcode="1500"):
    return HouseRun(1, street, postcode, side, first, last, station, 1, voters, whole, shared)


def rows(*runs):
    return [(row.station_id, row.side, row.first, row.last, row.voters) for row in served_rows(runs)]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([run(1, "even", 2, 40, whole=True), run(1, "odd", 1, 39, whole=True)], [(1, "all", None, None, 4)]),
        ([run(1, "even", 2, 40, whole=True)], [(1, "all", None, None, 2)]),
        (
            [run(1, "even", 2, 40, whole=True), run(2, "odd", 1, 39, whole=True)],
            [(2, "odd", None, None, 2), (1, "even", None, None, 2)],
        ),
        (
            [run(1, "even", 2, 10), run(2, "even", 12, 40), run(2, "odd", 1, 39, whole=True)],
            [(2, "odd", None, None, 2), (1, "even", 2, 10, 2), (2, "even", 12, 40, 2)],
        ),
        ([run(1, "even", 2, 2, shared=True), run(2, "even", 2, 2, shared=True)], [(1, "even", 2, 2, 2), (2, "even", 2, 2, 2)]),
    ],
)
def test_streets_read_as_short_as_they_can_truly_be(runs, expected) -> None:
    assert rows(*runs) == expected


def test_a_street_in_two_postcodes_is_two(halle: Town) -> None:
    found = served_rows([run(1, "even", 2, 4, whole=True), run(2, "even", 2, 4, whole=True, postcode="1501")])

    assert [(row.postcode, row.side) for row in found] == [("1500", "all"), ("1501", "all")]


def test_every_voter_is_in_one_row_or_counted_beside_them(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        found = selectors.served(draft=halle.draft)
        everything = selectors.rows(draft=halle.draft)

    assert [(one.load.station.number, one.voters) for one in found] == [(number, halle.place_in(1, number)) for number in (1, 2, 3)]
    assert sum(row.voters for row in everything) == halle.one(
        "SELECT count(*) FROM voters_entry WHERE address_id IS NOT NULL AND municipality_id = %(place)s"
    )
    assert [one.elsewhere for one in found] == [
        0,
        0,
        halle.one("SELECT count(*) FROM voters_entry WHERE address_id IS NULL AND municipality_id = %(place)s"),
    ]
    assert [row for one in found for row in one.rows].sort(key=str) == everything.sort(key=str)
    assert {(row.street, row.side, row.first, row.last) for row in found[2].rows} >= {("Église du Nord", "all", None, None)}


def text_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]


def test_the_papers_read_back(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        data = build(draft=halle.draft)
        found = selectors.served(draft=halle.draft)
    content = papers.write(data)
    pages = text_of(content)

    assert content == papers.write(data)
    assert len(pages) == 3
    for one, page in zip(found, pages, strict=True):
        number = one.load.station.number
        assert Counter(re.findall(r"Stembureau (\d+)", page))[str(number)] >= 1
        assert "ONTWERP 1: nog niet vastgesteld" in page
        for street in {row.street for row in one.rows}:
            assert street in page
        for line in data.stations[number - 1].lines:
            assert papers.numbers(line, papers.WORDS["nl"]) in page
        assert sum(row.voters for row in one.rows) + one.elsewhere == one.voters
        assert f"{one.voters} kiezers" in page
    assert "Zaal & Zo, Zinkstraat 4, 1500 Halle" in pages[2] or "Zaal & Zo" in pages[2]
    assert "zonder gekend adres" in pages[2]
    assert "zonder gekend adres" not in pages[0]


def test_a_paper_for_the_door_tells_no_numbers_of_voters(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        data = build(draft=halle.draft, station=halle.stations[1].pk, counts=False)
    (page,) = text_of(papers.write(data))

    assert "kiezers" not in page.lower()
    assert len(data.stations) == 1
    assert "Basiliekstraat" in page


def test_the_frozen_one_is_no_draft_any_more(halle: Town) -> None:
    draft = halle.freeze()
    with tenant(halle.municipality.pk):
        (page,) = text_of(papers.write(build(draft=draft, station=halle.stations[1].pk, language="fr"), language="fr"))

    assert "PROJET" not in page
    assert "Bureau de vote 1" in page
    assert "tous les numéros" in page or "pairs" in page


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.json"))


def sample(path: Path) -> StationStreetsData:
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    stations = tuple(StationPaper(**{**one, "lines": tuple(StreetLine(**line) for line in one["lines"])}) for one in raw.pop("stations"))
    days: dict[str, Any] = {name: date.fromisoformat(raw.pop(name)) for name in ("election_day", "made_on")}
    return StationStreetsData(**raw, **days, stations=stations)


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_every_sample_can_be_printed(path: Path, language) -> None:
    data = sample(path)
    text = " ".join(text_of(papers.write(data, language=language)))

    for station in data.stations:
        assert station.building in text
        for line in station.lines:
            assert line.street in text


def test_there_are_samples_of_what_is_awkward() -> None:
    assert {path.stem for path in samples()} >= {"one_street", "many_streets", "long_names", "nobody"}


def test_a_character_that_cannot_be_printed_refuses_the_paper() -> None:
    data = sample(SAMPLES / "one_street.json")
    line = replace(data.stations[0].lines[0], street="Straat 中")

    with pytest.raises(GlyphMissingError):
        papers.write(replace(data, stations=(replace(data.stations[0], lines=(line,)),)))


def test_a_document_takes_pictures_from_itself_alone() -> None:
    from weasyprint.urls import FatalURLFetchingError  # slow to import

    with pytest.raises(FatalURLFetchingError):
        write_page(html="<html lang=nl><title>x</title><img src='picture:other' alt='x'></html>", css="", text="x", identifier=b"x" * 16)
    with pytest.raises(FatalURLFetchingError):
        write_page(
            html="<html lang=nl><title>x</title><img src='file:///etc/passwd' alt='x'></html>", css="", text="x", identifier=b"x" * 16
        )


def test_the_notice_has_every_street_by_letter(tmp_path: Path) -> None:
    lines = [
        NoticeLine(StreetLine(street, "1500", "all", None, None, False, 3), station, "De Bres, Basiliekstraat 12, 1500 Halle", names)
        for street, station, names in (
            ("Basiliekstraat", 1, ""),
            ("Église du Nord", 2, "Adams tot Hermans"),
            ("Elbeekstraat", 3, ""),
            ("Zinkstraat", 12, ""),
        )
    ]
    out, again = tmp_path / "notice.pdf", tmp_path / "again.pdf"
    data = StreetNoticeData("Halle", date(2024, 10, 13), None, date(2024, 9, 6), 12, False, lines)
    written = notice.write(out, data)
    (page,) = text_of(out.read_bytes())
    notice.write(again, data)

    assert (written.rows, written.pages) == (4, 1)
    assert out.read_bytes() == again.read_bytes()
    assert all(street in page for street in ("Basiliekstraat", "Église du Nord", "Elbeekstraat", "Zinkstraat", "VASTGESTELD"))
    assert "alle nummers, Adams tot Hermans" in page
    assert page.count(" E ") <= 1


def test_the_pages_in_dutch(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.bob)
    for path, words in (
        ("station-streets/", ("Straten per stembureau", "De Bres", "Zaal &amp; Zo")),
        ("station-streets/streets/", ("Église du Nord", "alle nummers")),
        ("station-streets/streets/?q=eglise", ("Église du Nord",)),
        (f"station-streets/{halle.stations[3].pk}/", ("Zonder gekend adres", "Totaal")),
    ):
        page = client.get(f"{halle.url}{path}")
        assert page.status_code == 200, path
        for word in words:
            assert word in page.content.decode(), (path, word)
        assert "paper.pdf" not in page.content.decode()  # a reader takes nothing out
    assert (
        "Basiliekstraat</td>"
        not in client.get(f"{halle.url}station-streets/streets/?q=eglise", headers={"HX-Request": "true"}).content.decode()
    )


def test_a_reader_takes_nothing_out_and_a_stranger_finds_nothing(halle: Town, client: Client) -> None:
    files = ("streets.csv", "notice.pdf", "papers/", f"{halle.stations[1].pk}/paper.pdf")
    sign_in(client, halle.world.bob)
    assert {client.get(f"{halle.url}station-streets/{path}").status_code for path in files} == {403}
    assert client.post(f"{halle.url}station-streets/papers/", {"counts": "no", "language": "nl"}).status_code == 403
    sign_in(client, halle.world.charlie)
    assert {client.get(f"{halle.url}station-streets/{path}").status_code for path in ("", *files)} == {404}
    # The other town has a draft too, but not this station.
    assert client.get(f"/45062/2024-10-13/station-streets/{halle.stations[1].pk}/").status_code == 404
    assert client.get(f"/45062/2024-10-13/station-streets/{halle.stations[1].pk}/paper.pdf").status_code == 404
    with tenant(halle.municipality.pk):
        assert not Job.objects.exists()
        assert not AuditEvent.objects.filter(kind__startswith="assignment.").exists()


def test_without_a_draft_the_page_says_what_to_do(world: World, client: Client) -> None:
    make_election(world.halle)
    sign_in(client, world.alice)

    assert "Nog geen ontwerp" in client.get("/23027/2024-10-13/station-streets/").content.decode()
    assert client.get("/23027/2024-10-13/station-streets/", {"draft": "1"}).status_code == 404
    assert client.get("/23027/2024-10-13/station-streets/streets.csv").status_code == 404


def test_the_file_for_the_website_holds_every_street_and_is_recorded(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.alice)
    answer = client.get(f"{halle.url}station-streets/streets.csv")
    found = list(csv.DictReader(io.StringIO(answer.content.decode())))

    assert tuple(found[0]) == services.COLUMNS
    assert answer["Content-Disposition"] == 'attachment; filename="straten-23027-2024-10-13-ontwerp-1.csv"'
    assert sum(int(row["voters"]) for row in found) == halle.one(
        "SELECT count(*) FROM voters_entry WHERE address_id IS NOT NULL AND municipality_id = %(place)s"
    )
    assert {row["street_name"] for row in found} == {"Alsembergsesteenweg", "Basiliekstraat", "Église du Nord", "Zinkstraat"}
    assert {row["side"] for row in found} <= {"all", "even", "odd"}
    assert all((row["number_from"] == "") == (row["number_to"] == "") for row in found)
    with tenant(halle.municipality.pk):
        event = AuditEvent.objects.get(kind="assignment.streets_exported")
        assert (event.target, (event.after or {})["rows"]) == (f"draft:{halle.draft.pk}", len(found))


def test_one_paper_and_the_notice_are_recorded_with_their_hash(halle: Town, client: Client) -> None:
    sign_in(client, halle.world.alice)
    paper = client.get(f"{halle.url}station-streets/{halle.stations[2].pk}/paper.pdf", {"counts": "yes"})
    bulletin = client.get(f"{halle.url}station-streets/notice.pdf", {"language": "fr"})

    assert paper.content.startswith(b"%PDF")
    assert bulletin.content.startswith(b"%PDF")
    assert "Où votez-vous" in " ".join(text_of(bulletin.content))
    with tenant(halle.municipality.pk):
        after = {event.kind: event.after or {} for event in AuditEvent.objects.filter(kind__startswith="assignment.")}
    assert after["assignment.paper_issued"]["station"] == 2
    assert after["assignment.paper_issued"]["template"] == papers.VERSION
    assert len(after["assignment.notice_issued"]["sha256"]) == 64


def test_the_papers_of_all_are_made_by_a_worker(halle: Town, client: Client, django_capture_on_commit_callbacks) -> None:
    sign_in(client, halle.world.alice)
    assert client.get(f"{halle.url}station-streets/papers/").status_code == 200
    assert client.post(f"{halle.url}station-streets/papers/", {}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{halle.url}station-streets/papers/", {"counts": "yes", "language": "nl"})
        again = client.post(f"{halle.url}station-streets/papers/", {"counts": "yes", "language": "nl"})
    assert again["Location"] == answer["Location"]
    page = client.get(answer["Location"])
    download = client.get(f"{answer['Location']}download/")
    content = download.getvalue()

    assert page.status_code == 200
    assert "stembureaus-23027-2024-10-13-ontwerp-1.pdf" in page.content.decode()
    assert len(text_of(content)) == 3
    with tenant(halle.municipality.pk):
        job = Job.objects.get(kind=services.KIND)
        assert job.result is not None
        assert job.result["stations"] == 3
        assert AuditEvent.objects.filter(kind="assignment.papers_downloaded").count() == 1
        event = AuditEvent.objects.get(kind="assignment.papers_issued")
        assert (event.after or {})["sha256"] == job.result["sha256"]
    sign_in(client, halle.world.charlie)
    assert client.get(f"{answer['Location']}download/").status_code == 404
    assert client.get(answer["Location"].replace("23027", "45062")).status_code == 404
