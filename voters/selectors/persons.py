"""Persons of the register, found by whatever somebody knows of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from voters.models import Person
from voters.rules.person_query import PersonQuery, number_prefixes, parse
from voters.sql import persons as sql

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. ``more``: there are others past the limit."""

    query: PersonQuery
    persons: list[Person]
    more: bool


def understand(text: str) -> PersonQuery:
    """What is meant by what was typed, accents or not."""
    return parse(sql.fold(text[:200]))


def search(*, municipality_id: int, query: PersonQuery, limit: int = LIMIT) -> Found:
    """Find persons, at most ``limit``.

    In this order: the national number; a street, where a house number was typed; last names that begin so, with first names
    behind them, either way round;
    persons of whom every word begins some word of their names; people who live at such a street.
    """
    ids: dict[int, None] = {}
    if not query.empty:
        for found in _ways(municipality_id, query, limit + 1):
            ids |= dict.fromkeys(found)
            if len(ids) > limit:
                break
    chosen = list(ids)[:limit]
    rows = Person.objects.filter(municipality_id=municipality_id).in_bulk(chosen)
    return Found(query, [rows[pk] for pk in chosen if pk in rows], more=len(ids) > limit)


def _ways(municipality_id: int, query: PersonQuery, limit: int) -> Iterator[list[int]]:
    """The ways to look, best first; each is tried only while the ones before it did not find enough."""
    if query.number:
        yield _by_number(municipality_id, query, limit)
        return
    if query.born_on is not None:
        prefixes = number_prefixes(query.born_on)
        born = sql.by_birth(municipality_id=municipality_id, born_on=query.born_on, prefixes=prefixes, words=query.words, limit=limit)
        yield born
        if born:
            return
    if query.house:
        # A number belongs to a street: look there first.
        yield from _by_street(municipality_id, query, limit)
    if query.words:
        yield from _by_name(municipality_id, query, limit)
        if not query.house:
            yield from _by_street(municipality_id, query, limit)


def _by_name(municipality_id: int, query: PersonQuery, limit: int) -> Iterator[list[int]]:
    """Last names first, in their order; then whoever has the words in any order."""
    words, born_on, house = query.words, query.born_on, query.house
    for prefix in query.name_prefixes:
        yield sql.by_name_key(municipality_id=municipality_id, prefix=prefix, born_on=born_on, house=house, limit=limit)
    if len(words) == 1 and born_on is None and not house:
        yield sql.by_word(municipality_id=municipality_id, word=words[0], limit=limit)
        return
    rare = sql.rarest(municipality_id=municipality_id, words=words)
    if rare is not None:
        yield sql.by_rare_word(municipality_id=municipality_id, word=rare, words=words, born_on=born_on, house=house, limit=limit)
        return
    for last_name, first_names in query.both_names:
        yield sql.by_both_names(
            municipality_id=municipality_id, last_name=last_name, first_names=first_names, born_on=born_on, house=house, limit=limit
        )
    yield sql.by_common_words(municipality_id=municipality_id, words=words, born_on=born_on, house=house, limit=limit)


def _by_number(municipality_id: int, query: PersonQuery, limit: int) -> list[int]:
    found = sql.by_number(municipality_id=municipality_id, number=query.number, limit=limit)
    if not (query.words or query.born_on):
        return found
    rows = Person.objects.filter(municipality_id=municipality_id).in_bulk(found)
    return [
        pk
        for pk in found
        if pk in rows and all(f" {word}" in f" {rows[pk].name_key}" for word in query.words) and query.born_on in (None, rows[pk].born_on)
    ]


def _by_street(municipality_id: int, query: PersonQuery, limit: int) -> Iterator[list[int]]:
    for street, rest in query.street_splits:
        if streets := sql.streets(municipality_id=municipality_id, name=street):
            yield sql.by_street(
                municipality_id=municipality_id, streets=streets, house=query.house, words=rest, born_on=query.born_on, limit=limit
            )
