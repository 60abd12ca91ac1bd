"""Texts of cards and their versions; print runs, their cards and files, what becomes of every card, and duplicates at the counter."""

from convocations.models.counter import BlankMovement, CardPrinter, Counter, Duplicate, Reissue, ReissueVoter
from convocations.models.runs import Card, CardCase, CardEvent, HourWish, PrintRun, RunFile, RunPart
from convocations.models.settings import CardSettings
from convocations.models.templates import CardLetterhead, CardTemplate, LanguageChoice

__all__ = [
    "BlankMovement",
    "Card",
    "CardCase",
    "CardEvent",
    "CardLetterhead",
    "CardPrinter",
    "CardSettings",
    "CardTemplate",
    "Counter",
    "Duplicate",
    "HourWish",
    "LanguageChoice",
    "PrintRun",
    "Reissue",
    "ReissueVoter",
    "RunFile",
    "RunPart",
]
