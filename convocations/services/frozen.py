"""What a run was made with, kept beside it: the forms of its templates and the blocks of its stations. Later edits do not touch a run."""

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from convocations.cards.card import StationBlock, TemplateKey, returning_texts
from convocations.models import PrintRun
from documents.stream.forms import CompiledForm
from documents.stream.stationery import Stationery
from elections.selectors import ballot_codes


@dataclass(frozen=True, slots=True)
class Frozen:
    """The stationery of a run, and its station blocks by the id of the station."""

    stationery: Stationery
    blocks: Mapping[int, StationBlock]
    backs: Mapping[str, CompiledForm]
    """The back sides, of those templates that have one."""


def folder(run: PrintRun) -> str:
    """Where the files of a run lie in the storage."""
    return f"{run.election.municipality.nis_code}/cards/{run.pk}"


def keep(
    run: PrintRun,
    *,
    title: str,
    forms: Mapping[str, CompiledForm],
    blocks: Mapping[int, StationBlock],
    backs: Mapping[str, CompiledForm] | None = None,
) -> None:
    """Write forms, back sides and blocks beside a run, and name them in it; the caller saves the run."""
    content: dict[str, Any] = {
        "title": title,
        "author": run.election.municipality.name,
        "forms": {name: form.to_json() for name, form in sorted(forms.items())},
        "blocks": {str(pk): block_as_json(block) for pk, block in blocks.items()},
        "phrases": {name: returning_texts(TemplateKey.of(name), ballot_codes(run.election)) for name in sorted(forms)},
    }
    if backs:
        content["backs"] = {name: form.to_json() for name, form in sorted(backs.items())}
    data = json.dumps(content, ensure_ascii=False).encode()
    run.templates = {name: form.digest for name, form in sorted(forms.items())}
    run.frozen_file = store(f"{folder(run)}/frozen-{hashlib.sha256(data).hexdigest()[:16]}.json", io.BytesIO(data))


def load(run: PrintRun) -> Frozen:
    """What ``keep`` wrote."""
    content = read(run.frozen_file)
    forms = {name: CompiledForm.from_json(text) for name, text in content["forms"].items()}
    stationery = Stationery(forms, title=content["title"], author=content["author"], phrases=content.get("phrases", {}))
    blocks = {int(pk): block_from_json(values) for pk, values in content["blocks"].items()}
    return Frozen(stationery, blocks, backs_of(content))


def backs_of(content: Mapping[str, Any]) -> dict[str, CompiledForm]:
    """The back sides in such a file."""
    return {name: CompiledForm.from_json(text) for name, text in content.get("backs", {}).items()}


def read(name: str) -> dict[str, Any]:
    """The content of such a file: title, author, forms and blocks as JSON."""
    with default_storage.open(name) as file:
        content: dict[str, Any] = json.loads(file.read())
    return content


def store(name: str, stream: Any) -> str:
    """Put a file in the storage in the place of one that is called so already, and return its name."""
    default_storage.delete(name)
    return default_storage.save(name, File(stream))


def block_as_json(block: StationBlock) -> dict[str, Any]:
    """A block as it is kept."""
    return {**asdict(block), "sketch": base64.b64encode(block.sketch).decode()}


def block_from_json(values: Mapping[str, Any]) -> StationBlock:
    """What ``block_as_json`` gave."""
    position = tuple(values["position"]) if values["position"] else None
    return StationBlock(**{**values, "position": position, "sketch": base64.b64decode(values["sketch"])})
