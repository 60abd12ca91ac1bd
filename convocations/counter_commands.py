"""How a command names a counter and writes what it made."""

from collections.abc import Mapping
from pathlib import Path

from convocations.models import Counter
from convocations.selectors import counter as selectors
from core.commands import refuse
from municipalities.models import Municipality


def counter_called(place: Municipality, name: str) -> Counter:
    """The counter that is called so, or refuse."""
    found = selectors.counter_named(municipality_id=place.pk, name=name.replace("\0", ""))
    return found or refuse("no counter is called so", column="--counter", value=name)


def write_files(files: Mapping[Path, bytes], *, column: str) -> None:
    """Write files, whole or not at all, and refuse what cannot be written.

    Inside the transaction of what they belong to: without its file nothing has happened.
    """
    for path, content in files.items():
        partial = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(content)
            partial.rename(path)
        except OSError as error:
            refuse(f"cannot be written: {error.strerror}", column=column, value=str(path))
