"""Who is a voter, for one person at a time: the reference that the set-based statements must equal (docs/formats/register.md §5).

The law itself is data (elections/data); what stands here is the order of the questions and the arithmetic of dates.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

from elections.rules import BALLOT_CODES

BELGIAN, UNION, OTHER = "BE", "EU", "XX"
"""The groups of nationality that rules are written for."""
WAITING_REGISTER = "WR"
REGISTERS = ("BR", "VR")
"""The registers whose people may be voters."""
EU_MARK, LOCAL_MARK = "eu_voter", "local_voter"
ADULT = 18


class Verdict(IntEnum):
    """``eligible`` or the first reason why not, in the order in which they are asked. Stored: the numbers never change."""

    ELIGIBLE = 0
    DECEASED = 1
    STRUCK_OFF = 2
    DEPARTED = 3
    NOT_YET_RESIDENT = 4
    WAITING_REGISTER = 5
    NATIONALITY = 6
    WRONG_REGISTER = 7
    NOT_REGISTERED_AS_VOTER = 8
    REGISTRATION_GIVEN_UP = 9
    TOO_YOUNG = 10
    EXCLUDED = 11
    SUSPENDED = 12

    @property
    def code(self) -> str:
        """The word in files and counts."""
        return self.name.lower()


class Fact(IntEnum):
    """The column of the register that a verdict rests on. Stored: the numbers never change."""

    BIRTH_DATE = 1
    BIRTH_DATE_ADJUSTED = 2  # with unknown parts counted as 01
    DECEASED_ON = 3
    STRUCK_ON = 4
    DEPARTED_ON = 5
    REGISTERED_ON = 6
    REGISTER = 7
    NATIONALITY = 8
    EU_VOTER_SINCE = 9
    EU_VOTER_UNTIL = 10
    LOCAL_VOTER_SINCE = 11
    LOCAL_VOTER_UNTIL = 12
    SUSPENSION = 13

    @property
    def code(self) -> str:
        """The word in files: the column's name."""
        return self.name.lower()


SUSPENSIONS: dict[str, Verdict] = {"excluded": Verdict.EXCLUDED, "suspended": Verdict.SUSPENDED}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the register says of a person, as far as it decides on the vote. ``born_on`` is ``birth_date`` with unknown parts as 01."""

    nationality: str
    register: str
    registered_on: date
    birth_date: str
    born_on: date
    suspension: str = ""
    suspension_until: date | None = None
    deceased_on: date | None = None
    struck_on: date | None = None
    departed_on: date | None = None
    eu_voter_since: date | None = None
    eu_voter_until: date | None = None
    local_voter_since: date | None = None
    local_voter_until: date | None = None

    @property
    def birth_date_adjusted(self) -> bool:
        """Whether day or month of birth are unknown."""
        return "-00" in self.birth_date


@dataclass(frozen=True, slots=True)
class Rule:
    """Who of one group of nationality may vote for one ballot, with the articles that say so."""

    ballot: str
    group: str
    registers: frozenset[str]
    minimum_age: int
    mark: str
    compulsory: bool
    article: str = ""
    suspension_article: str = ""
    certainty: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """The rules in force on one election day, the dates that they are asked about, and the member states then."""

    list_date: date
    election_day: date
    ballots: tuple[str, ...]
    rules: Mapping[tuple[str, str], Rule]
    union: frozenset[str]

    def group(self, nationality: str) -> str:
        """The group of nationality on election day."""
        if nationality == BELGIAN:
            return BELGIAN
        return UNION if nationality in self.union else OTHER


def law(*, list_date: date, election_day: date, ballots: Collection[str], rules: Iterable[Rule], union: Collection[str]) -> Law:
    """Put a day's law together; ``ballots`` come out in the order of lists and screens."""
    return Law(
        list_date=list_date,
        election_day=election_day,
        ballots=tuple(code for code in BALLOT_CODES if code in ballots),
        rules={(rule.ballot, rule.group): rule for rule in rules if rule.ballot in ballots},
        union=frozenset(union),
    )


@dataclass(frozen=True, slots=True)
class VerdictResult:
    """A verdict with the fact it rests on and that fact's date. For a verdict that rests on age: the day the age is reached."""

    verdict: Verdict
    fact: Fact
    fact_date: date | None
    rule: Rule | None = field(default=None, compare=False)


def birthday(born_on: date, years: int) -> date:
    """The day on which somebody reaches an age; born on 29 February: 1 March in years without that day."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def last_birth_date(election_day: date, years: int) -> date:
    """The last day of birth on which somebody has reached an age on election day: ``birthday(d, years) <= election_day``."""
    try:
        return election_day.replace(year=election_day.year - years)
    except ValueError:
        return date(election_day.year - years, 2, 28)


def leap_days(first_year: int = 1800, last_year: int = 2199) -> list[date]:
    """Every 29 February: the birthdays that most years do not have."""
    candidates = (date(year, 3, 1) - timedelta(days=1) for year in range(first_year, last_year + 1))
    return [day for day in candidates if day.day == 29]


def judge(person: PersonFacts, ballot: str, law: Law) -> VerdictResult:
    """The verdict on one person for one ballot: the first reason that holds, in the order of ``Verdict``."""
    absent = _presence(person, law.list_date)
    rule = law.rules.get((ballot, law.group(person.nationality)))
    if absent is not None:
        return absent
    if rule is None:
        return VerdictResult(Verdict.NATIONALITY, Fact.NATIONALITY, None)
    verdict, fact, day = _by_rule(person, rule, law)
    return VerdictResult(verdict, fact, day, rule)


def _presence(person: PersonFacts, list_date: date) -> VerdictResult | None:
    """Why somebody does not count as present on the list date, whatever the ballot."""
    gone = (
        (Verdict.DECEASED, Fact.DECEASED_ON, person.deceased_on),
        (Verdict.STRUCK_OFF, Fact.STRUCK_ON, person.struck_on),
        (Verdict.DEPARTED, Fact.DEPARTED_ON, person.departed_on),
    )
    for verdict, fact, day in gone:
        if day is not None and day <= list_date:
            return VerdictResult(verdict, fact, day)
    if person.registered_on > list_date:
        return VerdictResult(Verdict.NOT_YET_RESIDENT, Fact.REGISTERED_ON, person.registered_on)
    if person.register == WAITING_REGISTER:
        return VerdictResult(Verdict.WAITING_REGISTER, Fact.REGISTER, person.registered_on)
    return None


def _by_rule(person: PersonFacts, rule: Rule, law: Law) -> tuple[Verdict, Fact, date | None]:
    if person.register not in rule.registers:
        return Verdict.WRONG_REGISTER, Fact.REGISTER, person.registered_on
    if rule.mark:
        unmarked = _mark(person, rule.mark, law.list_date)
        if unmarked is not None:
            return unmarked
    age_fact = Fact.BIRTH_DATE_ADJUSTED if person.birth_date_adjusted else Fact.BIRTH_DATE
    reached = birthday(person.born_on, rule.minimum_age)
    if reached > law.election_day:
        return Verdict.TOO_YOUNG, age_fact, reached
    barred = SUSPENSIONS.get(person.suspension)
    if barred is not None and (person.suspension_until is None or person.suspension_until >= law.election_day):
        return barred, Fact.SUSPENSION, person.suspension_until
    return Verdict.ELIGIBLE, age_fact, reached


def _mark(person: PersonFacts, mark: str, list_date: date) -> tuple[Verdict, Fact, date | None] | None:
    """Why the registration as a voter does not hold on the list date: it came too late or never, or was given up."""
    if mark == EU_MARK:
        since, until, since_fact, until_fact = person.eu_voter_since, person.eu_voter_until, Fact.EU_VOTER_SINCE, Fact.EU_VOTER_UNTIL
    else:
        since, until = person.local_voter_since, person.local_voter_until
        since_fact, until_fact = Fact.LOCAL_VOTER_SINCE, Fact.LOCAL_VOTER_UNTIL
    if since is None or since >= list_date:
        return Verdict.NOT_REGISTERED_AS_VOTER, since_fact, since
    if until is not None and until <= list_date:
        return Verdict.REGISTRATION_GIVEN_UP, until_fact, until
    return None


@dataclass(frozen=True, slots=True)
class MaskRow:
    """For one group of nationality, register and age band: the ballots that need no mark, and those that need one of the two."""

    group: str
    register: str
    band: int
    free: int
    eu_marked: int
    local_marked: int
    compulsory: int


def age_bands(law: Law) -> list[date]:
    """The first days of birth that are too late for each age that the rules ask, the eldest first.

    A person's band is how many of them lie on or before the day of birth: 0 is old enough for everything.
    """
    ages = sorted({rule.minimum_age for rule in law.rules.values()}, reverse=True)
    return [last_birth_date(law.election_day, age) + timedelta(days=1) for age in ages]


def ballot_masks(law: Law) -> list[MaskRow]:
    """The law as a small table of masks, so that a voter's ballots are one look-up; the same answers as ``judge``."""
    bands = age_bands(law)
    rows = []
    for group in (BELGIAN, UNION, OTHER):
        for register in REGISTERS:
            for band in range(len(bands) + 1):
                masks = {"": 0, EU_MARK: 0, LOCAL_MARK: 0}
                compulsory = 0
                for (ballot, of_group), rule in law.rules.items():
                    too_late = last_birth_date(law.election_day, rule.minimum_age) + timedelta(days=1)
                    if of_group != group or register not in rule.registers or bands.index(too_late) < band:
                        continue
                    bit = 1 << BALLOT_CODES.index(ballot)
                    masks[rule.mark] |= bit
                    compulsory |= bit if rule.compulsory else 0
                rows.append(MaskRow(group, register, band, masks[""], masks[EU_MARK], masks[LOCAL_MARK], compulsory))
    return rows
