"""The command does what the screen does, and says it in one JSON object."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core.tenancy import tenant
from districts.models import Address
from tests.districts.address_files import address_file, kerkstraat, line
from tests.personas import make_world


@pytest.fixture
def world(live_database, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_world()


def run(*arguments):
    out = StringIO()
    code: str | int | None = 0
    try:
        call_command("import_addresses", *map(str, arguments), "--json", stdout=out)
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue().splitlines()[-1])


def test_counts_are_printed_and_a_refusal_changes_nothing(world, tmp_path):
    good, bad, other = tmp_path / "goed.csv", tmp_path / "fout.csv", tmp_path / "ander.csv"
    good.write_bytes(address_file(*kerkstraat(20)).getvalue())
    bad.write_bytes(address_file(line("?")).getvalue())
    other.write_bytes(address_file(line(1, municipality_id="45062")).getvalue())

    code, done = run("23027", good, "--requested-by", "alice")
    assert (code, done["rows"], done["added"]) == (0, 20, 20)
    assert run("23027", bad, "--requested-by", "alice") == (
        2,
        {"errors": [{"row": 2, "column": "address_id", "value": "?", "problem": "not_a_number: a whole number of at most 18 figures"}]},
    )
    assert run("23027", other, "--requested-by", "alice")[1]["errors"][0]["problem"] == "other_municipality: 23027"
    assert run("23027", good, "--requested-by", "bob")[0] == 2
    assert run("23027", good, "--requested-by", "charlie")[0] == 2
    assert run("23027", tmp_path / "geen.csv", "--requested-by", "alice")[0] == 2
    with tenant(world.halle.pk):
        assert Address.objects.filter(closed_at=None).count() == 20

    good.write_bytes(address_file(*kerkstraat(10)).getvalue())
    assert run("23027", good, "--requested-by", "alice")[0] == 2
    assert run("23027", good, "--requested-by", "alice", "--confirm-closing")[1]["closed"] == 10
