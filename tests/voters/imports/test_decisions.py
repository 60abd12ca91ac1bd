"""What is held until somebody accepts it, who may decide, and what refusing, stopping and losing leave behind: nothing."""

from uuid import uuid4

import pytest

from core import approvals
from core.models import Approval, AuditEvent, Job
from core.tenancy import tenant
from demo.drift import mutate, thin_street, truncate
from demo.register import read_register
from tests.personas import NOW, sign_in
from tests.voters.imports.conftest import contents, encoded, problems, rows_of, staged, stored_files
from voters.models import Person, RegisterImport, RegisterStaging
from voters.rules.register_columns import NAMES
from voters.services import imports


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


def test_an_older_state_than_the_last_is_refused(client, halle, halle_file):
    from datetime import date

    halle.bring_in(halle_file)

    sent = halle.send(halle_file, manifest=None, as_of=date(2024, 7, 31))

    assert problems(sent) == [(0, "as_of", "2024-07-31", "as_of_older")]
    sign_in(client, halle.world.alice)
    page = client.get(f"/23027/register/{sent.pk}/report/").content.decode()
    assert all(word in page for word in ("Toestand van het register op</td>", "31/07/2024", "de laatst ingelezen: 1 augustus 2024"))
    assert "as_of</td>" not in page


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


def test_the_same_form_sent_twice_is_one_import_and_the_same_file_with_another_manifest_is_not(halle, horebeke, halle_file):
    sent, again = halle.send(halle_file), halle.send(halle_file)
    other = halle.send(halle_file, manifest={"municipality": "45062", "as_of": "2024-08-01"})

    assert (again.pk, other.state) == (sent.pk, "invalid")
    assert [row[1:] for row in problems(other)] == [("manifest.municipality", "45062", "manifest_municipality")]
    with tenant(horebeke.municipality.pk):
        assert not RegisterImport.objects.exists()


def test_the_page_leads_to_persons_without_a_known_address_where_there_are_any(client, halle, halle_file):
    sign_in(client, halle.world.alice)
    new = halle.send(halle_file)
    assert f"/register/{new.pk}/differences/?unmatched=on" in client.get(f"/23027/register/{new.pk}/").content.decode()

    halle.ask(new)
    halle.approve(new)
    same = halle.send(halle_file)

    links = [f'href="/23027/register/{same.pk}/differences/?unmatched=on"', '<p><a href="/23027/register/unmatched/">']
    pages = [client.get(f"/23027/register/{pk}/").content.decode() for pk in (same.pk, new.pk)]
    assert [[link in page for link in links] for page in pages] == [[False, False], [False, True]]


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
