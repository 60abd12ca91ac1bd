"""From a household's members to rows of the register: dates, numbers, nationality, registers, marks, suspensions, departures."""

from datetime import date
from random import Random

from demo.households import Member, Origin
from demo.names import draw_first_names, nationalities
from demo.register import BIS_KNOWN_SEX, BIS_UNKNOWN_SEX, Person, Serials
from demo.towns import Address

ELSEWHERE_IN_BELGIUM = ("21004", "23077", "23101", "11002", "44021", "62063", "24062", "23088")
ABROAD = ("FR", "NL", "ES", "RO", "PL", "MA", "GB", "PT")
_YEAR = 365.2425


class People:
    """Makes the persons of one register as it stands on `as_of`; one instance a file, it hands out the national numbers."""

    def __init__(self, random: Random, as_of: date) -> None:
        self.random = random
        self.today = as_of.toordinal()
        self.serials = Serials()
        self._eu = frozenset(code for code, nationality in nationalities()[0].items() if nationality.eu)

    def household(self, members: list[Member], origin: Origin, address: Address, household_id: str) -> list[Person]:
        """One row a member, all at the address; they came together, children no earlier than their birth."""
        random = self.random
        youngest_adult = min(member.age for member in members if member.role != "3")
        stayed = min(random.expovariate(1 / 12.0), max(youngest_adult - 17.5, 0.1)) * _YEAR
        arrived = self.today - 1 - int(stayed)
        return [self._person(member, origin, address, household_id, arrived) for member in members]

    def _person(self, member: Member, origin: Origin, address: Address, household_id: str, arrived: int) -> Person:
        random = self.random
        born = self.today - int(member.age * _YEAR)
        registered = max(born, arrived)
        birth = date.fromordinal(born).isoformat()
        belgian = member.nationality == "BE"
        eu = member.nationality in self._eu
        if not (belgian or eu) and random.random() < 0.006:
            birth = birth[:7] + "-00" if random.random() < 0.3 else birth[:4] + "-00-00"
        register = "BR" if belgian else self._register(eu=eu)
        bis = 0
        if register == "WR" and random.random() < 0.05:
            bis = random.choice((BIS_KNOWN_SEX, BIS_UNKNOWN_SEX))
        person = Person(
            self.serials.number(birth, member.sex, bis=bis),
            member.surname.of(member.sex),
            draw_first_names(random, member.name_language, member.sex),
            birth,
            member.sex if random.random() >= 0.0003 else random.choice(("X", "")),
            nationality=member.nationality,
            register=register,
            registered_on=date.fromordinal(registered).isoformat(),
            postcode=address.postcode,
            street_name=address.street,
            house_number=address.number,
            box_number=address.box,
            household_id=household_id,
            household_role=member.role,
            language=origin.language,
        )
        if not belgian:
            self._foreigner(person, born, registered, eu=eu)
        if member.age >= 16 and random.random() < 0.0012:
            self._suspend(person)
        if random.random() < 0.0065:
            self._leave(person, registered)
        return person

    def _register(self, *, eu: bool) -> str:
        draw = self.random.random()
        if eu:
            return "BR" if draw < 0.55 else "VR"
        return "BR" if draw < 0.32 else "VR" if draw < 0.88 else "WR"

    def _day(self, first: int, last: int) -> str:
        return date.fromordinal(self.random.randint(min(first, last), last)).isoformat()

    def _foreigner(self, person: Person, born: int, registered: int, *, eu: bool) -> None:
        """Length of stay and the voters' registers; outside the EU a local mark asks for five years of legal stay."""
        random = self.random
        stay = max(born, registered - int(random.expovariate(1 / 4.0) * _YEAR))
        if person.register != "WR":
            person.legal_stay_since = date.fromordinal(stay).isoformat()
        if person.register == "WR" or self.today - born < 16 * _YEAR:
            return
        if eu and random.random() < 0.12:
            person.eu_voter_since = self._day(stay, self.today)
            if random.random() < 0.04:
                person.eu_voter_until = self._day(date.fromisoformat(person.eu_voter_since).toordinal(), self.today)
        adult = self.today - born >= 18 * _YEAR
        if adult and (eu or self.today - stay >= 5 * _YEAR) and random.random() < (0.18 if eu else 0.16):
            person.local_voter_since = self._day(stay if eu else stay + int(5 * _YEAR), self.today)
            if random.random() < 0.04:
                person.local_voter_until = self._day(date.fromisoformat(person.local_voter_since).toordinal(), self.today)

    def _suspend(self, person: Person) -> None:
        random = self.random
        person.suspension = "excluded" if random.random() < 0.2 else "suspended"
        if person.suspension == "suspended" and random.random() < 0.6:
            person.suspension_until = self._day(self.today - 200, self.today + 1500)

    def _leave(self, person: Person, registered: int) -> None:
        """Gone in the last three months: a register keeps them for a while."""
        random = self.random
        on = self._day(max(registered, self.today - 90), self.today)
        draw = random.random()
        if draw < 0.22:
            person.deceased_on = on
        elif draw < 0.34:
            person.struck_on = on
        else:
            person.departed_on = on
            person.departed_to = random.choice(ELSEWHERE_IN_BELGIUM if random.random() < 0.8 else ABROAD)
