"""From a name and an address to the components of Mail ID: what does not fit is made to fit by rule, or refused; never in silence.

1. Characters: ISO-8859-1 as ``characters.write`` does it (``transliterated``). A letter that it does not know: refused.
2. Names too long: the last of the later names becomes an initial, then the one before it, until it fits (``initials``). The first
   name, and a last name up to its first word that is no preposition, stay whole. Still too long: the name in one component of 50
   characters, with the initial of the first name (``whole_name``). Still too long: refused.
3. Box: figures only, without the word for it. Another box (``A``, ``0.01``) goes with street and number in one component
   (``whole_street``); where that is too long, the box is left out (``box_left_out``).
4. A street or number too long: street, number and box in one component (``whole_street``), without the box where only that fits;
   a city too long: postcode and city in one (``whole_city``). Still too long: refused. A street or place is never shortened.
5. Abroad, no Belgian postcode, no street, no city: refused. Mail ID is not for other countries.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize

from delivery.bpost.characters import write
from delivery.bpost.components import MAXIMUM, Component
from delivery.bpost.mailing import Problem

BELGIUM = {"", "BE", "BEL", "150", "BELGIE", "BELGIQUE", "BELGIEN", "BELGIUM"}  # 150: as the population register says it
_BOX_WORD = re.compile(r"^(?:bus|bte|boite|boîte|box|b\.)[\s.:]*", re.IGNORECASE)
_POSTCODE = re.compile(r"[1-9][0-9]{3}", re.ASCII)
_PREPOSITIONS = {"van", "de", "den", "der", "ter", "ten", "te", "vanden", "vander", "du", "la", "le", "el", "al", "ben", "bin", "von", "di", "da", "d'"}  # fmt: skip
_BOX_WORDS = {"nl": "bus", "fr": "bte", "de": "Bfk"}


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom and where, as a municipality knows it. ``number`` and ``box`` as text; ``lang`` is ``nl``, ``fr`` or ``de``.

    ``country`` is empty for Belgium.
    """

    first_names: str
    last_name: str
    street: str
    number: str
    postcode: str
    city: str
    box: str = ""
    country: str = ""
    lang: str = "nl"
    greeting: str = ""
    company: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What was changed so that it fits: ``code`` of ``delivery.words.REMARKS``, the field, before and after."""

    code: str
    field: str
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """The components of an addressee, ready for an ``Item``, with what was changed; or, with any ``problems``, nothing to send."""

    components: tuple[tuple[int, str], ...]
    remarks: tuple[Remark, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Work:
    """One addressee on the way: texts that may be written, what was found, and in which fields a letter is unknown."""

    texts: dict[str, str] = field(default_factory=dict)
    components: dict[int, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def put(self, code: Component, value: str) -> None:
        if value:
            self.components[code] = value


def fit(addressee: Addressee) -> Fitted:
    """Return the components of an addressee, with every change and every problem. The same in gives the same out."""
    work = _Work()
    _written(addressee, work)
    _place(addressee, work)
    _name(work)
    for name, code in (("greeting", Component.GREETING), ("company", Component.COMPANY), ("building", Component.BUILDING)):
        if len(work.texts[name]) > MAXIMUM[code]:
            work.problems.append(Problem("too_long", name, work.texts[name]))
        else:
            work.put(code, work.texts[name])
    if work.problems:
        return Fitted((), tuple(work.remarks), tuple(work.problems))
    return Fitted(tuple(sorted((int(code), value) for code, value in work.components.items())), tuple(work.remarks))


def _written(addressee: Addressee, work: _Work) -> None:
    for name in ("greeting", "first_names", "last_name", "company", "building", "street", "number", "box", "postcode", "city"):
        original = str(getattr(addressee, name))
        written = write(original)
        work.texts[name] = written.text
        if written.text == original:
            continue
        if written.unknown:
            work.unknown.add(name)
            work.problems.append(Problem("unknown_character", name, written.unknown))
        elif written.text != " ".join(normalize("NFC", original).split()):
            work.remarks.append(Remark("transliterated", name, original, written.text))


def _place(addressee: Addressee, work: _Work) -> None:
    country = "".join(letter for letter in write(addressee.country).text.upper() if letter.isalnum()).replace("Ë", "E")
    if country not in BELGIUM:
        work.problems.append(Problem("abroad", "country", addressee.country))
        return
    for name in ("street", "city"):
        if not work.texts[name] and name not in work.unknown:
            work.problems.append(Problem("missing", name))
    if not _POSTCODE.fullmatch(work.texts["postcode"]):
        work.problems.append(Problem("postcode", "postcode", addressee.postcode))
    _street(addressee, work)
    _city(work)


def _street(addressee: Addressee, work: _Work) -> None:
    street, number, box = work.texts["street"], work.texts["number"], _BOX_WORD.sub("", work.texts["box"])
    fits = len(street) <= MAXIMUM[Component.STREET] and len(number) <= MAXIMUM[Component.HOUSE_NUMBER]
    figures = box.isascii() and box.isdigit() and len(box) <= MAXIMUM[Component.BOX_NUMBER]
    whole, boxless = _whole_street(addressee.lang, street, number, box), _whole_street(addressee.lang, street, number, "")
    if fits and (figures or not box):
        _put_parts(work, street, number, box)
    elif len(whole) <= MAXIMUM[Component.WHOLE_STREET]:
        _put_whole(work, Component.WHOLE_STREET, "whole_street", "box" if fits else "street", addressee.box if fits else street, whole)
    elif fits or len(boxless) <= MAXIMUM[Component.WHOLE_STREET]:
        work.remarks.append(Remark("box_left_out", "box", addressee.box, ""))
        if fits:
            _put_parts(work, street, number, "")
        else:
            _put_whole(work, Component.WHOLE_STREET, "whole_street", "street", street, boxless)
    else:
        name = "street" if len(street) > MAXIMUM[Component.STREET] else "number"
        work.problems.append(Problem("too_long", name, work.texts[name]))


def _put_parts(work: _Work, street: str, number: str, box: str) -> None:
    work.put(Component.STREET, street)
    work.put(Component.HOUSE_NUMBER, number)
    work.put(Component.BOX_NUMBER, box)


def _whole_street(lang: str, street: str, number: str, box: str) -> str:
    return " ".join(part for part in (street, number, f"{_BOX_WORDS.get(lang, 'bus')} {box}" if box else "") if part)


def _put_whole(work: _Work, code: Component, remark: str, name: str, was: str, whole: str) -> None:
    work.put(code, whole)
    work.remarks.append(Remark(remark, name, was, whole))


def _city(work: _Work) -> None:
    postcode, city = work.texts["postcode"], work.texts["city"]
    if len(city) <= MAXIMUM[Component.CITY]:
        work.put(Component.POSTCODE, postcode)
        work.put(Component.CITY, city)
        return
    whole = f"{postcode} {city}"
    if len(whole) <= MAXIMUM[Component.WHOLE_CITY]:
        _put_whole(work, Component.WHOLE_CITY, "whole_city", "city", city, whole)
    else:
        work.problems.append(Problem("too_long", "city", city))


def _name(work: _Work) -> None:
    first, last = work.texts["first_names"], work.texts["last_name"]
    if not (first or last or work.texts["company"] or work.unknown & {"first_names", "last_name", "company"}):
        work.problems.append(Problem("missing", "last_name"))
        return
    shorter_first = _shorten(first, MAXIMUM[Component.FIRST_NAME], keep=1)
    shorter_last = _shorten(last, MAXIMUM[Component.LAST_NAME], keep=_kept_words(last))
    if shorter_first is not None and shorter_last is not None:
        work.put(Component.FIRST_NAME, shorter_first)
        work.put(Component.LAST_NAME, shorter_last)
        for name, was, became in (("first_names", first, shorter_first), ("last_name", last, shorter_last)):
            if was != became:
                work.remarks.append(Remark("initials", name, was, became))
        return
    _whole_name(work, first, last if shorter_last is None else shorter_last)


def _whole_name(work: _Work, first: str, last: str) -> None:
    """The name in one component; a greeting belongs to the same group, so it goes with it where there is room, else not at all."""
    whole = " ".join(part for part in (f"{first[:1]}." if first else "", last) if part)
    if len(whole) > MAXIMUM[Component.WHOLE_NAME]:
        name = "last_name" if len(last) > MAXIMUM[Component.LAST_NAME] else "first_names"
        work.problems.append(Problem("too_long", name, work.texts[name]))
        return
    _put_whole(work, Component.WHOLE_NAME, "whole_name", "last_name", f"{first} {last}".strip(), whole)
    if work.texts["greeting"]:
        work.remarks.append(Remark("greeting_left_out", "greeting", work.texts["greeting"], ""))
        work.texts["greeting"] = ""


def _kept_words(last_name: str) -> int:
    """How many words of a last name stay whole: the prepositions in front, and the word after them."""
    words = last_name.split()
    prepositions = next((index for index, word in enumerate(words) if word.lower() not in _PREPOSITIONS), 0)
    return prepositions + 1


def _shorten(name: str, longest: int, *, keep: int) -> str | None:
    """The name with initials for its last words, as few as needed; ``None`` when it does not fit even so."""
    return next((one for one in _shorter(name.split(), keep) if len(one) <= longest), None)


def _shorter(words: list[str], keep: int) -> Iterator[str]:
    yield " ".join(words)
    for index in range(len(words) - 1, keep - 1, -1):
        words = [*words[:index], f"{words[index][0]}.", *words[index + 1 :]]
        yield " ".join(words)
