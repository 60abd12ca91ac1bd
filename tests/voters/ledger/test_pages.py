"""The pages of mutations, ledger, change sheet and decisions: from the file to the second person, and what strangers do not see."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import travel

from core import jobs
from core.tenancy import tenant
from tests.personas import World, sign_in
from tests.voters.ledger.test_decisions import newcomer
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, a_decision, events_csv
from voters.models import Effect, ListDecision, RegisterImport

ELECTION = "/23027/2024-10-13"
DECIDED = {"authority": "college", "decided_on": "20/09/2024", "reference": "CBS/12", "reason": "Bezwaar"}


@pytest.fixture(autouse=True)
def _clock():
    with travel(SEPTEMBER, tick=False):
        yield


@pytest.fixture
def clerk(client: Client, world: World, halle: LedgerTown) -> Client:
    return sign_in(client, world.alice, confirmed=True)


@pytest.fixture
def head(world: World, halle: LedgerTown) -> Client:
    return sign_in(Client(), world.henk, confirmed=True)


@pytest.fixture
def reader(world: World, halle: LedgerTown) -> Client:
    return sign_in(Client(), world.bob)


def text(response) -> str:
    return response.content.decode()


def in_the_menu(response) -> list[str]:
    """Which entries of the side menu are marked as where one is."""
    menu = text(response).split('class="sidenav"')[1].split("</nav>")[0]
    return [html.unescape(label.strip()) for label in re.findall(r'aria-current="page">\s*<span>([^<]*)', menu)]


def test_a_file_of_mutations_from_choice_to_done(clerk: Client, head: Client, halle: LedgerTown) -> None:
    a, b = halle.persons()[:2]
    assert "Mutaties inlezen" in text(clerk.get("/23027/mutations/"))
    assert clerk.get("/23027/mutations/new/").status_code == 200
    data = events_csv(one(a, 1, "death"), one(b, 2, "move", postcode="1500", street_name="Zinkstraat", house_number="7"))
    with jobs.inline(), halle.capture(execute=True):
        sent = clerk.post("/23027/mutations/new/", {"file": SimpleUploadedFile("mutaties.csv", data)})
    assert sent.status_code == 302

    answer = clerk.get(sent["Location"])
    page = text(answer)
    assert in_the_menu(answer) == in_the_menu(clerk.get("/23027/mutations/")) == ["Mutaties van het register"]
    assert in_the_menu(clerk.get("/23027/register/")) == ["Bevolkingsregister"]
    assert "overlijden" in page
    assert "van de lijst geschrapt" in page
    pk = int(sent["Location"].strip("/").split("/")[-1])
    events = text(clerk.get(f"/23027/mutations/{pk}/"))
    assert "lijst: geschrapt" in events
    assert "Zinkstraat" in events
    assert clerk.get(f"/23027/mutations/{pk}/?event=move", headers={"hx-request": "true"}).status_code == 200
    assert clerk.post(f"/23027/register/{pk}/request/").status_code == 302
    assert "tweede persoon" in text(head.get(f"/23027/register/{pk}/"))
    with jobs.inline(), halle.capture(execute=True):
        assert head.post(f"/23027/register/{pk}/approve/", {"decision": "approve"}).status_code == 302

    assert "Ingelezen op" in text(clerk.get(f"/23027/register/{pk}/"))
    assert "overlijden" in text(clerk.get(f"/23027/mutations/{pk}/"))
    assert "mutaties.csv" in text(clerk.get("/23027/mutations/"))
    assert "mutaties.csv" not in text(clerk.get("/23027/register/"))
    overview = text(clerk.get(f"{ELECTION}/"))
    assert "gewijzigd na de lijstdatum" in overview
    assert f"{ELECTION}/ledger/" in overview


def test_errors_of_a_file_stand_in_one_report(clerk: Client, halle: LedgerTown) -> None:
    a = halle.persons()[0]
    with jobs.inline(), halle.capture(execute=True):
        sent = clerk.post(
            "/23027/mutations/new/", {"file": SimpleUploadedFile("fout.csv", events_csv(one(a, 7, "death", nationality="BE")))}
        )

    page = text(clerk.get(sent["Location"]))
    assert "sluit niet aan op het vorige bestand" in page
    answer = clerk.get(f"{sent['Location']}report/")
    report = text(answer)
    assert in_the_menu(answer) == ["Mutaties van het register"]
    assert '/23027/register/"' not in report.split("<main")[1]
    assert "niets in deze kolom" in report
    assert "sequence" in clerk.get(f"{sent['Location']}problems.csv").content.decode()
    with tenant(halle.municipality.pk):
        assert not Effect.objects.filter(municipality=halle.municipality).exists()


def test_the_ledger_and_its_filters(clerk: Client, halle: LedgerTown, horebeke: LedgerTown) -> None:
    assert "Er is niets gewijzigd sinds de lijstdatum" in text(clerk.get(f"{ELECTION}/ledger/"))
    a, b = halle.persons()[:2]
    halle.bring_in(events_csv(one(a, 1, "death"), one(b, 2, "departure", departed_to="FR")))
    horebeke.bring_in(events_csv(one(horebeke.persons()[0], 1, "strike_off")))

    page = text(clerk.get(f"{ELECTION}/ledger/"))
    assert "overlijden" in page
    assert "adres op te sporen" in page
    assert "ambtshalve afgevoerd</" not in page.split("results")[1]
    found = text(clerk.get(f"{ELECTION}/ledger/?source=death", headers={"hx-request": "true"}))
    assert a.last_name in found.replace("&#x27;", "'")
    assert "brief: adres op te sporen" not in found
    for query in ("q=Peeters", "q=12", "outcome=to_trace", "station=1", "since=01/09/2024&until=30/09/2024", "station=99", "since=x"):
        assert clerk.get(f"{ELECTION}/ledger/?{query}").status_code == 200
    dossier = text(clerk.get(f"/23027/persons/{a.pk}/"))
    assert "Na de lijstdatum" in dossier
    assert "lijst: geschrapt" in dossier


def test_a_change_sheet_on_the_screen_and_as_files(clerk: Client, reader: Client, halle: LedgerTown) -> None:
    halle.bring_in(events_csv(one(halle.persons()[0], 1, "death")))
    moments = "since=01/09/2024&since_time=08:00&until=23/09/2024&until_time="
    assert clerk.get(f"{ELECTION}/ledger/sheet/").status_code == 200

    page = text(clerk.get(f"{ELECTION}/ledger/sheet/?{moments}"))

    assert "overleden" in page
    pdf = clerk.get(f"{ELECTION}/ledger/sheet/file/?{moments}&format=pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert "struck" in clerk.get(f"{ELECTION}/ledger/sheet/file/?{moments}&format=csv").content.decode()
    assert clerk.get(f"{ELECTION}/ledger/sheet/?since=02/09/2024&until=01/09/2024").status_code == 422
    assert "format=pdf" not in text(reader.get(f"{ELECTION}/ledger/sheet/?{moments}"))
    assert reader.get(f"{ELECTION}/ledger/sheet/file/?{moments}&format=pdf").status_code == 403


def test_a_decision_from_the_person_to_the_list(clerk: Client, head: Client, halle: LedgerTown) -> None:
    person = newcomer(halle)
    new = f"{ELECTION}/decisions/new/{person.pk}/?kind=add"
    assert new in text(clerk.get(f"/23027/persons/{person.pk}/"))
    assert "Volgens het adres: 3" in text(clerk.get(new))

    assert clerk.post(new, {**DECIDED, "reference": ""}).status_code == 422
    asked = clerk.post(new, {**DECIDED, "ballots": ["municipal"], "station": ""})

    assert asked.status_code == 302
    assert "tweede persoon" in text(clerk.get(asked["Location"]))
    assert "Beslissingen over kiezers" in text(clerk.get(f"{ELECTION}/"))
    assert clerk.post(f"{asked['Location']}decide/", {"decision": "approve"}).status_code == 403
    assert head.post(f"{asked['Location']}decide/", {"decision": "refuse", "reason": ""}).status_code == 422
    assert head.post(f"{asked['Location']}decide/", {"decision": "approve"}).status_code == 302
    assert halle.list_at(SEPTEMBER)[person.pk].list_number == 41
    assert head.post(f"{asked['Location']}decide/", {"decision": "approve"}).status_code == 409
    assert "CBS/12" in text(clerk.get(f"{ELECTION}/decisions/"))
    assert "op de lijst" in text(clerk.get(f"/23027/persons/{person.pk}/"))

    back = clerk.post(f"{asked['Location']}withdraw/", DECIDED)
    assert back.status_code == 302
    assert clerk.post(f"{back['Location']}cancel/").status_code == 302
    with tenant(halle.municipality.pk):
        assert ListDecision.objects.get(municipality=halle.municipality, kind="withdraw").state == "cancelled"


def test_correcting_shows_what_the_list_says_and_refuses_no_difference(clerk: Client, halle: LedgerTown) -> None:
    person = halle.persons()[0]
    new = f"{ELECTION}/decisions/new/{person.pk}/?kind=correct"
    assert person.street_name in text(clerk.get(new))
    ballots = ["municipal", "provincial"] if person.nationality == "BE" else ["municipal"]
    same = {
        **DECIDED, "last_name": person.last_name, "first_names": person.first_names, "ballots": ballots, "street_name": person.street_name,
        "house_number": person.house_number, "box_number": person.box_number, "postcode": person.postcode,
    }  # fmt: skip

    refused = clerk.post(new, same)

    assert refused.status_code == 422
    assert "Niets verschilt" in text(refused)
    assert clerk.post(new, {**same, "last_name": "Juist"}).status_code == 302


def test_strangers_and_readers(reader: Client, halle: LedgerTown, world: World) -> None:
    person = halle.persons()[0]
    decision = halle.record(person, a_decision("strike"))
    for address in (f"{ELECTION}/ledger/", f"{ELECTION}/decisions/", f"{ELECTION}/decisions/{decision.pk}/", "/23027/mutations/"):
        assert reader.get(address).status_code == 200
    for address in (
        "/23027/mutations/new/",
        f"{ELECTION}/decisions/new/{person.pk}/?kind=strike",
        f"{ELECTION}/decisions/{decision.pk}/withdraw/",
    ):
        assert reader.get(address).status_code == 403
    stranger = sign_in(Client(), world.charlie, confirmed=True)
    assert stranger.get(f"/45062/2024-10-13/decisions/{decision.pk}/").status_code == 404
    assert stranger.get(f"{ELECTION}/ledger/").status_code == 404
    with tenant(halle.municipality.pk):
        assert RegisterImport.objects.filter(municipality=halle.municipality, kind="mutations").count() == 0


def test_without_a_final_list_the_pages_say_what_to_do(clerk: Client, halle: LedgerTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voters.views.ledger.frozen_list", lambda election: None)

    for address in (f"{ELECTION}/ledger/", f"{ELECTION}/ledger/sheet/"):
        assert "Nog geen definitieve lijst" in text(clerk.get(address))
    assert clerk.get(f"{ELECTION}/decisions/new/{halle.persons()[0].pk}/?kind=nothing").status_code == 404
