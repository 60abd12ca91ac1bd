"""An election is changed while no final list rests on it, and removed while nothing does."""

from datetime import date

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building, District, Station
from elections import services as elections
from elections.models import Election
from elections.selectors import ballot_codes
from tests.personas import NOW, World, sign_in
from tests.voters.people import Town, make_town
from voters.models import Extraction
from voters.selectors.extraction_pages import fits_election
from voters.services import elections as services
from voters.services import extractions

URL = "/23027/2024-10-13/"
SAME = {"date": "13/10/2024", "list_date": "01/08/2024", "ballots": ["municipal", "provincial"]}


@pytest.fixture
def halle(world: World) -> Town:
    return make_town(world, world.halle)


def _stands(town: Town) -> tuple[date, date, tuple[str, ...]]:
    with tenant(town.municipality.pk):
        election = Election.objects.prefetch_related("ballots").get(pk=town.election.pk)
        return election.date, election.list_date, ballot_codes(election)


def _events(town: Town, kind: str) -> list[tuple[object, object]]:
    with tenant(town.municipality.pk):
        return list(AuditEvent.objects.filter(kind=kind).values_list("before", "after"))


def _station(town: Town, number: int = 1) -> Station:
    with tenant(town.municipality.pk):
        district = District.objects.create(municipality=town.municipality, code=str(number), name="Centrum")
        building = Building.objects.create(municipality=town.municipality, name="Zaal")
        return Station.objects.create(
            municipality=town.municipality, election=town.election, district=district, building=building, number=number, name="Zaal"
        )


def test_dates_and_ballots_are_changed_and_the_trail_says_what_was_other(client: Client, halle: Town) -> None:
    sign_in(client, halle.world.alice)
    data = {"date": "20/10/2024", "list_date": "01/08/2024", "ballots": ["municipal"]}

    answer = client.post(f"{URL}change/", data)

    assert answer.headers["Location"] == "/23027/2024-10-20/"
    assert _stands(halle) == (date(2024, 10, 20), date(2024, 8, 1), ("municipal",))
    assert _events(halle, "election.changed") == [
        ({"date": "2024-10-13", "ballots": ["municipal", "provincial"]}, {"date": "2024-10-20", "ballots": ["municipal"]})
    ]
    assert client.get("/23027/2024-10-13/").status_code == 404


def test_the_form_holds_what_there_is_and_sending_it_changes_nothing(client: Client, halle: Town) -> None:
    sign_in(client, halle.world.alice)

    form = client.get(f"{URL}change/").context["form"]
    answer = client.post(f"{URL}change/", SAME)

    assert form.initial == {"date": date(2024, 10, 13), "list_date": date(2024, 8, 1), "ballots": ["municipal", "provincial"]}
    assert answer.headers["Location"] == URL
    assert _events(halle, "election.changed") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"list_date": "13/10/2024"},  # not before the day
        {"date": "12/10/2024"},  # a Saturday
        {"ballots": []},
        {"ballots": ["district"]},  # not held in Halle
        {"date": "15/09/2024"},  # there is another election on that day
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(client: Client, halle: Town, wrong: dict[str, object]) -> None:
    elections.create_election(
        municipality=halle.municipality, date=date(2024, 9, 15), list_date=date(2024, 7, 1), ballots=["flemish"], by=halle.clerk, at=NOW
    )
    before = _stands(halle)
    sign_in(client, halle.world.alice)

    assert client.post(f"{URL}change/", {**SAME, **wrong}).status_code == 422

    assert _stands(halle) == before
    assert _events(halle, "election.changed") == []


def test_a_trial_does_not_stand_in_the_way_and_the_page_says_what_becomes_of_it(client: Client, halle: Town) -> None:
    halle.person()
    trial = halle.trial()
    sign_in(client, halle.world.alice)

    assert client.get(f"{URL}change/").context["trials"] == 1
    assert client.post(f"{URL}change/", {**SAME, "list_date": "01/07/2024"}).status_code == 302

    with tenant(halle.municipality.pk):
        assert Extraction.objects.get(pk=trial.pk).counts == trial.counts
        assert fits_election(trial, halle.election)
        assert not fits_election(trial, Election.objects.get(pk=halle.election.pk))


@pytest.mark.parametrize("made", [False, True], ids=["asked", "made"])
def test_a_final_list_that_was_asked_for_keeps_the_election_as_it_is(client: Client, halle: Town, made: bool) -> None:
    halle.person()
    if made:
        halle.final()
    else:
        with tenant(halle.municipality.pk):
            extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
    before = _stands(halle)
    sign_in(client, halle.world.alice)

    page = client.get(f"{URL}change/")
    answer = client.post(f"{URL}change/", {**SAME, "list_date": "01/07/2024"})

    assert page.context["locked"]
    assert 'name="list_date"' not in page.content.decode()
    assert answer.status_code == 409
    assert _stands(halle) == before


def test_a_request_that_was_withdrawn_lets_the_election_be_changed_again(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        asked = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        values = {"election": halle.election, "date": halle.election.date, "ballots": ["municipal"], "by": halle.clerk, "at": NOW}
        with pytest.raises(services.FinalListError):
            services.change_election(**values, list_date=date(2024, 7, 1))
        extractions.withdraw_final(extraction=asked, by=halle.clerk, at=NOW)
        assert services.change_election(**values, list_date=date(2024, 7, 1)) == ["list_date", "ballots"]


def test_frozen_stations_keep_the_election_as_it_is(client: Client, halle: Town) -> None:
    with tenant(halle.municipality.pk):
        Election.objects.filter(pk=halle.election.pk).update(stations_frozen_at=NOW)
    before = _stands(halle)
    sign_in(client, halle.world.alice)

    assert client.get(f"{URL}change/").context["locked"]
    assert client.post(f"{URL}change/", {**SAME, "list_date": "01/07/2024"}).status_code == 422

    assert _stands(halle) == before


def _word() -> dict[str, str]:
    with override("nl"):
        return {"word": gettext("delete")}


def test_an_election_on_which_nothing_rests_is_removed_with_the_word_typed(client: Client, halle: Town, world: World) -> None:
    horebeke = make_town(world, world.horebeke)
    sign_in(client, halle.world.alice)

    assert client.post(f"{URL}remove/", {"word": "ja"}).status_code == 422
    assert client.post(f"{URL}remove/", _word()).headers["Location"] == "/23027/"

    with tenant(halle.municipality.pk):
        assert not Election.objects.filter(municipality=halle.municipality).exists()
    with tenant(horebeke.municipality.pk):
        assert Election.objects.filter(pk=horebeke.election.pk).exists()
    assert _events(halle, "election.removed") == [
        ({"date": "2024-10-13", "list_date": "2024-08-01", "ballots": ["municipal", "provincial"]}, None)
    ]


@pytest.mark.parametrize("kind", ["extraction", "station"])
def test_an_election_on_which_something_rests_stays_and_the_page_says_what(client: Client, halle: Town, kind: str) -> None:
    if kind == "extraction":
        halle.trial()
    else:
        _station(halle)
    sign_in(client, halle.world.alice)

    page = client.get(f"{URL}remove/")
    answer = client.post(f"{URL}remove/", _word())

    assert len(page.context["rests"]) == 1
    assert page.context["rests"][0]["url"]
    assert answer.status_code == 422
    assert _stands(halle)[0] == date(2024, 10, 13)
    assert _events(halle, "election.removed") == []
    with tenant(halle.municipality.pk), pytest.raises(elections.ElectionInUseError, match=kind):
        elections.remove_election(election=halle.election, by=halle.clerk, at=NOW)


@pytest.mark.parametrize("end", ["withdrawn", "refused"])
def test_a_request_for_a_final_list_that_came_to_nothing_goes_with_its_election(
    client: Client, halle: Town, world: World, end: str
) -> None:
    horebeke = make_town(world, world.horebeke)
    with tenant(halle.municipality.pk):
        asked = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
    sign_in(client, halle.world.alice)
    assert client.post(f"{URL}remove/", _word()).status_code == 422  # somebody is asked to decide

    with tenant(halle.municipality.pk):
        if end == "withdrawn":
            extractions.withdraw_final(extraction=asked, by=halle.clerk, at=NOW)
        else:
            extractions.refuse_final(extraction=asked, reason="Te vroeg", by=halle.head, at=NOW)
    page = client.get(f"{URL}remove/").content.decode()
    answer = client.post(f"{URL}remove/", _word())

    assert "Alice" in page.partition("confirm-title")[0]
    assert answer.headers["Location"] == "/23027/"
    with tenant(halle.municipality.pk):
        assert not Election.objects.filter(municipality=halle.municipality).exists()
        assert not Extraction.objects.filter(municipality=halle.municipality).exists()
    with tenant(horebeke.municipality.pk):
        assert Election.objects.filter(pk=horebeke.election.pk).exists()
    assert _events(halle, "extraction.deleted") == [({"number": 1}, None)]
    assert len(_events(halle, "election.removed")) == 1


def test_a_request_stays_where_its_election_does(halle: Town) -> None:
    with tenant(halle.municipality.pk):
        asked = extractions.request_final(election=halle.election, by=halle.clerk, at=NOW)
        extractions.withdraw_final(extraction=asked, by=halle.clerk, at=NOW)
    _station(halle)

    with tenant(halle.municipality.pk), pytest.raises(elections.ElectionInUseError, match="station"):
        services.remove_election(election=halle.election, by=halle.clerk, at=NOW)

    with tenant(halle.municipality.pk):
        assert Extraction.objects.filter(pk=asked.pk).exists()
    assert _events(halle, "extraction.deleted") == []


def test_a_reader_changes_and_removes_nothing(client: Client, halle: Town) -> None:
    sign_in(client, halle.world.bob)

    for page in ("change", "remove"):
        assert client.get(f"{URL}{page}/").status_code == 403
        assert client.post(f"{URL}{page}/", {**SAME, **_word()}).status_code == 403
    assert f"{URL}change/" not in client.get(URL).content.decode()
