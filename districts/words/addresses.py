"""The words for what can be wrong with a file of addresses, and for what an import did."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROBLEMS: dict[str, Promise] = {
    "address_twice": _("The address stands in the file twice"),
    "cells": _("The row has another number of cells than the header"),
    "closes_too_many": _("The file would close more than 10 % of the addresses"),
    "column_missing": _("The column is missing"),
    "column_twice": _("The column is there twice"),
    "column_unknown": _("The column is not known"),
    "control_character": _("There are control characters in the row"),
    "damaged": _("The file is damaged or protected by a password"),
    "empty": _("The file is empty"),
    "none_current": _("No address of this municipality is current"),
    "not_a_number": _("This is not a whole number"),
    "not_a_position": _("This is not a position in Belgium"),
    "not_a_postcode": _("This is not a postcode"),
    "not_a_status": _("This status is not known"),
    "not_csv": _("The row is not valid CSV"),
    "not_utf8": _("The text is not in UTF-8"),
    "other_municipality": _("The file holds no address of this municipality"),
    "required": _("The value is missing"),
    "street_two_names": _("The street has another name in another row"),
    "too_long": _("The row is too long"),
    "too_long_value": _("The value is too long"),
    "zip_entries": _("The zip does not hold exactly one .csv file"),
}

# What would have been right, by the code of the problem; completed by the figures in what commands and scripts read.
EXPECTED: dict[str, Promise] = {
    "address_twice": _("an address once; also in row %(first)s"),
    "cells": _("%(first)s cells"),
    "column_missing": _("this column"),
    "column_twice": _("each column once"),
    "column_unknown": _("a column of the BeSt address file"),
    "control_character": _("text without control characters"),
    "damaged": _("a whole file, without a password"),
    "empty": _("a header and addresses"),
    "none_current": _("current addresses"),
    "not_a_number": _("a whole number of at most %(first)s figures"),
    "not_a_position": _("%(first)s to %(second)s degrees, or 0.00000"),
    "not_a_postcode": _("four figures"),
    "not_csv": _("values separated by commas, quotes closed again"),
    "not_utf8": _("UTF-8"),
    "other_municipality": _("NIS code %(first)s"),
    "required": _("a value"),
    "street_two_names": _("%(first)s, as in row %(second)s"),
    "too_long": _("at most %(first)s bytes in a row"),
    "too_long_value": _("at most %(first)s characters"),
    "zip_entries": _("one .csv file in the zip"),
}
FIGURE = re.compile(r"\d+(?:\.\d+)?")
AS_IN_ROW = re.compile(r"(.*), as in row (\d+)")


def expected(code: str, text: str) -> str:
    """What was expected, in the reader's language. ``text`` is what commands and scripts read (districts.rules.address_file)."""
    named = AS_IN_ROW.fullmatch(text) if code == "street_two_names" else None
    parts = list(named.groups()) if named else FIGURE.findall(text)
    try:
        return str(EXPECTED[code]) % dict(zip(("first", "second"), parts, strict=False))
    except KeyError:  # a code, or a figure, that is not known here
        return text


COUNTS: dict[str, Promise] = {
    "rows": _("In the file"),
    "added": _("New"),
    "changed": _("Changed"),
    "closed": _("Closed"),
    "reopened": _("Opened again"),
    "unchanged": _("Unchanged"),
    "streets": _("Streets"),
}

STAGES: dict[str, Promise] = {
    "Checking the file": _("Checking the file"),
    "Comparing": _("Comparing"),
    "Bringing in": _("Bringing in"),
}
