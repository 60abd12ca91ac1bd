"""``language_choice``: a voter's request for cards in French, recorded or withdrawn from a terminal."""

import pytest

from convocations.models import LanguageChoice
from core.models import AuditEvent
from core.tenancy import tenant
from municipalities.models import Municipality
from tests.commands import call
from tests.personas import World
from voters.models import Person

DOCUMENT = ("--received-on", "2024-03-10", "--source", "brief 2024/118")


def choices(municipality: Municipality) -> int:
    with tenant(municipality.pk):
        return LanguageChoice.objects.filter(municipality=municipality, withdrawn_on=None).count()


def test_a_request_for_french_is_recorded_and_withdrawn(world: World, rode: Municipality, voter: Person) -> None:
    number = voter.national_number
    assert call("language_choice", "23101", number) == {"language": "nl", "ends_on": None}

    recorded = call("language_choice", "23101", number, *DOCUMENT, "--requested-by", "alice")

    assert recorded["language"] == "fr"
    assert recorded["ends_on"] > "2028-03-01"
    assert call("language_choice", "23101", number) == recorded
    assert call("language_choice", "23101", number, "--withdraw", "--requested-by", "alice") == {"language": "nl", "ends_on": None}
    with tenant(rode.pk):
        kinds = AuditEvent.objects.filter(municipality_id=rode.pk, kind__startswith="language_choice").order_by("pk")
        assert list(kinds.values_list("kind", "actor_name")) == [
            ("language_choice.recorded", "Alice Test"),
            ("language_choice.withdrawn", "Alice Test"),
        ]


@pytest.mark.parametrize(
    ("arguments", "column"),
    [
        (("--received-on", "10/03/2024", "--source", "x", "--requested-by", "alice"), "--received-on"),
        (("--received-on", "2025-03-10", "--source", "x", "--requested-by", "alice"), "--received-on"),
        (("--received-on", "2019-03-10", "--source", "x", "--requested-by", "alice"), "--received-on"),
        (("--received-on", "2024-03-10", "--requested-by", "alice"), "--source"),
        (("--received-on", "2024-03-10", "--source", "x" * 201, "--requested-by", "alice"), "--source"),
        ((*DOCUMENT,), "--requested-by"),
        ((*DOCUMENT, "--requested-by", "charlie"), "user"),
        (("--withdraw", "--requested-by", "alice"), "--withdraw"),
    ],
)
def test_what_cannot_be_asked_leaves_nothing(
    world: World,
    rode: Municipality,
    voter: Person,
    arguments: tuple[str, ...],
    column: str,
) -> None:
    assert [found for found, _problem in call("language_choice", "23101", voter.national_number, *arguments)] == [column]
    assert choices(rode) == 0


def test_elsewhere_cards_are_in_dutch(world: World, rode: Municipality, voter: Person, elsewhere: Person) -> None:
    [(column, problem)] = call("language_choice", "23027", elsewhere.national_number, *DOCUMENT, "--requested-by", "alice")
    assert (column, "no language facilities" in problem) == ("--received-on", True)
    assert choices(world.halle) == choices(rode) == 0
