"""Files of a run put into the storage, each with its hash."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from convocations.models import PrintRun, RunFile
from convocations.rules.runs import file_name
from convocations.services import frozen


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


def sha256_of(path: Path) -> str:
    """In hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_whole(file: RunFile) -> bool:
    """Whether what lies in the storage is what was put there."""
    try:
        with default_storage.open(file.file) as stream:
            found = hashlib.sha256()
            while block := stream.read(1 << 20):
                found.update(block)
    except FileNotFoundError:
        return False
    return found.hexdigest() == file.sha256
