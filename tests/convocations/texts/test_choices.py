"""A voter's request for cards in French: recorded, ended, of one municipality, and read the same by one statement as by the rule."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.urls import reverse

from convocations.models import LanguageChoice
from convocations.selectors.languages import language_of
from convocations.services.languages import ChoiceRefusedError, record_choice, withdraw_choice
from convocations.sql.languages import FRENCH
from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import NOW, sign_in

pytestmark = pytest.mark.django_db
TODAY = date(2024, 8, 19)


def record(world, rode, voter, day=date(2024, 3, 10)):
    by = world.actor(world.alice, rode)
    return record_choice(municipality=rode, person=voter, received_on=day, source="brief 2024/118", by=by, at=NOW)


def by_statement(voter, on):
    with connection.cursor() as cursor:
        cursor.execute(FRENCH, {"municipality_id": voter.municipality_id, "today": on})
        return "fr" if (voter.pk,) in cursor.fetchall() else "nl"


@pytest.mark.parametrize(
    ("on", "language"),
    [
        (date(2024, 3, 9), "nl"),
        (date(2024, 3, 10), "fr"),
        (date(2024, 3, 11), "fr"),
        (date(2028, 3, 8), "fr"),
        (date(2028, 3, 9), "fr"),
        (date(2028, 3, 10), "nl"),
    ],
)
def test_a_recorded_choice_holds_for_four_years_in_its_municipality_only(world, rode, voter, elsewhere, on, language):
    with tenant(rode.pk):
        found = record(world, rode, voter)

        assert found.ends_on == date(2028, 3, 9)
        assert language_of(municipality=rode, person=voter, on=on) == by_statement(voter, on) == language
    with tenant(world.halle.pk):
        assert language_of(municipality=world.halle, person=elsewhere, on=on) == by_statement(elsewhere, on) == "nl"
        assert LanguageChoice.objects.count() == 0


def test_a_withdrawn_choice_holds_no_longer_from_that_day(world, rode, voter):
    with tenant(rode.pk):
        record(world, rode, voter)
        withdraw_choice(municipality=rode, person=voter, by=world.actor(world.alice, rode), at=NOW)

        for on, language in ((TODAY - timedelta(1), "fr"), (TODAY, "nl"), (TODAY + timedelta(1), "nl")):
            assert language_of(municipality=rode, person=voter, on=on) == by_statement(voter, on) == language
        events = AuditEvent.objects.filter(kind__startswith="language_choice").order_by("seq")
        assert [(event.kind, event.target) for event in events] == [
            ("language_choice.recorded", f"person:{voter.pk}"),
            ("language_choice.withdrawn", f"person:{voter.pk}"),
        ]
        with pytest.raises(ChoiceRefusedError, match="none"):
            withdraw_choice(municipality=rode, person=voter, by=world.actor(world.alice, rode), at=NOW)


@pytest.mark.parametrize(("day", "code"), [(TODAY + timedelta(1), "future"), (date.max, "future"), (date(2020, 8, 19), "over")])
def test_a_day_that_cannot_be_is_refused(world, rode, voter, day, code):
    with tenant(rode.pk):
        with pytest.raises(ChoiceRefusedError, match=code):
            record(world, rode, voter, day)

        assert LanguageChoice.objects.count() == 0


@pytest.mark.parametrize("day", [TODAY, date(2020, 8, 20)])
def test_the_last_days_that_can_be(world, rode, voter, day):
    with tenant(rode.pk):
        assert record(world, rode, voter, day).received_on == day


def test_where_there_are_no_facilities_nothing_is_recorded(world, elsewhere):
    with tenant(world.halle.pk):
        with pytest.raises(ChoiceRefusedError, match="not_here"):
            record_choice(municipality=world.halle, person=elsewhere, received_on=TODAY, source="x", by=world.actor(world.alice), at=NOW)

        assert LanguageChoice.objects.count() == 0


def test_a_newer_request_takes_the_place_of_the_one_before(world, rode, voter):
    with tenant(rode.pk):
        record(world, rode, voter)
        record(world, rode, voter, TODAY)
        with pytest.raises(ChoiceRefusedError, match="open"):
            record(world, rode, voter, date(2024, 5, 1))

        assert list(LanguageChoice.objects.order_by("pk").values_list("withdrawn_on", flat=True)) == [TODAY, None]
        for on in (TODAY - timedelta(1), TODAY, date(2028, 8, 18)):
            assert language_of(municipality=rode, person=voter, on=on) == by_statement(voter, on) == "fr"
        assert language_of(municipality=rode, person=voter, on=date(2028, 8, 19)) == "nl"


def test_a_choice_is_ended_and_never_changed(world, rode, voter):
    with tenant(rode.pk):
        record(world, rode, voter)
        with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
            LanguageChoice.objects.update(ends_on=date(2040, 1, 1))

        assert LanguageChoice.objects.get().ends_on == date(2028, 3, 9)


def test_the_page_records_and_withdraws(client, world, rode, voter, elsewhere, time_machine):
    time_machine.move_to(NOW, tick=False)
    sign_in(client, world.alice)
    page = reverse("language_choice", kwargs={"nis": "23101", "pk": voter.pk})
    dossier = client.get(reverse("person_detail", kwargs={"nis": "23101", "pk": voter.pk})).content.decode()
    assert page in dossier

    assert client.post(page, {"received_on": "10/03/2024", "source": "brief 2024/118"}).status_code == 302
    assert "9 maart 2028" in client.get(page).content.decode()
    assert client.post(page, {"received_on": "1/03/2030", "source": "x"}).status_code == 422
    assert client.post(reverse("language_choice_withdraw", kwargs={"nis": "23101", "pk": voter.pk})).status_code == 302
    with tenant(rode.pk):
        assert language_of(municipality=rode, person=voter, on=TODAY) == "nl"

    there = reverse("language_choice", kwargs={"nis": "23027", "pk": elsewhere.pk})
    assert there not in client.get(reverse("person_detail", kwargs={"nis": "23027", "pk": elsewhere.pk})).content.decode()
    assert client.post(there, {"received_on": "10/03/2024", "source": "x"}).status_code == 422
    assert client.get(reverse("language_choice", kwargs={"nis": "23027", "pk": voter.pk})).status_code == 404
