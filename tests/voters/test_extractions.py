"""Trial and final extractions as services: two people, once, repeatable, nothing of another municipality."""

from uuid import uuid4

import pytest

from core import audit, jobs
from core.approvals import SamePersonError
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from elections.models import Election
from tests.personas import NOW, World
from tests.voters.people import Town, make_town, verdicts_of
from voters.models import Entry, Extraction, Verdict
from voters.services import extractions
from voters.services.extract import extract


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def test_a_trial_lists_who_may_vote_in_order_of_name_with_the_ballots_of_each(halle: Town) -> None:
    halle.person(last_name="Zwart")
    halle.person(last_name="Aerts", nationality="FR", local_voter_since="2020-01-01")
    halle.person(last_name="Maes", birth_date="2006-10-14")

    extraction = halle.trial()

    with tenant(halle.municipality.pk):
        rows = list(
            Entry.objects.filter(extraction=extraction)
            .order_by("list_number")
            .values_list("list_number", "last_name", "ballots", "mark", "minor")
        )
    assert rows == [(1, "Aerts", 8, "V", False), (2, "Zwart", 8 + 32, "", False)]
    assert extraction.state == "done"
    assert extraction.counts["persons"] == 3
    assert extraction.counts["voters"] == 2
    assert extraction.counts["non_belgians"] == 1
    assert extraction.counts["minors"] == 0
    assert extraction.counts["by_ballot"] == {"municipal": 2, "provincial": 1}
    assert extraction.counts["by_reason"] == {
        "municipal": {"eligible": 2, "too_young": 1},
        "provincial": {"eligible": 1, "nationality": 1, "too_young": 1},
    }
    assert len(extraction.sha256) == 64
    assert extraction.frozen_at is None


def test_two_municipalities_with_the_same_persons_keep_apart(halle: Town, world: World) -> None:
    horebeke = make_town(world, world.horebeke)
    for town in (halle, horebeke):
        town.person(national_number="80051400001")
    horebeke.person()

    first, second = halle.trial(), horebeke.trial()

    assert (first.counts["voters"], second.counts["voters"]) == (1, 2)
    with tenant(halle.municipality.pk):
        assert Entry.objects.count() == 1
        assert Verdict.objects.count() == 2


def test_the_same_register_gives_the_same_list_and_hash(halle: Town) -> None:
    for name in ("Peeters", "Maes", "Claes"):
        halle.person(last_name=name)

    first, second = halle.trial(), halle.trial()

    assert first.sha256 == second.sha256
    assert (first.number, second.number) == (1, 2)
    assert verdicts_of(first) == verdicts_of(second)


def test_another_address_gives_another_hash(halle: Town) -> None:
    person = halle.person()
    first = halle.trial()
    with tenant(halle.municipality.pk):
        person.house_number = "2"
        person.save()

    assert halle.trial().sha256 != first.sha256


def test_who_is_no_longer_in_the_register_is_in_no_extraction(halle: Town) -> None:
    halle.person(removed_import=halle.register)

    extraction = halle.trial()

    assert extraction.counts["persons"] == 0
    assert verdicts_of(extraction) == {}


def test_the_final_extraction_is_made_after_a_second_person_decided_and_is_frozen(halle: Town) -> None:
    halle.person()
    halle.trial()

    final = halle.final()

    assert final.state == "done"
    assert final.frozen_at is not None
    assert final.approved_by_id == halle.world.henk.pk
    with tenant(halle.municipality.pk):
        kinds = list(AuditEvent.objects.filter(municipality_id=halle.municipality.pk).order_by("seq").values_list("kind", flat=True))
        assert kinds[-4:] == ["approval.requested", "approval.approved", "extraction.approved", "extraction.frozen"]
        assert audit.verify(municipality_id=halle.municipality.pk) == []


def test_the_second_person_sees_the_figures_of_the_last_trial_and_what_is_unusual(halle: Town) -> None:
    halle.person()
    halle.trial()
    with tenant(halle.municipality.pk):
        extraction = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        summary = Approval.objects.get(object_id=extraction.pk).summary

    assert summary["voters"] == 1
    assert summary["register_as_of"] == "2024-08-01"
    assert summary["warnings"] == []


def test_a_register_older_than_the_list_date_and_a_missing_trial_are_said(world: World) -> None:
    town = make_town(world, world.halle)
    with tenant(town.municipality.pk):
        town.register.as_of = "2024-07-31"
        town.register.save()
        extraction = extractions.request_final(election=town.election, by=town.clerk, at=NOW)
        assert Approval.objects.get(object_id=extraction.pk).summary["warnings"] == ["register_before_list_date", "no_trial"]


def test_one_person_cannot_do_both(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        extraction = extractions.request_final(election=halle.election, by=halle.head, at=NOW)
        with pytest.raises(SamePersonError):
            extractions.approve_final(extraction=extraction, by=halle.head, at=NOW)
        extraction.refresh_from_db()
        assert extraction.state == "requested"
        assert not Job.objects.filter(kind=extractions.KIND).exists()
        assert Approval.objects.get(object_id=extraction.pk).decision == "open"


def test_a_final_extraction_is_made_once(halle: Town) -> None:
    halle.person()
    halle.final()
    with tenant(halle.municipality.pk):
        with pytest.raises(extractions.ExtractionRefusedError, match="final_exists"):
            extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        assert Extraction.objects.filter(kind="final").count() == 1


def test_without_a_register_there_is_no_final_extraction(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        halle.register.state = "refused"
        halle.register.save()
        with pytest.raises(extractions.ExtractionRefusedError, match="no_register"):
            extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        assert not Extraction.objects.exists()
        assert not Approval.objects.exists()


def test_a_register_that_came_in_after_the_question_is_not_approved_unseen(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        extraction = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
    make_town_register_newer(halle)
    with tenant(halle.municipality.pk):
        with pytest.raises(extractions.ExtractionRefusedError, match="register_changed"):
            extractions.approve_final(extraction=extraction, by=halle.head, at=NOW)
        extraction.refresh_from_db()
        assert extraction.state == "requested"
        assert Approval.objects.get(object_id=extraction.pk).decision == "open"


def make_town_register_newer(town: Town) -> None:
    from datetime import timedelta

    from tests.voters.lists import make_register

    make_register(town.world, town.municipality, merged_at=NOW + timedelta(hours=1))


def test_refused_stays_refused_and_may_be_asked_again(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        extraction = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        extractions.refuse_final(extraction=extraction, reason="Nog dubbels", by=halle.head, at=NOW)
        extraction.refresh_from_db()
        assert extraction.state == "refused"
        assert not Job.objects.filter(kind=extractions.KIND).exists()
        again = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        assert again.number == extraction.number + 1


def test_what_waits_for_a_second_person_can_be_taken_back(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        extraction = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        extractions.withdraw_final(extraction=extraction, by=halle.clerk, at=NOW)
        extraction.refresh_from_db()
        assert extraction.state == "cancelled"
        assert Approval.objects.get(object_id=extraction.pk).decision == "withdrawn"
        with pytest.raises(extractions.ExtractionRefusedError, match="wrong_state"):
            extractions.approve_final(extraction=extraction, by=halle.head, at=NOW)


def test_a_stopped_job_leaves_a_stopped_extraction_without_lines(halle: Town) -> None:
    halle.person()
    with tenant(halle.municipality.pk):
        extraction = extractions.request_trial(election=halle.election, by=halle.clerk, at=NOW)
        jobs.request_cancel(municipality_id=halle.municipality.pk, job_id=extraction.job_id or 0, by=halle.clerk, at=NOW)
        extraction.refresh_from_db()
        assert extraction.state == "cancelled"
        assert not Entry.objects.exists()


def test_running_a_finished_extraction_again_changes_nothing(halle: Town) -> None:
    halle.person()
    final = halle.final()
    with tenant(halle.municipality.pk):
        events = AuditEvent.objects.count()
        run = jobs.JobRun(final.job_id or 0, halle.municipality.pk, {"extraction": final.pk}, halle.clerk, uuid4())
        assert extract(run=run, at=NOW) == final.counts
        assert AuditEvent.objects.count() == events
        assert Entry.objects.count() == 1


def test_a_trial_can_be_deleted_a_final_one_cannot(halle: Town) -> None:
    halle.person()
    trial, final = halle.trial(), halle.final()
    with tenant(halle.municipality.pk):
        extractions.delete_trial(extraction=trial, by=halle.clerk, at=NOW)
        assert list(Extraction.objects.values_list("pk", flat=True)) == [final.pk]
        assert set(Entry.objects.values_list("extraction_id", flat=True)) == {final.pk}
        assert set(Verdict.objects.values_list("extraction_id", flat=True)) == {final.pk}
        with pytest.raises(extractions.ExtractionRefusedError, match="not_a_trial"):
            extractions.delete_trial(extraction=final, by=halle.clerk, at=NOW)
        assert Entry.objects.filter(extraction=final).count() == 1


def test_an_election_without_ballots_has_no_extraction(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Election.objects.get(pk=halle.election.pk).ballots.all().delete()
        with pytest.raises(extractions.ExtractionRefusedError, match="no_ballots"):
            extractions.request_trial(election=Election.objects.get(pk=halle.election.pk), by=halle.clerk, at=NOW)
        assert not Extraction.objects.exists()
