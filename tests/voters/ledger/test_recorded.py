"""What waited for another one's list is recorded as of after it: the sheet of changes since that list holds it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from tests.voters.ledger.test_change_sheet import found
from tests.voters.ledger.test_decisions import MUNICIPAL, newcomer
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import LedgerTown, a_decision, events_csv
from voters.selectors.ledger import LONGEST_WORK, recorded_moment
from voters.services import decisions, mutation_merge

WAITED = timedelta(seconds=40)


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


@pytest.mark.parametrize(("began", "waits"), [
    (timedelta(0), True), (WAITED, True), (LONGEST_WORK - WAITED, True), (LONGEST_WORK, False), (timedelta(days=700), False), (-WAITED, False),
])  # fmt: skip
def test_by_the_clock_of_the_database_after_the_waiting(db: None, began: timedelta, waits: bool) -> None:
    before = _clock()
    at = before - began

    recorded = recorded_moment(at)

    assert (before <= recorded <= _clock()) if waits else recorded == at


def test_events_and_decisions_that_waited_for_a_list_are_later_than_it(
    halle: LedgerTown, horebeke: LedgerTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, struck = halle.persons()[:2]
    added = newcomer(halle)
    for module in (decisions, mutation_merge):
        monkeypatch.setattr(module, "recorded_moment", lambda at: at + WAITED)
    listed = halle.now + WAITED / 2  # a copy of the list was taken while all of these waited

    halle.bring_in(events_csv(one(dead, 2, "death")))
    recorded = [halle.record(struck, a_decision("strike")), halle.record(added, a_decision("add", ballots=MUNICIPAL))]

    everything = {("struck", dead.pk), ("struck", struck.pk), ("added", added.pk)}
    assert [decision.recorded_at for decision in recorded] == [halle.now + WAITED] * 2
    assert found(halle, halle.now - WAITED, listed) == set()
    assert found(halle, listed, halle.now + WAITED) == everything
    assert not halle.list_at(listed)[dead.pk].struck
    assert halle.list_at(halle.now + WAITED)[dead.pk].struck
    assert found(horebeke, listed, halle.now + WAITED) == set()
