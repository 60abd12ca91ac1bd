"""The ledger as a file: what the page's filters leave, of this municipality alone, and that somebody took it out."""

import csv
import hashlib
import html
import io
import re
from typing import Any

import pytest
from django.test import Client
from time_machine import travel

from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import World, sign_in
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import SEPTEMBER, LedgerTown, a_decision, events_csv
from voters.services.ledger_file import COLUMNS

PAGE = "/23027/2024-10-13/ledger/"
FILE = f"{PAGE}file/"


@pytest.fixture(autouse=True)
def _clock():
    with travel(SEPTEMBER, tick=False):
        yield


@pytest.fixture
def clerk(client: Client, world: World) -> Client:
    return sign_in(client, world.alice)


@pytest.fixture
def changed(halle: LedgerTown, horebeke: LedgerTown) -> LedgerTown:
    """A death, a departure to an address abroad and a correction here, a strike-off in the other town."""
    a, b, c = halle.persons()[:3]
    abroad = {"departed_to": "FR", "postcode": "75001", "street_name": "Rue de l’Orme, 2e", "house_number": "1"}
    halle.bring_in(events_csv(one(a, 1, "death"), one(b, 2, "departure", **abroad)))
    halle.record(c, a_decision("correct", last_name="Juist"))
    horebeke.bring_in(events_csv(one(horebeke.persons()[0], 1, "strike_off")))
    return halle


def rows_of(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def exports(town: LedgerTown) -> list[dict[str, Any]]:
    with tenant(town.municipality.pk):
        found = AuditEvent.objects.filter(municipality_id=town.municipality.pk, kind="ledger.exported").order_by("seq")
        return [event.after or {} for event in found]


def test_everything_that_changed_here_and_nothing_of_another_town(clerk: Client, changed: LedgerTown, horebeke: LedgerTown) -> None:
    answer = clerk.get(FILE)

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="na-de-lijstdatum-23027-2024-10-13.csv"'
    rows = rows_of(answer)
    assert tuple(rows[0]) == COLUMNS
    a, b, c = changed.persons()[:3]
    lines = changed.list_at(SEPTEMBER)
    assert [(row["list_number"], row["event"], row["decision_kind"]) for row in rows] == [
        (str(lines[c.pk].list_number), "", "correct"),
        (str(lines[b.pk].list_number), "departure", ""),
        (str(lines[a.pk].list_number), "death", ""),
    ]
    corrected, departed, died = rows
    assert (corrected["authority"], corrected["reference"], corrected["sequence"]) == ("college", "CBS/12", "")
    assert (departed["street_name"], departed["house_number"], departed["country"]) == ("Rue de l’Orme, 2e", "1", "FR")
    assert (departed["address"], departed["list"], departed["right"]) == ("new_address", "stays", "stays")
    assert (died["address"], died["list"], died["right"], died["country"]) == ("no_card", "struck", "gone", "")
    assert (died["recorded_at"], died["effective_on"], died["sequence"]) == ("2024-09-23T11:30:00+02:00", "2024-09-02", "1")
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == 4
    assert exports(changed) == [{"format": "csv", "filter": {}, "rows": 3, "sha256": hashlib.sha256(answer.content).hexdigest()}]
    assert exports(horebeke) == []


@pytest.mark.parametrize(("query", "events", "kept"), [
    ("source=death", ["death"], {"source": "death"}),
    ("source=decision", [""], {"source": "decision"}),
    ("outcome=new_address", ["departure"], {"effects": "new_address"}),
    ("since=24/09/2024", [], {"from_date": "2024-09-24"}),
    ("since=x&source=death", ["death"], {"source": "death"}),
])  # fmt: skip
def test_the_file_follows_the_filters_of_the_page(
    clerk: Client, changed: LedgerTown, query: str, events: list[str], kept: dict[str, str]
) -> None:
    link = re.search(rf'href="({FILE}[^"]*)"', clerk.get(f"{PAGE}?{query}").content.decode())
    assert link

    rows = rows_of(clerk.get(html.unescape(link[1])))

    assert [row["event"] for row in rows] == events
    assert exports(changed)[0]["filter"] == kept
    assert exports(changed)[0]["rows"] == len(events)


def test_the_trail_does_not_keep_whose_name_was_looked_for(clerk: Client, changed: LedgerTown) -> None:
    person = changed.persons()[0]
    number = changed.list_at(SEPTEMBER)[person.pk].list_number

    by_name = rows_of(clerk.get(FILE, {"q": person.last_name}))
    by_number = rows_of(clerk.get(FILE, {"q": str(number)}))

    assert person.last_name in {row["last_name"] for row in by_name}
    assert [row["event"] for row in by_number] == ["death"]
    assert [after["filter"] for after in exports(changed)] == [{"q": "…"}, {"q": str(number)}]


def test_who_may_not_take_lists_out_sees_no_button_and_gets_no_file(changed: LedgerTown, world: World) -> None:
    reader, stranger = sign_in(Client(), world.bob), sign_in(Client(), world.charlie)

    assert FILE not in reader.get(PAGE).content.decode()
    assert reader.get(FILE).status_code == 403
    assert stranger.get(FILE).status_code == 404
    assert exports(changed) == []


def test_without_a_final_list_there_is_no_file(clerk: Client, halle: LedgerTown, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("views.ledger", "services.ledger_file"):
        monkeypatch.setattr(f"voters.{module}.frozen_list", lambda election: None)

    answer = clerk.get(FILE)

    assert "Nog geen definitieve lijst" in answer.content.decode()
    assert exports(halle) == []
