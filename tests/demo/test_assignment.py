"""Who votes where in the demo: drafts compared, one frozen by two people, papers written; a second start makes nothing again."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from core import jobs
from core.approvals import SamePersonError
from core.models import Approval, Job
from core.tenancy import tenant
from demo import assignment
from districts.assignment import solver
from tests.personas import make_world
from tests.voters.assignment.town import AssignmentTown, two_schools
from voters.models import Draft, EntryPlace
from voters.services import draft_work


@pytest.fixture
def towns(live_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AssignmentTown, AssignmentTown]]:
    """Halle and Horebeke with final lists; what is enqueued is done at once, after the commit."""
    monkeypatch.setattr(draft_work, "solve_apart", solver.solve)
    with transaction.atomic():
        world = make_world()
    halle, horebeke = two_schools(world, world.halle), two_schools(world, world.horebeke)
    halle.household("Nergensstraat", 3, known=False)  # its street is not known: it goes to the first station
    for town in (halle, horebeke):
        town.town.final()
    with jobs.inline():
        yield halle, horebeke


def done_at_once(job_id: int | None) -> None:
    assert job_id is not None


def states(town: AssignmentTown) -> dict[str, str]:
    with tenant(town.municipality.pk):
        return dict(Draft.objects.filter(municipality=town.municipality).values_list("name", "state"))


def made(town: AssignmentTown) -> list[Draft]:
    return assignment.make_drafts(election=town.election, by=town.town.clerk, wait=done_at_once)


def test_three_drafts_are_compared_and_the_first_is_frozen_by_two_people(towns: tuple[AssignmentTown, AssignmentTown]) -> None:
    halle, horebeke = towns

    drafts = made(halle)
    figures = assignment.figures(drafts)
    frozen = assignment.freeze(draft=drafts[0], by=halle.town.clerk, second=halle.town.head, wait=done_at_once)

    assert [draft.name for draft in drafts] == ["In evenwicht", "Korte afstanden", "Hele straten"]
    assert (figures["drafts"], figures["voters"], figures["unplaced"], figures["over"]) == (3, 42, 0, 0)
    places = [halle.places(draft) for draft in drafts]
    for number in (2, 3):  # two voters in each household, and each station in a building of its own
        assert figures[f"elsewhere_in_{number}"] == 2 * sum(places[0][one] != places[number - 1][one] for one in places[0])
    assert states(halle) == {"In evenwicht": "frozen", "Korte afstanden": "ready", "Hele straten": "ready"}
    assert (frozen.requested_by_name, frozen.approved_by_name) == (halle.town.clerk.name, halle.town.head.name)
    assert frozen.curve
    with tenant(halle.municipality.pk):
        approval = Approval.objects.get(municipality_id=halle.municipality.pk, object_id=frozen.pk, kind="assignment")
        assert approval.decision == Approval.Decision.APPROVED
        assert EntryPlace.objects.filter(municipality=halle.municipality, draft=frozen).count() == 42
    assert states(horebeke) == {}


def test_a_second_start_makes_nothing_again(towns: tuple[AssignmentTown, AssignmentTown], tmp_path: Path) -> None:
    halle, horebeke = towns

    def start() -> list[Path]:
        draft = assignment.freeze(draft=made(halle)[0], by=halle.town.clerk, second=halle.town.head, wait=done_at_once)
        with tenant(halle.municipality.pk):
            whole = Draft.objects.select_related("election__municipality", "extraction").get(pk=draft.pk)
        return assignment.write_papers(draft=whole, out=tmp_path, by=halle.town.clerk, wait=done_at_once)

    files = start()
    with tenant(halle.municipality.pk):
        before = Job.objects.filter(municipality_id=halle.municipality.pk).count()
    contents = [path.read_bytes() for path in files]
    again = start()

    assert [path.name for path in files] == ["affiches.pdf", "bericht.pdf", "straten.csv"]
    assert contents[0].startswith(b"%PDF")
    assert contents[1].startswith(b"%PDF")
    with files[2].open(encoding="utf-8", newline="") as stream:
        assert sum(int(row["voters"]) for row in csv.DictReader(stream)) == 40  # and two whose street nobody knows
    assert [path.read_bytes() for path in again] == contents
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in files)
    with tenant(halle.municipality.pk):
        assert Job.objects.filter(municipality_id=halle.municipality.pk).count() == before
    assert states(horebeke) == {}


def test_nobody_approves_what_they_asked(towns: tuple[AssignmentTown, AssignmentTown]) -> None:
    halle, _horebeke = towns
    first = made(halle)[0]

    with pytest.raises(SamePersonError):
        assignment.freeze(draft=first, by=halle.town.head, second=halle.town.head, wait=done_at_once)

    assert "frozen" not in states(halle).values()
    with tenant(halle.municipality.pk):
        assert not EntryPlace.objects.filter(municipality=halle.municipality).exists()
