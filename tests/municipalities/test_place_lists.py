"""Lists of places: loaded whole or not at all, by the platform only, read by everybody and changed by nobody."""

import io
import json
from pathlib import Path

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import translation

from core.actor import PLATFORM
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities import selectors, sql
from municipalities.models import MunicipalityName, PostalPlace, User
from municipalities.place_file import Place
from tests.personas import World, sign_in

DUTCH = "Postcode;Plaatsnaam;Deelgemeente;Hoofdgemeente\n1000;Brussel;Neen;BRUSSEL\n9000;Gent;Neen;GENT\n9030;Mariakerke;Ja;GENT\n"
FRENCH = "Code postal;Localité;Sous-commune;Commune principale\n1000;Bruxelles;Non;BRUXELLES\n"
NAMES = "CD_REFNIS|TX_REFNIS_NL|TX_REFNIS_FR\n21004|Brussel|Bruxelles\n23027|Halle|Hal\n"


def run(*arguments: str) -> tuple[int, dict]:
    out = io.StringIO()
    try:
        call_command(*arguments, "--json", stdout=out)
    except SystemExit as end:
        return int(end.code or 0), json.loads(out.getvalue().splitlines()[-1])
    return 0, json.loads(out.getvalue().splitlines()[-1])


def file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def rows() -> list[tuple]:
    return list(PostalPlace.objects.order_by("postcode", "-main", "name_nl").values_list("postcode", "name_nl", "name_fr", "main"))


def events() -> list[tuple]:
    with tenant(PLATFORM):
        return list(AuditEvent.objects.filter(kind__endswith=".loaded").order_by("seq").values_list("kind", "after"))


def test_a_list_is_loaded_and_loaded_again_without_change(db: None, tmp_path: Path) -> None:
    dutch, french = file(tmp_path, "nl.csv", DUTCH), file(tmp_path, "fr.csv", FRENCH)

    assert run("import_postcodes", dutch, "--french", french) == (0, {"postcodes": 3, "places": 3, "added": 3, "removed": 0})
    before = list(PostalPlace.objects.order_by("pk").values_list("pk", flat=True))
    assert run("import_postcodes", dutch, "--french", french) == (0, {"postcodes": 3, "places": 3, "added": 0, "removed": 0})

    assert list(PostalPlace.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert rows() == [("1000", "Brussel", "Bruxelles", True), ("9000", "Gent", "", True), ("9030", "Mariakerke", "", True)]
    assert events() == [
        ("postcodes.loaded", {"file_name": "nl.csv", "postcodes": 3, "places": 3, "added": 3, "removed": 0}),
        ("postcodes.loaded", {"file_name": "nl.csv", "postcodes": 3, "places": 3, "added": 0, "removed": 0}),
    ]


def test_another_main_place_takes_the_place_of_the_one_before(db: None, tmp_path: Path) -> None:
    header = "postcode,name_nl,main\n"
    run("import_postcodes", file(tmp_path, "a.csv", f"{header}9000,Aard,ja\n9000,Berg,\n"))

    assert run("import_postcodes", file(tmp_path, "b.csv", f"{header}9000,Aard,\n9000,Berg,ja\n"))[1]["added"] == 2

    assert rows() == [("9000", "Berg", "", True), ("9000", "Aard", "", False)]


def test_a_wrong_list_changes_nothing(db: None, tmp_path: Path) -> None:
    run("import_postcodes", file(tmp_path, "nl.csv", DUTCH))
    before, told = rows(), events()

    code, answer = run("import_postcodes", file(tmp_path, "wrong.csv", f"{DUTCH}90;Gent;Neen;GENT\n9050;;Ja;GENT\n"))

    assert code == 2
    assert answer["errors"] == [
        {"row": 5, "column": "Postcode", "value": "90", "problem": "postcode"},
        {"row": 6, "column": "Plaatsnaam", "value": "", "problem": "required"},
    ]
    assert run("import_postcodes", str(tmp_path / "nowhere.csv"))[0] == 2
    assert (rows(), events()) == (before, told)


def test_a_list_of_a_part_of_the_country_is_not_taken_for_the_whole(db: None, tmp_path: Path) -> None:
    run("import_postcodes", file(tmp_path, "nl.csv", DUTCH))
    before, part = rows(), file(tmp_path, "part.csv", "Postcode;Plaatsnaam\n9000;Gent\n")

    code, answer = run("import_postcodes", part)

    assert (code, answer["errors"][0]["problem"].split(":")[0]) == (2, "many_removed")
    assert rows() == before
    assert run("import_postcodes", part, "--confirm-removing")[1]["removed"] == 2
    assert [row[0] for row in rows()] == ["9000"]


def test_names_of_municipalities_are_added_and_never_taken_away(db: None, tmp_path: Path) -> None:
    assert run("import_municipality_names", file(tmp_path, "a.csv", NAMES))[1] == {"municipalities": 2, "added": 2, "changed": 0}

    answer = run("import_municipality_names", file(tmp_path, "b.csv", "NIS-code;Gemeente\n23027;Halle\n44021;Gent\n"))[1]

    assert answer == {"municipalities": 2, "added": 1, "changed": 1}
    assert list(MunicipalityName.objects.order_by("nis_code").values_list("nis_code", "name_nl", "name_fr")) == [
        ("21004", "Brussel", "Bruxelles"), ("23027", "Halle", ""), ("44021", "Gent", ""),
    ]  # fmt: skip
    assert run("import_municipality_names", file(tmp_path, "c.csv", "NIS-code;Gemeente\n2;X\n"))[0] == 2
    assert MunicipalityName.objects.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO municipalities_postalplace (postcode, name_nl, name_fr, main) VALUES ('9000', 'X', '', true)",
        "UPDATE municipalities_postalplace SET name_nl = 'X'",
        "DELETE FROM municipalities_postalplace",
        "TRUNCATE municipalities_postalplace",
        "INSERT INTO municipalities_municipalityname (nis_code, name_nl, name_fr) VALUES ('99999', 'X', '')",
        "UPDATE municipalities_municipalityname SET name_nl = 'X'",
        "DELETE FROM municipalities_municipalityname",
    ],
)
def test_the_application_can_only_read(db: None, tmp_path: Path, statement: str) -> None:
    run("import_postcodes", file(tmp_path, "nl.csv", DUTCH))
    run("import_municipality_names", file(tmp_path, "a.csv", NAMES))

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(statement)

    assert (len(rows()), MunicipalityName.objects.count()) == (3, 2)


def test_a_municipality_cannot_load_a_list(world: World) -> None:
    places = [Place("9000", "Gent", "", main=True)]

    for municipality in (world.halle, world.horebeke):
        with pytest.raises(DatabaseError, match="only the platform"), transaction.atomic(), tenant(municipality.pk):
            sql.load_places(places)
    with pytest.raises(DatabaseError, match="only the platform"), transaction.atomic():
        sql.load_places(places)

    assert rows() == []


def test_both_municipalities_read_the_same_names(world: World, tmp_path: Path) -> None:
    run("import_postcodes", file(tmp_path, "nl.csv", DUTCH), "--french", file(tmp_path, "fr.csv", FRENCH))
    run("import_municipality_names", file(tmp_path, "a.csv", NAMES))
    caches["maps"].clear()

    for municipality in (world.halle, world.horebeke):
        with tenant(municipality.pk):
            assert [selectors.place_of("1000", language) for language in ("nl", "fr", "en")] == ["Brussel", "Bruxelles", "Brussel"]
            assert (selectors.place_of("9000", "fr"), selectors.place_of("9999", "nl")) == ("Gent", "")
            assert [selectors.municipality_called(code, "fr") for code in ("23027", "45062", "99999")] == ["Hal", "Horebeke", ""]


@pytest.fixture
def platform(client: Client, world: World) -> Client:
    User.objects.filter(pk=world.dora.pk).update(is_superuser=True)
    return sign_in(client, world.dora)


def test_platform_administration_loads_a_list(platform: Client, world: World) -> None:
    address = "/admin/municipalities/postalplace/load/"
    assert "Postcode" in platform.get("/admin/municipalities/postalplace/").content.decode()
    assert platform.get(address).status_code == 200

    answer = platform.post(
        address, {"file": SimpleUploadedFile("nl.csv", DUTCH.encode()), "french": SimpleUploadedFile("fr.csv", FRENCH.encode())}
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/municipalities/postalplace/")
    assert rows()[0] == ("1000", "Brussel", "Bruxelles", True)
    assert "Mariakerke" in platform.get("/admin/municipalities/postalplace/", follow=True).content.decode()
    with tenant(PLATFORM):
        assert AuditEvent.objects.get(kind="postcodes.loaded").actor_id == world.dora.pk


def test_platform_administration_shows_what_is_wrong_with_a_list(platform: Client) -> None:
    with translation.override("nl"):
        answer = platform.post(
            "/admin/municipalities/municipalityname/load/", {"file": SimpleUploadedFile("x.csv", b"NIS-code;Gemeente\n<b>;X\n44021;\n")}
        )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "&lt;b&gt;" in page
    assert "<td>3</td>" in page
    assert not MunicipalityName.objects.exists()


@pytest.mark.parametrize("person", ["alice", "henk", "dora"])
@pytest.mark.parametrize("model", ["postalplace", "municipalityname"])
def test_nobody_else_gets_there(client: Client, world: World, person: str, model: str) -> None:
    sign_in(client, getattr(world, person))

    answer = client.post(f"/admin/municipalities/{model}/load/", {"file": SimpleUploadedFile("nl.csv", DUTCH.encode())}, follow=True)

    assert answer.status_code == 404
    assert (PostalPlace.objects.count(), MunicipalityName.objects.count()) == (0, 0)


def test_a_name_is_not_changed_by_hand(platform: Client, tmp_path: Path) -> None:
    run("import_postcodes", file(tmp_path, "nl.csv", DUTCH))
    place = PostalPlace.objects.get(postcode="9000")

    assert platform.post(f"/admin/municipalities/postalplace/{place.pk}/change/", {"name_nl": "X"}).status_code == 403
    assert platform.post("/admin/municipalities/postalplace/add/", {"name_nl": "X"}).status_code == 403
    assert len(rows()) == 3
