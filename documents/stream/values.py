"""What goes into a slot, and why it may be refused. A refusal names the record, so that somebody can look at that voter."""

import re
from typing import NamedTuple

_PART = re.compile("[^\\w]*(?:IJ|\\w)")
"""Of a name, or of what follows its hyphen: up to its first letter. IJ is one."""


class Name(NamedTuple):
    """A person's name: the only text that may be shortened, by initials for the later given names."""

    family: str
    given: tuple[str, ...] = ()
    family_first: bool = True
    title: str = ""
    """Before the name: Mevrouw, De heer."""

    def text(self, initials: int = 0) -> str:
        """The name as one text, the last ``initials`` given names as initials. The first given name is always whole."""
        whole = max(1, len(self.given) - initials)
        given = [*self.given[:whole], *map(initial, self.given[whole:])]
        parts = [self.title, self.family, *given] if self.family_first else [self.title, *given, self.family]
        return " ".join(filter(None, parts))


def initial(name: str) -> str:
    """A given name as an initial: *W.*, *J.-P.*, *IJ.*; what has no letter stays as it is."""
    return "-".join(f"{start[0]}." for part in name.split("-") if (start := _PART.match(part))) or name


Line = str | Name
Value = str | Name | tuple[Line, ...]
"""One text, one name, or the lines of a block (an address), each of which may be broken when the slot has lines left."""


class RecordRefusedError(Exception):
    """A record cannot be put on paper as it is. ``record`` is what the caller calls it, ``slot`` the place on the page."""

    def __init__(self, record: str, slot: str, why: str) -> None:
        self.record, self.slot = record, slot
        super().__init__(f"{record}, {slot}: {why}")


class UnprintableError(RecordRefusedError):
    """``characters`` are not in the embedded faces: an empty place would be printed."""

    def __init__(self, record: str, slot: str, characters: str) -> None:
        self.characters = characters
        codes = " ".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(record, slot, f"no letter for {characters} ({codes})")


class TooLongError(RecordRefusedError):
    """``text`` does not fit, not even condensed, on all lines and with initials. It is never cut."""

    def __init__(self, record: str, slot: str, text: str) -> None:
        self.text = text
        super().__init__(record, slot, f"{len(text)} characters do not fit: {text}")


class CodeRefusedError(RecordRefusedError):
    """``text`` is not what the barcode of this slot was made for: another length or another character."""

    def __init__(self, record: str, slot: str, text: str) -> None:
        self.text = text
        super().__init__(record, slot, f"not a text for this code: {text}")


class SlotMissingError(KeyError):
    """A value for a slot that the form lacks, or no value for one that it has."""
