"""What comes out of a register file is what was in it; twice the same file changes nothing; every defect is found, all at once."""

import csv
import gzip
import io

import pytest
from django.db import connection

from core import planner
from core.tenancy import tenant
from demo.defects import MANIFESTS, SPOILS, belie, spoil
from demo.drift import mutate
from demo.register import read_register
from tests.personas import NOW
from tests.voters.imports.conftest import contents, encoded, problems, rows_of, staged, stored_files
from voters.models import ColumnMap, NameToken, Person, PersonVersion, RegisterStaging
from voters.rules.register_columns import NAMES
from voters.services import column_maps

TABLES = (Person, PersonVersion, NameToken, RegisterStaging)


def as_in_file(person: Person) -> dict[str, str]:
    values = {}
    for name in NAMES:
        value = getattr(person, name)
        values[name] = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return values


def test_the_register_says_what_the_file_says(halle, halle_file):
    halle.bring_in(halle_file)

    import unicodedata

    wanted = {p.national_number: {n: unicodedata.normalize("NFC", getattr(p, n)) for n in NAMES} for p in read_register(halle_file)}
    with tenant(halle.municipality.pk):
        found = {p.national_number: as_in_file(p) for p in Person.objects.filter(municipality=halle.municipality)}
    assert found == wanted


def test_after_a_merge_the_planner_knows_how_many_persons_the_municipality_has(halle, halle_file, horebeke, horebeke_file, monkeypatch):
    """Else the next file looks each of its rows up among all persons: see ``core.planner``."""
    monkeypatch.setattr(planner, "MANY", 1)
    for town, file in ((halle, halle_file), (horebeke, horebeke_file)):
        town.bring_in(file)

    for town in (halle, horebeke):
        with tenant(town.municipality.pk), connection.cursor() as cursor:
            persons = Person.objects.filter(municipality=town.municipality).count()
            cursor.execute("EXPLAIN (FORMAT JSON) SELECT FROM voters_person WHERE municipality_id = %s", [town.municipality.pk])
            assert cursor.fetchone()[0][0]["Plan"]["Plan Rows"] == pytest.approx(persons, rel=0.05)


def test_figures_of_a_first_import(halle, halle_addresses, halle_file):
    merged = halle.bring_in(halle_file)

    rows = sum(1 for _ in read_register(halle_file))
    assert merged.state == "merged"
    assert {k: merged.counts[k] for k in ("rows", "added", "changed", "removed", "unchanged")} == {
        "rows": rows, "added": rows, "changed": 0, "removed": 0, "unchanged": 0,
    }  # fmt: skip
    with tenant(halle.municipality.pk):
        without = Person.objects.filter(municipality=halle.municipality, address=None).count()
    assert merged.counts["unmatched_addresses"] == without
    assert 0 < without < 20
    assert (merged.requested_by_name, merged.approved_by_name) == ("Alice Test", "Henk Test")
    assert staged(halle.municipality) == 0
    assert stored_files() == []


def test_an_unchanged_file_writes_nothing(halle, halle_addresses, halle_file):
    halle.bring_in(halle_file)
    before = contents(halle.municipality)

    again = halle.bring_in(halle_file)

    assert {k: again.counts[k] for k in ("added", "changed", "returned", "removed", "rematched")} == dict.fromkeys(
        ("added", "changed", "returned", "removed", "rematched"), 0
    )
    assert again.counts["unchanged"] == again.counts["rows"]
    assert contents(halle.municipality) == before


def test_a_month_later_only_what_differs_is_written(halle, halle_file, tmp_path):
    halle.bring_in(halle_file)
    drift = mutate(halle_file, seed=1, out=tmp_path / "next")

    merged = halle.bring_in(tmp_path / "next" / "register.csv")

    found = {k: merged.counts[k] for k in ("rows", "added", "changed", "removed", "unchanged", "fields")}
    assert found == {
        "rows": drift.rows, "added": drift.added, "changed": drift.changed, "removed": drift.removed,
        "unchanged": drift.unchanged, "fields": dict(drift.fields),
    }  # fmt: skip
    with tenant(halle.municipality.pk):
        versions = PersonVersion.objects.filter(municipality=halle.municipality, register_import=merged)
        assert versions.filter(kind="changed").count() == drift.changed
        assert versions.filter(kind="removed").count() == drift.removed
        for version in versions.filter(kind="changed"):
            assert set(version.before) == set(version.after) != set()
            assert all(version.before[name] != version.after[name] for name in version.before)
        live = Person.objects.filter(municipality=halle.municipality, removed_import=None)
        wanted = {p.national_number for p in read_register(tmp_path / "next" / "register.csv")}
        assert set(live.values_list("national_number", flat=True)) == wanted


def test_words_of_names_follow_the_names(halle, halle_file):
    halle.bring_in(halle_file)
    text = halle_file.read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows[-1][1], rows[-1][2] = "Ďurišová-Ő'Neil", "Zoë"
    number = rows[-1][0]

    halle.bring_in(encoded(rows))

    with tenant(halle.municipality.pk):
        person = Person.objects.get(municipality=halle.municipality, national_number=number)
        words = NameToken.objects.filter(municipality=halle.municipality, person=person).values_list("token", flat=True)
        assert sorted(words) == ["durisova", "neil", "o", "zoe"]
        assert person.name_key == "durisova-o'neil  zoe"
        assert person.version == 2


def test_somebody_who_left_the_file_comes_back(halle, halle_file):
    halle.bring_in(halle_file)
    rows = rows_of(halle_file)
    halle.bring_in(encoded(rows[:-1]))
    with tenant(halle.municipality.pk):
        gone = Person.objects.get(municipality=halle.municipality, national_number=rows[-1][0])
        assert gone.removed_import_id is not None

    back = halle.bring_in(halle_file)

    assert (back.counts["returned"], back.counts["added"], back.counts["changed"]) == (1, 0, 0)
    with tenant(halle.municipality.pk):
        person = Person.objects.get(municipality=halle.municipality, national_number=rows[-1][0])
        assert (person.pk, person.removed_import_id, person.version) == (gone.pk, None, 3)
        kinds = (
            PersonVersion.objects.filter(municipality=halle.municipality, person=person).order_by("version").values_list("kind", flat=True)
        )
        assert list(kinds) == ["removed", "returned"]


def test_two_municipalities_with_the_same_national_numbers(halle, horebeke, halle_file, horebeke_file):
    halle.bring_in(halle_file)
    before = contents(halle.municipality)

    horebeke.bring_in(horebeke_file)

    assert contents(halle.municipality) == before
    shared = {p.national_number for p in read_register(halle_file)} & {p.national_number for p in read_register(horebeke_file)}
    assert len(shared) > 200
    with tenant(horebeke.municipality.pk):
        assert Person.objects.count() == sum(1 for _ in read_register(horebeke_file))


@pytest.mark.parametrize("name", SPOILS)
def test_every_defect_is_reported_where_it_is_and_nothing_else(name, halle, halle_file, tmp_path):
    defect = spoil(name, halle_file, tmp_path)

    sent = halle.send(defect.path)

    found, expected = sorted(problems(sent)), sorted(defect.problems, key=lambda p: (p.row, p.column))
    assert sent.state == "invalid"
    assert [(row, column) for row, column, _value, _code in found] == [(p.row, p.column) for p in expected]
    for (_row, _column, value, _code), wanted in zip(found, expected, strict=True):
        assert wanted.value is None or value == wanted.value
    assert sent.counts["problems"] == len(defect.problems)
    assert all(not model.objects.exists() for model in TABLES)
    assert stored_files() == []


@pytest.mark.parametrize("name", [*MANIFESTS, "truncated"])
def test_a_manifest_that_does_not_fit_refuses_the_file(name, halle, halle_file, tmp_path):
    defect = belie(name, halle_file, tmp_path)
    import json

    manifest = json.loads(defect.path.with_name(defect.path.name + ".manifest.json").read_text())

    sent = halle.send(defect.path, manifest=manifest)

    assert sent.state == "invalid"
    assert [row[:3] for row in problems(sent)] == [(p.row, p.column, p.value) for p in defect.problems]
    assert staged(halle.municipality) == 0


def test_gzip_is_read_and_its_manifest_may_speak_of_either(halle, halle_file):
    packed = gzip.compress(halle_file.read_bytes())
    rows = sum(1 for _ in read_register(halle_file))
    import hashlib

    for content in (packed, halle_file.read_bytes()):
        manifest = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
        assert halle.send(packed, manifest=manifest).state == "compared"
    damaged = halle.send(packed[: len(packed) // 2], manifest=None)
    assert [(row, code) for row, _c, _v, code in problems(damaged)] == [(0, "unreadable")]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("last_name", "Иванов", "characters"),
        ("first_names", "A\tB", "characters"),
        ("street_name", "x" * 121, "too_long"),
        ("national_number", "00000000000", "number_check"),
        ("departed_to", "Frankrijk", "place"),
        ("nationality", "be", "country"),
        ("language", "", "required"),
        ("birth_date", "0000-00-00", "date_impossible"),
        ("registered_on", "infinity", "date_form"),
        ("registered_on", "2019-1-1", "date_form"),
        ("household_role", "01", "whole"),
    ],
)
def test_one_value(column, value, code, halle, halle_file):
    rows = rows_of(halle_file)
    rows[5][NAMES.index(column)] = value

    sent = halle.send(encoded(rows))

    assert problems(sent) == [(6, column, value[:200], code)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_order_of_columns_blank_lines_and_a_byte_order_mark_do_not_matter(line_end, halle, halle_file):
    rows = [list(reversed(row)) for row in rows_of(halle_file)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=line_end).writerows(rows)

    sent = halle.send(b"\xef\xbb\xbf" + (text.getvalue() + line_end).encode())

    assert (sent.state, sent.counts["added"]) == ("compared", len(rows) - 1)


def test_accents_behind_their_letter_are_composed(halle, halle_file):
    rows = rows_of(halle_file)
    rows[1][1] = "Zoe\u0308"

    halle.bring_in(encoded(rows))

    with tenant(halle.municipality.pk):
        assert Person.objects.get(municipality=halle.municipality, national_number=rows[1][0]).last_name == "Zoë"


def test_quotes_inside_an_unquoted_name_are_kept(halle, halle_file):
    lines = halle_file.read_bytes().splitlines(keepends=True)
    fields = lines[3].split(b",")
    fields[2] = b'Jef "Jos" A'
    lines[3] = b",".join(fields)

    halle.bring_in(b"".join(lines))

    with tenant(halle.municipality.pk):
        assert Person.objects.get(municipality=halle.municipality, national_number=fields[0].decode()).first_names == 'Jef "Jos" A'


def test_of_two_column_maps_of_one_name_that_are_sent_at_once_the_second_is_refused(halle, horebeke, monkeypatch):
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda rows: False)  # neither sees the other

    def save(clerk):
        with tenant(clerk.municipality.pk):
            own = {"municipality": clerk.municipality, "column_map": None, "by": clerk.clerk, "at": NOW}
            return column_maps.save_column_map(**own, name="Leverancier", columns={"Naam": "last_name"})

    save(halle)
    with pytest.raises(column_maps.NameTakenError):
        save(halle)
    assert save(horebeke).name == "Leverancier"


def test_a_column_map_gives_their_columns_our_names(halle, halle_file):
    rows = rows_of(halle_file)
    rows = [[*row, "x"] for row in rows]
    rows[0] = ["RRN" if name == "national_number" else "Naam" if name == "last_name" else name for name in rows[0][:-1]] + ["Volgnr"]
    with tenant(halle.municipality.pk):
        column_map = ColumnMap.objects.create(
            municipality=halle.municipality, name="Leverancier", columns={"RRN": "national_number", "Naam": "last_name", "Volgnr": ""}
        )

    refused = halle.send(encoded(rows))
    sent = halle.send(encoded(rows), column_map=column_map)

    assert [(row, column, code) for row, column, _v, code in problems(refused)] == [
        (1, "RRN", "column_unknown"), (1, "Naam", "column_unknown"), (1, "Volgnr", "column_unknown"),
        (1, "national_number", "column_missing"), (1, "last_name", "column_missing"),
    ]  # fmt: skip
    assert (sent.state, sent.counts["rows"]) == ("compared", len(rows) - 1)
