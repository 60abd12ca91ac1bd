"""The counter of the demo: blank cards, two duplicates and a spoiled one; a second start hands nothing out again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from time_machine import travel

from convocations.models import BlankMovement, Card, Counter, Duplicate
from core.models import AuditEvent
from core.tenancy import tenant
from demo import counter
from tests.convocations.cards import CardTown
from tests.personas import World
from tests.voters.ledger.town import frozen_town


@pytest.fixture
def halle(world: World, django_capture_on_commit_callbacks: Callable, settings, tmp_path: Path, monkeypatch) -> CardTown:
    """With cards that were released."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr("convocations.services.parts.SAMPLE", 1)
    town = CardTown(frozen_town(world, world.halle, django_capture_on_commit_callbacks))
    town.release(town.make())
    return town


def kept(town: CardTown) -> list[int]:
    with tenant(town.pk):
        own = [model.objects.filter(municipality=town.municipality).count() for model in (Card, Counter, Duplicate, BlankMovement)]
        return [*own, AuditEvent.objects.filter(municipality_id=town.pk).count()]


@pytest.mark.parametrize("now", [datetime(2024, 9, 30, 8, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC)])
def test_two_duplicates_lie_in_the_folder_and_the_blanks_are_accounted_for(
    halle: CardTown, world: World, tmp_path: Path, now: datetime
) -> None:
    with travel(now, tick=False):
        files, figures = counter.hand_out(election=halle.election, out=tmp_path, by=halle.clerk)

    assert figures == {"duplicates": 2, "delivered": 200, "printed": 1, "spoiled": 1, "left": 198}
    assert [path.name for path in files] == ["duplicaat-1-02.pdf", "duplicaat-2-02.pdf"]
    for path in files:
        (page,) = pypdfium2.PdfDocument(path.read_bytes())
        assert "DUPLICAAT" in page.get_textpage().get_text_range()
    assert sorted((card.list_number, card.issue, card.state) for card in halle.cards() if card.list_number < 3) == [
        (1, 1, "replaced"), (1, 2, "printed"), (2, 1, "replaced"), (2, 2, "printed")
    ]  # fmt: skip
    before, written = kept(halle), {path: path.stat().st_mtime_ns for path in files}

    with travel(now, tick=False):
        assert counter.hand_out(election=halle.election, out=tmp_path, by=halle.clerk) == (files, figures)

    assert kept(halle) == before
    assert {path: path.stat().st_mtime_ns for path in files} == written
    with tenant(world.horebeke.pk):
        assert not Counter.objects.exists()
        assert not Card.objects.exists()
