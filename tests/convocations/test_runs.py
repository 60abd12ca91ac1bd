"""From the frozen list to released cards: who gets one, that all are accounted for, and what keeps a run back."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from convocations.cards.card import TemplateKey
from convocations.cards.template import standard
from convocations.models import PrintRun
from convocations.services import parts, runs, templates
from convocations.services.parts import SAMPLE
from core.tenancy import tenant
from tests.convocations.cards import CardTown
from tests.personas import sign_in


def test_everybody_on_the_list_gets_one_card_and_the_neighbour_none(halle: CardTown, horebeke: CardTown, monkeypatch) -> None:
    assert SAMPLE >= 25
    monkeypatch.setattr("convocations.services.parts.SAMPLE", SAMPLE)  # not the smaller one of other tests
    made = halle.make()

    assert made.state == PrintRun.State.READY, (made.problems, made.readback)
    cards = halle.cards(made)
    listed = halle.ledger.list_at(halle.now)
    assert {card.person_id for card in cards} == set(listed)
    assert len({card.token for card in cards}) == len(cards) == made.cards_made == made.lines == 40
    assert [card.position for card in cards] == list(range(1, 41))
    assert made.readback["ok"]
    assert made.readback["decoded"] == made.readback["sampled"] == 40
    assert horebeke.cards() == []


def test_a_released_run_has_its_files(halle: CardTown, horebeke: CardTown) -> None:
    made = halle.release(halle.make())

    assert made.state == PrintRun.State.RELEASED
    manifest = halle.file(made, "manifest").decode().splitlines()
    assert manifest[0] == "file,page,token,issue,list_number,station_number,slot,mail_id,paper,back"
    first = halle.cards(made)[0]
    assert manifest[1].split(",")[1:4] == ["1", first.token, "1"]
    assert len(manifest) == 41
    assert halle.events(first) == ["released"]


def test_a_run_keeps_which_version_of_each_text_its_cards_have(halle: CardTown, horebeke: CardTown) -> None:
    first = halle.make()
    assert set(first.figures["versions"]) == set(first.templates)
    assert set(first.figures["versions"].values()) == {0}
    key = TemplateKey.of(halle.cards(first)[0].template)
    html, css = standard(key, halle.election.date)
    with tenant(halle.pk):
        runs.cancel_run(run=first, by=halle.clerk, at=halle.now)
        templates.save_draft(election=halle.election, key=key, html=html, css=css, note="", based_on=0, by=halle.clerk, at=halle.now)
        templates.request_approval(election=halle.election, key=key, by=halle.clerk, at=halle.now)
        templates.approve(municipality=halle.municipality, key=key, by=halle.head, at=halle.now)

    made = halle.make()

    assert made.figures["versions"] == {name: int(name == key.name) for name in made.templates}
    assert set(horebeke.make().figures["versions"].values()) == {0}
    with travel(halle.now, tick=False):
        client = sign_in(Client(), halle.ledger.town.world.alice)
        page = client.get(f"{halle.ledger.town.url}card-runs/{made.number}/").content.decode()
    shown = page[page.index('id="texts"') :].split("</section>")[0]
    assert shown.count("Versie 1") == 1
    assert shown.count("<dt>") == len(made.templates)


def test_a_text_that_no_longer_goes_with_the_letterhead_stops_the_run_and_says_so(halle: CardTown, horebeke: CardTown) -> None:
    first = halle.make()
    key = TemplateKey.of(halle.cards(first)[0].template)
    html, css = standard(key, halle.election.date)
    own = html + '<div style="font-size: 90pt">${letterhead}</div>'
    with tenant(halle.pk):
        runs.cancel_run(run=first, by=halle.clerk, at=halle.now)
        templates.save_draft(election=halle.election, key=key, html=own, css=css, note="", based_on=0, by=halle.clerk, at=halle.now)
        templates.request_approval(election=halle.election, key=key, by=halle.clerk, at=halle.now)
        templates.approve(municipality=halle.municipality, key=key, by=halle.head, at=halle.now)
        texts = {"lines_nl": "\n".join(["W " * 22] * 3)}
        templates.save_letterhead(municipality=halle.municipality, texts=texts, arms=None, by=halle.head, at=halle.now)

    made = halle.make()

    assert made.state == PrintRun.State.REFUSED
    assert [(row["column"], row["value"], row["problem"]) for row in made.problems] == [("template", key.name, "template_refused")]
    assert halle.cards() == []
    with travel(halle.now, tick=False):
        page = sign_in(Client(), halle.ledger.town.world.alice).get(f"{halle.ledger.town.url}card-runs/{made.number}/")
    assert page.status_code == 200
    assert "past niet op één pagina" in page.content.decode()
    assert horebeke.make().state == PrintRun.State.READY


def test_of_a_run_whose_work_is_stopped_no_card_is_left_and_another_one_can_be_made(
    halle: CardTown, horebeke: CardTown, monkeypatch
) -> None:
    def stop(_made, run, *_rest):
        run.cancelled = True
        run.progress()

    theirs = horebeke.make()
    with monkeypatch.context() as patched:
        patched.setattr(parts, "_read", stop)
        stopped = halle.make()

    assert (stopped.state, stopped.frozen_file, halle.cards()) == (PrintRun.State.CANCELLED, "", [])
    assert (halle.make().state, len(horebeke.cards(theirs))) == (PrintRun.State.READY, 40)


def test_whoever_makes_a_run_anew_waits_for_nobody_once_the_trail_is_held(halle: CardTown) -> None:
    """A counter holds the list while it waits for the trail; whoever held the trail and waited for the list would wait for ever."""
    made = halle.make()
    with CaptureQueriesContext(connection) as asked, tenant(halle.pk):
        runs.begin_anew(run=made, by=halle.clerk, at=halle.now)

    statements = [one["sql"] for one in asked.captured_queries]
    trail = next(place for place, one in enumerate(statements) if 'INSERT INTO "core_auditevent"' in one)
    for waits in ("pg_advisory_xact_lock", 'FROM "elections_election"'):
        first = next(place for place, one in enumerate(statements) if waits in one and ("advisory" in one or "FOR NO KEY UPDATE" in one))
        assert first < trail, waits
