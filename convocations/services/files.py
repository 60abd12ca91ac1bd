"""What is looked at and fetched, recorded: files of a run with their hash, cards, searches without the words."""

from datetime import datetime

from django.db import transaction

from convocations.models import Card, PrintRun, RunFile
from convocations.selectors.cards import CardQuery
from core import audit
from core.actor import Actor
from elections.models import Election


def may_fetch(file: RunFile) -> bool:
    """Whether a file may leave the house: the proof set is there to be looked at, all others wait for the release."""
    return file.kind == RunFile.Kind.PROOF or file.run.state == PrintRun.State.RELEASED


@transaction.atomic
def record_download(*, file: RunFile, by: Actor, at: datetime) -> None:
    """Note that somebody fetched a file."""
    audit.record(
        municipality_id=file.municipality_id,
        kind="card_run.file_downloaded",
        by=by,
        at=at,
        target=f"card_run:{file.run_id}",
        after={"file": file.name, "sha256": file.sha256},
    )


@transaction.atomic
def record_view(*, card: Card, by: Actor, at: datetime) -> None:
    """Note that somebody looked at a voter's card."""
    audit.record(municipality_id=card.municipality_id, kind="card.viewed", by=by, at=at, target=f"card:{card.pk}")


@transaction.atomic
def record_search(*, election: Election, asked: CardQuery, found: int, by: Actor, at: datetime) -> None:
    """Note that somebody searched cards: what kind of thing was typed and how many were found, never the words."""
    typed = "number" if asked.q.isdecimal() else "words"
    after = {"what": typed, "found": found}
    audit.record(
        municipality_id=election.municipality_id, kind="cards.searched", by=by, at=at, target=f"election:{election.pk}", after=after
    )
