"""The rule of national numbers, one at a time: what the statements of an import say is compared with this."""

MONTHS = frozenset([*range(13), *range(20, 33), *range(40, 53)])


def check_digits(nine: str, *, born_from_2000: bool) -> str:
    """Return the two figures that belong to the first nine."""
    return f"{97 - int(('2' if born_from_2000 else '') + nine) % 97:02d}"


def is_national_number(value: str) -> bool:
    """Whether ``value`` is eleven figures that fit each other, in either century. The sex is never read from it."""
    if len(value) != 11 or not (value.isascii() and value.isdigit()):
        return False
    if int(value[2:4]) not in MONTHS:
        return False
    return value[9:] in {check_digits(value[:9], born_from_2000=later) for later in (False, True)}
