"""Texts of cards and their versions; print runs, their cards and files, and what becomes of every card."""

from convocations.models.runs import Card, CardCase, CardEvent, HourWish, PrintRun, RunFile, RunPart
from convocations.models.templates import CardLetterhead, CardTemplate, LanguageChoice

__all__ = [
    "Card",
    "CardCase",
    "CardEvent",
    "CardLetterhead",
    "CardTemplate",
    "HourWish",
    "LanguageChoice",
    "PrintRun",
    "RunFile",
    "RunPart",
]
