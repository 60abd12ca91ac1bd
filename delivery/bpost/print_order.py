"""The order in which letters are printed and given to the post: postcode, street, number, box.

The same order in Python and in PostgreSQL, whatever the collation of the database; a test compares the two.
"""

import re

_NUMBER = re.compile(r"([0-9]*)(.*)", re.ASCII | re.DOTALL)
_CAPITALS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

PrintKey = tuple[str, str, int, str, int, str]


def print_key(postcode: str, street_key: str, number: str, box: str) -> PrintKey:
    """The key to sort by. ``street_key`` is the name as streets are compared (lower case, no accents), kept with the street.

    Numbers and boxes by their figures, then by what follows: 2, 2A, 10; no number or box first.
    """
    return (postcode, street_key, *_natural(number), *_natural(box))


def _natural(text: str) -> tuple[int, str]:
    found = _NUMBER.fullmatch(text.strip(" "))
    figures, rest = found.groups() if found else ("", text)
    return int(figures or "-1"), rest.translate(_CAPITALS)


def print_order_sql(*, postcode: str, street_key: str, number: str, box: str) -> str:
    """The same order as the terms of an ``ORDER BY``. The arguments are names of columns in code, never anything typed; end it with a key."""
    terms = [f'{postcode} COLLATE "C"', f'{street_key} COLLATE "C"']
    for column in (number, box):
        text = f"btrim(coalesce({column}, ''), ' ')"
        terms.append(f"coalesce(nullif(substring({text} from '^[0-9]+'), '')::numeric, -1)")
        terms.append(f"lower(regexp_replace({text}, '^[0-9]+', '') COLLATE \"C\") COLLATE \"C\"")
    return ", ".join(terms)
