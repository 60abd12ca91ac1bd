"""The parts of a name and address that Mail ID knows, with their greatest lengths (edition 2023 of bpost's data exchange guide, table 46)."""

from enum import IntEnum


class Component(IntEnum):
    """A part by its code in the file."""

    GREETING = 1
    FIRST_NAME = 2
    MIDDLE_NAME = 3
    LAST_NAME = 4
    SUFFIX = 5
    COMPANY = 6
    DEPARTMENT = 7
    BUILDING = 8
    STREET = 9
    HOUSE_NUMBER = 12
    BOX_NUMBER = 13  # figures only, without the word for box
    PO_BOX = 14
    POSTCODE = 15
    CITY = 16
    OWN_0 = 70  # to 79: the customer's own, not used by bpost
    OWN_1 = 71
    OWN_2 = 72
    OWN_3 = 73
    OWN_4 = 74
    OWN_5 = 75
    OWN_6 = 76
    OWN_7 = 77
    OWN_8 = 78
    OWN_9 = 79
    WHOLE_NAME = 90
    WHOLE_COMPANY = 91
    WHOLE_STREET = 92
    WHOLE_CITY = 93


_C = Component
MAXIMUM: dict[int, int] = {
    _C.GREETING: 10,
    _C.FIRST_NAME: 42,
    _C.MIDDLE_NAME: 20,
    _C.LAST_NAME: 42,
    _C.SUFFIX: 10,
    _C.COMPANY: 42,
    _C.DEPARTMENT: 42,
    _C.BUILDING: 42,
    _C.STREET: 42,
    _C.HOUSE_NUMBER: 12,
    _C.BOX_NUMBER: 8,
    _C.PO_BOX: 42,
    _C.POSTCODE: 12,
    _C.CITY: 30,
    **{code: 70 for code in Component if 70 <= code <= 79},
    _C.WHOLE_NAME: 50,
    _C.WHOLE_COMPANY: 50,
    _C.WHOLE_STREET: 50,
    _C.WHOLE_CITY: 50,
}
"""Characters at most. Codes 10, 11 (further address lines) stand in no table of the guide, 17 to 19 are a country: none is written."""

# Inside a group an address is given in parts or whole, never both; 9 to 13 or 14.
WHOLE: dict[int, tuple[int, ...]] = {
    _C.WHOLE_NAME: (_C.GREETING, _C.FIRST_NAME, _C.MIDDLE_NAME, _C.LAST_NAME, _C.SUFFIX),
    _C.WHOLE_COMPANY: (_C.COMPANY, _C.DEPARTMENT, _C.BUILDING),
    _C.WHOLE_STREET: (_C.STREET, _C.HOUSE_NUMBER, _C.BOX_NUMBER, _C.PO_BOX),
    _C.WHOLE_CITY: (_C.POSTCODE, _C.CITY),
}
