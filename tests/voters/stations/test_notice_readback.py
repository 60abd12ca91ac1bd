"""The notice of streets is read back before anybody gets it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core.models import AuditEvent
from core.tenancy import tenant
from tests.personas import sign_in
from tests.voters.stations.town import Town
from voters.documents.street_notice import layout


def test_a_damaged_notice_is_not_given_out(halle: Town, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    right = layout.write

    def cut(path: Path, *arguments: Any, **more: Any) -> Any:
        result = right(path, *arguments, **more)
        path.write_bytes(path.read_bytes()[:-300])
        return result

    sign_in(client, halle.world.alice)
    assert client.get(f"{halle.url}station-streets/notice.pdf").content.startswith(b"%PDF")
    monkeypatch.setattr(layout, "write", cut)
    answer = client.get(f"{halle.url}station-streets/notice.pdf")

    assert answer.status_code == 409
    assert "Het bestand klopt niet met de lijst" in answer.content.decode()
    with tenant(halle.municipality.pk):
        assert AuditEvent.objects.filter(kind="assignment.notice_issued").count() == 1


def test_a_street_that_is_left_out_of_the_notice_is_told(halle: Town, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    right = layout._lines

    def without(*arguments: Any) -> Any:
        monkeypatch.setattr(layout, "_lines", right)
        return iter([line for line in right(*arguments) if not (isinstance(line, tuple) and "Basiliekstraat" in line)])

    monkeypatch.setattr(layout, "_lines", without)
    sign_in(client, halle.world.alice)
    answer = client.get(f"{halle.url}station-streets/notice.pdf")

    assert answer.status_code == 409
    assert "<li>Basiliekstraat</li>" in answer.content.decode()
    with tenant(halle.municipality.pk):
        assert not AuditEvent.objects.filter(kind="assignment.notice_issued").exists()
