"""What *which district* answers, for machines and for people."""

from typing import Any

from django.utils.translation import gettext as _

from districts.models import StreetRange
from districts.selectors.where import Answer
from districts.words.districts import row_numbers


def as_json(answer: Answer) -> dict[str, Any]:
    """One answer: ``district_code`` is null where the number, or not the whole street, lies in one district; ``rows`` says more."""
    row = answer.row
    return {
        "district_code": row.district.code if row else None,
        "district_name": row.district.name if row else None,
        "street": answer.street.name,
        "postcode": answer.postcode,
        "locality": answer.postname,
        "number": answer.number,
        "address_known": answer.known if answer.number is not None else None,
        "match": answer.match,
        "rows": [_row(one) for one in answer.rows],
    }


def as_text(answer: Answer) -> dict[str, Any]:
    """One answer for the screen: ``title, place, district, why, state, parts``."""
    row = answer.row
    house = f" {answer.house}" if answer.house else ""
    return {
        "title": f"{answer.street.name}{house}",
        "place": f"{answer.postcode} {answer.postname}".strip(),
        "district": row.district if row else None,
        "why": _why(answer),
        "state": "ok" if row else "warn" if answer.rows else "bad",
        "parts": [] if row else [{"numbers": row_numbers(one), "district": one.district} for one in answer.rows],
    }


def _why(answer: Answer) -> str:
    if not answer.rows:
        return _("No row holds this number.") if answer.number is not None else _("This street lies in no district.")
    if answer.row is None:
        return _("It depends on the house number:")
    if answer.number is None:
        return "" if len(answer.rows) > 1 else row_numbers(answer.rows[0])
    if not answer.known:
        return _("Row: %(numbers)s. The address file does not know this house number.") % {"numbers": row_numbers(answer.rows[0])}
    return _("Row: %(numbers)s.") % {"numbers": row_numbers(answer.rows[0])}


def _row(row: StreetRange) -> dict[str, Any]:
    return {
        "district_code": row.district.code,
        "district_name": row.district.name,
        "side": row.side,
        "number_from": row.number_from,
        "number_to": row.number_to,
    }
