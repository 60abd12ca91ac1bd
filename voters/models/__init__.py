"""The register as this municipality knows it, the extractions and voters lists made from it, and where the voters of a list vote."""

from voters.models.assignment import Draft, EntryPlace, HandMove, Pin, Placement
from voters.models.extraction import Entry, Extraction, Verdict
from voters.models.imports import ColumnMap, RegisterImport, RegisterProblem, RegisterStaging
from voters.models.register import NameToken, Person, PersonVersion

__all__ = [
    "ColumnMap",
    "Draft",
    "Entry",
    "EntryPlace",
    "Extraction",
    "HandMove",
    "NameToken",
    "Person",
    "PersonVersion",
    "Pin",
    "Placement",
    "RegisterImport",
    "RegisterProblem",
    "RegisterStaging",
    "Verdict",
]
