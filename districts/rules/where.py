"""What somebody may mean who types a street, a house number and perhaps a postcode in one field."""

import re
from collections.abc import Collection
from dataclasses import dataclass

# A house number stands after the street: a figure that is not the first word (11 Novemberstraat).
HOUSE = re.compile(r"[\s,]+(?:(?:nr|nummer|n°|no)\.?\s*)?(?P<number>\d{1,5})(?!\d)", re.IGNORECASE)
POSTCODE = re.compile(r"(?:^|[\s,])(?:B-)?(?P<postcode>[1-9]\d{3})(?=$|[\s,])", re.IGNORECASE)
ENDS = " ,;."


@dataclass(frozen=True, slots=True)
class Place:
    """A street as it was typed, the house number (with what follows it: a letter, a box) and the postcode; each may be missing."""

    street: str = ""
    number: int | None = None
    house: str = ""
    postcode: str = ""


def readings(text: str, *, postcodes: Collection[str] = ()) -> list[Place]:
    """Every way to part a line in street and number, the likeliest first; none for nothing.

    *Square 8 Mei 12* is number 12 of one street or number 8 of another: who knows the streets decides. Only a postcode of the
    municipality's own is one; 1500 may be a house number as well.
    """
    line, postcode = _without_postcode(" ".join(text.split()).strip(ENDS), postcodes)
    found = []
    for match in HOUSE.finditer(line):
        street = line[: match.start()].strip(ENDS)
        if street:
            found.append(Place(street, int(match["number"]), line[match.start("number") :].strip(ENDS), postcode))
    if line:
        found.append(Place(line, postcode=postcode))
    return found


def _without_postcode(line: str, postcodes: Collection[str]) -> tuple[str, str]:
    for match in reversed(list(POSTCODE.finditer(line))):
        before, after = line[: match.start()].strip(ENDS), line[match.end() :].strip(ENDS)
        if match["postcode"] not in postcodes:
            continue
        # Alone at the end of a street it is a house; after a comma or a house, or before the name of a place, a postcode.
        if before and not after and not HOUSE.search(before) and "," not in line[match.start() - 1 : match.start() + 1]:
            continue
        return before or after, match["postcode"]
    return line, ""
