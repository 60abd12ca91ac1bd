"""The commands do what the screens do, and say it in one JSON object."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import DistrictImport, StreetRange
from districts.rules.district_file import COLUMNS
from tests.districts.splits import make_streets
from tests.personas import make_world


@pytest.fixture
def world(live_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    world = make_world()
    make_streets(world.halle, kerkstraat=["1", "2", "12A"], dorp=["1"])
    make_streets(world.horebeke, kerkstraat=["1"])
    return world


@pytest.fixture
def file(tmp_path):
    def write(*rows):
        path = tmp_path / "kieswijken.csv"
        path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")
        return path

    return write


def run(command, *arguments):
    out = StringIO()
    code: str | int | None = 0
    try:
        call_command(command, *map(str, arguments), "--json", stdout=out)
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue().splitlines()[-1])


ROWS = ("1,Centrum,1500,Kerkstraat,even,,", "2,Noord,1500,Kerkstraat,odd,,", "1,Centrum,1500,Dorp,all,,")


def rows(municipality):
    with tenant(municipality.pk):
        return StreetRange.objects.filter(removed_at=None).count(), DistrictImport.objects.count()


def test_counts_are_printed(world, file):
    code, done = run("import_districts", "23027", file(*ROWS))

    assert code == 0
    assert {key: done[key] for key in ("districts", "rows", "added", "removed", "unchanged", "warnings", "valid_from")} == {
        "districts": 2, "rows": 3, "added": 3, "removed": 0, "unchanged": 0, "warnings": 0, "valid_from": "1900-01-01",
    }  # fmt: skip
    code, done = run("import_districts", "23027", file(*ROWS[1:], "01,Centrum,1500,Kerkstraat,even,1,9"), "--valid-from", "2025-01-01")
    assert (code, done["added"], done["removed"], done["unchanged"], done["warnings"]) == (0, 1, 1, 2, 2)
    assert [(one["row"], one["problem"]) for one in done["warned"]] == [(4, "parity: 2-8 even"), (4, "code_zeros: 1")]
    assert rows(world.halle) == (4, 2)
    assert rows(world.horebeke) == (0, 0)


def test_a_refusal_changes_nothing_and_ends_with_2(world, file, tmp_path):
    run("import_districts", "23027", file(*ROWS))
    before = rows(world.halle)

    assert run("import_districts", "23027", file(*ROWS, "1,Centrum,1500,Kerkstrat,all,,", "2,Noord,1500,Dorp,odd,1,9")) == (
        2,
        {
            "errors": [
                {"row": 5, "column": "street_name", "value": "Kerkstrat", "problem": "street_unknown: kerkstraat"},
                {"row": 6, "column": "number_from", "value": "1-9 odd", "problem": "overlap: 4: - all, 1 Centrum"},
            ]
        },
    )
    assert run("import_districts", "99999", file(*ROWS))[0] == 2
    assert run("import_districts", "23027", tmp_path / "geen.csv")[0] == 2
    assert run("import_districts", "23027", file(*ROWS), "--valid-from", "morgen")[1]["errors"][0]["column"] == "--valid-from"
    for user in ("bob", "charlie", "nobody"):
        assert run("import_districts", "23027", file(*ROWS), "--requested-by", user)[0] == 2
    assert rows(world.halle) == before


def test_whoever_asked_stands_in_the_trail(world, file):
    run("import_districts", "23027", file(*ROWS), "--requested-by", "alice")
    run("import_districts", "23027", file(*ROWS[1:]))

    with tenant(world.halle.pk):
        names = list(AuditEvent.objects.filter(kind="districts.imported").order_by("seq").values_list("actor_name", flat=True))
    assert names[0] == "Alice Test"
    assert names[1].startswith("cli:")


def test_which_district_answers_with_alternatives(world, file):
    run("import_districts", "23027", file(*ROWS))

    code, found = run("which_district", "23027", "kerkstr 12A")
    assert (code, found["district_code"], found["district_name"], found["street"]) == (0, "1", "Centrum", "kerkstraat")
    assert found["rows"] == [{"district_code": "1", "district_name": "Centrum", "side": "even", "number_from": None, "number_to": None}]
    assert found["alternatives"] == []
    assert run("which_district", "23027", "kerkstraat 3", "--date", "1899-01-01")[1]["district_code"] is None
    assert run("which_district", "23027", "qqqqqqq") == (
        2,
        {"errors": [{"row": None, "column": "ADDRESS", "value": "qqqqqqq", "problem": "no street looks like this"}]},
    )
    assert run("which_district", "23027", "dorp", "--date", "gisteren")[0] == 2
