"""What ``benchmarks.extraction`` is compared with: the extraction as a Django loop, two lists compared and taken out in other ways.

The loop is made to do well: one transaction, persons read in chunks, the rules of ``voters.rules.eligibility``
themselves, objects written 2,000 at a time.
"""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

from django.db import connection

from core.tenancy import tenant
from elections.rules import BALLOT_NUMBERS
from voters.models import Entry, Extraction, Person, Verdict
from voters.rules import eligibility
from voters.rules.eligibility import Law, PersonFacts, judge, last_birth_date
from voters.selectors.law import law_of

BATCH = 2000
COPIED = sorted(vars(Entry()).keys() & vars(Person()).keys() - {"_state", "id", "municipality_id"})
"""What an entry takes over from the person as it is."""
_facts = attrgetter(*PersonFacts.__dataclass_fields__)
_copied = attrgetter(*COPIED)


def facts_of(person: Person) -> PersonFacts:
    """The person as the rules take them."""
    return PersonFacts(*_facts(person))


def extract_by_loop(extraction: Extraction) -> None:
    """Write the verdicts and the numbered list of an extraction that has none, in one transaction."""
    with tenant(extraction.municipality_id):
        law = law_of(extraction.election)
        voters: list[tuple[Person, int, int]] = []
        waiting: list[Verdict] = []
        for person in persons_of(extraction):
            made, ballots, compulsory = judged(person, law, extraction)
            waiting += made
            if ballots:
                voters.append((person, ballots, compulsory))
            if len(waiting) >= BATCH:
                Verdict.objects.bulk_create(waiting, BATCH)
                waiting = []
        Verdict.objects.bulk_create(waiting, BATCH)
        voters.sort(key=lambda voter: (voter[0].name_key, voter[0].born_on, voter[0].national_number))
        last_adult = last_birth_date(law.election_day, eligibility.ADULT)
        for start in range(0, len(voters), BATCH):
            numbered = enumerate(voters[start : start + BATCH], start + 1)
            Entry.objects.bulk_create([_entry(extraction, number, *voter, last_adult < voter[0].born_on) for number, voter in numbered])


def persons_of(extraction: Extraction) -> Iterator[Person]:
    """Everybody in the register of the extraction's municipality, read in chunks."""
    return Person.objects.filter(municipality_id=extraction.municipality_id, removed_import=None).iterator(chunk_size=BATCH)


def judged(person: Person, law: Law, extraction: Extraction) -> tuple[list[Verdict], int, int]:
    """The verdicts on one person, and the masks of the ballots and of those that are compulsory."""
    facts, made, ballots, compulsory = facts_of(person), [], 0, 0
    for ballot in law.ballots:
        result = judge(facts, ballot, law)
        number = BALLOT_NUMBERS[ballot]
        made.append(
            Verdict(
                municipality_id=extraction.municipality_id,
                extraction_id=extraction.pk,
                person_id=person.pk,
                ballot=number,
                verdict=int(result.verdict),
                fact=int(result.fact),
                fact_date=result.fact_date,
            )
        )
        if result.verdict == eligibility.Verdict.ELIGIBLE:
            ballots |= 1 << number
            compulsory |= 1 << number if result.rule is not None and result.rule.compulsory else 0
    return made, ballots, compulsory


def _entry(extraction: Extraction, number: int, person: Person, ballots: int, compulsory: int, minor: bool) -> Entry:
    return Entry(
        municipality_id=extraction.municipality_id,
        extraction_id=extraction.pk,
        list_number=number,
        person_id=person.pk,
        mark="" if person.nationality == eligibility.BELGIAN else "V",
        minor=minor,
        ballots=ballots,
        compulsory=compulsory,
        **dict(zip(COPIED, _copied(person), strict=True)),
    )


COMPARED = (
    "last_name",
    "first_names",
    "birth_date",
    "street_name",
    "house_number",
    "box_number",
    "postcode",
    "ballots",
    "compulsory",
    "mark",
)
"""What two lists are compared on, as in ``voters.sql.comparison``."""
_LINES = f"""
SELECT person_id, {", ".join(COMPARED)} FROM voters_entry
 WHERE municipality_id = %(municipality_id)s AND extraction_id = %({{}})s
"""


def differ_by_except(*, municipality_id: int, before: int, after: int) -> int:
    """How many lines of one list are not in the other, both ways: who changed counts twice."""
    old, new = _LINES.format("before"), _LINES.format("after")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (({old} EXCEPT {new}) UNION ALL ({new} EXCEPT {old})) differing",
            {"municipality_id": municipality_id, "before": before, "after": after},
        )
        return int(cursor.fetchone()[0])


def differ_by_dicts(*, municipality_id: int, before: int, after: int) -> int:
    """The same by two dictionaries in Python."""
    lines = Entry.objects.filter(municipality_id=municipality_id).values_list("person_id", *COMPARED)
    old, new = ({row[0]: row[1:] for row in lines.filter(extraction_id=pk).iterator(BATCH)} for pk in (before, after))
    changed: int = sum(new[person] != line for person, line in old.items() if person in new)
    return len(old.keys() ^ new.keys()) + 2 * changed


# The bare rows of the list in its order, with the mask of the ballots as it is stored.
COPY_TO = """
COPY (SELECT list_number, last_name, first_names, birth_date, postcode, street_name, house_number, box_number, mark, ballots, ''
        FROM voters_entry
       WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s
       ORDER BY list_number) TO STDOUT (FORMAT csv, HEADER true)
"""


def copy_out(*, municipality_id: int, extraction_id: int, file: Path) -> None:
    """A list as the database writes it, straight into a file: the floor of an export."""
    values = {"municipality_id": municipality_id, "extraction_id": extraction_id}
    with tenant(municipality_id), connection.cursor() as cursor, file.open("wb") as stream, cursor.copy(COPY_TO, values) as copy:
        for block in copy:
            stream.write(block)
