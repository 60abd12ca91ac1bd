"""Versions of the texts of cards: worked on by one, approved by another, never changed after that; of each municipality its own."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InternalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from convocations.cards.arms import ArmsRefusedError
from convocations.cards.card import TemplateKey
from convocations.cards.template import TemplateRefusedError, standard
from convocations.models import CardLetterhead, CardTemplate
from convocations.selectors import templates as selectors
from convocations.services import templates as services
from convocations.words.templates import REFUSALS
from core.approvals import SamePersonError
from core.models import Approval, AuditEvent
from core.tenancy import tenant
from elections.services import create_election
from tests.personas import NOW, sign_in

pytestmark = pytest.mark.django_db
DAY = date(2024, 10, 13)
KEY = TemplateKey.of("invitation-local-paper-nl")
HTML, CSS = standard(KEY, DAY)
OWN = HTML.replace("Zo stemt u", "Zo stemt u in Halle")


@pytest.fixture
def elections(world):
    def make(municipality, user):
        ballots = ["municipal", "provincial"]
        return create_election(
            municipality=municipality, date=DAY, list_date=date(2024, 8, 1), ballots=ballots, by=world.actor(user), at=NOW
        )

    return make(world.halle, world.henk), make(world.horebeke, world.hilde)


@pytest.fixture
def halle(elections):
    return elections[0]


def save(election, by, *, html=OWN, note="Zin bijgezet", based_on=0):
    return services.save_draft(election=election, key=KEY, html=html, css=CSS, note=note, based_on=based_on, by=by, at=NOW)


def approved(world, election, *, html=OWN):
    with tenant(election.municipality_id):
        alice, henk = world.actor(world.alice), world.actor(world.henk)
        save(election, alice, html=html)
        services.request_approval(election=election, key=KEY, by=alice, at=NOW)
        services.approve(municipality=election.municipality, key=KEY, by=henk, at=NOW)


def test_an_approved_text_is_what_runs_of_that_municipality_are_printed_with(world, elections):
    halle, horebeke = elections
    with tenant(world.halle.pk):
        before = selectors.forms_for(world.halle, halle)
    approved(world, halle)

    with tenant(world.halle.pk):
        after = selectors.forms_for(world.halle, halle)
        texts = selectors.approved(municipality=world.halle)
        assert selectors.versions_for(texts, after) == {name: int(name == KEY.name) for name in after}
    with tenant(world.horebeke.pk):
        elsewhere = selectors.forms_for(world.horebeke, horebeke)
        assert set(selectors.versions_for(selectors.approved(municipality=world.horebeke), elsewhere).values()) == {0}
        assert CardTemplate.objects.count() == 0
    assert {name for name in after if after[name].digest != before[name].digest} == {KEY.name}


def test_forms_are_those_that_the_election_can_need(world, halle):
    with tenant(world.halle.pk):
        assert set(selectors.forms_for(world.halle, halle)) == {KEY.name, "invitation-local_foreigner-paper-nl"}
        assert set(selectors.forms_for(world.halle, halle, [KEY.name])) == {KEY.name}


def test_nobody_approves_their_own_text(world, halle):
    with tenant(world.halle.pk):
        henk = world.actor(world.henk)
        save(halle, henk)
        services.request_approval(election=halle, key=KEY, by=henk, at=NOW)
        with pytest.raises(SamePersonError), transaction.atomic():
            services.approve(municipality=world.halle, key=KEY, by=henk, at=NOW)

        assert CardTemplate.objects.get().state == "requested"
        assert selectors.approved(municipality=world.halle) == {}


def test_a_text_that_waits_or_was_approved_does_not_change(world, halle):
    with tenant(world.halle.pk):
        alice, henk = world.actor(world.alice), world.actor(world.henk)
        save(halle, alice)
        services.request_approval(election=halle, key=KEY, by=alice, at=NOW)
        with pytest.raises(services.TemplateStateError):
            save(halle, alice, html=HTML)
        services.approve(municipality=world.halle, key=KEY, by=henk, at=NOW)
        for change in ({"html": "x"}, {"state": "draft"}, {"note": "x"}):
            with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
                CardTemplate.objects.update(**change)
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            CardTemplate.objects.all().delete()

        assert CardTemplate.objects.get().html == OWN


def test_an_older_version_comes_back_as_a_new_one(world, halle):
    approved(world, halle)
    approved(world, halle, html=HTML.replace("Zo stemt u", "Stemmen in Halle"))
    with tenant(world.halle.pk):
        first = selectors.version(municipality=world.halle, key=KEY, number=1)
        assert first is not None
        again = save(halle, world.actor(world.alice), html=first.html, based_on=1)

        assert (again.number, again.based_on, again.state) == (3, 1, "draft")
        assert [row.number for row in selectors.versions(municipality=world.halle, key=KEY)] == [3, 2, 1]
        assert selectors.approved(municipality=world.halle)[KEY.name].number == 2


def test_what_is_refused_can_be_worked_on_again_and_thrown_away(world, halle):
    with tenant(world.halle.pk):
        alice, henk = world.actor(world.alice), world.actor(world.henk)
        save(halle, alice)
        services.request_approval(election=halle, key=KEY, by=alice, at=NOW)
        services.refuse(municipality=world.halle, key=KEY, reason="Model 2024 zegt het anders", by=henk, at=NOW)
        assert CardTemplate.objects.get().state == "draft"
        services.request_approval(election=halle, key=KEY, by=alice, at=NOW)
        services.withdraw(municipality=world.halle, key=KEY, by=alice, at=NOW)
        services.discard_draft(municipality=world.halle, key=KEY, by=alice, at=NOW)

        assert CardTemplate.objects.count() == 0
        assert list(Approval.objects.order_by("pk").values_list("decision", flat=True)) == ["refused", "withdrawn"]
        kinds = AuditEvent.objects.filter(kind__startswith="card_template").order_by("seq").values_list("kind", flat=True)
        assert list(kinds) == ["card_template.saved", "card_template.discarded"]
        with pytest.raises(services.TemplateStateError):
            services.discard_draft(municipality=world.halle, key=KEY, by=alice, at=NOW)


def test_a_text_without_the_name_of_the_station_is_not_kept(world, halle):
    broken = OWN.replace('data-slot="station_name"', 'class="nobody"')
    with tenant(world.halle.pk):
        with pytest.raises(TemplateRefusedError):
            save(halle, world.actor(world.alice), html=broken)

        assert CardTemplate.objects.count() == 0
        assert not AuditEvent.objects.filter(kind__startswith="card_template").exists()


ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 5 6"><rect width="5" height="6" fill="#1d4f91"/></svg>'


def test_the_letterhead_is_of_one_municipality(world, elections):
    halle, horebeke = elections
    with tenant(world.halle.pk):
        texts = {"lines_nl": "Oudstrijdersplein 18\n1500 Halle", "foot_nl": "Vragen? Burgerzaken."}
        services.save_letterhead(municipality=world.halle, texts=texts, arms=ARMS, by=world.actor(world.henk), at=NOW)
        found = selectors.letterhead(municipality=world.halle, language="nl")
        assert (found.lines, found.foot, found.arms) == (("Oudstrijdersplein 18", "1500 Halle"), "Vragen? Burgerzaken.", ARMS.decode())
        services.save_letterhead(municipality=world.halle, texts={"foot_nl": ""}, arms=None, by=world.actor(world.henk), at=NOW)
        assert selectors.letterhead(municipality=world.halle, language="nl").arms == ARMS.decode()
        assert selectors.forms_for(world.halle, halle)
    with tenant(world.horebeke.pk):
        assert selectors.letterhead(municipality=world.horebeke, language="nl").lines == ()
        assert selectors.forms_for(world.horebeke, horebeke)


def a_png(side):
    made = BytesIO()
    Image.linear_gradient("L").resize((side, side)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("arms", "code"),
    [
        (ARMS[:-20], "arms_broken"),
        (a_png(40)[:70], "arms_broken"),
        (b"\x89PNG\r\n\x1a\nxxxx", "arms_broken"),
        (a_png(2001), "arms_pixels"),
        (b"GIF89a", "arms_type"),
        (b"<html>", "arms_type"),
        (ARMS * 4000, "arms_large"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + ARMS, "arms_type"),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]>' + ARMS, "arms_unsafe"),
        (ARMS.replace(b"<rect", b'<image href="file:///etc/passwd"/><rect'), "arms_unsafe"),
        (ARMS.replace(b"<rect", b"<script>1</script><rect"), "arms_unsafe"),
    ],
)
def test_a_picture_that_is_no_plain_coat_of_arms_is_refused(world, arms, code):
    with tenant(world.halle.pk):
        with pytest.raises(ArmsRefusedError) as refusal:
            services.save_letterhead(municipality=world.halle, texts={}, arms=arms, by=world.actor(world.henk), at=NOW)

        assert refusal.value.code == code
        assert not CardLetterhead.objects.exists()


def url(name, **more):
    return reverse(name, kwargs={"nis": "23027", "election_date": DAY, "key": KEY.name, **more})


LIST = reverse("card_template_list", kwargs={"nis": "23027", "election_date": DAY})


def fields(html=OWN, **more):
    return {"html": html, "css": CSS, "note": "Zin bijgezet", "based_on": "0", **more}


def test_from_the_list_to_an_approved_text(client, world, halle):
    sign_in(client, world.alice, confirmed=True)
    assert url("card_template_detail") in client.get(LIST).content.decode()
    editor = client.get(url("card_template_edit")).content.decode()
    assert "Zo stemt u" in editor
    assert "@page" in editor
    assert "/*" not in editor, "comments of the source are no text of a clerk"
    preview = client.post(url("card_template_preview"), fields(sample="1"), headers={"HX-Request": "true"}).content.decode()
    assert "data:image/png;base64,iVBOR" in preview
    assert client.post(url("card_template_edit"), fields()).status_code == 302
    compared = client.get(url("card_template_compare"), {"before": "0", "after": "1"}).content.decode()
    assert "<ins>&lt;h2&gt;Zo stemt u in Halle&lt;/h2&gt;</ins>" in compared
    assert client.post(url("card_template_request")).status_code == 302
    assert url("card_template_withdraw") in client.get(url("card_template_detail")).content.decode()
    assert client.post(url("card_template_decide"), {"decision": "approve"}).status_code == 403

    sign_in(client, world.henk, confirmed=True)
    waiting = client.get(url("card_template_detail")).content.decode()
    assert url("card_template_withdraw") not in waiting, "only who asked takes it back"
    assert url("card_template_decide") in waiting
    assert client.post(url("card_template_decide"), {"decision": "refuse", "reason": ""}).status_code == 422
    assert client.post(url("card_template_decide"), {"decision": "approve"}).status_code == 302
    assert client.post(url("card_template_decide"), {"decision": "approve"}).status_code == 409
    assert "Alice Test" in client.get(url("card_template_detail")).content.decode()
    with tenant(world.halle.pk):
        assert selectors.approved(municipality=world.halle)[KEY.name].html == OWN


@pytest.mark.parametrize("number", ["-1", "2147483648", "x"])
def test_a_version_that_there_can_be_none_of_is_refused(client, world, halle, number):
    sign_in(client, world.alice, confirmed=True)

    assert client.post(url("card_template_edit"), fields(based_on=number)).status_code == 422
    with tenant(world.halle.pk):
        assert not CardTemplate.objects.exists()


def test_pictures_and_pages_of_a_version(client, world, halle):
    sign_in(client, world.bob)
    picture = client.get(url("card_template_picture", number=0, sample=1))
    page = client.get(url("card_template_picture", number=0, sample=0), {"format": "pdf"})

    assert (picture.headers["Content-Type"], picture.content[:4]) == ("image/png", b"\x89PNG")
    assert (page.headers["Content-Type"], page.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(url("card_template_picture", number=7, sample=0)).status_code == 404
    assert client.get(url("card_template_picture", number=0, sample=99)).status_code == 404


def test_the_editor_says_what_is_missing_and_keeps_what_was_typed(client, world, halle):
    sign_in(client, world.alice)
    broken = OWN.replace('data-slot="station_name"', 'class="nobody"')

    answer = client.post(url("card_template_edit"), fields(broken))
    preview = client.post(url("card_template_preview"), fields(broken)).content.decode()

    assert answer.status_code == 422
    for page in (answer.content.decode(), preview):
        assert "station_name" in page
        assert "naam van het stembureau" in page
    assert "Zo stemt u in Halle" in answer.content.decode()
    with tenant(world.halle.pk):
        assert CardTemplate.objects.count() == 0


@pytest.mark.parametrize("key", ["convocation-belgian-paper-nl", "invitation-local-paper-fr", "nobody", "invitation-local-paper-nl-x"])
def test_a_kind_of_card_that_the_election_cannot_need_is_not_there(client, world, halle, key):
    sign_in(client, world.alice)

    assert client.get(url("card_template_detail", key=key)).status_code == 404


def test_the_letterhead_page(client, world, halle):
    address = reverse("card_letterhead_save", kwargs={"nis": "23027"})
    sign_in(client, world.alice)
    assert client.post(address, {"lines_nl": "x"}).status_code == 403
    sign_in(client, world.henk)
    assert client.post(address, {"lines_nl": "Oudstrijdersplein 18", "foot_nl": ""}).status_code == 302
    for lines in ("a\nb\nc\nd", "x" * 46):
        assert client.post(address, {"lines_nl": lines, "foot_nl": ""}).status_code == 422
    assert "Oudstrijdersplein 18" in client.get(reverse("card_letterhead", kwargs={"nis": "23027"})).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("wapen.gif", b"GIF89a", "arms_type"), ("wapen.png", a_png(40)[:70], "arms_broken"), ("wapen.svg", ARMS * 4000, "arms_large")],
)
def test_a_picture_that_cannot_be_used_is_said_beside_it_and_nothing_changes(client, world, halle, name, content, code):
    address = reverse("card_letterhead_save", kwargs={"nis": "23027"})
    sign_in(client, world.henk)
    client.post(address, {"lines_nl": "Oudstrijdersplein 18", "arms": SimpleUploadedFile("wapen.svg", ARMS)})

    answer = client.post(address, {"lines_nl": "Iets anders", "arms": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    with override("nl"):
        assert str(REFUSALS[code]) in answer.content.decode()
    with tenant(world.halle.pk):
        row = CardLetterhead.objects.get()
        assert (row.lines_nl, bytes(row.arms)) == ("Oudstrijdersplein 18", ARMS)
        assert AuditEvent.objects.filter(kind="card_letterhead.changed").count() == 1
