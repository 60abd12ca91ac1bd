"""Until when a duplicate is made for the parliaments: until the last polling station of the municipality closes, that minute included."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from convocations.rules.counter import Refusal
from core.tenancy import tenant
from districts.models import Station
from elections.models import ElectionBallot
from tests.convocations.cards import SETTINGS, CardTown
from tests.convocations.counter.conftest import Desk, open_desk
from tests.convocations.counter.test_refusals import refused

MINUTE = timedelta(minutes=1)


def _at(minutes: int) -> datetime:
    """On the day of the election, minutes after midnight."""
    return datetime(2024, 10, 13, minutes // 60, minutes % 60, tzinfo=ZoneInfo("Europe/Brussels"))


@pytest.mark.parametrize(("electronic", "closing"), [(False, SETTINGS.paper.closing), (True, SETTINGS.electronic.closing)])
def test_for_the_parliaments_until_the_last_station_closes(desk: Desk, horebeke: CardTown, electronic: bool, closing: int) -> None:
    town, end = desk.town, _at(closing)
    with tenant(town.pk):
        ElectionBallot.objects.create(municipality=town.municipality, election=town.election, ballot="chamber")
        Station.objects.filter(municipality=town.municipality, election=town.election, number=3).update(electronic=electronic)
    first, second, third = town.ledger.persons()[:3]

    assert desk.issue(first, at=end - MINUTE).card.issue == 2
    assert desk.issue(second, at=end).card.issue == 2
    assert refused(desk, third, at=end + MINUTE).refusal == Refusal.TOO_LATE
    # The neighbours elect councils alone: noon is the end there.
    assert refused(open_desk(horebeke), horebeke.ledger.persons()[0], at=end).refusal == Refusal.TOO_LATE
