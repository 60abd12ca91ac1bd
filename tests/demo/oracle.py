"""docs/formats/register.md §5 read a second time, slowly and person by person: only to check the table of awkward cases."""

from datetime import date

EU = {
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL",
    "PT", "RO", "SK", "SI", "ES", "SE",
}  # fmt: skip
DAYS = {
    **dict.fromkeys(("municipal", "district", "provincial", "ocmw"), (date(2024, 8, 1), date(2024, 10, 13))),
    **dict.fromkeys(("chamber", "flemish", "european"), (date(2024, 4, 1), date(2024, 6, 9))),
}


def born(value: str) -> date:
    year, month, day = (int(part) for part in value.split("-"))
    return date(year, month or 1, day or 1)


def birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def verdict(row: dict[str, str], ballot: str) -> str:
    listed, election = DAYS[ballot]
    for column, reason in (("deceased_on", "deceased"), ("struck_on", "struck_off"), ("departed_on", "departed")):
        if row[column] and date.fromisoformat(row[column]) <= listed:
            return reason
    if date.fromisoformat(row["registered_on"]) > listed:
        return "not_yet_resident"
    if row["register"] == "WR":
        return "waiting_register"
    return _rights(row, ballot, listed) or _age_and_bars(row, ballot, election) or "eligible"


def _rights(row: dict[str, str], ballot: str, listed: date) -> str:
    if row["nationality"] == "BE":
        return "" if row["register"] == "BR" else "wrong_register"
    if ballot not in ("municipal", "district", "european") or (ballot == "european" and row["nationality"] not in EU):
        return "nationality"
    mark = "eu_voter" if ballot == "european" else "local_voter"
    since, until = row[f"{mark}_since"], row[f"{mark}_until"]
    if not since or date.fromisoformat(since) >= listed:
        return "not_registered_as_voter"
    return "registration_given_up" if until and date.fromisoformat(until) <= listed else ""


def _age_and_bars(row: dict[str, str], ballot: str, election: date) -> str:
    if birthday(born(row["birth_date"]), 16 if ballot == "european" else 18) > election:
        return "too_young"
    barred = row["suspension"] and (not row["suspension_until"] or date.fromisoformat(row["suspension_until"]) >= election)
    return row["suspension"] if barred else ""
