"""QR codes in two microseconds: for a fixed version, level, mask and length a symbol is affine over GF(2).

Reed-Solomon is linear, the placement is a permutation and the mask a constant. So the symbol of a text is the symbol of
``000…`` exclusive-or one table entry for each pair of letters, and the tables come from some 150 symbols that segno makes.
A fixed mask decodes as well as the best one.
"""

from functools import cache, reduce
from operator import getitem, itemgetter, xor

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""The alphanumeric mode (ISO/IEC 18004, 7.4.4): two letters are 11 bits, one is 6."""
MASK = 3


class Symbols:
    """The QR codes of texts of ``length`` letters that begin with ``start``, as bitmaps of one bit a module."""

    def __init__(self, *, version: int, level: str, length: int, start: str = "") -> None:
        self.version, self.level, self.length, self.start = version, level, length, start
        # What every text begins with is in the symbol from which the tables start; only whole pairs are.
        fixed = len(start) // 2 * 2
        zero = self._symbol(start[:fixed] + "0" * (length - fixed))
        self.side, self._base = zero.side, zero.bits
        self._stride = -(-self.side // 8)
        cuts = [slice(place, place + 2) for place in range(fixed, length, 2)]
        self._tables = [self._table(cut.start, start[:fixed]) for cut in cuts]
        # For a single pair and for none empty ones are added, so that they are a tuple; ``map`` stops with the tables.
        self._pairs = itemgetter(*cuts, *[slice(0, 0)] * (2 - len(cuts)))
        self._size = self._stride * self.side
        self._head = image_head(self.side) + b" ID "

    def bitmap(self, text: str) -> bytes:
        """The rows from the top, each filled up to whole bytes; a dark module is 0, as an image mask paints it.

        Raises ``ValueError`` for a text of another length, start or alphabet.
        """
        if len(text) != self.length or not text.startswith(self.start):
            raise ValueError(text)
        try:
            return reduce(xor, map(getitem, self._tables, self._pairs(text)), self._base).to_bytes(self._size, "big")
        except KeyError as error:
            raise ValueError(text) from error

    def image(self, text: str) -> bytes:
        """The code of a text as an inline image. Raises ``ValueError``."""
        bitmap = self.bitmap(text)
        return image(self.side, bitmap) if b"EI" in bitmap else self._head + bitmap + b"\nEI"

    def packed(self) -> tuple[bytes, tuple[bytes, ...], bytes]:
        """The symbol of zeros, for each place what every pair of letters changes in it (in the order of the alphabet), and the head of an image."""
        tables = tuple(b"".join([change.to_bytes(self._size, "big") for change in table.values()]) for table in self._tables)
        return self._base.to_bytes(self._size, "big"), tables, self._head

    def _symbol(self, text: str) -> "_Symbol":
        import segno

        code = segno.make_qr(text, version=self.version, error=self.level, mode="alphanumeric", mask=MASK, boost_error=False)
        return _Symbol(code.matrix)

    def _table(self, place: int, start: str) -> dict[str, int]:
        """What each pair of letters at a place changes in the symbol of zeros."""
        width = min(2, self.length - place)
        values = len(ALPHABET) ** width
        changes = []
        for bit in range((values - 1).bit_length()):
            text = f"{start:0<{place}}{_letters(1 << bit, width)}".ljust(self.length, "0")
            changes.append(self._symbol(text).bits ^ self._base)
        table = [0]
        for change in changes:
            table += [entry ^ change for entry in table]
        return {_letters(value, width): table[value] for value in range(values)}


class _Symbol:
    """A symbol as one number: rows from the top, a light module is 1, rows filled up with 0."""

    def __init__(self, matrix: tuple[bytearray, ...]) -> None:
        self.side = len(matrix)
        stride = -(-self.side // 8)
        bits = 0
        for row in matrix:
            line = 0
            for module in row:
                line = line << 1 | (module & 1 ^ 1)
            bits = bits << 8 * stride | line << (8 * stride - self.side)
        self.bits = bits


def _letters(value: int, width: int) -> str:
    return ALPHABET[value // 45] + ALPHABET[value % 45] if width == 2 else ALPHABET[value]


@cache
def symbols(*, version: int, level: str, length: int, start: str = "") -> Symbols:
    """The tables, made once a process in a tenth of a second. Raises ``ValueError`` when no such symbol exists."""
    if not length or len(start) > length or set(start) - set(ALPHABET):
        raise ValueError(f"QR of {length} letters beginning with {start}")
    return Symbols(version=version, level=level, length=length, start=start)


def image_head(side: int) -> bytes:
    """What an inline image says of itself after ``BI``."""
    return b"/W %d/H %d/IM true" % (side, side)


def image(side: int, bitmap: bytes) -> bytes:
    """An inline image one unit high and wide, after ``BI``. In hexadecimal when its bytes could be taken for the end of it."""
    head = image_head(side)
    if b"EI" in bitmap:
        return head + b"/F/AHx ID " + bitmap.hex().encode() + b">\nEI"
    return head + b" ID " + bitmap + b"\nEI"
