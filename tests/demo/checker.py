"""A second reading of docs/formats/register.md §2: what is wrong with a row, written without a look at the generator."""

import re
from datetime import date

from stdnum.be import bis, nn

COLUMNS = [
    "national_number", "last_name", "first_names", "birth_date", "sex", "nationality", "register", "registered_on",
    "legal_stay_since", "postcode", "street_name", "house_number", "box_number", "household_id", "household_role", "language",
    "suspension", "suspension_until", "deceased_on", "struck_on", "departed_on", "departed_to", "eu_voter_since", "eu_voter_until",
    "local_voter_since", "local_voter_until",
]  # fmt: skip
OPTIONAL_DATES = [name for name in COLUMNS if name.endswith(("_since", "_until", "ed_on")) and name != "registered_on"]


def is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_birth_date(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    year, month, day = value.split("-")
    return is_date(f"{year}-{month if month != '00' else '01'}-{day if day != '00' else '01'}")


def is_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d{11}", value)) and (nn.is_valid(value) or bis.is_valid(value))


def problems(row: dict[str, str]) -> list[str]:
    """The columns of a row that break the format."""
    wrong = [name for name in OPTIONAL_DATES if row[name] and not is_date(row[name])]
    rules = {
        "national_number": is_number(row["national_number"]),
        "last_name": bool(row["last_name"].strip()),
        "birth_date": is_birth_date(row["birth_date"]),
        "sex": row["sex"] in ("M", "F", "X", ""),
        "nationality": bool(re.fullmatch(r"[A-Z]{2}", row["nationality"])),
        "register": row["register"] in ("BR", "VR", "WR"),
        "registered_on": is_date(row["registered_on"]),
        "household_role": row["household_role"].isdigit(),
        "language": row["language"] in ("nl", "fr", "de"),
        "suspension": row["suspension"] in ("", "excluded", "suspended"),
        "departed_to": bool(re.fullmatch(r"|\d{5}|[A-Z]{2}", row["departed_to"])),
    }
    return wrong + [name for name, good in rules.items() if not good]
