"""One row of the preparatory checks: what was found, where, in which figures, and where it is mended."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """bad: voters cannot vote as they should; warn: somebody has to look."""

    BAD = "bad"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` has its words in districts.words; ``target`` names the page that mends it (core.pages): ``building:12``."""

    code: str
    severity: Severity
    target: str
    values: dict[str, Any] = field(default_factory=dict)
