"""What each kind of copy holds and what it must not, in every form, read back from the file."""

from collections import Counter

import pytest

from core.files import sha256_of
from core.tenancy import tenant
from tests.voters.copies.town import CopyTown, bookmarks, content, files, pages, sheet, table
from tests.voters.ledger.town import LATER
from voters.rules.list_copies import KINDS, Field, Kind

LISTS = [kind.value for kind in Kind if kind != Kind.PACKAGE]
NAME = ("last_name", "first_names")
ADDRESS = ("postcode", "street_name", "house_number", "box_number")
LEGAL = (*NAME, "birth_date", *ADDRESS, "mark")
EXPECTED = {
    "station": ("list_number", "station_number", *LEGAL, "minor", "ballots", "compulsory", "struck", "added", "reason", "copy"),
    "president": (
        "present", "station_number", "list_number", *LEGAL, "minor", "ballots", "compulsory", "struck", "added", "reason", "proxy", "copy",
    ),
    "municipality": ("list_number", "station_number", *LEGAL, "minor", "ballots", "compulsory", "struck", "added", "copy"),
    "public": ("list_number", *LEGAL, "minor", "ballots", "copy"),
    "governor": ("list_number", "station_number", *LEGAL, "minor", "ballots", "struck", "added", "copy"),
    "party": ("list_number", *LEGAL, "copy"),
}  # fmt: skip
SECRET = {"national_number", "sex", "nationality", "language", "household_id", "mailing_address", "person_id"}


def secrets(town: CopyTown) -> list[str]:
    """What no copy may hold: every national number of the register."""
    return [person.national_number for person in town.ledger.persons()]


@pytest.mark.parametrize("kind", LISTS)
def test_each_kind_has_its_own_columns_and_no_others(halle: CopyTown, kind: str) -> None:
    csv_copy, xlsx_copy = halle.make(kind, "csv"), halle.make(kind, "xlsx")
    rows, cells = table(content(csv_copy)), sheet(content(xlsx_copy))

    assert tuple(rows[0]) == tuple(cells[0]) == EXPECTED[kind]
    assert not set(rows[0]) & SECRET
    assert [row["list_number"] for row in rows] == [str(row["list_number"]) for row in cells]
    assert [row["last_name"] for row in rows] == [row["last_name"] for row in cells]
    assert csv_copy.rows == xlsx_copy.rows == len(rows) == len(cells)


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "pdf"])
def test_no_national_number_is_in_any_file(halle: CopyTown, kind: str, file_format: str) -> None:
    if kind == Kind.PACKAGE and file_format != "pdf":
        return
    copy = halle.make(kind, file_format)
    data = content(copy)
    shown = " ".join(pages(data)) if file_format == "pdf" else str(sheet(data)) if file_format == "xlsx" else data.decode()

    assert "Peeters" in shown
    assert [number for number in secrets(halle) if number in shown.replace(".", "").replace("-", "")] == []


@pytest.mark.parametrize("kind", ["station", "president", "governor"])
@pytest.mark.parametrize("order", ["name", "street"])
def test_every_voter_stands_once_over_the_lists_of_all_stations(halle: CopyTown, kind: str, order: str) -> None:
    copy = halle.make(kind, "csv", split=True, order=order)
    found = {name: table(data) for name, data in files(copy).items()}
    seen = Counter(int(row["list_number"]) for rows in found.values() for row in rows)

    assert seen == Counter(list(halle.numbers()))
    assert set(seen.values()) == {1}
    assert {name: {int(row["station_number"]) for row in rows} for name, rows in found.items()} == {
        name: {number} for name, number in zip(found, (1, 2, 3), strict=True)
    }
    assert {int(row["list_number"]): int(row["station_number"]) for rows in found.values() for row in rows} == halle.numbers()


@pytest.mark.parametrize("kind", ["station", "president", "municipality", "governor"])
def test_who_was_struck_stands_there_struck(halle: CopyTown, kind: str) -> None:
    rows = table(content(halle.make(kind)))
    (struck,) = [row for row in rows if row["struck"] == "1"]

    assert struck["last_name"] == halle.struck.last_name
    assert len(rows) == 40
    assert struck.get("reason", "") == ("struck_by_decision" if Field.REASON in KINDS[Kind(kind)].fields else "")


def test_a_party_gets_no_line_of_who_was_struck(halle: CopyTown) -> None:
    frozen = {int(row["list_number"]) for row in table(content(halle.make("public")))}
    given = {int(row["list_number"]) for row in table(content(halle.make("party")))}
    (gone,) = frozen - given

    assert len(frozen) == 40
    assert halle.ledger.list_at(halle.ledger.now)[halle.struck.pk].list_number == gone


def test_the_moment_decides_who_is_struck(halle: CopyTown) -> None:
    extraction = halle.ledger.town.extraction
    before = table(content(halle.make("president", as_of=extraction.frozen_at)))

    assert {row["struck"] for row in before} == {"0"}
    assert halle.make("public").as_of == extraction.frozen_at


def test_the_printed_list_of_the_president_says_all(halle: CopyTown) -> None:
    copy = halle.make("president", "pdf")
    data = content(copy)
    found = pages(data)

    assert copy.rows == 40
    assert len(found) == copy.pages == 3
    assert bookmarks(data) == ["Stembureau 1 · Sportschuur", "Stembureau 2 · Stembureau 2", "Stembureau 3 · Stembureau 3"]
    for number, page in enumerate(found, 1):
        assert f"Stembureau {number} ·" in page
        assert "pagina 1 van 1" in page
        assert (
            f"Exemplaar {copy.number}.{number} · voor Lijst 3 · gemaakt 23 september 2024, 11.30 · toestand 23 september 2024, 11.30"
            in page
        )
        for word in ("Stemt", "Plicht", "Volm.", "B = beslissing"):
            assert word in page
    assert sum("1 doorgehaald" in page for page in found) == 1
    assert sum("toegevoegd," in page for page in found) == 0


def test_the_printed_list_for_a_party_says_less(halle: CopyTown) -> None:
    (page,) = pages(content(halle.make("party", "pdf")))

    assert "39 kiezers · op naam" in page
    for word in ("Stembureau", "Plicht", "Volm.", "doorgehaald", "Stemt", "beslissing"):
        assert word not in page


@pytest.mark.parametrize(("kind", "order"), [(kind, order) for kind in LISTS for order in ("name", "street")])
def test_every_voter_is_on_paper_as_in_the_table(halle: CopyTown, kind: str, order: str) -> None:
    rows = table(content(halle.make(kind, "csv", order=order)))
    shown = "".join("".join(pages(content(halle.make(kind, "pdf", order=order)))).split())

    for name, number in Counter("".join(f"{row['last_name']}, {row['first_names']}".split()) for row in rows).items():
        assert shown.count(name) == number


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_a_package_holds_four_papers_a_station_and_the_manifest_says_where(halle: CopyTown, language: str) -> None:
    copy = halle.make("package", "pdf", split=True, language=language)
    found = files(copy)
    manifest = table(found.pop("manifest.csv"))
    whole = pages(found["pakket.pdf"])

    assert list(found) == ["pakket-001.pdf", "pakket-002.pdf", "pakket-003.pdf", "pakket.pdf"]
    assert [row["document"] for row in manifest] == ["cover", "list", "counts", "signatures"] * 6
    assert len(whole) == copy.pages == sum(int(row["pages"]) for row in manifest if row["file"] == "pakket.pdf")
    for row in manifest:
        mine = pages(found[row["file"]])
        title = {
            "nl": {"cover": "Voorblad", "list": "Kiezerslijst", "counts": "Telblad", "signatures": "Handtekeningen"},
            "fr": {"cover": "Page de garde", "list": "Liste des électeurs", "counts": "Feuille de comptage", "signatures": "Signatures"},
        }[language][row["document"]]
        first = int(row["first_page"])
        assert title in mine[first - 1]
        assert all(f" {copy.number}.{row['station']} · " in page for page in mine[first - 1 : first - 1 + int(row["pages"])])
    numbers = [int(row["list_number"]) for row in table(content(halle.make("president")))]
    assert len(numbers) == copy.rows


def test_the_hash_is_that_of_the_file_and_the_same_wish_gives_the_same_lines(halle: CopyTown, tmp_path) -> None:
    first, second = halle.make("president", "pdf"), halle.make("president", "pdf")
    path = tmp_path / "copy"
    path.write_bytes(content(first))

    assert sha256_of(path) == first.sha256
    assert second.number == first.number + 1
    assert first.sha256 != second.sha256
    with_number = [page.replace(f"Exemplaar {second.number}.", f"Exemplaar {first.number}.") for page in pages(content(second))]
    assert with_number == pages(content(first))


def test_a_long_name_is_whole_and_a_sign_without_a_letter_is_refused(halle: CopyTown) -> None:
    long = "Vandenbossche-Van Steenkiste de la Tour " * 3
    person = halle.ledger.persons()[9]
    halle.ledger.record(person, a_correction(last_name=long.strip()))
    shown = pages(content(halle.make("president", "pdf")))

    squeezed = "".join("".join(shown).split())
    assert "".join(long.split()) in squeezed


def a_correction(**values: str):
    from tests.voters.ledger.town import a_decision

    return a_decision("correct", **values)


def test_a_street_has_one_heading_however_it_was_written(halle: CopyTown) -> None:
    town = halle.ledger
    with tenant(halle.municipality.pk):
        street = town.persons()[1].street_name
        for person in town.persons()[1:3]:
            written = town.decide(person, "correct", at=LATER)
            other = {"street_name": f" {street.upper()} ", "house_number": "1", "box_number": "", "postcode": person.postcode}
            town.effect(written, "list", "corrected", **other)
    shown = "\n".join(pages(content(halle.make("municipality", "pdf", order="street"))))

    assert street.upper() not in shown
    assert shown.count(street) == 1
