"""In which district lies an address: a street with or without a number, accents and typing errors forgiven."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rapidfuzz import fuzz, process

from districts.models import StreetRange
from districts.rules.where import Place, readings
from districts.selectors.split import holding
from districts.sql import districts as placing
from districts.sql import where as sql
from districts.sql.where import KnownStreet

Match = Literal["exact", "start", "part", "similar"]
SHOWN = 8
SIMILAR = 70
"""Out of 100 (rapidfuzz): less alike than this is another street."""
SIMILAR_START = 80
RANKS: dict[Match, int] = {"exact": 400, "start": 300, "part": 200, "similar": 0}


@dataclass(frozen=True, slots=True)
class Answer:
    """A street in one postcode. With a number: the row that holds it, if any; without: all rows of the street there."""

    street: KnownStreet
    postcode: str
    postname: str
    number: int | None
    house: str
    known: bool
    match: Match
    rows: list[StreetRange] = field(default_factory=list)

    @property
    def row(self) -> StreetRange | None:
        """The row that decides: that of the number, or of the whole street where one district has all of it."""
        return self.rows[0] if self.rows and len({row.district_id for row in self.rows}) == 1 else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    street: KnownStreet
    reading: Place
    match: Match
    score: float


def which_district(*, municipality_id: int, text: str, day: date, shown: int = SHOWN) -> list[Answer]:
    """What was asked for, the likeliest first; nothing when no street looks like it."""
    places = readings(text, postcodes=sql.postcodes(municipality_id=municipality_id))
    candidates = _candidates(places, municipality_id=municipality_id)[:shown]
    return _answers(candidates, municipality_id=municipality_id, day=day)


def similar_streets(names: Sequence[str], *, municipality_id: int) -> list[KnownStreet | None]:
    """For each name that is no street's, the street that looks most like it."""
    if not names:
        return []
    known = sql.streets(municipality_id=municipality_id)
    found: list[KnownStreet | None] = []
    for key in sql.keys(names):
        best = process.extractOne(key, [street.key for street in known], scorer=fuzz.ratio, score_cutoff=SIMILAR)
        found.append(known[best[2]] if best else None)
    return found


def _candidates(places: Sequence[Place], *, municipality_id: int) -> list[_Candidate]:
    if not places:
        return []
    known = sql.streets(municipality_id=municipality_id)
    keys = sql.keys([place.street for place in places])
    best: dict[int, _Candidate] = {}
    for place, key in zip(places, keys, strict=True):
        for one in _matching(place, key, known):
            if one.street.pk not in best or one.score > best[one.street.pk].score:
                best[one.street.pk] = one
    return sorted(best.values(), key=lambda one: (-one.score, one.street.key, one.street.pk))


def _matching(place: Place, key: str, known: Sequence[KnownStreet]) -> Iterable[_Candidate]:
    """Streets whose key is this, begins with it or holds it; where these are few and none is it, those that look like it too."""
    if not key:
        return
    few, exact = 0, False
    for street in known:
        if key not in street.key:
            continue
        match: Match = "exact" if street.key == key else "start" if street.key.startswith(key) else "part"
        few, exact = few + 1, exact or match == "exact"
        # Of two readings the one that says more of the street; of two streets the shorter.
        yield _Candidate(street, place, match, RANKS[match] + min(len(key), 99) - len(street.key) / 1000)
    if few < 3 and not exact and len(key) >= 3:
        yield from _similar(place, key, known)


def _similar(place: Place, key: str, known: Sequence[KnownStreet]) -> Iterable[_Candidate]:
    whole = process.extract(key, [street.key for street in known], scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=SHOWN)
    starts = process.extract(key, [street.key[: len(key)] for street in known], scorer=fuzz.ratio, score_cutoff=SIMILAR_START, limit=SHOWN)
    for _text, score, index in (*whole, *((text, score - 5, index) for text, score, index in starts)):
        yield _Candidate(known[index], place, "similar", score + min(len(key), 99) / 100)


def _answers(candidates: Sequence[_Candidate], *, municipality_id: int, day: date) -> list[Answer]:
    wanted = [(one.street.pk, one.reading.number) for one in candidates]
    where: dict[int, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for place in sql.places(municipality_id=municipality_id, wanted=wanted):
        where[place.street_id][place.postcode] = (place.postname, place.has_number)
    rows: dict[tuple[int, str], list[StreetRange]] = defaultdict(list)
    for row in holding(municipality_id=municipality_id, day=day, streets=[street for street, _number in wanted]):
        rows[row.street_id, row.postcode].append(row)
        where[row.street_id].setdefault(row.postcode, ("", False))
    deciding = _deciding(candidates, municipality_id=municipality_id, day=day)
    found = [
        Answer(
            street=one.street,
            postcode=postcode,
            postname=postname,
            number=one.reading.number,
            house=one.reading.house,
            known=known,
            match=one.match,
            rows=[row for row in rows[one.street.pk, postcode] if one.reading.number is None or row.pk in deciding],
        )
        for one in candidates
        for postcode, (postname, known) in _of_postcode(where[one.street.pk], one.reading.postcode)
    ]
    order = {one.street.pk: place for place, one in enumerate(candidates)}
    return sorted(found, key=lambda answer: (order[answer.street.pk], not answer.known, not answer.rows, answer.postcode))


def _deciding(candidates: Sequence[_Candidate], *, municipality_id: int, day: date) -> set[int]:
    """The rows that hold the numbers asked for, as the one statement tells it that places addresses."""
    by_number: dict[int, list[int]] = defaultdict(list)
    for one in candidates:
        if one.reading.number is not None:
            by_number[one.reading.number].append(one.street.pk)
    return {
        row[0]
        for number, streets in by_number.items()
        for row in placing.rows_at(municipality_id=municipality_id, day=day, streets=streets, number=number)
    }


def _of_postcode(places: dict[str, tuple[str, bool]], postcode: str) -> list[tuple[str, tuple[str, bool]]]:
    """The places of the postcode that was typed; all of them when the street has none there."""
    return [(code, place) for code, place in sorted(places.items()) if postcode in ("", code) or postcode not in places]
