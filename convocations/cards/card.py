"""What a card says of one voter and one polling station, and the values of the slots of a form that follow from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from convocations.cards.texts import phrases
from documents.stream.forms import CompiledForm
from documents.stream.values import Name, Value

Language = Literal["nl", "fr"]

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody takes for another (Crockford): no I, L, O, U. All of them are in a QR's alphanumeric mode."""
TOKEN_LENGTH = 12
"""60 bits: nobody guesses another voter's."""
CODE_LENGTH = TOKEN_LENGTH + 3
CODE_PATTERN = rf"\b[{CODE_ALPHABET}]{{{TOKEN_LENGTH}}}-[0-9]{{2}}\b"
"""How a printed code is found in the text of a page: no name, street or place looks like it."""
PARLIAMENTS = frozenset({"chamber", "flemish", "european"})


class DocumentKind(StrEnum):
    """What the law calls the letter: who has to vote is convoked, who may is invited (LPKD art. 54, since 2024)."""

    CONVOCATION = "convocation"
    INVITATION = "invitation"


class VoterType(StrEnum):
    """For whom the official models have a text of their own (docs/formats/convocation-card.md)."""

    BELGIAN = "belgian"
    EUROPEAN = "european"
    EUROPEAN_MINOR = "european_minor"
    LOCAL = "local"
    LOCAL_FOREIGNER = "local_foreigner"


class TemplateKey(NamedTuple):
    """Which template a card is printed with."""

    kind: DocumentKind
    voter_type: VoterType
    electronic: bool
    language: Language

    @property
    def voting(self) -> str:
        """``electronic`` or ``paper``."""
        return "electronic" if self.electronic else "paper"

    @property
    def name(self) -> str:
        """As forms are called in a run: ``invitation-local_foreigner-paper-nl``."""
        return f"{self.kind}-{self.voter_type}-{self.voting}-{self.language}"

    @classmethod
    def of(cls, name: str) -> "TemplateKey":
        """The key that is called so. Raises ``ValueError``."""
        kind, voter_type, voting, language = name.split("-")
        if voting not in {"electronic", "paper"} or language not in {"nl", "fr"}:
            raise ValueError(name)
        return cls(DocumentKind(kind), VoterType(voter_type), voting == "electronic", "fr" if language == "fr" else "nl")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a card is sent: the address of today. ``country`` only abroad, in full, in the language of the card."""

    street: str
    number: str
    box: str
    postcode: str
    place: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One voter's card. Nothing on it says more than the law asks: no national number, birth date or nationality."""

    token: str
    """``TOKEN_LENGTH`` of ``CODE_ALPHABET``, unique in its election."""
    issue: int
    """1 for the first card; a duplicate has the next."""
    list_number: int
    station_number: int
    last_name: str
    first_names: tuple[str, ...]
    address: Address
    language: Language
    voter_type: VoterType
    ballots: tuple[str, ...]
    slot: tuple[str, str] | None = None
    """The advised hour, from and to, as ``HH:MM``."""
    mail_id: str | None = None
    """14, 16 or 18 digits."""
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class StationBlock:
    """A polling station as its voters must find it. ``opening`` and ``closing``: ``HH:MM``. ``position``: WGS84, latitude first."""

    number: int
    name: str
    building: str
    street: str
    house_number: str
    postcode: str
    place: str
    accessible: bool
    electronic: bool
    opening: str
    closing: str
    room: str = ""
    position: tuple[float, float] | None = None
    sketch: bytes = b""
    """The drawing of its surroundings (``sketch.draw``), or nothing."""


def qr_text(card: Card) -> str:
    """What the QR says and what is printed under it: token and issue, nothing about the person. ``CODE_LENGTH`` letters."""
    return f"{card.token}-{card.issue:02d}"


def values(card: Card) -> dict[str, Value]:
    """The values of the slots that change with each voter."""
    words = phrases(card.language)
    slot = card.slot
    return {
        "address": (Name(card.last_name, card.first_names, family_first=False), *address_lines(card.address, card.language)),
        "voter": Name(card.last_name, card.first_names),
        "list_number": str(card.list_number),
        "station_number": str(card.station_number),
        "ballots": listed([words[f"ballot_{ballot}"] for ballot in card.ballots], words["and"]),
        "hour_label": words["hour_label"] if slot else "",
        "hour": words["hours"].format(opening=hour(slot[0], card.language), closing=hour(slot[1], card.language)) if slot else "",
        "hour_note": words["hour_note"] if slot else "",
        "duplicate": words["duplicate"] if card.duplicate else "",
        "code": qr_text(card),
        "qr": qr_text(card),
        "mail_id": card.mail_id or "",
    }


def station_values(block: StationBlock, *, language: Language = "nl") -> dict[str, Value]:
    """The values of the slots that are the same for a whole station."""
    words = phrases(language)
    return {
        "station_name": block.name,
        "station_address": tuple(filter(None, _station_lines(block))),
        "station_hours": words["hours"].format(opening=hour(block.opening, language), closing=hour(block.closing, language)),
        "station_access": words["accessible" if block.accessible else "not_accessible"],
        "station_map": block.sketch.decode("latin-1"),
    }


def _station_lines(block: StationBlock) -> tuple[str, ...]:
    """The building where it is not the station's own name, the room, the street and the place."""
    return (
        block.building if block.building != block.name else "",
        block.room,
        f"{block.street} {block.house_number}".strip(),
        f"{block.postcode} {block.place}".strip(),
    )


def page_values(form: CompiledForm, card: Card) -> dict[str, Value]:
    """The values of a voter's page on a form: of the slots that its template has, because some may be left out of it."""
    return _of_layer(form, "voter", values(card))


def layer_values(form: CompiledForm, block: StationBlock, *, language: Language = "nl") -> dict[str, Value]:
    """The values of a station's layer on a form."""
    return _of_layer(form, "station", station_values(block, language=language))


def returning_texts(key: TemplateKey, ballots: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What many cards of a template show, by slot (``Stationery.phrases``). ``ballots``: those of the election, in the order of cards."""
    words, held = phrases(key.language), [ballot for ballot in ballots if votes_for(key.voter_type, ballot)]
    return {
        "ballots": (listed([words[f"ballot_{ballot}"] for ballot in held], words["and"]),) if held else (),
        "hour_label": (words["hour_label"],),
        "hour_note": (words["hour_note"],),
        "duplicate": (words["duplicate"],),
    }


def votes_for(voter: VoterType, ballot: str) -> bool:
    """Whether voters of a type vote for a ballot, as a rule: the card of one who does not says so in a text of its own."""
    if voter in {VoterType.EUROPEAN, VoterType.EUROPEAN_MINOR}:
        return ballot == "european"
    return ballot in {"municipal", "district"} if voter == VoterType.LOCAL_FOREIGNER else True


def _of_layer(form: CompiledForm, layer: str, known: Mapping[str, Value]) -> dict[str, Value]:
    return {slot.name: known[slot.name] for slot in form.slots if slot.layer == layer}


def address_lines(address: Address, language: Language) -> tuple[str, ...]:
    """Street, number and box on a line, postcode and place on the next, a country on the last (KB 24.4.2014 art. 34)."""
    box = f"{phrases(language)['box']} {address.box}" if address.box else ""
    lines = (
        f"{address.street} {address.number} {box}",
        f"{address.postcode} {address.place}",
        address.country,
    )
    # A register may hold blanks before, after and twice between words; an envelope does not.
    return tuple(filter(None, (" ".join(line.split()) for line in lines)))


def hour(text: str, language: Language) -> str:
    """An hour as people write it: ``09:30`` is 9.30 in Dutch and 9 h 30 in French."""
    hours, _colon, minutes = text.partition(":")
    return f"{int(hours)}.{minutes}" if language == "nl" else f"{int(hours)} h {minutes}".removesuffix(" 00")


def listed(words: Collection[str], conjunction: str) -> str:
    """Words with commas, and a conjunction before the last."""
    *first, last = words
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def election_day(day: date, language: Language) -> str:
    """The day of the election in words: ``zondag 13 oktober 2024``. It stands once on each card, and nowhere else is it typed."""
    words = phrases(language)
    return f"{words['weekdays'].split()[day.weekday()]} {day.day} {words['months'].split()[day.month - 1]} {day.year}"
