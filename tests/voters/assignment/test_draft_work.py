"""The work on a draft: what is refused, stopped, failed, changed meanwhile or done twice."""

from collections.abc import Callable

import pytest

from core.models import AuditEvent, Job
from core.tenancy import tenant
from districts.assignment.run import SolverFailed, solve_apart
from districts.models import StreetRange
from tests.personas import NOW
from tests.voters.assignment.town import AssignmentTown, run
from voters.models import Draft, Placement
from voters.rules.assignment import DraftSettings
from voters.services import draft_work, drafts


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("no_extraction", lambda town: None),
        ("no_districts", lambda town: [town.town.trial(), _within(town, lambda: StreetRange.objects.all().delete())]),
        ("no_stations", lambda town: [town.town.trial(), _within(town, lambda: town.election.stations.all().delete())]),
    ],
)
def test_a_draft_that_cannot_be_is_refused_and_nothing_happens(halle: AssignmentTown, code, spoil) -> None:
    spoil(halle)
    events = _events(halle)

    with tenant(halle.municipality.pk), pytest.raises(drafts.DraftRefusedError, match=code):
        drafts.request_draft(election=halle.election, name="", settings=DraftSettings(), by=halle.town.clerk, at=NOW)

    with tenant(halle.municipality.pk):
        assert not Draft.objects.exists()
        assert not Job.objects.filter(kind=drafts.ASSIGN).exists()
    assert _events(halle) == events


def _within(town: AssignmentTown, act: Callable[[], object]) -> object:
    with tenant(town.municipality.pk):
        return act()


def _events(town: AssignmentTown) -> int:
    with tenant(town.municipality.pk):
        return AuditEvent.objects.count()


def test_a_station_for_the_rest_that_is_not_there_is_refused(halle: AssignmentTown) -> None:
    halle.town.trial()
    with tenant(halle.municipality.pk), pytest.raises(drafts.DraftRefusedError, match="no_such_station"):
        drafts.request_draft(election=halle.election, name="", settings=DraftSettings(rest=9), by=halle.town.clerk, at=NOW)


def test_a_failed_solver_ends_the_draft_as_failed_with_a_sentence(halle: AssignmentTown, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_):
        raise SolverFailed("A solving process was ended by signal 9.")

    halle.town.trial()
    monkeypatch.setattr(draft_work, "solve_apart", fail)
    with tenant(halle.municipality.pk):
        draft = drafts.request_draft(election=halle.election, name="", settings=DraftSettings(), by=halle.town.clerk, at=NOW)
        run(drafts.ASSIGN, draft.job_id, halle.municipality.pk)
        draft.refresh_from_db()
        job = Job.objects.get(pk=draft.job_id or 0)

        assert (draft.state, job.state, job.error) == ("failed", "failed", "solver_failed")
        assert not Placement.objects.filter(draft=draft).exists()
        drafts.delete_draft(draft=draft, by=halle.town.clerk, at=NOW)
        assert not Draft.objects.exists()


@pytest.mark.parametrize("times", [1, 5])
def test_stations_that_change_while_a_draft_is_made_have_it_made_anew(
    halle: AssignmentTown, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    solve, asked = solve_apart, []

    def meanwhile(problem, weights):
        asked.append(problem)
        if len(asked) <= times:
            halle.buildings["West"].stations.update(maximum=30 + len(asked))
        return solve(problem, weights)

    halle.town.trial()
    monkeypatch.setattr(draft_work, "solve_apart", meanwhile)
    with tenant(halle.municipality.pk):
        draft = drafts.request_draft(election=halle.election, name="", settings=DraftSettings(), by=halle.town.clerk, at=NOW)
        run(drafts.ASSIGN, draft.job_id, halle.municipality.pk)
        draft.refresh_from_db()

        assert len(asked) == min(times + 1, draft_work.TIMES)
        assert draft.state == ("ready" if times == 1 else "failed")
        assert Job.objects.get(pk=draft.job_id or 0).error == ("" if times == 1 else "changed_meanwhile")


def test_a_stopped_draft_says_so_and_keeps_nothing(halle: AssignmentTown) -> None:
    from core import jobs

    halle.town.trial()
    with tenant(halle.municipality.pk):
        draft = drafts.request_draft(election=halle.election, name="", settings=DraftSettings(), by=halle.town.clerk, at=NOW)
        jobs.request_cancel(municipality_id=halle.municipality.pk, job_id=draft.job_id or 0, by=halle.town.clerk, at=NOW)
        draft.refresh_from_db()

        assert draft.state == "cancelled"
        assert not Placement.objects.exists()


def test_the_work_on_a_finished_draft_done_again_changes_nothing(halle: AssignmentTown) -> None:
    from uuid import uuid4

    from core.jobs import JobRun

    halle.town.trial()
    draft = halle.draft()
    events, places = _events(halle), halle.places(draft)

    with tenant(halle.municipality.pk):
        again = JobRun(draft.job_id or 0, halle.municipality.pk, {"draft": draft.pk}, halle.town.clerk, uuid4())
        assert draft_work.make_draft(run=again, at=NOW) == draft.figures
    assert (_events(halle), halle.places(draft)) == (events, places)


def test_a_draft_is_renamed_and_deleted_and_neither_while_it_is_at_work(halle: AssignmentTown) -> None:
    halle.town.trial()
    draft = halle.draft(name="Eerste")
    with tenant(halle.municipality.pk):
        drafts.rename_draft(draft=draft, name="Korte wandelingen", by=halle.town.clerk, at=NOW)
        draft.refresh_from_db()
        assert draft.name == "Korte wandelingen"
        drafts.delete_draft(draft=draft, by=halle.town.clerk, at=NOW)
        assert not Placement.objects.exists()
        kinds = list(AuditEvent.objects.order_by("-seq").values_list("kind", flat=True)[:2])
        assert kinds == ["assignment.deleted", "assignment.renamed"]

        running = drafts.request_draft(election=halle.election, name="", settings=DraftSettings(), by=halle.town.clerk, at=NOW)
        with pytest.raises(drafts.DraftRefusedError, match="wrong_state"):
            drafts.delete_draft(draft=running, by=halle.town.clerk, at=NOW)
        assert Draft.objects.count() == 1


def test_other_settings_are_tried_after_the_draft_where_that_was_asked(halle: AssignmentTown) -> None:
    from voters.rules.assignment import CURVE

    halle.town.trial()
    draft = halle.draft(with_curve=True)
    with tenant(halle.municipality.pk):
        job = Job.objects.get(kind=CURVE)
        assert drafts.request_curve(draft=draft, by=halle.town.clerk, at=NOW) == job
        run(CURVE, job.pk, halle.municipality.pk)
        draft.refresh_from_db()

    assert [(point["move"], point["row"]) for point in draft.curve] == [(300, 3000), (300, 300), (300, 1000), (300, 10_000), (300, 30_000)]
    assert draft.curve[0]["mean_distance_m"] == pytest.approx(450, abs=2)
    assert halle.loads(draft) == {1: 20, 2: 20}
