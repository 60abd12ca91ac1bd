"""What people do with cards, lists and decisions: who sends what where, on a town that is made ready for it."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils.translation import gettext, override

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.models import CardCase, PrintRun
from convocations.selectors.counter import blank_kinds
from convocations.services import releasing, templates
from convocations.services.changed import open_changed
from core.tenancy import tenant
from delivery.rules import BpostValues
from delivery.services import save_bpost_settings
from districts.models import Street
from municipalities.models import User
from tests.convocations.cards import CardTown
from tests.convocations.counter.conftest import open_desk
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import a_decision, events_csv
from voters.rules.list_copies import Kind, Order, Wish
from voters.services import decisions, imports, list_copies

DAY = "/23027/2024-10-13/"
DECIDED = {"authority": "college", "decided_on": "20/09/2024", "reference": "CBS/12", "reason": "Bezwaar"}
COPY = {"scope": "all", "order": "name", "format": "csv", "made_for": "Jan Janssens", "language": "nl", "as_of": ""}
RUN = {
    "order": "post", "step": "60", "paper_opening": "8.00", "paper_closing": "13:00", "electronic_opening": "08:00",
    "electronic_closing": "15:00", "posting": "27/09/2024",
}  # fmt: skip
Fields = dict[str, Any]


@dataclass
class Act:
    """Who sends what where; a file is made anew each time. ``page``: where the form stands, with fields of its own that are sent along."""

    person: User
    path: str
    fields: Fields
    page: str = ""

    def send(self, client: Client, hidden: Fields) -> Any:
        """Once."""
        return client.post(self.path, {**hidden, **{name: value() if callable(value) else value for name, value in self.fields.items()}})

    def hidden(self, client: Client) -> Fields:
        """What the page says of itself in the form."""
        page = client.get(self.page).content.decode() if self.page else ""
        found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
        return {name: value for name, value in found if name != "csrfmiddlewaretoken" and name not in self.fields}


def word(text: str) -> str:
    with override("nl"):
        return gettext(text)


def _alice(town: CardTown, path: str, fields: Fields | None = None, page: str = "") -> Act:
    return Act(town.ledger.town.world.alice, path, fields or {}, page)


def _henk(town: CardTown, path: str, fields: Fields | None = None) -> Act:
    return Act(town.ledger.town.world.henk, path, fields or {})


def _released(town: CardTown) -> PrintRun:
    return town.release(town.make())


def _requested(town: CardTown) -> PrintRun:
    run = town.make()
    with tenant(town.pk):
        releasing.request_release(run=run, by=town.clerk, at=town.now)
    return run


def _stale(town: CardTown) -> None:
    card = town.cards(town.make())[7]
    town.ledger.record(next(one for one in town.ledger.persons() if one.pk == card.person_id), a_decision("strike"))


def run_new(town: CardTown) -> Act:
    return _alice(town, f"{DAY}card-runs/new/", RUN)


def run_release(town: CardTown) -> Act:
    town.make()
    return _alice(town, f"{DAY}card-runs/1/release/", {"word": word("release")})


def run_approve(town: CardTown) -> Act:
    _requested(town)
    return _henk(town, f"{DAY}card-runs/1/decide/", {"decision": "approve"})


def run_refuse(town: CardTown) -> Act:
    _requested(town)
    return _henk(town, f"{DAY}card-runs/1/decide/", {"decision": "refuse", "reason": "Nog na te kijken"})


def run_take_back(town: CardTown) -> Act:
    _requested(town)
    return _alice(town, f"{DAY}card-runs/1/take-back/")


def run_withdraw_cards(town: CardTown) -> Act:
    _stale(town)
    return _alice(town, f"{DAY}card-runs/1/withdraw-cards/")


def run_anew(town: CardTown) -> Act:
    _stale(town)
    return _alice(town, f"{DAY}card-runs/1/anew/")


def run_cancel(town: CardTown) -> Act:
    town.make()
    return _alice(town, f"{DAY}card-runs/1/cancel/", {"word": word("cancel")})


def bpost_list(town: CardTown) -> Act:
    _released(town)
    values = BpostValues("12345678", "87654321", "12345678", "12345", 9, 100, 999)
    with tenant(town.pk):
        save_bpost_settings(municipality=town.municipality, values=values, by=town.head, at=town.now)
    return _henk(town, f"{DAY}card-runs/1/bpost/", {"mode": "P", "form": "XML"})


def printer_report(town: CardTown) -> Act:
    _released(town)
    rows = f"token,result,at\n{town.cards()[0].token},spoiled,2024-09-24T08:00:00\n".encode()
    return _alice(town, f"{DAY}card-runs/1/printer/", {"file": lambda: SimpleUploadedFile("drukker.csv", rows)})


def cases_of_changed(town: CardTown) -> Act:
    card = town.cards(_released(town))[7]
    town.ledger.record(next(one for one in town.ledger.persons() if one.pk == card.person_id), a_decision("strike"))
    return _alice(town, f"{DAY}cards/cases/changed/")


def case_close(town: CardTown) -> Act:
    path = cases_of_changed(town).path
    with tenant(town.pk):
        open_changed(election=town.election, by=town.clerk, at=town.now)
        case = CardCase.objects.get(municipality=town.municipality)
    return _alice(town, f"{path.removesuffix('changed/')}{case.pk}/", {"note": "Uitgenomen"})


def returned(town: CardTown) -> Act:
    card = town.cards(_released(town))[0]
    return _alice(town, f"{DAY}cards/returned/", {"code": card.token, "cause": "moved", "action": "kept", "note": ""})


def returned_file(town: CardTown) -> Act:
    rows = "".join(f"{card.token},moved\n" for card in town.cards(_released(town))[:2]).encode()
    fields = {"file": lambda: SimpleUploadedFile("terug.csv", rows), "cause": "", "action": "kept", "note": ""}
    return _alice(town, f"{DAY}cards/returned/file/", fields)


def wish(town: CardTown) -> Act:
    return _alice(town, f"{DAY}cards/wishes/{town.ledger.persons()[0].pk}/", {"wish": "-1"})


def duplicate(town: CardTown) -> Act:
    _released(town)
    desk, person = open_desk(town), town.ledger.persons()[0]
    fields = {"identity": "on", "counter": desk.counter.pk, "mode": "full", "cause": "lost", "seen_issue": 1}
    return _alice(town, f"{DAY}counter/voters/{person.pk}/print/", fields)


def reissue(town: CardTown) -> Act:
    _released(town)
    with tenant(town.pk):
        street = Street.objects.get(municipality=town.municipality, name="Zinkstraat")
    fields = {"whom": "street", "street": street.pk, "cause": "not_received", "note": "Niet bedeeld"}
    return _alice(town, f"{DAY}counter/reissue/", fields)


def blanks(town: CardTown) -> Act:
    desk = open_desk(town)
    with tenant(town.pk):
        blank = blank_kinds(town.election)[0].code
    fields = {"counter": desk.counter.pk, "blank": blank, "kind": "delivered", "quantity": "100"}
    return _alice(town, f"{DAY}counter/blanks/", fields, f"{DAY}counter/blanks/")


def printer(town: CardTown) -> Act:
    return _alice(town, f"{DAY}counter/printers/new/", {"name": "Printer 1", "right": "0", "up": "0"})


def counter(town: CardTown) -> Act:
    return _alice(town, f"{DAY}counter/desks/new/", {"name": "Loket 1", "printer": ""})


KEY = TemplateKey.of("invitation-local-paper-nl")


def _text(town: CardTown) -> dict[str, str]:
    html, css = standard(KEY, town.election.date)
    return {"html": html.replace("Zo stemt u", "Zo stemt u hier"), "css": css, "note": "Zin"}


def _draft(town: CardTown, *, asked: bool = False) -> None:
    with tenant(town.pk):
        templates.save_draft(election=town.election, key=KEY, **_text(town), based_on=0, by=town.clerk, at=town.now)
        if asked:
            templates.request_approval(election=town.election, key=KEY, by=town.clerk, at=town.now)


def text_save(town: CardTown) -> Act:
    return _alice(town, f"{DAY}card-texts/{KEY.name}/edit/", {**_text(town), "based_on": "0"})


def text_request(town: CardTown) -> Act:
    _draft(town)
    return _alice(town, f"{DAY}card-texts/{KEY.name}/request/")


def text_approve(town: CardTown) -> Act:
    _draft(town, asked=True)
    return _henk(town, f"{DAY}card-texts/{KEY.name}/decide/", {"decision": "approve"})


def text_refuse(town: CardTown) -> Act:
    _draft(town, asked=True)
    return _henk(town, f"{DAY}card-texts/{KEY.name}/decide/", {"decision": "refuse", "reason": "Nee"})


def text_withdraw(town: CardTown) -> Act:
    _draft(town, asked=True)
    return _alice(town, f"{DAY}card-texts/{KEY.name}/withdraw/")


def text_discard(town: CardTown) -> Act:
    _draft(town)
    return _alice(town, f"{DAY}card-texts/{KEY.name}/discard/")


def letterhead(town: CardTown) -> Act:
    return _henk(town, "/23027/letterhead/save/", {"lines_nl": "Plein 1", "foot_nl": ""})


def _decision(town: CardTown, *, recorded: bool = False) -> Any:
    person = town.ledger.persons()[3]
    if recorded:
        return town.ledger.record(person, a_decision("strike"))
    with tenant(town.pk):
        return decisions.request_decision(election=town.election, person=person, new=a_decision("strike"), by=town.clerk, at=town.now)


def decision_ask(town: CardTown) -> Act:
    return _alice(town, f"{DAY}decisions/new/{town.ledger.persons()[3].pk}/?kind=strike", DECIDED)


def decision_approve(town: CardTown) -> Act:
    return _henk(town, f"{DAY}decisions/{_decision(town).pk}/decide/", {"decision": "approve"})


def decision_refuse(town: CardTown) -> Act:
    return _henk(town, f"{DAY}decisions/{_decision(town).pk}/decide/", {"decision": "refuse", "reason": "Nee"})


def decision_cancel(town: CardTown) -> Act:
    return _alice(town, f"{DAY}decisions/{_decision(town).pk}/cancel/")


def decision_withdraw(town: CardTown) -> Act:
    return _alice(town, f"{DAY}decisions/{_decision(town, recorded=True).pk}/withdraw/", DECIDED)


def copy_ask(town: CardTown) -> Act:
    return _alice(town, f"{DAY}lists/new/party/", {**COPY, "purpose": "A00a"}, f"{DAY}lists/new/party/")


def _copy(town: CardTown) -> int:
    wanted = Wish(Kind.PARTY, "csv", Order.NAME, "nl", None, apart=False, made_for="Jan")
    with tenant(town.pk):
        return list_copies.request_copy(election=town.election, wish=wanted, by=town.clerk, at=town.now, purpose="A00a").pk


def copy_approve(town: CardTown) -> Act:
    return _henk(town, f"{DAY}lists/{_copy(town)}/decide/", {"decision": "approve"})


def copy_refuse(town: CardTown) -> Act:
    return _henk(town, f"{DAY}lists/{_copy(town)}/decide/", {"decision": "refuse", "reason": "Nee"})


def copy_withdraw(town: CardTown) -> Act:
    return _alice(town, f"{DAY}lists/{_copy(town)}/withdraw/")


def _mutations(town: CardTown) -> bytes:
    return events_csv(one(town.ledger.persons()[3], 1, "death"))


def mutations(town: CardTown) -> Act:
    data = _mutations(town)
    return _alice(town, "/23027/mutations/new/", {"file": lambda: SimpleUploadedFile("mutaties.csv", data)}, "/23027/mutations/new/")


def mutations_request(town: CardTown) -> Act:
    return _alice(town, f"/23027/register/{town.ledger.send(_mutations(town)).pk}/request/")


def mutations_approve(town: CardTown) -> Act:
    sent = town.ledger.send(_mutations(town))
    with tenant(town.pk):
        imports.request_import_approval(register_import=sent, accepted_guards=(), by=town.clerk, at=town.now)
    return _henk(town, f"/23027/register/{sent.pk}/approve/", {"decision": "approve"})


ACTS: list[Callable[[CardTown], Act]] = [
    run_new, run_release, run_approve, run_refuse, run_take_back, run_withdraw_cards, run_anew, run_cancel, bpost_list, printer_report,
    cases_of_changed, case_close, returned, returned_file, wish, duplicate, reissue, blanks, printer, counter, text_save, text_request, text_approve,
    text_refuse, text_withdraw, text_discard, letterhead, decision_ask, decision_approve, decision_refuse, decision_cancel,
    decision_withdraw, copy_ask, copy_approve, copy_refuse, copy_withdraw, mutations, mutations_request, mutations_approve,
]  # fmt: skip


def everything(town: CardTown) -> dict[str, tuple[int, str]]:
    """Table → rows, and a hash of all that stands in them."""
    tables = [
        model._meta.db_table
        for label in ("convocations", "voters", "core", "districts")
        for model in apps.get_app_config(label).get_models()
    ]
    found = {}
    with tenant(town.pk), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')  # names of our own tables
            rows = [row for (row,) in cursor.fetchall()]
            found[table] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found
