"""The same letters as a table for bpost's Address File Tool (AFT): a line a letter under a head of 39 columns, in ISO-8859-1.

The tool asks for sender, mode and references itself. ``|`` separates; what stands in a cell is written as in the text form. The last
columns are those that the tool fills in (``answer_aft``). It takes XLS as well, which nothing here writes; XLSX is named nowhere.
"""

from delivery.bpost.components import Component
from delivery.bpost.mailing import Item, Mailing, Problem, RefusedError
from delivery.bpost.request_txt import END, ESCAPES

_C = Component
COMPONENTS: dict[str, int] = {
    "GREETING": _C.GREETING,
    "FIRST_NAME": _C.FIRST_NAME,
    "MIDDLE_NAME": _C.MIDDLE_NAME,
    "LAST_NAME": _C.LAST_NAME,
    "SUFFIX": _C.SUFFIX,
    "COMPANY_NAME": _C.COMPANY,
    "DEPARTMENT": _C.DEPARTMENT,
    "BUILDING": _C.BUILDING,
    "ADDRESS_LINE_1": _C.STREET,
    "ADDRESS_LINE_2": 10,
    "ADDRESS_LINE_3": 11,
    "HOUSE_NUMBER": _C.HOUSE_NUMBER,
    "BOX_NUMBER": _C.BOX_NUMBER,
    "PO_BOX_NUMBER": _C.PO_BOX,
    "POSTAL_CODE": _C.POSTCODE,
    "CITY": _C.CITY,
    "ISO_COUNTRY_CODE": 17,
    "COUNTRY_NAME": 18,
    "STATE": 19,
    "UNSTRUCTURED_NAME": _C.WHOLE_NAME,
    "UNSTRUCTURED_COMPANY_DEPARTMENT": _C.WHOLE_COMPANY,
    "UNSTRUCTURED_BUILDING_STREET_HOUSE_BOX": _C.WHOLE_STREET,
    "UNSTRUCTURED_POST_CODE_CITY": _C.WHOLE_CITY,
}
"""The columns of an address, with the code of the component; 10, 11 and 17 to 19 stay empty, as in the other forms."""
ANSWERED = ("FIELDTOPRINT1", "FIELDTOPRINT2", "FIELDTOPRINT3", "FEEDBACK", "ORGINFO", "ICTI", "IZON", "IMAC", "IWAV", "IOFF", "PRINTORDER")
COLUMNS = ("SEQ", *COMPONENTS, "MIDNUMBER", "PRESORTING_CODE", "LANGUAGE", "PRIORITY", *ANSWERED)
SEPARATOR = "|"


def head(_mailing: Mailing) -> str:
    """The names of the columns."""
    return SEPARATOR.join(COLUMNS) + END


def item(one: Item) -> str:
    """One letter. Raises ``RefusedError`` when a component has no column."""
    parts = dict(one.components)
    if unknown := set(parts) - set(COMPONENTS.values()):
        raise RefusedError(Problem("unknown_value", f"component.{code:d}", parts[code], one.seq) for code in sorted(unknown))
    cells = [str(one.seq), *(parts.get(code, "") for code in COMPONENTS.values()), one.mail_id, one.ps_code, one.lang, one.priority]
    return SEPARATOR.join([cell.translate(ESCAPES) for cell in cells] + [""] * len(ANSWERED)) + END


def tail(_mailing: Mailing, _count: int) -> str:
    """Nothing: a table has no end."""
    return ""
