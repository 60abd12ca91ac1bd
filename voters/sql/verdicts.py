"""A verdict for every person and ballot, in one statement; counts of them (docs/formats/register.md §5).

The statement asks the questions of ``voters.rules.eligibility.judge`` in the same order. What depends on the person
alone is worked out once a person; the rules come in as a table of one row a ballot and group of nationality.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from elections.rules import BALLOT_CODES, BALLOT_NUMBERS
from voters.rules.eligibility import BELGIAN, EU_MARK, LOCAL_MARK, OTHER, UNION, Fact, Law, Verdict, last_birth_date, leap_days
from voters.sql.plans import whole_lists

# Numbers of verdicts and facts stand in the text as they stand in voters.rules.eligibility: 0 eligible, 1 deceased, … 12 suspended.
# OFFSET 0 keeps a layer from being flattened, so that what it works out is worked out once. In the order of the primary key the rows go
# into its index one beside the other, wherever the persons lie in their own table: a fifth less work.
# Who was born on 29 February (leap) reaches an age the day after the 28th: on the 29th, or on 1 March where there is none.
INSERT_VERDICTS = """
INSERT INTO voters_verdict (municipality_id, extraction_id, person_id, ballot, verdict, fact, fact_date)
SELECT %(municipality_id)s, %(extraction_id)s, id, ballot, verdict,
       CASE verdict WHEN 0 THEN age_fact
                    WHEN 6 THEN 8
                    WHEN 10 THEN age_fact
                    WHEN 8 THEN mark_fact
                    WHEN 1 THEN 3
                    WHEN 2 THEN 4
                    WHEN 3 THEN 5
                    WHEN 4 THEN 6
                    WHEN 5 THEN 7
                    WHEN 7 THEN 7
                    WHEN 9 THEN mark_fact + 1
                    ELSE 13 END,
       CASE verdict WHEN 0 THEN (born_on - leap + age)::date + leap
                    WHEN 6 THEN NULL
                    WHEN 10 THEN (born_on - leap + age)::date + leap
                    WHEN 8 THEN CASE mark_fact WHEN 9 THEN eu_voter_since ELSE local_voter_since END
                    WHEN 1 THEN deceased_on
                    WHEN 2 THEN struck_on
                    WHEN 3 THEN departed_on
                    WHEN 4 THEN registered_on
                    WHEN 5 THEN registered_on
                    WHEN 7 THEN registered_on
                    WHEN 9 THEN CASE mark_fact WHEN 9 THEN eu_voter_until ELSE local_voter_until END
                    ELSE suspension_until END
  FROM (SELECT p.*, r.ballot, r.age, r.mark_fact,
               CASE WHEN p.absent > 0 THEN p.absent
                    WHEN r.age IS NULL THEN 6
                    WHEN CASE p.register WHEN 'BR' THEN NOT r.br WHEN 'VR' THEN NOT r.vr ELSE true END THEN 7
                    WHEN CASE r.mark_fact WHEN 0 THEN false
                                          WHEN 9 THEN coalesce(p.eu_voter_since >= %(list_date)s, true)
                                          ELSE coalesce(p.local_voter_since >= %(list_date)s, true) END THEN 8
                    WHEN CASE r.mark_fact WHEN 0 THEN false
                                          WHEN 9 THEN coalesce(p.eu_voter_until <= %(list_date)s, false)
                                          ELSE coalesce(p.local_voter_until <= %(list_date)s, false) END THEN 9
                    WHEN p.born_on > r.last_birth_date THEN 10
                    ELSE p.barred END AS verdict
          FROM (SELECT id, born_on, register, registered_on, suspension_until, deceased_on, struck_on, departed_on,
                       eu_voter_since, eu_voter_until, local_voter_since, local_voter_until,
                       CASE WHEN nationality = 'BE' THEN 'BE' WHEN nationality = ANY(%(union)s) THEN 'EU' ELSE 'XX' END AS nationality_group,
                       CASE WHEN birth_date LIKE '%%-00%%' THEN 2 ELSE 1 END AS age_fact,
                       CASE WHEN born_on = ANY(%(leap_days)s::date[]) THEN 1 ELSE 0 END AS leap,
                       CASE WHEN deceased_on <= %(list_date)s THEN 1
                            WHEN struck_on <= %(list_date)s THEN 2
                            WHEN departed_on <= %(list_date)s THEN 3
                            WHEN registered_on > %(list_date)s THEN 4
                            WHEN register = 'WR' THEN 5
                            ELSE 0 END AS absent,
                       CASE WHEN suspension = '' THEN 0
                            WHEN suspension_until < %(election_day)s THEN 0
                            WHEN suspension = 'excluded' THEN 11
                            ELSE 12 END AS barred
                  FROM voters_person
                 WHERE municipality_id = %(municipality_id)s AND removed_import_id IS NULL
                ORDER BY id
                OFFSET 0) p
          JOIN unnest(%(ballots)s::smallint[], %(groups)s::text[], %(ages)s::interval[], %(last_birth_dates)s::date[],
                      %(br)s::boolean[], %(vr)s::boolean[], %(mark_facts)s::smallint[])
               AS r (ballot, nationality_group, age, last_birth_date, br, vr, mark_fact)
            ON r.nationality_group = p.nationality_group
        OFFSET 0) judged
"""


def insert_verdicts(*, municipality_id: int, extraction_id: int, law: Law) -> int:
    """Judge every person of the register for every ballot of the law; returns how many verdicts were written."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(INSERT_VERDICTS, {"municipality_id": municipality_id, "extraction_id": extraction_id, **law_parameters(law)})
        return int(cursor.rowcount)


def law_parameters(law: Law) -> dict[str, Any]:
    """The law as the parameters of ``INSERT_VERDICTS``. Where a group has no vote for a ballot, the age is null."""
    keys = [(ballot, group) for ballot in law.ballots for group in (BELGIAN, UNION, OTHER)]
    rules = [law.rules.get(key) for key in keys]
    return {
        "list_date": law.list_date,
        "election_day": law.election_day,
        "union": sorted(law.union),
        "leap_days": leap_days(),
        "ballots": [BALLOT_NUMBERS[ballot] for ballot, _ in keys],
        "groups": [group for _, group in keys],
        "ages": [f"{rule.minimum_age} years" if rule else None for rule in rules],
        "last_birth_dates": [last_birth_date(law.election_day, rule.minimum_age) if rule else None for rule in rules],
        "br": [bool(rule and "BR" in rule.registers) for rule in rules],
        "vr": [bool(rule and "VR" in rule.registers) for rule in rules],
        "mark_facts": [{EU_MARK: 9, LOCAL_MARK: 11}.get(rule.mark, 0) if rule else 0 for rule in rules],
    }


# Both numbers in one: a row is sorted by one comparison.
COUNT_VERDICTS = """
SELECT pair >> 8, pair & 255, count(*)
  FROM (SELECT (ballot::integer << 8) + verdict AS pair
          FROM voters_verdict
         WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s) numbered
 GROUP BY pair
 ORDER BY pair
"""


def count_verdicts(*, municipality_id: int, extraction_id: int) -> dict[str, dict[str, int]]:
    """Persons by ballot and verdict, by their codes: ``{"municipal": {"eligible": 26113, "deceased": 4, …}, …}``."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_VERDICTS, {"municipality_id": municipality_id, "extraction_id": extraction_id})
        rows = cursor.fetchall()
    counts: dict[str, dict[str, int]] = {}
    for ballot, verdict, count in rows:
        counts.setdefault(BALLOT_CODES[ballot], {})[Verdict(verdict).code] = count
    return counts


VERDICT_CSV = """
COPY (
    SELECT p.national_number, (%(ballots)s::text[])[v.ballot + 1] AS ballot, (%(verdicts)s::text[])[v.verdict + 1] AS verdict,
           (%(facts)s::text[])[v.fact] AS fact, v.fact_date
      FROM voters_verdict v
      JOIN voters_person p ON p.municipality_id = v.municipality_id AND p.id = v.person_id
     WHERE v.municipality_id = %(municipality_id)s AND v.extraction_id = %(extraction_id)s
     ORDER BY p.national_number, v.ballot
) TO STDOUT (FORMAT csv, HEADER true)
"""


def verdict_csv(*, municipality_id: int, extraction_id: int) -> Iterator[bytes]:
    """Every verdict with its words, by national number and ballot, as pieces of a CSV file with CRLF at the end of a line."""
    parameters = {
        "municipality_id": municipality_id,
        "extraction_id": extraction_id,
        "ballots": list(BALLOT_CODES),
        "verdicts": [verdict.code for verdict in Verdict],
        "facts": [fact.code for fact in Fact],
    }
    with connection.cursor() as cursor, cursor.copy(VERDICT_CSV, parameters) as copy:
        for piece in copy:
            # No value holds a line break: digits, codes and dates only.
            yield bytes(piece).replace(b"\n", b"\r\n")
