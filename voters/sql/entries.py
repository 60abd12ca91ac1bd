"""The voters list of an extraction: one numbered line for whoever may vote for at least one ballot; its figures and its hash."""

from typing import Any

from django.db import connection

from voters.rules.eligibility import ADULT, Law, age_bands, ballot_masks, last_birth_date
from voters.sql.plans import whole_lists

# The law comes in as masks by nationality group, register and age band: a voter's ballots are one look-up in a table of some twenty rows.
ELIGIBLE = """(SELECT p.id, p.national_number, p.last_name, p.first_names, p.name_key, p.birth_date, p.born_on, p.sex, p.nationality,
               p.language, p.postcode, p.street_name, p.house_number, p.box_number, p.address_id, p.household_id, p.household_role, m.compulsory,
               m.free
               | CASE WHEN m.eu_marked > 0 AND p.eu_voter_since < %(list_date)s
                           AND coalesce(p.eu_voter_until > %(list_date)s, true) THEN m.eu_marked ELSE 0::smallint END
               | CASE WHEN m.local_marked > 0 AND p.local_voter_since < %(list_date)s
                           AND coalesce(p.local_voter_until > %(list_date)s, true) THEN m.local_marked ELSE 0::smallint END AS ballots
          FROM voters_person p
          JOIN unnest(%(groups)s::text[], %(registers)s::text[], %(bands)s::integer[], %(free)s::smallint[], %(eu_marked)s::smallint[],
                      %(local_marked)s::smallint[], %(compulsory)s::smallint[])
               AS m (nationality_group, register, band, free, eu_marked, local_marked, compulsory)
            ON m.nationality_group = CASE WHEN p.nationality = 'BE' THEN 'BE' WHEN p.nationality = ANY(%(union)s) THEN 'EU' ELSE 'XX' END
           AND m.register = p.register
           AND m.band = width_bucket(p.born_on, %(too_young_from)s::date[])
         WHERE p.municipality_id = %(municipality_id)s AND p.removed_import_id IS NULL
           AND p.registered_on <= %(list_date)s
           AND coalesce(p.deceased_on > %(list_date)s, true)
           AND coalesce(p.struck_on > %(list_date)s, true)
           AND coalesce(p.departed_on > %(list_date)s, true)
           AND (p.suspension = '' OR coalesce(p.suspension_until < %(election_day)s, false))) v
 WHERE ballots > 0
"""
"""Whoever may vote for at least one ballot, as a row source ``v``: the columns of the list, and ``ballots``."""

INSERT_ENTRIES = (
    """
INSERT INTO voters_entry
       (municipality_id, extraction_id, list_number, person_id, national_number, last_name, first_names, name_key, birth_date, born_on,
        sex, nationality, language, mark, minor, ballots, compulsory, postcode, street_name, house_number, box_number, address_id,
        household_id, household_role)
SELECT %(municipality_id)s, %(extraction_id)s, row_number() OVER (ORDER BY name_key, born_on, national_number), id, national_number,
       last_name, first_names, name_key, birth_date, born_on, sex, nationality, language,
       CASE nationality WHEN 'BE' THEN '' ELSE 'V' END, born_on > %(last_adult)s, ballots, ballots & compulsory,
       postcode, street_name, house_number, box_number, address_id, household_id, household_role
  FROM """
    + ELIGIBLE
)


def insert_entries(*, municipality_id: int, extraction_id: int, law: Law) -> int:
    """Write the list in order of name, date of birth and national number, numbered from 1; returns how many voters it has."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(INSERT_ENTRIES, {"municipality_id": municipality_id, "extraction_id": extraction_id, **mask_parameters(law)})
        return int(cursor.rowcount)


def mask_parameters(law: Law) -> dict[str, Any]:
    """The law as the parameters of ``INSERT_ENTRIES``."""
    rows = ballot_masks(law)
    return {
        "list_date": law.list_date,
        "election_day": law.election_day,
        "last_adult": last_birth_date(law.election_day, ADULT),
        "union": sorted(law.union),
        "too_young_from": age_bands(law),
        "groups": [row.group for row in rows],
        "registers": [row.register for row in rows],
        "bands": [row.band for row in rows],
        "free": [row.free for row in rows],
        "eu_marked": [row.eu_marked for row in rows],
        "local_marked": [row.local_marked for row in rows],
        "compulsory": [row.compulsory for row in rows],
    }


COUNT_ENTRIES = """
SELECT count(*), count(*) FILTER (WHERE minor), count(*) FILTER (WHERE mark <> '')
  FROM voters_entry
 WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s
"""


def count_entries(*, municipality_id: int, extraction_id: int) -> dict[str, int]:
    """How many voters, how many of them 16 or 17 years old, how many not Belgian."""
    with whole_lists(), connection.cursor() as cursor:
        cursor.execute(COUNT_ENTRIES, {"municipality_id": municipality_id, "extraction_id": extraction_id})
        voters, minors, non_belgians = cursor.fetchone()
    return {"voters": voters, "minors": minors, "non_belgians": non_belgians}


# What the list says and nothing that only this database knows: the same register gives the same hash anywhere
# (docs/formats/voters-list.md, "Fingerprint").
HASH_ENTRIES = r"""
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\n'), ''), 'UTF8')), 'hex')
  FROM (SELECT concat_ws(E'\t', list_number, national_number, last_name, first_names, birth_date, sex, nationality, language, mark,
                         ballots, compulsory, postcode, street_name, house_number, box_number, household_id) AS line
          FROM voters_entry
         WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s
         ORDER BY list_number) ordered
"""


def hash_entries(*, municipality_id: int, extraction_id: int) -> str:
    """SHA-256 over the ordered list, in hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute(HASH_ENTRIES, {"municipality_id": municipality_id, "extraction_id": extraction_id})
        return str(cursor.fetchone()[0])


def delete_lines(*, municipality_id: int, extraction_id: int) -> int:
    """Take away the list and the verdicts of a trial; returns how many lines the list had. The database refuses a frozen one."""
    parameters = {"municipality_id": municipality_id, "extraction_id": extraction_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM voters_verdict WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s", parameters
        )
        cursor.execute(
            "DELETE FROM voters_entry WHERE municipality_id = %(municipality_id)s AND extraction_id = %(extraction_id)s", parameters
        )
        return int(cursor.rowcount)
