"""Files of a run put into the storage, each with its hash."""

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage

from convocations.models import PrintRun, RunFile
from convocations.rules.runs import file_name
from convocations.services import frozen
from core.files import digest_of, sha256_of


def keep_file(
    made: PrintRun, kind: str, path: Path, *, what: str, pages: int = 0, details: dict[str, Any] | None = None, by: str, at: datetime
) -> RunFile:
    """Put a file of a run in the storage under its name, with its hash."""
    name = file_name(
        what, nis=made.election.municipality.nis_code, day=made.election.date, run=made.number, extension=path.suffix.removeprefix(".")
    )
    with path.open("rb") as stream:
        stored = frozen.store(f"{frozen.folder(made)}/{name}", stream)
    kept, _made = RunFile.objects.update_or_create(
        municipality_id=made.municipality_id,
        run=made,
        name=name,
        defaults={
            "kind": kind,
            "file": stored,
            "sha256": sha256_of(path),
            "pages": pages,
            "size": path.stat().st_size,
            **({"details": details} if details else {}),
            "made_at": at,
            "made_by_name": by,
        },
    )
    return kept


def is_whole(file: RunFile) -> bool:
    """Whether what lies in the storage is what was put there."""
    try:
        with default_storage.open(file.file) as stream:
            return digest_of(cast("BinaryIO", stream))[0] == file.sha256
    except FileNotFoundError:
        return False
