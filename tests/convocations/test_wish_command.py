"""``preferred_hour``: which hour a household would like, noted from a terminal."""

import pytest

from convocations.models import HourWish
from core.tenancy import tenant
from tests.commands import call
from tests.convocations.cards import CardTown


def test_a_wish_is_noted_and_forgotten(halle: CardTown, horebeke: CardTown) -> None:
    number = halle.ledger.persons()[0].national_number
    asked = ("preferred_hour", "23027", "2024-10-13", number)

    assert call(*asked, "earlier", "--requested-by", "alice", at=halle.now) == {"wish": "earlier"}
    with tenant(halle.pk):
        assert list(HourWish.objects.filter(municipality=halle.municipality).values_list("wish", "recorded_by_name")) == [
            (-1, "Alice Test")
        ]
    assert horebeke.count(HourWish) == 0

    assert call(*asked, "none", "--requested-by", "alice", at=halle.now) == {"wish": "none"}
    assert halle.count(HourWish) == 0


@pytest.mark.parametrize(
    ("number", "who", "column"), [("85073003328", "alice", "NATIONAL_NUMBER"), ("", "bob", "user"), ("", "charlie", "user")]
)
def test_a_wish_of_nobody_or_by_somebody_who_may_not_is_not_noted(halle: CardTown, number: str, who: str, column: str) -> None:
    voter_number = number or halle.ledger.persons()[0].national_number
    refused = call("preferred_hour", "23027", "2024-10-13", voter_number, "later", "--requested-by", who, at=halle.now)
    assert [found for found, _problem in refused] == [column]
    assert halle.count(HourWish) == 0
