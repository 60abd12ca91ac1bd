"""Bring mutations in: ``manage.py apply_mutations 23027 mutations.csv --requested-by an --approved-by lies --json``."""

from voters.management.commands.import_register import Command as ImportRegister
from voters.models import RegisterImport


class Command(ImportRegister):
    """Check, approve and bring in, as a register file; two different people answer for it."""

    help = "Bring in mutations of the register, with their effects on frozen lists (docs/formats/mutations.md)."
    kind = RegisterImport.Kind.MUTATIONS
    figures = ("rows", "persons", "first", "last", "unmatched_addresses", "events", "lists", "effects")
