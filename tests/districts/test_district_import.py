"""A file of districts: checked and compared, then the split from a day on; or nothing at all."""

import io
from datetime import date
from itertools import product
from random import Random

import pytest
from django.core.files.storage import default_storage

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Address, District, DistrictChange, DistrictImport, Street
from districts.rules.district_file import COLUMNS
from districts.rules.street_ranges import BEGINNING
from districts.selectors import district_file
from districts.services import district_imports as services
from districts.services import split as split_services
from districts.services.districts import prepare_street
from tests.districts.splits import ELECTION, make_districts, make_streets, put, row, rows_of
from tests.personas import NOW

LATER = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def _storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def town(world):
    """Halle with streets and no districts; Horebeke with the same streets, a district 1 and its row."""
    streets = make_streets(world.halle, Kerkstraat=["1", "2", "12A", "1501:5"], Dorp=["1"], Bergensesteenweg=["40"])
    other = make_streets(world.horebeke, Kerkstraat=["1"])["Kerkstraat"]
    put(world, world.horebeke, row(make_districts(world, world.horebeke, "1")["1"], other))
    yield streets
    assert rows_of(world.horebeke, removed=True) == ["Kerkstraat all → 1"]


def content(*rows):
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


WHOLE = ("1,Centrum,1500,Kerkstraat,even,,", "2,Noord,1500,Kerkstr.,odd,,", "2,Noord,1501,KERKSTRAAT,all,,", "1,Centrum,1500,Dorp,all,,")


def bring_in(world, *rows, day=BEGINNING):
    with tenant(world.halle.pk):
        done, warnings = services.import_districts(
            municipality=world.halle,
            content=content(*rows),
            file_name="kieswijken.csv",
            valid_from=day,
            by=world.actor(world.alice),
            at=NOW,
        )
        return done.counts, [(one.row, one.code) for one in warnings]


def refused(world, *rows):
    """The problems of a file, and that it changed nothing."""
    before, state = rows_of(world.halle, removed=True), counts(world)
    with pytest.raises(services.DistrictFileRefusedError) as refusal:
        bring_in(world, *rows)
    assert rows_of(world.halle, removed=True) == before
    assert counts(world) == state
    return [(one.row, one.column, one.value, one.code, one.expected) for one in refusal.value.problems]


def counts(world):
    with tenant(world.halle.pk):
        models = (District, DistrictChange, DistrictImport, AuditEvent)
        return [model.objects.count() for model in models], sorted(District.objects.values_list("code", "name", "closed_at"))


def exported(world, day=ELECTION):
    with tenant(world.halle.pk):
        return district_file.csv_of(district_file.lines(municipality_id=world.halle.pk, day=day))


def test_a_first_file_makes_districts_and_rows(world, town):
    figures, warnings = bring_in(world, *WHOLE)

    assert figures == {
        "districts": 2, "rows": 4, "added": 4, "removed": 0, "unchanged": 0, "districts_added": 2, "districts_renamed": 0, "warnings": 0,
    }  # fmt: skip
    assert warnings == []
    assert sorted(rows_of(world.halle)) == ["Dorp all → 1", "Kerkstraat all → 2", "Kerkstraat even → 1", "Kerkstraat odd → 2"]
    with tenant(world.halle.pk):
        done = DistrictImport.objects.get()
        assert done.change is not None
        assert (done.state, done.file, done.decided_by_name, done.change.kind) == ("done", "", "Alice Test", "import")
        assert AuditEvent.objects.filter(kind="districts.imported", target=f"district_import:{done.pk}").count() == 1


def test_what_goes_out_comes_in_without_a_change(world, town):
    bring_in(world, *WHOLE)

    figures, _ = bring_in(world, *exported(world).splitlines()[1:])

    assert (figures["added"], figures["removed"], figures["unchanged"]) == (0, 0, 4)
    assert len(rows_of(world.halle, removed=True)) == 4
    with tenant(world.halle.pk):
        assert DistrictChange.objects.count() == 1


def test_also_rows_of_closed_and_prepared_streets_come_back(world, town):
    with tenant(world.halle.pk):
        prepared = prepare_street(municipality=world.halle, name="Nieuwe Laan", by=world.actor(world.alice), at=NOW)
    bring_in(world, *WHOLE, "2,Noord,1500,Nieuwe Laan,all,,")
    with tenant(world.halle.pk):
        Address.objects.filter(street=town["Dorp"]).update(closed_at=NOW)
        Street.objects.filter(pk=town["Dorp"].pk).update(closed_at=NOW)

    figures, warnings = bring_in(world, *exported(world).splitlines()[1:])

    assert (figures["unchanged"], figures["added"], figures["removed"]) == (5, 0, 0)
    assert [code for _row, code in warnings] == ["street_closed"]
    assert "Nieuwe Laan all → 2" in rows_of(world.halle)
    assert prepared.best_id is None


def test_a_file_replaces_the_split_from_its_day_and_leaves_the_rest_alone(world, town):
    bring_in(world, *WHOLE)

    figures, _ = bring_in(world, *WHOLE[:1], "2,Noord,1500,Kerkstraat,odd,1,9", "3,Zuid,1500,Kerkstraat,odd,11,", *WHOLE[2:3], day=LATER)

    assert {key: figures[key] for key in ("added", "removed", "unchanged", "districts_added")} == {
        "added": 2, "removed": 2, "unchanged": 2, "districts_added": 1,
    }  # fmt: skip
    assert sorted(rows_of(world.halle)) == [
        "Dorp all → 1 until 2025-01-01",
        "Kerkstraat 1-9 odd → 2 from 2025-01-01",
        "Kerkstraat 11- odd → 3 from 2025-01-01",
        "Kerkstraat all → 2",
        "Kerkstraat even → 1",
        "Kerkstraat odd → 2 until 2025-01-01",
    ]
    assert exported(world, date(2024, 12, 31)).count("\n") == 5
    assert exported(world, LATER).count("\n") == 5


def test_a_split_that_was_prepared_for_later_gives_way(world, town):
    bring_in(world, *WHOLE)
    bring_in(world, "9,Elders,1500,Kerkstraat,all,,", day=date(2026, 1, 1))

    bring_in(world, *WHOLE, day=LATER)

    assert [text for text in rows_of(world.halle) if "→ 9" in text] == []
    assert exported(world, date(2030, 1, 1)) == exported(world, LATER)


def test_a_district_is_renamed_and_opened_again(world, town):
    bring_in(world, *WHOLE)
    with tenant(world.halle.pk):
        District.objects.filter(code="2").update(closed_at=NOW)

    figures, _ = bring_in(world, "1,Kern,1500,Dorp,all,,", "2,Noord,1501,Kerkstraat,all,,")

    assert (figures["districts_renamed"], figures["districts_added"]) == (1, 0)
    with tenant(world.halle.pk):
        assert sorted(District.objects.values_list("code", "name", "closed_at")) == [("1", "Kern", None), ("2", "Noord", None)]


def test_all_problems_are_told_together_and_nothing_is_half_applied(world, town):
    bring_in(world, *WHOLE)

    assert refused(
        world,
        "1,Centrum,1500,Kerkstraat,even,2,18",
        "2,Noord,1500,kerkstr,all,18,30",
        "1,Centrum,1502,Kerkstraat,all,,",
        "1,Centrum,1500,Bergenstesenweg,all,,",
        "1,Centrum,1500,Xyz,all,,",
        "2,Noord,1500,Dorp,links,,",
        "1,Centrum,1500,Kerkstraat,even,2,18",
    ) == [
        (3, "number_from", "18-30 all", "overlap", "2: 2-18 even, 1 Centrum"),
        (4, "postcode", "1502", "not_in_postcode", "1500, 1501"),
        (5, "street_name", "Bergenstesenweg", "street_unknown", "Bergensesteenweg"),
        (6, "street_name", "Xyz", "street_unknown", ""),
        (7, "side", "links", "not_a_side", "all, even, odd"),
        (8, "number_from", "2-18 even", "row_twice", "2: 2-18 even, 1 Centrum"),
    ]


def test_a_street_of_another_municipality_is_unknown(world, town):
    make_streets(world.horebeke, Nergens=["1"])

    assert [problem[3] for problem in refused(world, "1,Centrum,1500,Nergens,all,,")] == ["street_unknown"]


def test_a_code_that_differs_in_zeros_only_is_another_and_is_said(world, town):
    bring_in(world, *WHOLE)

    figures, warnings = bring_in(world, "01,Centrum,1500,Dorp,all,,", "01,Centrum,1501,Kerkstraat,all,,", "2,Noord,1500,Kerkstraat,all,,")

    assert figures["districts_added"] == 1
    assert warnings == [(2, "code_zeros_known")]
    with tenant(world.halle.pk):
        assert sorted(District.objects.values_list("code", flat=True)) == ["01", "1", "2"]


def test_two_streets_of_one_name_in_one_postcode_share_the_rows(world, town):
    make_streets(world.halle, Kerkstraat=["77"])

    figures, _ = bring_in(world, "1,Centrum,1500,Kerkstr.,all,,")
    assert (figures["rows"], figures["added"]) == (1, 2)
    again, _ = bring_in(world, *exported(world).splitlines()[1:])
    assert (again["added"], again["removed"]) == (0, 0)


def test_a_street_that_is_spelled_exactly_so_goes_before_its_namesake(world, town):
    make_streets(world.halle, kerkstraat=["77"])
    bring_in(world, "1,Centrum,1500,Kerkstraat,all,,", "2,Noord,1500,kerkstraat,all,,")

    assert sorted(rows_of(world.halle)) == ["Kerkstraat all → 1", "kerkstraat all → 2"]
    again, _ = bring_in(world, *exported(world).splitlines()[1:])
    assert (again["added"], again["removed"], again["unchanged"]) == (0, 0, 2)


def send(world, *rows, day=BEGINNING):
    with tenant(world.halle.pk):
        return services.request_district_import(
            municipality=world.halle,
            content=content(*rows),
            file_name="kieswijken.csv",
            valid_from=day,
            by=world.actor(world.alice),
            at=NOW,
        )


def decide(world, sent, fingerprint):
    with tenant(world.halle.pk):
        return services.bring_in(sent=sent, fingerprint=fingerprint, by=world.actor(world.henk), at=NOW)


def test_a_file_waits_until_its_differences_were_looked_at(world, town, django_capture_on_commit_callbacks):
    sent = send(world, *WHOLE)
    assert rows_of(world.halle) == []
    with tenant(world.halle.pk):
        seen = services.comparison(sent)

    with django_capture_on_commit_callbacks(execute=True):
        done = decide(world, sent, seen.fingerprint)

    assert len(rows_of(world.halle)) == 4
    assert (done.state, done.decided_by_name, default_storage.listdir("23027/districts")) == ("done", "Henk Test", ([], []))
    with pytest.raises(services.NotWaitingError):
        decide(world, sent, seen.fingerprint)


def test_differences_that_are_no_longer_the_same_are_not_brought_in(world, town):
    sent = send(world, *WHOLE)
    with tenant(world.halle.pk):
        seen = services.comparison(sent).fingerprint
    put(world, world.halle, row(make_districts(world, world.halle, "7")["7"], town["Dorp"]))

    with pytest.raises(services.DifferencesChangedError):
        decide(world, sent, seen)
    assert rows_of(world.halle) == ["Dorp all → 7"]
    with tenant(world.halle.pk):
        assert DistrictImport.objects.get().state == "checked"


@pytest.mark.parametrize("place", range(len(COLUMNS)))
def test_a_nul_anywhere_is_a_problem_as_any_other(world, town, place):
    cells = ["1", "Centrum", "1500", "Kerkstraat", "even", "2", "4"]
    cells[place] += "\0"

    sent = send(world, ",".join(cells))

    assert (sent.state, "not_printable" in [problem["code"] for problem in sent.problems]) == ("invalid", True)


def test_a_file_with_problems_is_kept_as_its_problems_only(world, town):
    sent = send(world, "1,Centrum,1500,Xyz,all,,")

    assert (sent.state, sent.file, sent.counts) == ("invalid", "", {"rows": 1, "problems": 1})
    assert sent.problems == [
        {"row": 2, "column": "street_name", "value": "Xyz", "code": "street_unknown", "expected": ""},
    ]
    with pytest.raises(services.NotWaitingError):
        decide(world, sent, "")


def test_a_file_can_be_dropped(world, town, django_capture_on_commit_callbacks):
    sent = send(world, *WHOLE)

    with tenant(world.halle.pk), django_capture_on_commit_callbacks(execute=True):
        services.drop(sent=sent, by=world.actor(world.alice), at=NOW)
        with pytest.raises(services.NotWaitingError):
            services.drop(sent=sent, by=world.actor(world.alice), at=NOW)
    assert rows_of(world.halle) == []
    assert default_storage.listdir("23027/districts") == ([], [])


def test_an_import_can_be_undone(world, town):
    bring_in(world, *WHOLE)
    before = exported(world)
    bring_in(world, "3,Zuid,1500,Kerkstraat,all,,")

    with tenant(world.halle.pk):
        last = DistrictChange.objects.latest("pk")
        split_services.undo_change(change=last, by=world.actor(world.alice), at=NOW)
    assert exported(world) == before


@pytest.mark.parametrize("seed", range(6))
def test_random_splits_go_out_and_come_in(world, town, seed):
    dice = Random(seed)
    rows = []
    for (postcode, street), side in product([("1500", "Kerkstraat"), ("1501", "Kerkstraat"), ("1500", "Dorp")], ["even", "odd"]):
        place = 0
        while place < 40 and dice.random() < 0.8:
            first, place = place + dice.randint(0, 3) * 2, place + dice.randint(8, 20)
            first += (first % 2) != (side == "odd")
            rows.append(f"{dice.randint(1, 3)},Wijk,{postcode},{street},{side},{first},{place - 1 - ((place - 1) % 2 != (side == 'odd'))}")
    dice.shuffle(rows)
    rows = [text for text in rows if int(text.rsplit(",", 2)[1]) <= int(text.rsplit(",", 1)[1])]
    if not rows:
        return
    bring_in(world, *rows)
    out = exported(world)

    figures, _ = bring_in(world, *out.splitlines()[1:])

    assert sorted(io.StringIO(out).read().split()) == sorted([",".join(COLUMNS), *rows])
    assert (figures["added"], figures["removed"], figures["unchanged"]) == (0, 0, len(rows))
