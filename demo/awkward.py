"""Every awkward person of docs/formats/register.md §2 and §5, with the verdicts expected of them; part of every made-up population.

`AWKWARD` is the table. National numbers depend on neither seed nor town, so `number_of(case)` finds a person in any extraction.
"""

from collections.abc import Callable
from functools import cache
from random import Random

from demo.awkward_case import ELIGIBLE, Case, belgian, by_day, case, everywhere, foreign
from demo.awkward_people import HOUSEHOLDS, NAMES_AND_NUMBERS
from demo.register import Person, national_number
from demo.towns import SPELLINGS, Address, Town, dwellings, load_addresses

EU_WITHOUT_BELGIUM = [
    "AT", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT",
    "RO", "SK", "SI", "ES", "SE",
]  # fmt: skip
_OUTSIDE = ["GB", "CH", "NO", "IS", "LI", "UA", "TR", "RS", "AL", "ME", "MK", "MD", "BA", "GE", "MA", "CD", "US", "XX"]
_MARKS = {"eu_voter_since": "2019-02-11", "local_voter_since": "2018-06-04"}

# Gone before, on and after both list dates and on both election days: the same nine dates for each of the three ways to go.
_GONE = (
    ("long_before", "2024-01-15", False, False),
    ("day_before_federal_list", "2024-03-31", False, False),
    ("on_federal_list", "2024-04-01", False, False),
    ("day_after_federal_list", "2024-04-02", False, True),
    ("on_federal_election", "2024-06-09", False, True),
    ("day_before_list", "2024-07-31", False, True),
    ("on_list", "2024-08-01", False, True),
    ("day_after_list", "2024-08-02", True, True),
    ("on_election", "2024-10-13", True, True),
)
PRESENCE: tuple[Case, ...] = (
    *(
        case(f"{verdict}_{when}", by_day(local=ELIGIBLE if local else verdict, federal=ELIGIBLE if federal else verdict), {column: on})
        for verdict, column in (("deceased", "deceased_on"), ("struck_off", "struck_on"), ("departed", "departed_on"))
        for when, on, local, federal in _GONE
    ),
    case("departed_to_a_municipality", everywhere("departed"), departed_on="2024-02-05", departed_to="24062"),
    case("departed_abroad", everywhere("departed"), departed_on="2024-02-05", departed_to="FR"),
    case("departed_abroad_after_list", everywhere(ELIGIBLE), departed_on="2024-09-02", departed_to="ES"),
    case("died_after_departure", by_day(local="deceased", federal="departed"), departed_on="2024-02-01", deceased_on="2024-06-20"),
    case("struck_off_after_departure", by_day(local="struck_off", federal="departed"), departed_on="2024-01-10", struck_on="2024-05-01"),
    case("died_after_strike_off", by_day(local="deceased", federal="struck_off"), struck_on="2023-11-20", deceased_on="2024-05-02"),
    case("departed_and_waiting", everywhere("departed"), nationality="SY", register="WR", departed_on="2024-03-01"),
    case("arrived_day_before_federal_list", everywhere(ELIGIBLE), registered_on="2024-03-31"),
    case("arrived_on_federal_list", everywhere(ELIGIBLE), registered_on="2024-04-01"),
    case("arrived_day_after_federal_list", by_day(local=ELIGIBLE, federal="not_yet_resident"), registered_on="2024-04-02"),
    case("arrived_day_before_list", by_day(local=ELIGIBLE, federal="not_yet_resident"), registered_on="2024-07-31"),
    case("arrived_on_list", by_day(local=ELIGIBLE, federal="not_yet_resident"), registered_on="2024-08-01"),
    case("arrived_day_after_list", everywhere("not_yet_resident"), registered_on="2024-08-02"),
    case("arrived_late_and_waiting", everywhere("not_yet_resident"), registered_on="2024-08-15", nationality="AF", register="WR"),
)

REGISTERS: tuple[Case, ...] = (
    case("belgian", everywhere(ELIGIBLE)),
    case("belgian_woman", everywhere(ELIGIBLE), sex="F"),
    case("belgian_in_foreigners_register", everywhere("wrong_register"), register="VR"),
    case("belgian_in_waiting_register", everywhere("waiting_register"), register="WR"),
    case("belgian_child_in_foreigners_register", everywhere("wrong_register"), register="VR", birth_date="2015-02-03"),
    case("eu_waiting_with_marks", everywhere("waiting_register"), _MARKS, nationality="RO", register="WR"),
    case("outside_eu_waiting", everywhere("waiting_register"), nationality="SY", register="WR"),
    case("outside_eu_waiting_with_mark", everywhere("waiting_register"), nationality="TR", register="WR", local_voter_since="2018-06-04"),
)

_EU_REGISTERED = foreign(municipal=ELIGIBLE, european=ELIGIBLE)
_NOT_REGISTERED = "not_registered_as_voter"
_GIVEN_UP = "registration_given_up"
NATIONALITIES: tuple[Case, ...] = (
    *(
        case(f"eu_{code}", _EU_REGISTERED, _MARKS, nationality=code, register="VR" if i % 2 else "BR")
        for i, code in enumerate(EU_WITHOUT_BELGIUM)
    ),
    # A mark for the European Parliament does not help who is no EU citizen: the British kept theirs in some registers.
    *(
        case(f"outside_eu_{code}", foreign(municipal=ELIGIBLE), _MARKS, nationality=code, register="BR" if i % 2 else "VR")
        for i, code in enumerate(_OUTSIDE)
    ),
    case("eu_without_marks", foreign(municipal=_NOT_REGISTERED, european=_NOT_REGISTERED), nationality="PL"),
    case("eu_local_mark_only", foreign(municipal=ELIGIBLE, european=_NOT_REGISTERED), nationality="PT", local_voter_since="2012-05-01"),
    case("eu_european_mark_only", foreign(municipal=_NOT_REGISTERED, european=ELIGIBLE), nationality="IT", eu_voter_since="2014-02-01"),
    case("outside_eu_without_mark", foreign(municipal=_NOT_REGISTERED), nationality="MA", register="VR"),
    case("belgian_with_old_marks", everywhere(ELIGIBLE), local_voter_since="2006-05-02", local_voter_until="2010-03-01"),
)

# (column set, until set) around each list date, for EU citizens and for a Turk; the verdict is of the ballot the mark is for.
MARKS: tuple[Case, ...] = (
    *(
        case(f"eu_voter_{name}", foreign(municipal=_NOT_REGISTERED, european=verdict), columns, nationality="NL")
        for name, verdict, columns in (
            ("since_day_before_list", ELIGIBLE, {"eu_voter_since": "2024-03-31"}),
            ("since_list", _NOT_REGISTERED, {"eu_voter_since": "2024-04-01"}),
            ("since_day_after_list", _NOT_REGISTERED, {"eu_voter_since": "2024-04-02"}),
            ("given_up_long_ago", _GIVEN_UP, {"eu_voter_since": "2009-03-01", "eu_voter_until": "2013-09-15"}),
            ("given_up_day_before_list", _GIVEN_UP, {"eu_voter_since": "2019-02-01", "eu_voter_until": "2024-03-31"}),
            ("given_up_on_list", _GIVEN_UP, {"eu_voter_since": "2019-02-01", "eu_voter_until": "2024-04-01"}),
            ("given_up_day_after_list", ELIGIBLE, {"eu_voter_since": "2019-02-01", "eu_voter_until": "2024-04-02"}),
            ("late_and_given_up", _NOT_REGISTERED, {"eu_voter_since": "2024-05-02", "eu_voter_until": "2024-05-20"}),
        )
    ),
    *(
        case(f"{who}_local_voter_{name}", foreign(municipal=verdict, european=european), columns, nationality=nationality, register="VR")
        for who, nationality, european in (("eu", "FR", _NOT_REGISTERED), ("outside_eu", "TR", "nationality"))
        for name, verdict, columns in (
            ("since_day_before_list", ELIGIBLE, {"local_voter_since": "2024-07-31"}),
            ("since_list", _NOT_REGISTERED, {"local_voter_since": "2024-08-01"}),
            ("since_day_after_list", _NOT_REGISTERED, {"local_voter_since": "2024-08-02"}),
            ("given_up_day_before_list", _GIVEN_UP, {"local_voter_since": "2018-06-04", "local_voter_until": "2024-07-31"}),
            ("given_up_on_list", _GIVEN_UP, {"local_voter_since": "2018-06-04", "local_voter_until": "2024-08-01"}),
            ("given_up_day_after_list", ELIGIBLE, {"local_voter_since": "2018-06-04", "local_voter_until": "2024-08-02"}),
        )
    ),
)

_YOUNG = "too_young"
AGES: tuple[Case, ...] = (
    case("18_day_before_election", belgian(local=ELIGIBLE, state=_YOUNG, european=ELIGIBLE), birth_date="2006-10-12"),
    case("18_on_election", belgian(local=ELIGIBLE, state=_YOUNG, european=ELIGIBLE), birth_date="2006-10-13"),
    case("18_day_after_election", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2006-10-14"),
    case("18_day_before_federal_election", everywhere(ELIGIBLE), birth_date="2006-06-08"),
    case("18_on_federal_election", everywhere(ELIGIBLE), birth_date="2006-06-09"),
    case("18_day_after_federal_election", belgian(local=ELIGIBLE, state=_YOUNG, european=ELIGIBLE), birth_date="2006-06-10"),
    case("16_day_before_federal_election", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2008-06-08"),
    case("16_on_federal_election", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2008-06-09"),
    case("16_day_after_federal_election", everywhere(_YOUNG), birth_date="2008-06-10"),
    case("16_on_election", everywhere(_YOUNG), birth_date="2008-10-13"),
    case("eu_16_on_federal_election", foreign(municipal=_YOUNG, european=ELIGIBLE), _MARKS, nationality="ES", birth_date="2008-06-09"),
    case("eu_15_on_federal_election", foreign(municipal=_YOUNG, european=_YOUNG), _MARKS, nationality="ES", birth_date="2008-06-10"),
    case("eu_18_on_election", _EU_REGISTERED, _MARKS, nationality="ES", birth_date="2006-10-13"),
    case("outside_eu_17_on_election", foreign(municipal=_YOUNG), nationality="CD", birth_date="2006-10-14", local_voter_since="2024-05-06"),
    case("eu_child_without_marks", foreign(municipal=_NOT_REGISTERED, european=_NOT_REGISTERED), nationality="BG", birth_date="2016-01-20"),
    case("born_29_february_2004", everywhere(ELIGIBLE), birth_date="2004-02-29"),
    case("born_29_february_2008", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2008-02-29"),
    case("born_29_february_2000", everywhere(ELIGIBLE), birth_date="2000-02-29"),
    case("newborn", by_day(local=_YOUNG, federal="not_yet_resident"), birth_date="2024-07-30", registered_on="2024-07-30"),
    case("born_after_list", everywhere("not_yet_resident"), birth_date="2024-08-05", registered_on="2024-08-05"),
    case("centenarian", everywhere(ELIGIBLE), birth_date="1919-11-11", sex="F"),
    case("centenarian_29_february", everywhere(ELIGIBLE), birth_date="1924-02-29", sex="F"),
    case("hundred_and_ten", everywhere(ELIGIBLE), birth_date="1914-05-01", sex="F"),
    case("impossibly_old", everywhere(ELIGIBLE), birth_date="1894-03-01"),
    case("unknown_day_and_month", everywhere(ELIGIBLE), birth_date="1962-00-00", adjusted=True),
    case("unknown_month", everywhere(ELIGIBLE), birth_date="1985-00-15", adjusted=True),
    case("unknown_and_18_either_way", everywhere(ELIGIBLE), birth_date="2006-06-00", adjusted=True),
    case("unknown_counts_as_january", everywhere(ELIGIBLE), birth_date="2006-00-00", adjusted=True),
    case("unknown_counts_as_first", belgian(local=ELIGIBLE, state=_YOUNG, european=ELIGIBLE), birth_date="2006-10-00", adjusted=True),
    case("unknown_and_too_young", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2006-11-00", adjusted=True),
    case("unknown_16_counts_as_first", belgian(local=_YOUNG, state=_YOUNG, european=ELIGIBLE), birth_date="2008-06-00", adjusted=True),
    case("unknown_16_too_young", everywhere(_YOUNG), birth_date="2008-07-00", adjusted=True),
    case(
        "unknown_foreign",
        foreign(municipal=ELIGIBLE),
        birth_date="1970-00-00",
        nationality="MA",
        local_voter_since="2018-06-04",
        adjusted=True,
    ),
)

SUSPENSIONS: tuple[Case, ...] = (
    *(
        case(f"{kind}_{name}", by_day(local=ELIGIBLE if local else kind, federal=ELIGIBLE if federal else kind), columns, suspension=kind)
        for kind in ("excluded", "suspended")
        for name, local, federal, columns in (
            ("without_end", False, False, {}),
            ("ended_long_ago", True, True, {"suspension_until": "2020-12-31"}),
            ("until_day_before_federal_election", True, True, {"suspension_until": "2024-06-08"}),
            ("until_federal_election", True, False, {"suspension_until": "2024-06-09"}),
            ("until_day_after_federal_election", True, False, {"suspension_until": "2024-06-10"}),
            ("until_list_date", True, False, {"suspension_until": "2024-08-01"}),
            ("until_day_before_election", True, False, {"suspension_until": "2024-10-12"}),
            ("until_election", False, False, {"suspension_until": "2024-10-13"}),
            ("until_day_after_election", False, False, {"suspension_until": "2024-10-14"}),
        )
    ),
    case("suspended_at_16", belgian(local=_YOUNG, state=_YOUNG, european="suspended"), birth_date="2008-03-01", suspension="suspended"),
    case("eu_excluded", foreign(municipal="excluded", european="excluded"), _MARKS, nationality="DE", suspension="excluded"),
    case("outside_eu_suspended", foreign(municipal="suspended"), _MARKS, nationality="GB", suspension="suspended"),
    case(
        "eu_suspended_without_marks", foreign(municipal=_NOT_REGISTERED, european=_NOT_REGISTERED), nationality="DE", suspension="suspended"
    ),
    case("excluded_and_deceased", everywhere("deceased"), suspension="excluded", deceased_on="2024-01-02"),
)

ADDRESS_CASES: tuple[Case, ...] = tuple(
    case(f"address_{kind}", everywhere(ELIGIBLE), address=kind)
    for kind in ("letter", "box", "letter_and_box", "none", "wrong_postcode", *(spelling.name for spelling in SPELLINGS))
)

AWKWARD: tuple[Case, ...] = (
    *PRESENCE, *REGISTERS, *NATIONALITIES, *MARKS, *AGES, *SUSPENSIONS, *ADDRESS_CASES, *NAMES_AND_NUMBERS, *HOUSEHOLDS,
)  # fmt: skip

_ORDINARY = {"birth_date": "1980-05-14", "sex": "M", "registered_on": "2015-03-02", "first_names": "An Bea Carl Dirk Els Fons Gust Hilde"}
_SURNAMES = ("Aerts", "Bogaert", "Claes", "Dierickx", "Evenepoel", "Fierens", "Goossens", "Hendrickx", "Ilsbroux", "Jacobs", "Knops")


@cache
def numbers() -> dict[str, str]:
    """National number of each case by name: its own serial, or the next free one of 899-998 for its birth date and sex."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for index, item in enumerate(AWKWARD):
        birth, sex = item.columns.get("birth_date", _birth(index)), item.columns.get("sex", "M")
        serial = item.serial or (900 if sex == "F" else 899)
        while (number := national_number(birth, serial, bis=item.bis)) in taken:
            serial += 2
        taken.add(number)
        given[item.name] = number
    return given


def number_of(item: Case) -> str:
    return numbers()[item.name]


def _birth(index: int) -> str:
    """An ordinary birth date, spread over some months so that no day runs out of serials."""
    return f"{1955 + index % 40}-{1 + index % 12:02d}-{1 + index % 28:02d}"


@cache
def _columns() -> tuple[dict[str, str], ...]:
    rows = []
    for index, item in enumerate(AWKWARD):
        row = {**_ORDINARY, "birth_date": _birth(index), "last_name": _SURNAMES[index % len(_SURNAMES)]}
        row["first_names"] = _ORDINARY["first_names"].split()[index % 8]
        row.update(item.columns)
        if row["birth_date"] > row["registered_on"]:
            row["registered_on"] = row["birth_date"].replace("-00", "-01")
        if row.get("nationality", "BE") != "BE" and row.get("register") != "WR":
            row.setdefault("legal_stay_since", "2008-01-15" if row["birth_date"] < "2008" else row["registered_on"])
        row["national_number"] = number_of(item)
        rows.append(row)
    return tuple(rows)


def awkward_persons(town: Town) -> list[Person]:
    """One row for each case of `AWKWARD`, in its order, at real addresses of the town."""
    persons: list[Person] = []
    households: dict[str, Address] = {}
    for index, (item, columns) in enumerate(zip(AWKWARD, _columns(), strict=True)):
        address = ADDRESSES[item.address](town, index)
        address = households.setdefault(columns["household_id"], address) if columns.get("household_id") else address
        place = {"postcode": address.postcode, "street_name": address.street, "house_number": address.number, "box_number": address.box}
        persons.append(Person(**{**place, **columns}))
    return persons


_KINDS: dict[str, Callable[[Address], bool]] = {
    "house": lambda address: not address.box and address.number.isdigit(),
    "box": lambda address: bool(address.box),
    "letter": lambda address: not address.box and not address.number.isdigit(),
    "letter_and_box": lambda address: bool(address.box) and not address.number.isdigit(),
    "zero_box": lambda address: address.box.startswith("0"),
    "accented": lambda address: not address.street.isascii() and not address.box,
    "long_word": lambda address: address.street.endswith(("straat", "steenweg")) and not address.box,
}


@cache
def _candidates(town: Town, kind: str) -> tuple[Address, ...]:
    """The dwellings of a kind; any address of a town that has none."""
    return tuple(filter(_KINDS[kind], dwellings(town))) or load_addresses(town)


def _real(kind: str) -> Callable[[Town, int], Address]:
    """An address of the kind, another for each index as far as the town has them."""

    def place(town: Town, index: int) -> Address:
        found = _candidates(town, kind)
        return found[index * 7919 % len(found)]

    return place


def _spelt(name: str) -> Callable[[Town, int], Address]:
    spelling = next(item for item in SPELLINGS if item.name == name)
    place = _real(_SPELT_FROM.get(name, "house"))
    return lambda town, index: spelling.write(place(town, index), Random(index))


_SPELT_FROM = {
    "no_accents": "accented", "decomposed_accents": "accented", "small_letter": "letter", "abbreviation": "long_word",
    "box_zeroes": "zero_box", "slash": "box", "missing_box": "box", "unknown_box": "box",
}  # fmt: skip
ADDRESSES: dict[str, Callable[[Town, int], Address]] = {
    **{kind: _real(kind) for kind in ("house", "box", "letter", "letter_and_box")},
    "none": lambda _town, _index: Address("", "", "", ""),
    "wrong_postcode": lambda town, index: _real("house")(town, index)._replace(postcode="8999"),
    **{spelling.name: _spelt(spelling.name) for spelling in SPELLINGS},
}
