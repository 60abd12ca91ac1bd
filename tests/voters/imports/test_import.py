"""What comes out of a register file is what was in it; twice the same file changes nothing; every defect is found, all at once."""

import csv
import gzip
import io
from uuid import uuid4

import pytest
from django.db import connection

from core import approvals
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from demo.defects import MANIFESTS, SPOILS, belie, spoil
from demo.drift import mutate, thin_street, truncate
from demo.register import read_register
from tests.personas import NOW, sign_in
from tests.voters.imports.conftest import problems, stored_files
from voters.models import ColumnMap, NameToken, Person, PersonVersion, RegisterImport, RegisterStaging
from voters.rules.register_columns import NAMES
from voters.services import imports

TABLES = (Person, PersonVersion, NameToken, RegisterStaging)


def contents(municipality) -> dict[str, list]:
    """Every row of the register of one municipality, as PostgreSQL has it, with the version of the row itself."""
    with tenant(municipality.pk), connection.cursor() as cursor:
        result = {}
        for model in (Person, PersonVersion, NameToken):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT t.xmin::text, t.ctid::text, t::text FROM {table} t WHERE municipality_id = %s ORDER BY t::text", [municipality.pk]
            )
            result[table] = cursor.fetchall()
        return result


def staged(municipality) -> int:
    with tenant(municipality.pk):
        return RegisterStaging.objects.filter(municipality=municipality).count()


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


def encoded(rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def rows_of(path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


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


def test_a_truncated_file_is_held_until_accepted_in_so_many_words(halle, halle_file, tmp_path):
    halle.bring_in(halle_file)
    before = contents(halle.municipality)

    sent = halle.send(truncate(halle_file, out=tmp_path / "cut"))

    assert [g["code"] for g in sent.guards if g["confirm"]] == ["removals", "streets"]
    with pytest.raises(imports.GuardsNotAcceptedError) as refused:
        halle.ask(sent, accepted=["streets"])
    assert refused.value.codes == ["removals"]
    assert halle.fresh(sent).state == "compared"
    assert contents(halle.municipality) == before
    halle.ask(sent, accepted=["removals", "streets"])
    with tenant(halle.municipality.pk):
        assert Approval.objects.get(object_id=sent.pk).summary["guards"] == ["removals", "streets"]


def test_a_street_that_loses_its_people_is_held(halle, halle_file, tmp_path):
    rows = rows_of(halle_file)
    for row in rows[-40:]:
        row[NAMES.index("street_name")] = "Basiliekstraat"
    rows[0] = rows[0]
    path = tmp_path / "grown" / "register.csv"
    path.parent.mkdir()
    path.write_bytes(encoded(rows))
    path.with_name("register.csv.manifest.json").write_text(halle_file.with_name("register.csv.manifest.json").read_text())
    halle.bring_in(path, manifest=None)
    thin, street, lost = thin_street(path, out=tmp_path / "thin")

    sent = halle.send(thin)

    guard = next(g for g in sent.guards if g["code"] == "streets")
    assert guard["figures"]["streets"][0]["street"] == street
    assert guard["figures"]["streets"][0]["removed"] == lost


def test_an_older_state_than_the_last_is_refused(halle, halle_file):
    from datetime import date

    halle.bring_in(halle_file)

    sent = halle.send(halle_file, manifest=None, as_of=date(2024, 7, 31))

    assert problems(sent) == [(0, "as_of", "2024-07-31", "as_of_older")]


def test_the_one_who_asked_may_not_approve(halle, halle_file):
    sent = halle.send(halle_file)
    halle.ask(sent)

    with pytest.raises(approvals.SamePersonError), tenant(halle.municipality.pk):
        imports.approve_import(register_import=sent, by=halle.clerk, at=NOW)

    assert halle.fresh(sent).state == "requested"
    assert not Person.objects.exists()


def test_the_database_refuses_one_person_too(halle, halle_file):
    from django.db.utils import IntegrityError

    sent = halle.send(halle_file)

    with pytest.raises(IntegrityError, match="register_import_two_persons"), tenant(halle.municipality.pk):
        RegisterImport.objects.filter(pk=sent.pk).update(state="merging", approved_by_id=sent.requested_by_id)


def test_refusing_takes_everything_away(halle, halle_file):
    sent = halle.send(halle_file)
    halle.ask(sent)

    with halle.at_work():
        imports.refuse_import(register_import=sent, reason="verkeerd bestand", by=halle.head, at=NOW)

    assert halle.fresh(sent).state == "refused"
    assert staged(halle.municipality) == 0
    assert stored_files() == []
    assert not Person.objects.exists()


@pytest.mark.parametrize("asked", [False, True])
def test_stopping_takes_everything_away(asked, halle, halle_file):
    sent = halle.send(halle_file)
    if asked:
        halle.ask(sent)

    with halle.at_work():
        imports.cancel_import(register_import=sent, by=halle.clerk, at=NOW)

    assert halle.fresh(sent).state == "cancelled"
    assert (staged(halle.municipality), stored_files()) == (0, [])
    with pytest.raises(imports.WrongStateError):
        halle.ask(sent)


@pytest.mark.parametrize(("asked", "step"), [(False, "differences"), (True, "approval")])
def test_the_page_of_a_stopped_import_says_so_once_where_it_stopped_and_shows_no_differences(asked, step, client, halle, halle_file):
    sent = halle.send(halle_file)
    if asked:
        halle.ask(sent)
    sign_in(client, halle.world.alice)

    answer = client.post(f"/23027/register/{sent.pk}/cancel/", follow=True)

    page = answer.content.decode()
    assert (answer.context["step"], answer.context["stopped"]) == (step, True)
    assert page.count("gestopt") - page.count("hier gestopt") == 2  # the state beside the name, and the remark
    assert "Wat zou wijzigen" not in page
    assert "figures" not in answer.context


def test_a_refused_import_still_shows_what_was_refused(client, halle, halle_file):
    sent = halle.send(halle_file)
    halle.ask(sent)
    with halle.at_work():
        imports.refuse_import(register_import=sent, reason="verkeerd bestand", by=halle.head, at=NOW)
    sign_in(client, halle.world.alice)

    page = client.get(f"/23027/register/{sent.pk}/").content.decode()

    assert "Wat gewijzigd zou zijn" in page
    assert "Wat zou wijzigen" not in page


def test_an_import_compared_with_an_older_register_cannot_be_approved(halle, halle_file, tmp_path):
    mutate(halle_file, seed=1, out=tmp_path / "next")
    first, second = halle.send(halle_file), halle.send(tmp_path / "next" / "register.csv")
    halle.ask(second)
    halle.ask(first)
    halle.approve(first)

    with pytest.raises(imports.RegisterMovedError):
        halle.approve(second)

    assert halle.fresh(second).state == "requested"
    with halle.at_work():
        imports.compare_again(register_import=second, by=halle.clerk, at=NOW)
    again = halle.fresh(second)
    assert again.state == "compared"
    assert again.counts["added"] < again.counts["rows"] // 2
    halle.ask(again)
    assert halle.approve(again).state == "merged"


def test_lost_staging_is_made_again_from_the_file(halle, halle_file):
    sent = halle.send(halle_file)
    halle.ask(sent)
    with tenant(halle.municipality.pk):
        RegisterStaging.objects.filter(municipality=halle.municipality).delete()

    merged = halle.approve(sent)

    assert merged.state == "merged"
    with tenant(halle.municipality.pk):
        assert Person.objects.count() == merged.counts["rows"]


def test_lost_staging_and_another_file_is_refused(halle, halle_file, files):
    sent = halle.send(halle_file)
    halle.ask(sent)
    with tenant(halle.municipality.pk):
        RegisterStaging.objects.filter(municipality=halle.municipality).delete()
    (files / sent.file).write_bytes(encoded(rows_of(halle_file)[:-1]))

    ended = halle.approve(sent)

    assert (ended.state, ended.reason) == ("failed", "comparison_changed")
    assert not Person.objects.exists()


def test_merging_twice_changes_nothing(halle, halle_file):
    from core import jobs
    from voters.services.register_merge import merge_register

    merged = halle.bring_in(halle_file)
    before = contents(halle.municipality)
    with tenant(halle.municipality.pk):
        job = Job.objects.get(pk=merged.job_id)

    run = jobs.JobRun(job.pk, halle.municipality.pk, job.params, halle.clerk, uuid4())
    merge_register(run=run, at=NOW)

    assert contents(halle.municipality) == before


def test_the_trail_says_who_did_what_without_national_numbers(halle, halle_file):
    merged = halle.bring_in(halle_file)

    with tenant(halle.municipality.pk):
        events = AuditEvent.objects.filter(municipality_id=halle.municipality.pk, target=f"register_import:{merged.pk}").order_by("seq")
        assert [event.kind for event in events] == [
            "register_import.uploaded", "register_import.compared", "approval.requested", "approval.approved", "register_import.merged",
        ]  # fmt: skip
        text = " ".join(str((event.before, event.after)) for event in events)
    assert not any(p.national_number in text for p in read_register(halle_file))
