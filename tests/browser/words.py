"""The words on the Dutch screen, found by their msgid, so that a test reads in English and survives better wording."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.utils.translation import gettext, override

LOCALE = Path(__file__).resolve().parents[2] / "locale"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def nl(msgid: str, **values: object) -> str:
    """A text as the Dutch screen shows it."""
    with override("nl"):
        text = gettext(msgid)
    return text % values if values else text


@cache
def english() -> tuple[str, ...]:
    """Pieces of at least two words that a screen in Dutch never shows: whole msgids, or their longest piece between placeholders."""
    found: set[str] = set()
    for path in sorted((LOCALE / "nl").glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            strings = _forms(message.string)
            for text in _forms(message.id):
                piece = max((part.strip() for part in PLACEHOLDER.split(text)), key=len, default="")
                least = 2 if piece == text.strip() else 3
                if len(piece.split()) >= least and not any(piece in translated for translated in strings):
                    found.add(" ".join(piece.split()))
    return tuple(sorted(found))


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """A text of a catalogue with its plural, if it has one; none where it is not translated."""
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else text


def english_on(text: str) -> list[str]:
    """Which of them stand in a text."""
    return [piece for piece in english() if piece in text and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text)]
