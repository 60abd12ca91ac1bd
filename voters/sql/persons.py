"""Statements that find persons. Under row-level security only leakproof operators reach an index: equality and ranges, never LIKE.

Each names its municipality, returns at most ``limit`` numbers of persons, best first, and breaks ties by the person's number.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from voters.rules.names import KEY_SEPARATOR, WORD_SIGNS

END = "\U0010ffff"
"""Sorts behind every character: the range from a prefix to the prefix and this holds what begins with it."""

FOLD = "SELECT core_fold(%(text)s)"


def fold(text: str) -> str:
    """The text as keys of names are: lower case without accents, by the database that made the keys."""
    with connection.cursor() as cursor:
        cursor.execute(FOLD, {"text": text.replace("\0", "")})
        return str(cursor.fetchone()[0])


def _ids(statement: str, values: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


BY_NUMBER = """
SELECT id FROM voters_person
 WHERE municipality_id = %(municipality_id)s AND national_number >= %(first)s AND national_number < %(last)s
 ORDER BY national_number
 LIMIT %(limit)s
"""


def by_number(*, municipality_id: int, number: str, limit: int) -> list[int]:
    """Persons whose national number begins with these figures, in its order."""
    return _ids(BY_NUMBER, {"municipality_id": municipality_id, "first": number, "last": number + END, "limit": limit})


BY_BIRTH = """
SELECT p.id FROM voters_person p
 WHERE ({ranges}) {more}
 ORDER BY p.name_key, p.id
 LIMIT %(limit)s
"""
_RANGE = """p.municipality_id = %(municipality_id)s
   AND p.national_number >= %(prefix_{n})s AND p.national_number < %(prefix_{n})s || %(end)s"""


def by_birth(*, municipality_id: int, born_on: date, prefixes: Sequence[str], words: Sequence[str] = (), limit: int) -> list[int]:
    """Persons born on a day, found by the first figures of their national number: dates have no index of their own."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "limit": limit, "end": END}
    values |= {f"prefix_{place}": prefix for place, prefix in enumerate(prefixes)}
    ranges = "\n    OR ".join(_RANGE.format(n=place) for place in range(len(prefixes)))
    return _ids(BY_BIRTH.format(ranges=ranges, more=_narrowed(values, words=words, born_on=born_on)), values)


# The key of a name sorts as last name, first names: the range comes out of the index in the order in which it is shown.
BY_NAME_KEY = """
SELECT p.id FROM voters_person p
 WHERE p.municipality_id = %(municipality_id)s AND p.name_key >= %(first)s AND p.name_key < %(last)s
 ORDER BY p.name_key, p.id
 LIMIT %(limit)s
"""
# Narrowed, only so many are looked at: what is rarer than that has a way of its own.
BY_NAME_KEY_NARROWED = """
SELECT p.id
  FROM (SELECT id, name_key, born_on, house_number FROM voters_person
         WHERE municipality_id = %(municipality_id)s AND name_key >= %(first)s AND name_key < %(last)s
         ORDER BY name_key, id
         LIMIT %(looked_at)s) p
 WHERE true {more}
 ORDER BY p.name_key, p.id
 LIMIT %(limit)s
"""
# The index is read in leaps: from one last name to the next, and in each only the first names that begin so. Rows come as they
# are found, in order, and no further last name is looked for when there are enough.
BY_BOTH_NAMES = """
WITH RECURSIVE family AS (
    (SELECT split_part(name_key, %(separator)s, 1) AS name, 1 AS leaps FROM voters_person
      WHERE municipality_id = %(municipality_id)s AND name_key >= %(last_name)s AND name_key < %(behind)s
      ORDER BY name_key
      LIMIT 1)
    UNION ALL
    SELECT split_part(following.name_key, %(separator)s, 1), family.leaps + 1
      FROM family
     CROSS JOIN LATERAL (SELECT name_key FROM voters_person
                          WHERE municipality_id = %(municipality_id)s
                            AND name_key >= family.name || %(separator)s || %(end)s AND name_key < %(behind)s
                          ORDER BY name_key
                          LIMIT 1) following
     WHERE family.leaps < %(leaps)s)
SELECT id
  FROM (SELECT called.id, called.name_key
          FROM family
         CROSS JOIN LATERAL (SELECT p.id, p.name_key FROM voters_person p
                              WHERE p.municipality_id = %(municipality_id)s
                                AND p.name_key >= family.name || %(separator)s || %(first_names)s
                                AND p.name_key < family.name || %(separator)s || %(first_names)s || %(end)s {more}
                              ORDER BY p.name_key, p.id
                              LIMIT %(limit)s) called
         LIMIT %(limit)s) found
 ORDER BY name_key, id
"""
LEAPS = 300
LOOKED_AT = 1500
ENOUGH = 500
"""Of those who have several common words: what is shown is chosen from so many; narrowed further, from all."""
EVERYBODY = 10_000_000


def by_name_key(*, municipality_id: int, prefix: str, limit: int, born_on: date | None = None, house: str = "") -> list[int]:
    """Persons whose last name, or last name and first names, begin so."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "first": prefix, "last": prefix + END, "limit": limit}
    if more := _narrowed(values, born_on=born_on, house=house):
        return _ids(BY_NAME_KEY_NARROWED.format(more=more), {**values, "looked_at": LOOKED_AT})
    return _ids(BY_NAME_KEY, values)


def by_both_names(
    *, municipality_id: int, last_name: str, first_names: str, limit: int, born_on: date | None = None, house: str = ""
) -> list[int]:
    """Persons whose last name begins with the one and whose first names begin with the other, of the first ``LEAPS`` last names."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "last_name": last_name, "behind": last_name + END, "end": END}
    values |= {"first_names": first_names, "separator": KEY_SEPARATOR, "leaps": LEAPS, "limit": limit}
    return _ids(BY_BOTH_NAMES.format(more=_narrowed(values, born_on=born_on, house=house)), values)


# Whole words sort before longer ones, so that the exact word comes first.
BY_WORD = """
SELECT person_id FROM voters_nametoken
 WHERE municipality_id = %(municipality_id)s AND token >= %(first)s AND token < %(last)s
 ORDER BY token, person_id
 LIMIT %(limit)s
"""
HOW_MANY = """
SELECT count(*) FROM (SELECT FROM voters_nametoken
                       WHERE municipality_id = %(municipality_id)s AND token >= %(first)s AND token < %(last)s
                       LIMIT %(limit)s) counted
"""
# By the rarest word, if it is rare: its persons are read and the other words looked up in their names.
BY_RAREST_WORD = """
SELECT p.id
  FROM (SELECT DISTINCT person_id FROM voters_nametoken
         WHERE municipality_id = %(municipality_id)s AND token >= %(first)s AND token < %(last)s) t
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.id = t.person_id
 WHERE true {more}
 ORDER BY p.name_key, p.id
 LIMIT %(limit)s
"""
# Every word is common: one side is hashed and the other read until there are enough.
_AND_WORD = """
   AND t.person_id IN (SELECT person_id FROM voters_nametoken
                        WHERE municipality_id = %(municipality_id)s AND token >= %(range_{n})s AND token < %(range_{n})s || %(end)s)"""
WITH_COMMON_WORDS = """
SELECT t.person_id FROM voters_nametoken t
 WHERE t.municipality_id = %(municipality_id)s AND t.token >= %(range_0)s AND t.token < %(range_0)s || %(end)s{words}
 LIMIT %(looked_at)s
"""
# A planner without fresh statistics would read the second range once for each person of the first.
NESTED_LOOPS = "SELECT set_config('enable_nestloop', %(state)s, true)"
IN_ORDER = """
SELECT p.id FROM voters_person p
 WHERE p.municipality_id = %(municipality_id)s AND p.id = ANY(%(persons)s) {more}
 ORDER BY p.name_key, p.id
 LIMIT %(limit)s
"""


def by_word(*, municipality_id: int, word: str, limit: int) -> list[int]:
    """Persons with a word of their names that begins so."""
    return _ids(BY_WORD, {"municipality_id": municipality_id, "limit": limit, "first": word, "last": word + END})


def rarest(*, municipality_id: int, words: Sequence[str]) -> str | None:
    """Which of the words begins the fewest words of names; ``None`` when each begins more than ``LOOKED_AT``."""
    values = {"municipality_id": municipality_id, "limit": LOOKED_AT + 1}
    counts = {word: _ids(HOW_MANY, {**values, "first": word, "last": word + END})[0] for word in words}
    found = min(words, key=lambda word: counts[word])
    return found if counts[found] <= LOOKED_AT else None


def by_rare_word(
    *, municipality_id: int, word: str, words: Sequence[str], limit: int, born_on: date | None = None, house: str = ""
) -> list[int]:
    """Persons with ``word``, narrowed by the other words, in any order: all of them, since the word is rare."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "limit": limit, "first": word, "last": word + END}
    others = [other for other in words if other != word]
    return _ids(BY_RAREST_WORD.format(more=_narrowed(values, words=others, born_on=born_on, house=house)), values)


def by_common_words(*, municipality_id: int, words: Sequence[str], limit: int, born_on: date | None = None, house: str = "") -> list[int]:
    """Persons with a word of their names that begins with each of these words, every one of which is common."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "limit": limit, "end": END}
    values["looked_at"] = EVERYBODY if born_on or house else ENOUGH
    values |= {f"range_{place}": word for place, word in enumerate(words)}
    also = "".join(_AND_WORD.format(n=place) for place in range(1, len(words)))
    with connection.cursor() as cursor:
        cursor.execute(NESTED_LOOPS, {"state": "off"})
        persons = _ids(WITH_COMMON_WORDS.format(words=also), values)
        cursor.execute(NESTED_LOOPS, {"state": "on"})
    more = _narrowed(values, born_on=born_on, house=house)
    return _ids(IN_ORDER.format(more=more), {**values, "persons": persons})


def _narrowed(values: dict[str, Any], *, words: Sequence[str] = (), born_on: date | None = None, house: str = "") -> str:
    """Conditions on ``p`` that narrow what an index has found; their values are added to ``values``."""
    more = ""
    for place, word in enumerate(words):
        values |= {f"word_{place}": " " + word, "signs": WORD_SIGNS, "blanks": " " * len(WORD_SIGNS)}
        more += f" AND strpos(' ' || translate(p.name_key, %(signs)s, %(blanks)s), %(word_{place})s) > 0"
    if born_on is not None:
        values["born_on"] = born_on
        more += " AND p.born_on = %(born_on)s"
    if house:
        values["house"] = house
        more += " AND districts_number_key(p.house_number) = districts_number_key(%(house)s)"
    return more


STREETS = """
SELECT id FROM districts_street
 WHERE municipality_id = %(municipality_id)s
   AND name_key >= districts_street_key(%(name)s) AND name_key < districts_street_key(%(name)s) || %(end)s
   AND districts_street_key(%(name)s) <> ''
 ORDER BY name_key, id
 LIMIT 20
"""


def streets(*, municipality_id: int, name: str) -> list[int]:
    """The first streets whose name begins so, in any spelling."""
    return _ids(STREETS, {"municipality_id": municipality_id, "name": name, "end": END})


BY_STREET = """
SELECT p.id
  FROM districts_street s
  JOIN districts_address a ON a.municipality_id = %(municipality_id)s AND a.street_id = s.id
  JOIN voters_person p ON p.municipality_id = %(municipality_id)s AND p.address_id = a.id
 WHERE s.municipality_id = %(municipality_id)s AND s.id = ANY(%(streets)s) {more}
 ORDER BY s.name_key, s.id, a.number, a.suffix, length(a.box_key), a.box_key, p.name_key, p.id
 LIMIT %(limit)s
"""


def by_street(
    *, municipality_id: int, streets: Sequence[int], house: str, words: Sequence[str], born_on: date | None, limit: int
) -> list[int]:
    """Persons at these streets, in the order of the doors. ``house``: at this number only, with any letter when it has none."""
    values: dict[str, Any] = {"municipality_id": municipality_id, "streets": list(streets), "limit": limit}
    more = _narrowed(values, words=words, born_on=born_on)
    if house:
        values["house"] = house
        more += (
            " AND a.number = districts_number(districts_number_key(%(house)s))"
            " AND districts_suffix(districts_number_key(%(house)s)) IN ('', a.suffix)"
        )
    return _ids(BY_STREET.format(more=more), values)
