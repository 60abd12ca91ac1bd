"""Code 128 as bpost reads it on a letter: ``JJBEA`` in set B, then the Mail ID number in pairs of digits in set C.

Mail ID: two digits of format (10, 11, 12 by the customer; 90, 91, 92 by bpost), five of the customer, and 7, 9 or 11 of the
piece: 14, 16 or 18. A module is 0.25 to 0.34 mm, the bars 6 to 12 mm high, the quiet zone 5 mm left and right, 2 mm above and below.
"""

from functools import cache

LICENCE = "JJBEA"
START_B, CODE_C, STOP = 104, 99, 106
LENGTHS = (14, 16, 18)
MODULE_MM = (0.25, 0.34)
HEIGHT_MM = (6.0, 12.0)
QUIET_MM = 5.0
_PATTERNS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211"
    "221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113"
    "132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121"
    "312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211"
    "221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141"
    "114113114311411113411311113141114131311141411131211412211214211232233111"
)
WIDTHS = [*(_PATTERNS[start : start + 6] for start in range(0, len(_PATTERNS) - 6, 6)), "2331112"]
"""Bars and spaces of the values 0 to 106, in modules (ISO/IEC 15417, table 1)."""
SYMBOL = 11
"""Modules of a symbol; the stop has two more."""


def values(number: str) -> list[int]:
    """The values of a Mail ID number from the start to the stop. Raises ``ValueError`` for anything but 14, 16 or 18 digits."""
    if len(number) not in LENGTHS or not (number.isascii() and number.isdigit()):
        raise ValueError(number)
    found = [START_B, *(ord(letter) - 32 for letter in LICENCE), CODE_C, *(int(number[i : i + 2]) for i in range(0, len(number), 2))]
    return [*found, checksum(found), STOP]


def checksum(found: list[int]) -> int:
    """The start and, times its place, every value after it, modulo 103."""
    return (found[0] + sum(place * value for place, value in enumerate(found))) % 103


def modules(digits: int) -> int:
    """How many modules the code of a number of so many digits is wide."""
    return (3 + len(LICENCE) + digits // 2) * SYMBOL + SYMBOL + 2


def bars(number: str) -> bytes:
    """The bars as rectangles, one unit high, in modules from the left. Raises ``ValueError``."""
    found = values(number)
    return b"".join([_bars(place, value) for place, value in enumerate(found)]) + b"f"


@cache
def _bars(place: int, value: int) -> bytes:
    """The bars of one symbol at its place: only as many as places times values, so they are kept."""
    parts, x = [], place * SYMBOL
    for index, width in enumerate(map(int, WIDTHS[value])):
        if index % 2 == 0:
            parts.append(b"%d 0 %d 1 re " % (x, width))
        x += width
    return b"".join(parts)
