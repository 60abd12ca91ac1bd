"""The three municipalities of the demo and their addresses; how a register may spell an address otherwise."""

import csv
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

DATA = Path(__file__).parent / "data"


class Address(NamedTuple):
    """A dwelling as a register names it: all text, `box` empty for a house."""

    postcode: str
    street: str
    number: str
    box: str


@dataclass(frozen=True, slots=True)
class Town:
    nis: str
    name: str
    postcodes: tuple[str, ...]

    @property
    def address_file(self) -> Path:
        return DATA / "addresses" / f"openaddress-bevlg_{self.nis}_{self.name.lower()}.csv"


TOWNS = {
    "halle": Town("23027", "Halle", ("1500", "1501", "1502")),
    "horebeke": Town("45062", "Horebeke", ("9667",)),
    "herstappe": Town("73028", "Herstappe", ("3717",)),
}


def town_of(nis: str) -> Town:
    return next(town for town in TOWNS.values() if town.nis == nis)


@cache
def load_addresses(town: Town) -> tuple[Address, ...]:
    """Every current address of the town, in the order of the file: houses, and boxes beside the house they are in."""
    with town.address_file.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Address(row["postcode"], row["streetname_nl"], row["house_number"], row["box_number"])
            for row in csv.DictReader(stream)
            if row["status"] == "current"
        )


@cache
def dwellings(town: Town) -> tuple[Address, ...]:
    """Where people live: each house without boxes, and each box of those that have them."""
    addresses = load_addresses(town)
    divided = {address[:3] for address in addresses if address.box}
    return tuple(address for address in addresses if address.box or address[:3] not in divided)


# How a register may write a street, number or box otherwise than the address file, and what an importer makes of it.
MATCHES = "matches"  # the same after case, accents, punctuation and spaces are normalised
MAY_MATCH = "may_match"  # needs a rule for abbreviations, boxes or leading zeroes
CANNOT_MATCH = "cannot_match"  # no such address: has to be listed and linked by hand

_ABBREVIATIONS = (("steenweg", "stwg"), ("straat", "str."), ("laan", "ln."), ("plein", "pl."))


def _upper(address: Address, _random: Random) -> Address:
    return address._replace(street=address.street.upper())


def _accents(address: Address, _random: Random) -> Address:
    plain = "".join(c for c in unicodedata.normalize("NFD", address.street) if not unicodedata.combining(c))
    return address._replace(street=plain)


def _spacing(address: Address, _random: Random) -> Address:
    return address._replace(street=f" {address.street.replace(' ', '  ')} ")


def _decomposed(address: Address, _random: Random) -> Address:
    return address._replace(street=unicodedata.normalize("NFD", address.street))


def _small_letter(address: Address, _random: Random) -> Address:
    return address._replace(number=address.number.lower())


def _abbreviation(address: Address, _random: Random) -> Address:
    for whole, short in _ABBREVIATIONS:
        if address.street.lower().endswith(whole):
            stem = address.street[: -len(whole)]
            return address._replace(street=stem + (short if stem and not stem.endswith(" ") else short.capitalize()))
    return address


def _box_zeroes(address: Address, _random: Random) -> Address:
    if not address.box:
        return address
    return address._replace(box=address.box.lstrip("0") if address.box.startswith("0") else address.box.zfill(4))


def _slash(address: Address, _random: Random) -> Address:
    return address._replace(number=f"{address.number}/{address.box}", box="") if address.box else address


def _missing_box(address: Address, _random: Random) -> Address:
    return address._replace(box="")


def _unknown_number(address: Address, random: Random) -> Address:
    digits = re.match(r"\d+", address.number)
    return address._replace(number=str(int(digits.group() if digits else 0) + 2000 + random.randrange(100)), box="")


def _unknown_street(address: Address, _random: Random) -> Address:
    return address._replace(street=f"Oude {address.street} (verdwenen)")


def _unknown_box(address: Address, random: Random) -> Address:
    return address._replace(box=f"Z{random.randrange(900, 1000)}")


@dataclass(frozen=True, slots=True)
class Spelling:
    name: str
    outcome: str
    share: float  # of all households
    write: Callable[[Address, Random], Address]


SPELLINGS: tuple[Spelling, ...] = (
    Spelling("upper_case", MATCHES, 0.012, _upper),
    Spelling("no_accents", MATCHES, 0.008, _accents),
    Spelling("spaces", MATCHES, 0.004, _spacing),
    Spelling("decomposed_accents", MATCHES, 0.004, _decomposed),
    Spelling("small_letter", MATCHES, 0.004, _small_letter),
    Spelling("abbreviation", MAY_MATCH, 0.0014, _abbreviation),
    Spelling("box_zeroes", MAY_MATCH, 0.0012, _box_zeroes),
    Spelling("slash", MAY_MATCH, 0.0008, _slash),
    Spelling("missing_box", MAY_MATCH, 0.0010, _missing_box),
    Spelling("unknown_number", CANNOT_MATCH, 0.0020, _unknown_number),
    Spelling("unknown_street", CANNOT_MATCH, 0.0010, _unknown_street),
    Spelling("unknown_box", CANNOT_MATCH, 0.0010, _unknown_box),
)
OUTCOMES = {spelling.name: spelling.outcome for spelling in SPELLINGS}


def respell(address: Address, random: Random) -> tuple[Address, str]:
    """The address as the register has it, and the name of the spelling ('' when it is the file's own)."""
    draw = random.random()
    for spelling in SPELLINGS:
        draw -= spelling.share
        if draw < 0:
            written = spelling.write(address, random)
            return written, spelling.name if written != address else ""
    return address, ""
