"""Templates of cards as they hold now, and the forms that a run is printed with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from convocations.cards.card import Language, TemplateKey
from convocations.cards.languages import languages_of
from convocations.cards.template import Letterhead, Occasion, compile_back, compile_card, keys_for, law_of, standard
from convocations.cards.texts import LawText
from convocations.models import CardLetterhead, CardTemplate
from convocations.selectors.card_settings import text_set_of
from districts.models import Station
from documents.stream.forms import CompiledForm
from elections.models import Election
from elections.selectors import ballot_codes, rules_on
from municipalities.facilities import facilities
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Text:
    """A template as it is used: ``number`` 0 is the built-in one."""

    number: int
    html: str
    css: str
    back: str = ""
    """HTML of the back side; empty for none."""


def forms_for(
    municipality: Municipality, election: Election, names: Iterable[str] | None = None, *, texts: Mapping[str, CardTemplate] | None = None
) -> dict[str, CompiledForm]:
    """The forms by ``TemplateKey.name``, of those asked for or of all that the election can need: what is frozen with a run.

    Each from the last approved version of the municipality (``texts``, if they are read already), else from the built-in one.
    Raises ``TemplateRefusedError``.
    """
    texts = approved(municipality=municipality) if texts is None else texts
    wanted = keys(election) if names is None else map(TemplateKey.of, names)
    return {key.name: compile_card(*_text(texts, key, election), key=key, occasion=occasion(election, key.language)) for key in wanted}


def backs_for(
    municipality: Municipality, election: Election, names: Iterable[str], *, texts: Mapping[str, CardTemplate] | None = None
) -> dict[str, CompiledForm]:
    """The back sides of those templates that have one. Raises ``TemplateRefusedError``."""
    texts = approved(municipality=municipality) if texts is None else texts
    found = {TemplateKey.of(name): texts[name].back for name in names if name in texts and texts[name].back.strip()}
    return {key.name: compile_back(back, key=key, occasion=occasion(election, key.language)) for key, back in found.items()}


def versions_for(texts: Mapping[str, CardTemplate], names: Iterable[str]) -> dict[str, int]:
    """Which version each form is made of, 0 for the built-in one: for the record of a run."""
    return {name: texts[name].number if name in texts else 0 for name in names}


def _text(texts: Mapping[str, CardTemplate], key: TemplateKey, election: Election) -> tuple[str, str]:
    found = texts.get(key.name)
    return (found.html, found.css) if found else built_in(election, key)


def built_in(election: Election, key: TemplateKey) -> tuple[str, str]:
    """The text that comes with the product, for the ballots of an election and with its set of texts."""
    return standard(key, election.date, ballots=ballot_codes(election), text_set=text_set_of(election))


def law(election: Election, key: TemplateKey) -> list[LawText]:
    """The paragraphs of that text, with their sources."""
    return law_of(key, election.date, ballots=ballot_codes(election), text_set=text_set_of(election))


def keys(election: Election) -> list[TemplateKey]:
    """The templates that an election can need, for the ways of voting of its stations."""
    ways = set(Station.objects.filter(municipality_id=election.municipality_id, election=election).values_list("electronic", flat=True))
    return _keys(election, ways or {False})


def possible_keys(election: Election) -> list[TemplateKey]:
    """The same, whatever its stations are."""
    return _keys(election, {False, True})


def _keys(election: Election, ways: set[bool]) -> list[TemplateKey]:
    ballots = ballot_codes(election)
    compulsory = {(rule.ballot, rule.compulsory) for rule in rules_on(day=election.date, ballots=ballots)}
    languages = languages_of(election.municipality.nis_code)
    return list(keys_for(ballots=ballots, compulsory=compulsory, electronic=ways, languages=languages))


def approved(*, municipality: Municipality) -> dict[str, CardTemplate]:
    """The last approved version of each template that the municipality has changed."""
    rows = CardTemplate.objects.filter(municipality=municipality, state=CardTemplate.State.APPROVED)
    return {row.key: row for row in rows.order_by("key", "number")}


def versions(*, municipality: Municipality, key: TemplateKey) -> list[CardTemplate]:
    """All versions of one template, the newest first."""
    return list(CardTemplate.objects.filter(municipality=municipality, key=key.name).order_by("-number"))


def version(*, municipality: Municipality, key: TemplateKey, number: int) -> CardTemplate | None:
    """One of them."""
    return CardTemplate.objects.filter(municipality=municipality, key=key.name, number=number).first()


def open_version(*, municipality: Municipality, key: TemplateKey) -> CardTemplate | None:
    """The version that is being worked on, or waits for a second person."""
    rows = CardTemplate.objects.filter(municipality=municipality, key=key.name)
    return rows.exclude(state=CardTemplate.State.APPROVED).first()


def text_of(*, election: Election, key: TemplateKey, number: int) -> Text | None:
    """The text of a version; number 0 is the built-in one for the election's day."""
    if number == 0:
        return Text(0, *built_in(election, key))
    found = version(municipality=election.municipality, key=key, number=number)
    return Text(found.number, found.html, found.css, found.back) if found else None


def used(*, election: Election, key: TemplateKey) -> Text:
    """The text that cards are printed with now."""
    found = approved(municipality=election.municipality).get(key.name)
    return Text(found.number, found.html, found.css, found.back) if found else Text(0, *built_in(election, key))


def occasion(election: Election, language: Language) -> Occasion:
    """The election as a template sees it."""
    municipality = election.municipality
    return Occasion(municipality.name, election.date, ballot_codes(election), letterhead(municipality=municipality, language=language))


def letterhead(*, municipality: Municipality, language: Language) -> Letterhead:
    """How the municipality signs in one language: in French with both names where it has facilities."""
    facility = facilities().get(municipality.nis_code)
    name = facility.both_names if facility and language == "fr" else ""
    row = CardLetterhead.objects.filter(municipality=municipality).first()
    if row is None:
        return Letterhead(name=name)
    lines, foot = (row.lines_fr or row.lines_nl, row.foot_fr or row.foot_nl) if language == "fr" else (row.lines_nl, row.foot_nl)
    arms = bytes(row.arms)
    return Letterhead(
        tuple(filter(None, map(str.strip, lines.splitlines()))), foot, arms.decode() if row.arms_type == "svg" else arms, name
    )


def election_day_of(*, nis: str, key: str) -> date | None:
    """The day of the newest election of a municipality that can need a template: where its page is shown."""
    rows = Election.objects.filter(municipality__nis_code=nis).order_by("-date").prefetch_related("ballots").select_related("municipality")
    return next((row.date for row in rows if any(one.name == key for one in possible_keys(row))), None)
