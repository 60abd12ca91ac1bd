"""The pages of the final list and of trials: what the second person reads, taking a request back, deleting a trial."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from core.models import Approval, AuditEvent
from core.tenancy import tenant
from tests.personas import NOW, World, sign_in
from tests.voters.lists import make_register
from tests.voters.people import Town, make_town
from voters.models import Draft, Entry, Extraction, RegisterImport, Verdict
from voters.services import extractions
from voters.services.elections import change_election
from voters.words.extractions import REFUSALS, WARNINGS

URL = "/23027/2024-10-13/extractions/"


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def _nl(text: object) -> str:
    with override("nl"):
        return str(text)


def _begins(code: str) -> str:
    """The sentence of a warning up to what is filled in."""
    return _nl(WARNINGS[code]).partition("%")[0]


def _ask(town: Town) -> Extraction:
    with tenant(town.municipality.pk):
        return extractions.request_final(election=town.election, by=town.clerk, at=NOW)


def _make(town: Town, code: str) -> None:
    """Bring about what a warning is about; without one everything is in order."""
    if code != "no_trial":
        town.trial()
    with tenant(town.municipality.pk):
        if code == "register_before_list_date":
            town.register.as_of = town.election.list_date - timedelta(days=1)
            town.register.save()
        if code == "election_changed_since_trial":
            change_election(
                election=town.election,
                date=town.election.date,
                list_date=town.election.list_date - timedelta(days=31),
                ballots=["municipal", "provincial"],
                by=town.clerk,
                at=NOW,
            )
            town.election.refresh_from_db()
    if code == "register_changed_since_trial":
        make_register(town.world, town.municipality, merged_at=NOW + timedelta(hours=1))


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_what_is_unusual_is_read_by_whoever_asks_and_by_the_second_person(client: Client, halle: Town, code: str) -> None:
    halle.person()
    _make(halle, code)

    asking = sign_in(client, halle.world.alice).get(f"{URL}final/").content.decode()
    asked = _ask(halle)
    deciding = sign_in(client, halle.world.henk).get(f"{URL}{asked.number}/").content.decode()

    for page in (asking, deciding):
        assert _begins(code) in page
        assert [other for other in WARNINGS if other != code and _begins(other) in page] == []


def test_when_all_is_in_order_nobody_is_warned(client: Client, halle: Town) -> None:
    halle.person()
    halle.trial()

    asking = sign_in(client, halle.world.alice).get(f"{URL}final/")
    asked = _ask(halle)
    deciding = sign_in(client, halle.world.henk).get(f"{URL}{asked.number}/")

    assert (asking.context["warnings"], deciding.context["approval_warnings"]) == ([], [])
    assert deciding.context["approval_figures"][0]["label"] == gettext("Voters")
    assert asking.context["figures"][0]["label"] == gettext("Voters")


def test_a_change_of_ballots_after_the_trial_is_said_too(halle: Town) -> None:
    halle.trial()
    with tenant(halle.municipality.pk):
        change_election(
            election=halle.election,
            date=halle.election.date,
            list_date=halle.election.list_date,
            ballots=["municipal"],
            by=halle.clerk,
            at=NOW,
        )
        halle.election.refresh_from_db()
    _ask(halle)
    with tenant(halle.municipality.pk):
        assert Approval.objects.get().summary["warnings"] == ["election_changed_since_trial"]


def test_a_request_is_taken_back_after_a_page_that_shows_what_was_asked(client: Client, halle: Town) -> None:
    halle.person()
    halle.trial()
    asked = _ask(halle)
    sign_in(client, halle.world.alice)
    page = f"{URL}{asked.number}/withdraw/"

    assert page in client.get(f"{URL}{asked.number}/").content.decode()
    shown = client.get(page)
    assert shown.context["figures"][0]["value"] == "1"
    with tenant(halle.municipality.pk):
        assert Approval.objects.get().decision == "open"

    assert client.post(page).headers["Location"] == f"{URL}{asked.number}/"

    with tenant(halle.municipality.pk):
        assert Approval.objects.get().decision == "withdrawn"
        assert Extraction.objects.get(pk=asked.pk).state == "cancelled"
        assert AuditEvent.objects.filter(kind__in=["approval.withdrawn", "extraction.cancelled"]).count() == 2
    assert client.get(page).status_code == 302
    _ask(halle)


def test_what_was_decided_meanwhile_is_not_taken_back(client: Client, halle: Town) -> None:
    halle.person()
    final = halle.final()
    sign_in(client, halle.world.alice)

    answer = client.post(f"{URL}{final.number}/withdraw/", follow=True)

    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    with tenant(halle.municipality.pk):
        assert Extraction.objects.get(pk=final.pk).state == "done"


def test_only_the_one_who_asked_is_offered_to_take_it_back(client: Client, halle: Town) -> None:
    asked = _ask(halle)

    page = sign_in(client, halle.world.henk).get(f"{URL}{asked.number}/").content.decode()

    assert "/withdraw/" not in page


def _word() -> dict[str, str]:
    with override("nl"):
        return {"word": gettext("delete")}


def test_a_trial_is_deleted_with_the_word_typed_and_its_figures_in_view(client: Client, halle: Town) -> None:
    halle.person()
    trial, kept = halle.trial(), halle.trial()
    sign_in(client, halle.world.alice)
    page = f"{URL}{trial.number}/delete/"

    assert page in client.get(f"{URL}{trial.number}/").content.decode()
    assert client.get(page).context["figures"][0]["value"] == "1"
    assert client.post(page, {"word": "ja"}).status_code == 422
    with tenant(halle.municipality.pk):
        assert Extraction.objects.count() == 2

    assert client.post(page, _word()).headers["Location"] == URL

    with tenant(halle.municipality.pk):
        assert list(Extraction.objects.values_list("pk", flat=True)) == [kept.pk]
        assert set(Entry.objects.values_list("extraction_id", flat=True)) == {kept.pk}
        assert set(Verdict.objects.values_list("extraction_id", flat=True)) == {kept.pk}
        assert AuditEvent.objects.filter(kind="extraction.deleted").count() == 1
    assert client.get(page).status_code == 404


def test_a_trial_on_which_drafts_rest_stays_and_the_page_says_why(client: Client, halle: Town) -> None:
    halle.person()
    trial = halle.trial()
    with tenant(halle.municipality.pk):
        Draft.objects.create(
            municipality=halle.municipality, election=halle.election, extraction=trial, number=1, name="Dichtbij", state="ready",
            made_by_name="Alice", made_at=NOW,
        )  # fmt: skip
    sign_in(client, halle.world.alice)
    page = f"{URL}{trial.number}/delete/"

    shown = client.get(page).content.decode()
    refused = client.post(page, _word())

    assert "Dichtbij" in shown
    assert '<form method="post" class="form"' not in shown
    assert refused.status_code == 422
    with tenant(halle.municipality.pk):
        assert Extraction.objects.count() == 1
        assert Entry.objects.count() == 1
        with pytest.raises(extractions.ExtractionRefusedError, match="has_drafts"):
            extractions.delete_trial(extraction=trial, by=halle.clerk, at=NOW)
        assert not AuditEvent.objects.filter(kind="extraction.deleted").exists()


def test_a_final_list_cannot_be_deleted_nor_can_the_trial_of_another_municipality(client: Client, halle: Town, world: World) -> None:
    halle.person()
    trial, final = halle.trial(), halle.final()
    horebeke = make_town(world, world.horebeke)

    assert sign_in(client, world.alice).post(f"{URL}{final.number}/delete/", _word()).status_code == 404
    assert sign_in(client, world.bob).post(f"{URL}{trial.number}/delete/", _word()).status_code == 403
    assert sign_in(client, world.charlie).post(f"/45062/2024-10-13/extractions/{trial.number}/delete/", _word()).status_code == 404

    assert horebeke.election.pk
    with tenant(halle.municipality.pk):
        assert Extraction.objects.count() == 2


def test_the_rows_of_a_check_show_dates_as_people_write_them(client: Client, halle: Town) -> None:
    halle.person(birth_date="1980-05-14")
    halle.person(birth_date="1950-00-00")
    trial = halle.trial()
    with tenant(halle.municipality.pk):
        assert {check["code"] for check in trial.checks if check["count"]} == {"unknown_address"}

    page = sign_in(client, halle.world.alice).get(f"{URL}{trial.number}/checks/unknown_address/")

    assert sorted(row["birth_date"] for row in page.context["rows"]) == ["14/05/1980", "1950"]
    assert "1980-05-14" not in page.content.decode()


def test_without_a_register_the_final_list_is_out_of_reach_and_a_trial_says_that_it_is_empty(client: Client, halle: Town) -> None:
    with tenant(halle.municipality.pk):
        RegisterImport.objects.filter(municipality=halle.municipality).delete()
    trial = halle.trial()
    sign_in(client, halle.world.alice)

    listed, shown = (client.get(page).content.decode() for page in (URL, f"{URL}{trial.number}/"))

    assert listed.count(_nl(REFUSALS["no_register"])) == 2  # above the list, and below the button that is greyed
    assert "extractions/final/" not in listed
    assert "Het register was leeg" in shown


def test_a_comparison_says_what_was_in_the_way_before_and_takes_two_extractions(client: Client, halle: Town) -> None:
    late = halle.person(deceased_on=halle.election.list_date)
    before = halle.trial()
    with tenant(halle.municipality.pk):
        type(late).objects.filter(pk=late.pk).update(deceased_on=None)
    after = halle.trial()
    sign_in(client, halle.world.alice)

    rows = client.get(f"{URL}compare/rows/?before={before.number}&after={after.number}&kind=added&reason=deceased").content.decode()
    same = client.get(f"{URL}compare/?before={before.number}&after={before.number}", follow=True).content.decode()

    assert rows.count("eerder: overleden") == 2  # what was chosen, and the one voter
    assert "Kies twee verschillende extracties" in same
