"""The register as this municipality knows it, the extractions and voters lists made from it, where the voters of a list vote, and what changes afterwards."""

from voters.models.assignment import Draft, EntryPlace, HandMove, Pin, Placement
from voters.models.copies import ListCopy
from voters.models.extraction import Entry, Extraction, Verdict
from voters.models.imports import ColumnMap, RegisterImport, RegisterProblem, RegisterStaging
from voters.models.ledger import AddedEntry, Effect, ListDecision, Mutation, MutationStaging
from voters.models.register import NameToken, Person, PersonVersion

__all__ = [
    "AddedEntry",
    "ColumnMap",
    "Draft",
    "Effect",
    "Entry",
    "EntryPlace",
    "Extraction",
    "HandMove",
    "ListCopy",
    "ListDecision",
    "Mutation",
    "MutationStaging",
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
