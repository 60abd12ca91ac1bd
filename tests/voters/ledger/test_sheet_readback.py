"""The change sheet is read back before anybody gets it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.models import AuditEvent
from core.tenancy import tenant
from tests.voters.ledger.test_mutations import one
from tests.voters.ledger.town import LedgerTown, events_csv
from voters.documents.change_sheet import layout
from voters.services import change_sheet, printing


def test_a_damaged_sheet_is_not_given_out(halle: LedgerTown, horebeke: LedgerTown, monkeypatch: pytest.MonkeyPatch) -> None:
    right = layout.write

    def cut(path: Path, *arguments: Any, **more: Any) -> Any:
        result = right(path, *arguments, **more)
        path.write_bytes(path.read_bytes()[:-300])
        return result

    halle.bring_in(events_csv(one(halle.persons()[0], 1, "death")))
    until = halle.now + timedelta(hours=1)
    wish: dict[str, Any] = {"since": halle.now - timedelta(days=1), "until": until, "file_format": "pdf", "at": until}
    monkeypatch.setattr(layout, "write", cut)
    with tenant(halle.municipality.pk):
        with pytest.raises(printing.ReadBackError):
            change_sheet.issue_change_sheet(election=halle.town.election, by=halle.clerk, **wish)
        assert not AuditEvent.objects.filter(kind="change_sheet.exported").exists()
    monkeypatch.undo()
    with tenant(horebeke.municipality.pk):
        sheet = change_sheet.issue_change_sheet(election=horebeke.town.election, by=horebeke.clerk, **wish)
    assert (sheet.rows, sheet.content[:4]) == (0, b"%PDF")
