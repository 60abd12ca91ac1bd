"""What a municipality agrees with bpost, and what of it can be."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from delivery.bpost.mail_id import PieceDigits


@dataclass(frozen=True, slots=True)
class BpostValues:
    """What a municipality fills in. Without ``barcode_customer_id`` it has no numbers of its own: bpost makes them (``GenMid``).

    ``first_number`` to ``last_number``: the piece numbers that are the municipality's; to the highest when ``last_number`` is ``None``.
    """

    prs_id: str
    account_id: str
    customer_id: str = ""
    barcode_customer_id: str = ""
    piece_digits: int = PieceDigits.NINE.value
    first_number: int = 0
    last_number: int | None = None

    @property
    def last(self) -> int:
        """The last piece number."""
        return self.highest(self.piece_digits) if self.last_number is None else self.last_number

    @staticmethod
    def highest(piece_digits: int) -> int:
        """The highest piece number of so many figures."""
        return int(10**piece_digits) - 1

    def as_kept(self) -> dict[str, object]:
        """As the trail shows it; a range only where there is one."""
        shown = asdict(self) | {"last_number": self.last}
        numbers = ("barcode_customer_id", "piece_digits", "first_number", "last_number")
        return {name: value for name, value in shown.items() if self.barcode_customer_id or name not in numbers}


def settings_problems(values: BpostValues) -> Iterator[tuple[str, str]]:
    """Everything that is wrong, as (field, code of ``delivery.words.SETTINGS_PROBLEMS``)."""
    numbers = (("prs_id", values.prs_id), ("account_id", values.account_id), ("customer_id", values.customer_id))
    for name, value in numbers:
        if not _is_number(value) and (value or name != "customer_id"):
            yield name, "number"
    if values.customer_id and values.customer_id != values.prs_id:
        yield "customer_id", "other_customer"
    barcode = values.barcode_customer_id
    if barcode and not (len(barcode) == 5 and barcode.isascii() and barcode.isdigit()):
        yield "barcode_customer_id", "five_figures"
    if values.piece_digits not in set(PieceDigits):
        yield "piece_digits", "length"
        return
    if not 0 <= values.first_number < 10**values.piece_digits:
        yield "first_number", "fits"
    if not values.first_number <= values.last < 10**values.piece_digits:
        yield "last_number", "fits"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 8 and text[0] != "0"
