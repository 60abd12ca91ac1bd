"""The lists of the demo: paper packages of all stations, lists for whoever may have one, and a party's copy by two people.

Everything goes through the services of the screens; work is waited for with ``wait``, which takes the number of a job.
"""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.core.files.storage import default_storage
from django.utils import timezone

from core.actor import Actor
from core.tenancy import tenant
from elections.models import Election
from voters.models import ListCopy
from voters.rules.list_copies import Kind, Order, Wish
from voters.services import list_copies

Wait = Callable[[int | None], None]
FOLDER: Final = "lijsten"
WISHES: Final[dict[str, Wish]] = {
    "pakketten": Wish(Kind.PACKAGE, "pdf", Order.NAME, "nl", None, apart=False, made_for="Voorzitter van het stembureau", split=True),
    "stembureaus-per-straat": Wish(Kind.STATION, "pdf", Order.STREET, "nl", None, apart=False, made_for="Loket burgerzaken"),
    "inzage": Wish(Kind.PUBLIC, "pdf", Order.NAME, "nl", None, apart=False, made_for="Inzage door het publiek"),
    "gouverneur": Wish(Kind.GOVERNOR, "xlsx", Order.NAME, "nl", None, apart=False, made_for="Gouverneur van de provincie"),
    "partij": Wish(Kind.PARTY, "csv", Order.NAME, "nl", None, apart=False, made_for="Jan Voorbeeld, lijst 3"),
}
"""What is made, under the name of its file or folder."""


def write_lists(*, election: Election, out: Path, by: Actor, second: Actor, wait: Wait) -> tuple[list[Path], dict[str, int]]:
    """The files, and how many voters and pages they hold; what is there already is not made again."""
    folder = out / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    figures = {"lists": len(WISHES), "rows": 0, "pages": 0}
    for name, wish in WISHES.items():
        copy = _made(election, wish, by, second, wait)
        target = folder / (name if wish.split else f"{name}.{wish.file_format}")
        if not target.exists():
            _lay(copy, target)
        files += sorted(target.iterdir()) if wish.split else [target]
        figures = {**figures, "rows": figures["rows"] + copy.rows, "pages": figures["pages"] + copy.pages}
    return files, figures


def _made(election: Election, wish: Wish, by: Actor, second: Actor, wait: Wait) -> ListCopy:
    """The copy of an earlier start whose file is still kept, or a new one; a party's is asked by one and approved by another."""
    with tenant(election.municipality_id):
        own = ListCopy.objects.filter(municipality_id=election.municipality_id, election=election, kind=wish.kind, made_for=wish.made_for)
        copy = own.filter(state=ListCopy.State.MADE, file__gt="").order_by("-number").first()
        if copy is not None:
            return copy
        copy = list_copies.request_copy(
            election=election, wish=wish, by=by, at=timezone.now(), purpose="Formulier A00a" if wish.kind == Kind.PARTY else ""
        )
        if copy.state == ListCopy.State.REQUESTED:
            list_copies.approve_copy(copy=copy, by=second, at=timezone.now())
        copy.refresh_from_db()
    wait(copy.job_id)
    with tenant(election.municipality_id):
        copy.refresh_from_db()
    return copy


def _lay(copy: ListCopy, target: Path) -> None:
    """The file of a copy, or the files of its archive, put in place whole."""
    partial = target.with_suffix(".part")
    with default_storage.open(copy.file) as file:
        if copy.split:
            shutil.rmtree(partial, ignore_errors=True)
            with zipfile.ZipFile(file) as archive:
                archive.extractall(partial)
        else:
            with partial.open("wb") as stream:
                shutil.copyfileobj(file, stream)
    partial.rename(target)
