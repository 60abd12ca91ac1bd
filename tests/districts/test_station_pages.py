"""The pages of the polling stations of an election, as each person sees them."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditEvent
from core.tenancy import tenant
from districts.models import Building, Station
from elections.models import Election, ElectionBallot
from tests.districts.station_files import DAY, EARLIER, line, station_file
from tests.districts.test_stations import close, draft, freeze, place_voters  # noqa: F401 - draft is a fixture
from tests.personas import sign_in

pytestmark = pytest.mark.django_db


def url(name, nis="23027", day=DAY, **kwargs):
    return reverse(name, kwargs={"nis": nis, "election_date": day, **kwargs})


def numbers(page):
    return [row.record.number for row in page.context["table"].page.object_list]


@pytest.fixture
def filled(halle, horebeke):
    """Three stations in Halle and one in Horebeke."""
    church, school = halle.building("Kerk", rooms=3), halle.building("School")
    horebeke.station(7, horebeke.building())
    return [
        halle.station(1, church, maximum=700),
        halle.station(2, church, name="Refter", electronic=True),
        halle.station(12, school, district="02", accessible=False),
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", [1, 2, 12]),
        ("q=12", [12]),
        ("q=KERK", [1, 2]),
        ("q=refter", [2]),
        ("district=02", [12]),
        ("voting=electronic", [2]),
        ("voting=paper", [1, 12]),
        ("accessible=no", [12]),
        ("accessible=yes", [1, 2]),
        ("district=99", [1, 2, 12]),
        ("sort=-number", [12, 2, 1]),
        ("sort=name", [1, 2, 12]),
        ("sort=-district", [12, 2, 1]),
        ("sort=building", [1, 2, 12]),
        ("sort=sizes", [1, 2, 12]),
        ("q=niets", []),
    ],
)
def test_the_list_shows_what_is_asked_for(client, world, filled, query, shown):
    sign_in(client, world.bob)

    assert numbers(client.get(f"{url('station_list')}?{query}", headers={"HX-Request": "true"})) == shown


def test_the_list_says_what_holds_what_is_wrong_and_what_each_district_has(client, world, halle, filled):
    with tenant(halle.municipality.pk):
        ElectionBallot.objects.create(municipality=halle.municipality, election=halle.election, ballot="chamber")
    sign_in(client, world.alice)

    page = client.get(url("station_list"))
    text = page.content.decode()

    assert [(row["label"], row["stations"], row["voters"]) for row in page.context["totals"]] == [
        ("01 Centrum", 2, "300 tot 1.600"),
        ("02 Buizingen", 1, "150 tot 800"),
    ]
    assert [row["limits"] for row in page.context["norms"]] == ["150 tot 800", "150 tot 900"]
    assert "Kieswetboek, art. 90" in text
    assert "algemeen gekend" in text
    assert [finding["text"] for finding in page.context["findings"]] == ["Stembureau 12 in School is niet toegankelijk"]
    assert "eigen" in text


def test_a_list_without_stations_says_how_to_fill_it(client, world, halle):
    sign_in(client, world.alice)

    page = client.get(url("station_list")).content.decode()

    assert "Nog geen stembureaus" in page
    assert url("station_import") in page


def test_the_list_takes_as_many_queries_for_thirty_as_for_three(
    client, world, halle, filled, django_assert_num_queries, django_assert_max_num_queries
):
    sign_in(client, world.alice)
    with django_assert_max_num_queries(30) as few:
        client.get(url("station_list"))
    for number in range(30):
        halle.station(100 + number, halle.building(f"Gebouw {number}"), accessible=False)

    with django_assert_num_queries(len(few.captured_queries)):
        client.get(url("station_list"))


def test_the_file_of_the_list_can_be_brought_in_again(client, world, halle, filled):
    sign_in(client, world.alice)
    content = client.get(url("station_export")).content

    page = client.post(url("station_import"), {"file": SimpleUploadedFile("stations.csv", content)})

    assert page.context["plan"].empty
    assert page.context["plan"].unchanged == 3
    with tenant(halle.municipality.pk):
        assert AuditEvent.objects.get(kind="stations.exported").after == {"stations": 3}


def test_a_station_is_made_changed_and_removed_on_its_pages(client, world, halle, horebeke):
    building = halle.building()
    sign_in(client, world.alice)
    data = {"number": "4", "district": halle.districts["01"].pk, "building": building.pk, "accessible": "on", "maximum": "650"}

    assert client.get(url("station_new")).context["form"]["number"].value() == 1
    made = client.post(url("station_new"), data)
    with tenant(halle.municipality.pk):
        station = Station.objects.get()
    assert made.headers["Location"] == url("station_detail", pk=station.pk)
    changed = client.post(url("station_edit", pk=station.pk), {**data, "room": "Refter", "maximum": ""}, follow=True)
    assert "Gewijzigd: lokaal, meeste kiezers." in changed.content.decode()
    assert (
        "Er was niets anders."
        in client.post(url("station_edit", pk=station.pk), {**data, "room": "Refter", "maximum": ""}, follow=True).content.decode()
    )
    assert halle.stations() == {4: ("01", "De Bres", "De Bres", "Refter", None, None)}
    history = [item["title"] for item in client.get(url("station_detail", pk=station.pk)).context["history"]]
    assert history == ["Stembureau gewijzigd: lokaal, meeste kiezers", "Stembureau toegevoegd"]

    assert "Stembureau 4 De Bres verwijderen" in client.get(url("station_delete", pk=station.pk)).content.decode()
    client.post(url("station_delete", pk=station.pk))
    assert halle.stations() == horebeke.stations() == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "1"}, "number"),
        ({"number": "0"}, "number"),
        ({"number": ""}, "number"),
        ({"district": ""}, "district"),
        ({"district": "999999"}, "district"),
        ({"building": "999999"}, "building"),
        ({"minimum": "700", "maximum": "600"}, "maximum"),
        ({"maximum": "x"}, "maximum"),
        ({"name": "教会"}, "name"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_changes_nothing(client, world, halle, horebeke, values, field):
    building = halle.building()
    halle.station(1, building)
    elsewhere = horebeke.building()
    sign_in(client, world.alice)
    data = {"number": "4", "district": halle.districts["01"].pk, "building": building.pk, **values}

    page = client.post(url("station_new"), data)

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert list(client.post(url("station_new"), {**data, "building": elsewhere.pk}).context["form"].errors)
    assert list(halle.stations()) == [1]


def test_what_was_closed_is_not_offered_but_where_it_is_in_use(client, world, halle):
    old, new = halle.building("Oud"), halle.building("Nieuw")
    station = halle.station(1, old)
    close(halle, old)
    sign_in(client, world.alice)

    offered = [label for _pk, label in client.get(url("station_new")).context["form"].fields["building"].choices]
    still = [label for _pk, label in client.get(url("station_edit", pk=station.pk)).context["form"].fields["building"].choices]

    assert offered == ["kies", "Nieuw – Kerkstraat 12, 1500 Halle"]
    assert still == ["kies", "Nieuw – Kerkstraat 12, 1500 Halle", "Oud – Kerkstraat 12, 1500 Halle"]
    assert client.post(url("station_new"), {"number": "2", "district": halle.districts["01"].pk, "building": old.pk}).status_code == 422
    assert new.pk


def test_a_station_with_voters_cannot_be_removed_and_says_why(client, world, halle, draft):  # noqa: F811
    station = halle.station(1, halle.building())
    place_voters(halle, station)
    sign_in(client, world.alice)

    assert "Een ontwerp van de bureau-indeling plaatst hier kiezers" in client.get(url("station_detail", pk=station.pk)).content.decode()
    refused = client.post(url("station_delete", pk=station.pk))

    assert refused.status_code == 409
    assert "Verwijder eerst dat ontwerp" in refused.content.decode()
    assert list(halle.stations()) == [1]


def test_after_the_freeze_the_pages_offer_only_what_may_change(client, world, halle, filled):
    freeze(halle)
    sign_in(client, world.alice)
    station, other = filled[0], filled[2].building

    listed = client.get(url("station_list")).content.decode()
    form = client.get(url("station_edit", pk=station.pk)).context["form"]
    answer = client.post(
        url("station_edit", pk=station.pk),
        {"number": "99", "district": halle.districts["02"].pk, "building": other.pk, "maximum": "700"},
        follow=True,
    ).content.decode()

    assert "bureau-indeling vastgesteld op" in listed
    assert f'href="{url("station_new")}"' not in listed
    assert (form.fields["number"].disabled, form.fields["district"].disabled) == (True, True)
    assert "brieven en affiches van voor vandaag noemen dit stembureau zoals het was" in answer
    assert halle.stations()[1][:2] == ("01", "School")
    assert client.get(url("station_copy")).status_code == client.get(url("station_renumber")).status_code == 200
    assert client.post(url("station_delete", pk=station.pk)).status_code == 409
    client.post(url("station_renumber"), {"order": "number", "start": "50"})
    assert sorted(halle.stations()) == [1, 2, 12]


def send(client, *lines, content=None):
    file = SimpleUploadedFile("stations.csv", content or station_file(*lines))
    return client.post(url("station_import"), {"file": file})


def agree(client, page):
    return client.post(url("station_import_confirm"), page.context["agreed_form"].initial, follow=True)


def test_a_file_is_shown_first_and_brought_in_after(client, world, halle, filled):
    sign_in(client, world.alice)

    shown = send(client, line(1, building="Kerk", name="Kerk", max_voters=650), line(3, building="Nieuw", house_number="3"))
    assert [figure["value"] for figure in shown.context["figures"]] == ["1", "1", "2", "0", "1", "0"]
    assert sorted(halle.stations()) == [1, 2, 12]
    assert "2 stembureaus staan niet in het bestand" in shown.content.decode()

    done = agree(client, shown).content.decode()
    assert "1 toegevoegd, 1 gewijzigd, 2 verwijderd, 0 ongewijzigd." in done
    assert sorted(halle.stations()) == [1, 3]


def test_a_file_with_problems_shows_all_of_them_in_dutch(client, world, halle, filled):
    sign_in(client, world.alice)
    before = halle.stations()

    page = send(client, line("x", postcode="?"), line(2, district_code="99"))
    text = page.content.decode()

    assert page.status_code == 422
    assert page.context["problem_count"] == 3
    assert "Dit is geen nummer van een stembureau" in text
    assert "een geheel getal van 1 tot 99999" in text
    assert "vier cijfers" in text
    assert halle.stations() == before


def test_differences_that_are_others_meanwhile_are_shown_again(client, world, halle, filled):
    sign_in(client, world.alice)
    shown = send(client, line(1, building="Kerk"))
    with tenant(halle.municipality.pk):
        Station.objects.filter(number=2).delete()

    again = agree(client, shown)

    assert again.status_code == 409
    assert "Iemand wijzigde intussen" in again.content.decode()
    assert sorted(halle.stations()) == [1, 12]
    assert agree(client, again).status_code == 200
    assert sorted(halle.stations()) == [1]


@pytest.mark.parametrize("data", [{}, {"content": "%%%", "agreed": "x"}, {"content": "eA==", "agreed": ""}])
def test_a_file_that_did_not_come_along_is_asked_again(client, world, halle, filled, data):
    sign_in(client, world.alice)

    answer = client.post(url("station_import_confirm"), data, follow=True)

    assert "Het bestand kwam niet mee" in answer.content.decode()
    assert sorted(halle.stations()) == [1, 2, 12]


def test_what_was_never_shown_is_not_brought_in(client, world, halle, filled):
    """Somebody sends another file with the agreement to the first."""
    sign_in(client, world.alice)
    shown = send(client, line(1, building="Kerk"))
    other = send(client, line(5, building="Kerk"))

    answer = client.post(
        url("station_import_confirm"), {**other.context["agreed_form"].initial, "agreed": shown.context["agreed_form"].initial["agreed"]}
    )

    assert answer.status_code == 409
    assert sorted(halle.stations()) == [1, 2, 12]


@pytest.mark.parametrize(("content", "text"), [(b"x" * 500_001, "groter dan 500 kB"), (b"", "leeg")])
def test_a_file_that_is_none_is_refused_at_the_field(client, world, halle, content, text):
    sign_in(client, world.alice)

    page = client.post(url("station_import"), {"file": SimpleUploadedFile("s.csv", content)})

    assert page.status_code == 422
    assert text in page.content.decode()


def test_the_stations_of_an_earlier_election_are_taken_over_after_a_look(client, world, halle):
    halle.station(3, halle.building(), election=halle.earlier)
    sign_in(client, world.alice)

    shown = client.get(f"{url('station_copy')}?source={EARLIER}")
    assert [row.number for row in shown.context["coming"]] == [3]
    assert halle.stations() == {}
    assert "Overgenomen: 1 stembureau." in client.post(url("station_copy"), {"source": EARLIER}, follow=True).content.decode()
    assert list(halle.stations()) == [3]
    again = client.get(f"{url('station_copy')}?source={EARLIER}")
    assert [str(row["reason"]) for row in again.context["skipped"]] == ["het nummer is er al"]
    assert client.post(url("station_copy"), {"source": "1990-01-01"}).status_code == 422


def test_new_numbers_are_shown_before_they_are_given(client, world, halle, filled):
    sign_in(client, world.alice)

    shown = client.get(f"{url('station_renumber')}?order=building&start=10")
    assert [(row.number, number) for row, number in shown.context["rows"]] == [(1, 10), (2, 11), (12, 12)]
    assert shown.context["changed"] == 2
    assert client.get(f"{url('station_renumber')}?order=x").status_code == 422
    client.post(url("station_renumber"), {"order": "building", "start": "10"})
    assert sorted(halle.stations()) == [10, 11, 12]


def test_what_sizes_mean_is_set_on_the_list(client, world, halle, horebeke):
    sign_in(client, world.alice)

    client.post(url("station_sizes"), {"refuse": "refuse"})
    client.post(url("station_sizes"), {"refuse": "nonsense"})

    for town, refuse in ((halle, True), (horebeke, False)):
        with tenant(town.municipality.pk):
            assert Election.objects.get(pk=town.election.pk).sizes_refuse is refuse
    sign_in(client, world.bob)
    assert client.post(url("station_sizes"), {"refuse": "warn"}).status_code == 403
    assert "verhindert de vaststelling" in client.get(url("station_list")).content.decode()


OF_A_STATION = ["station_detail", "station_edit", "station_delete"]


@pytest.mark.parametrize("name", OF_A_STATION)
def test_a_station_of_another_municipality_or_election_is_not_there(client, world, halle, horebeke, filled, name):
    station = filled[0]
    sign_in(client, world.charlie)
    for nis in ("23027", "45062"):
        assert client.get(url(name, nis=nis, pk=station.pk)).status_code == 404
        assert client.post(url(name, nis=nis, pk=station.pk)).status_code in {404, 405}
    sign_in(client, world.alice)
    assert client.get(url(name, day=EARLIER, pk=station.pk)).status_code == 404
    assert client.get(url(name, day=date(2031, 1, 5), pk=station.pk)).status_code == 404
    assert sorted(halle.stations()) == [1, 2, 12]


def test_a_reader_changes_nothing_and_takes_nothing_out(client, world, halle, filled):
    sign_in(client, world.bob)
    before = halle.stations()

    for name in ("station_new", "station_import", "station_import_confirm", "station_copy", "station_renumber", "station_sizes"):
        assert client.post(url(name), {"order": "number", "start": "5", "source": EARLIER}).status_code == 403
    for name in ("station_edit", "station_delete"):
        assert client.post(url(name, pk=filled[0].pk)).status_code == 403
    assert client.get(url("station_export")).status_code == 403
    assert client.get(url("station_detail", pk=filled[0].pk)).status_code == 200
    assert halle.stations() == before
    with tenant(halle.municipality.pk):
        assert Building.objects.count() == 2
