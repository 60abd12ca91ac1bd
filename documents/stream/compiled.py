"""A compiled form: the drawing as PDF objects, and the places of what changes; how it is frozen with a run."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass

VERSION = 1
"""Rises when the same template would give another form."""


class TemplateError(Exception):
    """The template cannot be a form; the text says why, for its author."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the page, in points from its lower left corner."""

    name: str
    layer: str
    x: float
    y: float
    """Baseline of the first line; for a code, the lower edge of the box."""
    width: float
    height: float
    face: str
    size: float
    lines: int
    leading: float
    least: float
    align: str
    colour: tuple[float, float, float]
    code: str = ""
    version: int = 2
    level: str = "Q"
    length: int = 0
    start: str = ""


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """The drawing as PDF objects (the first is the form itself; they point at each other by place) and its slots."""

    width: float
    height: float
    objects: tuple[tuple[str, bytes | None], ...]
    slots: tuple[Slot, ...]

    def to_json(self) -> str:
        """The form as text that can be kept with a run: the same form, the same text."""
        objects = [[head, None if data is None else base64.b64encode(data).decode()] for head, data in self.objects]
        content = {
            "version": VERSION,
            "width": self.width,
            "height": self.height,
            "objects": objects,
            "slots": [asdict(s) for s in self.slots],
        }
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "CompiledForm":
        """The form that ``to_json`` wrote."""
        content = json.loads(text)
        objects = tuple((head, None if data is None else base64.b64decode(data)) for head, data in content["objects"])
        slots = tuple(Slot(**{**slot, "colour": tuple(slot["colour"])}) for slot in content["slots"])
        return cls(content["width"], content["height"], objects, slots)

    @property
    def digest(self) -> str:
        """SHA-256 of the form, in hexadecimal: what an approval is bound to."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()
