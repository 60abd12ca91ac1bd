"""The norms for the size of polling stations: by kind and day, and how they come in."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from core.actor import PLATFORM, SYSTEM
from core.models import AuditEvent
from core.tenancy import tenant
from elections import selectors, services
from elections.management.commands.load_law import DATA
from elections.models import Election, ElectionBallot, EligibilityRule, StationNorm, UnionMember
from elections.rules import BALLOT_CODES, norm_kind
from tests.personas import NOW

pytestmark = pytest.mark.django_db


def make(municipality, day, *ballots):
    """An election as a row: the norm is asked for, not the rules of its lists."""
    with tenant(municipality.pk):
        election = Election.objects.create(
            municipality=municipality, date=day, list_date=date(2000, 1, 1), created_at=NOW, created_by_name="x"
        )
        for ballot in ballots:
            ElectionBallot.objects.create(municipality=municipality, election=election, ballot=ballot)
    return election


def limits(election, *, electronic):
    with tenant(election.municipality_id):
        norm = selectors.station_norm(election, electronic=electronic)
    return norm and (norm.minimum, norm.maximum, norm.certainty)


@pytest.mark.parametrize(
    ("ballots", "kind"),
    [
        (("municipal",), "local"),
        (("municipal", "provincial", "ocmw", "district"), "local"),
        (("chamber",), "federal"),
        (("european",), "federal"),
        (("flemish", "municipal"), "federal"),
        ((), "local"),
    ],
)
def test_one_parliament_is_enough_for_the_federal_norm(ballots, kind):
    assert norm_kind(ballots) == kind


def test_every_ballot_has_a_kind():
    assert {code: norm_kind([code]) for code in BALLOT_CODES} == {
        "chamber": "federal", "flemish": "federal", "european": "federal",
        "municipal": "local", "district": "local", "provincial": "local", "ocmw": "local",
    }  # fmt: skip


# The eve, the day and the day after each border of validity.
@pytest.mark.parametrize(
    ("day", "ballot", "electronic", "expected"),
    [
        (date(2002, 12, 31), "chamber", False, None),
        (date(2003, 1, 1), "chamber", False, (150, 800, "M")),
        (date(2003, 1, 2), "chamber", False, (150, 800, "M")),
        (date(2003, 1, 1), "chamber", True, (150, 900, "L")),
        (date(2024, 6, 9), "european", False, (150, 800, "M")),
        (date(2024, 6, 9), "european", True, (150, 900, "L")),
        (date(2011, 12, 31), "municipal", False, None),
        (date(2012, 1, 1), "municipal", False, (150, 800, "L")),
        (date(2012, 1, 2), "municipal", True, (150, 1200, "L")),
        (date(2023, 12, 30), "municipal", False, (150, 800, "L")),
        (date(2023, 12, 31), "municipal", False, (150, 800, "L")),
        (date(2024, 1, 1), "municipal", False, (None, None, "H")),
        (date(2024, 10, 13), "municipal", False, (None, None, "H")),
        (date(2024, 10, 13), "municipal", True, (None, None, "H")),
    ],
)
def test_the_norm_is_the_one_of_the_day(world, day, ballot, electronic, expected):
    assert limits(make(world.halle, day, ballot), electronic=electronic) == expected


def test_both_norms_are_read_in_one_go(world, django_assert_num_queries):
    election = make(world.halle, date(2024, 6, 9), "chamber")
    with tenant(world.halle.pk):
        found = selectors.election(municipality=world.halle, day=election.date)
        assert found is not None
        with django_assert_num_queries(1):
            assert {electronic: norm.maximum for electronic, norm in selectors.station_norms(found).items()} == {False: 800, True: 900}


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load(norms):
    return services.load_law(rules=rows("eligibility_rules.csv"), members=rows("union_members.csv"), norms=norms, by=SYSTEM, at=NOW)


def test_loading_what_is_there_changes_nothing(world):
    before = (EligibilityRule.objects.count(), UnionMember.objects.count(), StationNorm.objects.count())

    assert load(rows("station_norms.csv")) == {"added": 0, "changed": 0, "removed": 0}
    assert (EligibilityRule.objects.count(), UnionMember.objects.count(), StationNorm.objects.count()) == before


def test_each_difference_is_made_and_recorded(world):
    norms = rows("station_norms.csv")
    norms[0]["maximum"] = "900"
    norms.pop()
    norms[2]["valid_until"] = "2029-12-31"
    norms.append({**norms[2], "minimum": "300", "valid_from": "2030-01-01", "valid_until": ""})

    assert load(norms) == {"added": 1, "changed": 2, "removed": 1}
    with tenant(PLATFORM):
        events = AuditEvent.objects.filter(kind="law.changed", target__startswith="station_norm:")
        assert events.count() == 4
        assert events.filter(before__maximum=800, after__maximum=900, after__electronic=False).count() == 1


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"kind": "regional"}, "kind"),
        ({"electronic": "ja"}, "electronic"),
        ({"minimum": "veel"}, "minimum"),
        ({"minimum": "0"}, "minimum"),
        ({"maximum": "100"}, "maximum"),
        ({"valid_from": "2003"}, "valid_from"),
        ({"source": ""}, "source"),
        ({"certainty": "?"}, "certainty"),
        ({"electronic": "true"}, "valid_from"),  # twice on the same days
    ],
)
def test_a_norm_that_cannot_be_changes_nothing(world, change, column):
    norms = rows("station_norms.csv")
    norms[0] = {**norms[0], **change}

    with pytest.raises(services.LawRefusedError) as caught:
        load(norms)

    assert column in {problem.column for problem in caught.value.problems}
    assert StationNorm.objects.get(kind="federal", electronic=False).maximum == 800
    with tenant(PLATFORM):
        assert not AuditEvent.objects.filter(kind="law.changed").exists()


def test_the_command_takes_a_file_of_norms(world, tmp_path: Path, capsys):
    file = tmp_path / "norms.csv"
    file.write_text((DATA / "station_norms.csv").read_text(encoding="utf-8").replace("150,800,2003", "150,850,2003"), encoding="utf-8")

    call_command("load_law", norms=file, json=True)

    assert capsys.readouterr().out.strip().endswith('{"added": 0, "changed": 1, "removed": 0}')
    assert StationNorm.objects.get(kind="federal", electronic=False).maximum == 850


def test_whether_sizes_stop_the_freeze_is_set_once_and_recorded(world):
    ours, theirs = make(world.halle, date(2024, 10, 13), "municipal"), make(world.horebeke, date(2024, 10, 13), "municipal")
    by = world.actor(world.alice)

    with tenant(world.halle.pk):
        assert services.set_sizes_refuse(election=ours, refuse=True, by=by, at=NOW)
        assert not services.set_sizes_refuse(election=ours, refuse=True, by=by, at=NOW)
        ours.refresh_from_db()
        assert ours.sizes_refuse
        event = AuditEvent.objects.get(kind="election.sizes_changed")
        assert (event.target, event.before, event.after) == (f"election:{ours.pk}", {"sizes_refuse": False}, {"sizes_refuse": True})
    with tenant(world.horebeke.pk):
        theirs.refresh_from_db()
        assert not theirs.sizes_refuse


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2018, 1, 1), 2018),
        (date(2018, 10, 14), 2018),
        (date(2018, 10, 15), 2024),
        (date(2024, 10, 13), 2024),
        (date(2024, 10, 14), 2024),
    ],
)
def test_people_are_at_work_on_the_next_election_or_else_the_last(world, today, expected):
    make(world.horebeke, date(2030, 10, 13), "municipal")
    for day in (date(2024, 10, 13), date(2018, 10, 14)):
        make(world.halle, day, "municipal")

    with tenant(world.halle.pk):
        found = selectors.current_election(municipality=world.halle, today=today)

    assert found is not None
    assert found.date.year == expected


def test_where_there_is_no_election_nobody_is_at_work_on_one(world):
    with tenant(world.halle.pk):
        assert selectors.current_election(municipality=world.halle, today=date(2024, 1, 1)) is None
