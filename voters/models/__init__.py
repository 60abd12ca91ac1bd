"""The register as this municipality knows it, and the extractions and voters lists made from it."""

from voters.models.extraction import Entry, Extraction, Verdict
from voters.models.imports import ColumnMap, RegisterImport, RegisterProblem, RegisterStaging
from voters.models.register import NameToken, Person, PersonVersion

__all__ = [
    "ColumnMap",
    "Entry",
    "Extraction",
    "NameToken",
    "Person",
    "PersonVersion",
    "RegisterImport",
    "RegisterProblem",
    "RegisterStaging",
    "Verdict",
]
