"""A template of a card: HTML with places, its style, what may and must stand in it, and the form that comes of it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from pathlib import Path
from string import Template

from convocations.cards.card import PARLIAMENTS, DocumentKind, Language, TemplateKey, VoterType, election_day, votes_for
from convocations.cards.text_sets import TextSet
from convocations.cards.texts import LawText, law_texts, phrases
from documents.engine.pages import AddressRefusedError
from documents.stream.forms import CompiledForm, TemplateError, compile_form

STANDARD = Path(__file__).resolve().parent / "standard"
VERSION = "card/1"
CLOSER = ".law { font-size: 8pt; line-height: 9.9pt }\n.law p { margin: 0 0 1.4mm }\n"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """A slot or a field: what it holds, whether a card without it is refused, and on which layer it is filled."""

    name: str
    required: bool
    layer: str = "voter"
    code: str = ""


SLOTS = (
    Place("address", required=True),
    Place("mail_id", required=True, code="code128"),
    Place("voter", required=True),
    Place("list_number", required=True),
    Place("station_number", required=True),
    Place("ballots", required=True),
    Place("qr", required=True, code="qr"),
    Place("code", required=True),
    Place("duplicate", required=True),
    Place("hour_label", required=False),
    Place("hour", required=False),
    Place("hour_note", required=False),
    Place("station_name", required=True, layer="station"),
    Place("station_address", required=True, layer="station"),
    Place("station_hours", required=True, layer="station"),
    Place("station_access", required=False, layer="station"),
    Place("station_map", required=False, layer="station", code="drawing"),
)
"""What a template may hold of voters and stations. A card without a station's name was printed once, 96,572 times."""
FIELDS = (
    Place("title", required=True),
    Place("municipality", required=True),
    Place("election", required=False),
    Place("date", required=True),
    Place("letterhead", required=False),
    Place("arms", required=False),
    Place("beside", required=False),
    Place("foot", required=False),
)
"""``${date}`` and its like: the same on every card of an election."""
_SLOTS, _FIELDS = {place.name: place for place in SLOTS}, {place.name: place for place in FIELDS}
MOST = 60_000
"""Characters of a template, at most."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How a municipality signs: lines under its name, a line at the foot, its arms as SVG text or PNG bytes."""

    lines: tuple[str, ...] = ()
    foot: str = ""
    arms: str | bytes = b""
    name: str = ""
    """As it stands on the card: in a municipality with facilities in both languages; empty for the plain name."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """The election for which a form is made."""

    municipality: str
    day: date
    ballots: tuple[str, ...]
    letterhead: Letterhead = Letterhead()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a template is refused: a code of ``words.templates``, what it is about, and whether it is the back side."""

    code: str
    what: str = ""
    back: bool = False


class TemplateRefusedError(Exception):
    """The template cannot print a right card; ``problems`` say why. Nothing has changed."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{problem.code} {problem.what}".strip() for problem in problems))
        self.problems = problems


def standard(key: TemplateKey, day: date, *, ballots: Collection[str] = (), text_set: TextSet = TextSet.USUAL) -> tuple[str, str]:
    """The built-in template of a key, HTML and CSS, with the texts of the law for an election day written out.

    ``ballots``: those of the election.
    """
    words = phrases(key.language)
    law = law_of(key, day, ballots=ballots, text_set=text_set)
    paragraphs = [f"<h2>{escape(one.title)}</h2>\n<p>{escape(one.text)}</p>" if one.title else f"<p>{escape(one.text)}</p>" for one in law]
    filled = {**words, "voting": words[key.voting], "law": "\n".join(paragraphs)}
    html, css = ((STANDARD / name).read_text(encoding="utf-8") for name in ("card.html", "card.css"))
    css = COMMENT.sub("", css).lstrip()  # they are for who reads the source; a clerk sees the text in the editor
    if key.language == "fr" and any(one.sets for one in law):
        css += CLOSER  # the longest text of all
    return re.sub(r"\[(\w+)\]", lambda found: filled[found[1]], html), css


def law_of(key: TemplateKey, day: date, *, ballots: Collection[str], text_set: TextSet) -> list[LawText]:
    """The paragraphs of the law on the cards of a key. ``ballots``: those of the election."""
    voters = key.voter_type
    elections = "local" if voters in {VoterType.LOCAL, VoterType.LOCAL_FOREIGNER} else "federal"
    own = [ballot for ballot in ballots if votes_for(voters, ballot)]
    return [
        one
        for one in law_texts(key.language)
        if one.holds(kind=key.kind, voter_type=voters, elections=elections, voting=key.voting, day=day, text_set=text_set, ballots=own)
    ]


def compile_card(html: str, css: str, *, key: TemplateKey, occasion: Occasion) -> CompiledForm:
    """The form of a template for an election. Raises ``TemplateRefusedError`` with everything that is wrong."""
    problems = [*_text_problems(html, css), *_field_problems(html)]
    if problems:
        raise TemplateRefusedError(problems)
    form = _compiled(html, css, key, occasion)
    problems = list(_slot_problems(form))
    if problems:
        raise TemplateRefusedError(problems)
    return form


def compile_back(html: str, *, key: TemplateKey, occasion: Occasion) -> CompiledForm:
    """The form of a back side, which is the same for all: no place, no day. Raises ``TemplateRefusedError`` as ``compile_card`` does."""
    problems = list(_text_problems(html, ""))
    if re.search(r"\$\{?date\b", html):
        problems.append(Problem("date_twice"))  # it stands on the front
    if not problems:
        try:
            form = _compiled(html, COMMENT.sub("", (STANDARD / "back.css").read_text(encoding="utf-8")), key, occasion)
        except TemplateRefusedError as refusal:
            problems = refusal.problems
        else:
            problems = [Problem("back_slot", slot.name) for slot in form.slots]
    if problems:
        raise TemplateRefusedError([replace(problem, back=True) for problem in problems])
    return form


def _compiled(html: str, css: str, key: TemplateKey, occasion: Occasion) -> CompiledForm:
    arms = occasion.letterhead.arms
    try:
        return compile_form(_fields(html, key, occasion), css, pictures={"arms": arms} if arms else {})
    except AddressRefusedError as error:
        raise TemplateRefusedError([Problem("outside", str(error))]) from error
    except TemplateError as error:
        raise TemplateRefusedError([Problem("pages" if "pages instead" in str(error) else "layout", str(error))]) from error


def _text_problems(html: str, css: str) -> Iterator[Problem]:
    if len(html) + len(css) > MOST:
        yield Problem("long", str(MOST))
    template = Template(html)
    if not template.is_valid():
        yield Problem("dollar")
        return
    yield from (Problem("field_unknown", name) for name in template.get_identifiers() if name not in _FIELDS)
    if re.search(r"<\s*(script|iframe|object|embed|form)\b", html, re.IGNORECASE):
        yield Problem("element")


def _field_problems(html: str) -> Iterator[Problem]:
    template = Template(html)
    if not template.is_valid():
        return
    used = template.get_identifiers()
    yield from (Problem("field_missing", place.name) for place in FIELDS if place.required and place.name not in used)
    if len(re.findall(r"\$\{?date\b", html)) > 1:
        yield Problem("date_twice")  # two dates on a card: Caerphilly 2023


def _slot_problems(form: CompiledForm) -> Iterator[Problem]:
    there = {slot.name: slot for slot in form.slots}
    yield from (Problem("slot_missing", place.name) for place in SLOTS if place.required and place.name not in there)
    yield from (Problem("slot_unknown", name) for name in there if name not in _SLOTS)
    for place in SLOTS:
        slot = there.get(place.name)
        if slot and (slot.layer, slot.code) != (place.layer, place.code):
            yield Problem("slot_layer", place.name)


def _fields(html: str, key: TemplateKey, occasion: Occasion) -> str:
    words, letterhead = phrases(key.language), occasion.letterhead
    local = key.voter_type in {VoterType.LOCAL, VoterType.LOCAL_FOREIGNER}
    european = key.voter_type in {VoterType.EUROPEAN, VoterType.EUROPEAN_MINOR}
    values: Mapping[str, str] = {
        "title": escape(words[f"title_{key.kind}"]),
        "municipality": escape(letterhead.name or occasion.municipality),
        "election": escape(words["election_local" if local else "election_european" if european else "election_federal"]),
        "date": escape(election_day(occasion.day, key.language)),
        "letterhead": "".join(f"<span>{escape(line)}</span>" for line in letterhead.lines),
        "arms": '<div class="at arms"><img src="picture:arms" alt=""></div>' if letterhead.arms else "",
        "beside": "beside" if letterhead.arms else "",
        "foot": escape(letterhead.foot),
    }
    return f'<html lang="{key.language}"><body>{Template(html).substitute(values)}</body></html>'


def keys_for(
    *, ballots: Sequence[str], compulsory: Collection[tuple[str, bool]], electronic: Collection[bool], languages: Collection[Language]
) -> Iterator[TemplateKey]:
    """The templates that an election can need. ``compulsory``: for each ballot whether somebody has to come, or may stay away."""
    for voter_type, own in _types(ballots):
        duties = {duty for ballot, duty in compulsory if ballot in own}
        # A voter with one duty among several ballots is convoked; where it is a matter of nationality there are both letters.
        kinds = {any(duties)} if voter_type == VoterType.BELGIAN else duties
        for duty in sorted(kinds, reverse=True):
            for is_electronic in sorted(electronic):
                for language in languages:
                    yield TemplateKey(_kind(duty=duty), voter_type, is_electronic, language)


def _kind(*, duty: bool) -> DocumentKind:
    return DocumentKind.CONVOCATION if duty else DocumentKind.INVITATION


def _types(ballots: Sequence[str]) -> Iterator[tuple[VoterType, frozenset[str]]]:
    """The types of voters that there can be, each with its ballots."""
    held = frozenset(ballots)
    local, european = held - PARLIAMENTS, held & {"european"}
    if held & PARLIAMENTS - european or (european and local):
        yield VoterType.BELGIAN, held
    if european:
        yield from ((VoterType.EUROPEAN, european), (VoterType.EUROPEAN_MINOR, european))
    if local:
        yield from ((VoterType.LOCAL, local), (VoterType.LOCAL_FOREIGNER, local & {"municipal", "district"}))
