"""The number under which bpost follows a letter: FCC + BarcodeCustomerId + number of the piece, 14, 16 or 18 figures.

There is no check figure in it. It may come back after 30 days at the soonest (bpost's data exchange guide, 2023, p. 44-48).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class PieceDigits(IntEnum):
    """How many figures the number of a piece has."""

    SEVEN = 7
    NINE = 9
    ELEVEN = 11


# Format control code: 1 for a number made by the customer (9: by bpost), then how long the number of the piece is.
FCC = {PieceDigits.SEVEN: "10", PieceDigits.NINE: "11", PieceDigits.ELEVEN: "12"}


@dataclass(frozen=True, slots=True)
class MailIdBlock:
    """Consecutive numbers of one customer, ``first`` to ``last``; the customer's number has five figures.

    ``block[0]`` is the Mail ID number of its first piece, as it is printed and sent; ``list(block)`` are all.
    """

    barcode_customer_id: str
    piece_digits: PieceDigits
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return mail_id(self.barcode_customer_id, self.piece_digits, self.first + index)

    def __iter__(self) -> Iterator[str]:
        return (mail_id(self.barcode_customer_id, self.piece_digits, number) for number in range(self.first, self.last + 1))


def mail_id(barcode_customer_id: str, piece_digits: PieceDigits, piece: int) -> str:
    """Return the whole number. Raises ``ValueError`` when a part does not fit."""
    if not (len(barcode_customer_id) == 5 and barcode_customer_id.isascii() and barcode_customer_id.isdigit()):
        raise ValueError(f"BarcodeCustomerId has five figures: {barcode_customer_id!r}")
    if not 0 <= piece < 10**piece_digits:
        raise ValueError(f"{piece} does not fit in {piece_digits:d} figures")
    return f"{FCC[piece_digits]}{barcode_customer_id}{piece:0{piece_digits:d}d}"


def is_mail_id(text: str) -> bool:
    """Whether ``text`` is a Mail ID number, ours or bpost's: a known FCC and the length that belongs to it."""
    lengths = {"0": 14, "1": 16, "2": 18}
    return text.isascii() and text.isdigit() and len(text) >= 2 and text[0] in "19" and len(text) == lengths.get(text[1])
