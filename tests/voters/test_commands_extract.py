"""The commands extract and verdicts, as a script calls them."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from core.models import Approval, AuditEvent
from core.tenancy import tenant
from tests.personas import World
from tests.voters.people import Town, make_town
from voters.models import Extraction


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def refused(*arguments: str) -> list[dict]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(*arguments, "--json", stdout=out)
    assert ended.value.code == 2
    return json.loads(out.getvalue().splitlines()[-1])["errors"]


def test_verdicts_are_written_as_csv_sorted_by_number_and_ballot(halle: Town, tmp_path, world: World) -> None:
    halle.person(national_number="90010100123", nationality="FR", local_voter_since=date(2024, 8, 1), registered_on=date(2000, 1, 1))
    halle.person(national_number="50010100124", birth_date="1950-00-00")
    halle.person(national_number="90010100100", suspension="excluded")
    halle.trial()
    horebeke = make_town(world, world.horebeke)
    horebeke.person(national_number="11111111111")
    out = tmp_path / "verdicts.csv"
    answer = StringIO()

    call_command("verdicts", "23027", "2024-10-13", "--out", str(out), "--json", stdout=answer)

    assert json.loads(answer.getvalue()) == {"file": str(out), "rows": 6, "extraction": 1, "kind": "trial"}
    assert out.read_bytes().count(b"\r\n") == 7
    with out.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["national_number", "ballot", "verdict", "fact", "fact_date"],
            ["50010100124", "municipal", "eligible", "birth_date_adjusted", "1968-01-01"],
            ["50010100124", "provincial", "eligible", "birth_date_adjusted", "1968-01-01"],
            ["90010100100", "municipal", "excluded", "suspension", ""],
            ["90010100100", "provincial", "excluded", "suspension", ""],
            ["90010100123", "municipal", "not_registered_as_voter", "local_voter_since", "2024-08-01"],
            ["90010100123", "provincial", "nationality", "nationality", ""],
        ]
    assert [path.name for path in tmp_path.iterdir()] == ["verdicts.csv"]
    with tenant(halle.municipality.pk):
        assert AuditEvent.objects.filter(kind="extraction.verdicts_exported").count() == 1


def test_verdicts_before_any_extraction_are_refused(halle: Town, tmp_path) -> None:
    assert refused("verdicts", "23027", "2024-10-13", "--out", str(tmp_path / "x.csv"))[0]["problem"] == "no extraction was made yet"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("99999", "2024-10-13", "trial", "--requested-by", "alice"), "no municipality with this NIS code"),
        (("23027", "2024-10-14", "trial", "--requested-by", "alice"), "no election on this day"),
        (("23027", "13/10/2024", "trial", "--requested-by", "alice"), "expected a date, YYYY-MM-DD"),
        (("23027", "2024-10-13", "trial", "--requested-by", "nobody"), "no such user"),
        (("23027", "2024-10-13", "trial", "--requested-by", "charlie"), "this user has no role in this municipality"),
        (("23027", "2024-10-13", "trial", "--requested-by", "bob"), "this user's role does not allow it"),
        (("23027", "2024-10-13", "trial", "--requested-by", "alice", "--approved-by", "henk"), "a trial needs no second person"),
        (("23027", "2024-10-13", "final", "--requested-by", "alice"), "the final extraction needs a second person"),
        (("23027", "2024-10-13", "final", "--requested-by", "alice", "--approved-by", "bob"), "this user's role does not allow it"),
        (("23027", "2024-10-13", "final", "--requested-by", "henk", "--approved-by", "henk"), "the second person must be somebody else"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_has_changed(halle: Town, arguments, problem) -> None:
    assert refused("extract", *arguments)[0]["problem"] == problem
    with tenant(halle.municipality.pk):
        assert not Extraction.objects.exists()
        assert not Approval.objects.exists()


def test_a_final_extraction_by_command_is_frozen_and_cannot_be_repeated(live_database) -> None:
    from tests.personas import make_world

    world = make_world()
    town = make_town(world, world.halle)
    town.person()
    out = StringIO()

    call_command("extract", "23027", "2024-10-13", "final", "--requested-by", "alice", "--approved-by", "henk", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert (answer["persons"], answer["voters"], answer["by_ballot"]) == (1, 1, {"municipal": 1, "provincial": 1})
    assert answer["by_reason"] == {"municipal": {"eligible": 1}, "provincial": {"eligible": 1}}
    assert answer["seconds"] >= 0
    with tenant(town.municipality.pk):
        assert Extraction.objects.get().frozen_at is not None
    again = ("extract", "23027", "2024-10-13", "final", "--requested-by", "alice", "--approved-by", "henk")
    assert refused(*again)[0]["problem"] == "the final extraction was made or asked for already"
    with tenant(town.municipality.pk):
        assert Extraction.objects.count() == 1
