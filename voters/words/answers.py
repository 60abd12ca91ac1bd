"""The answer first: who may vote for what, and why or why not, in a sentence."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.presentation import medium_date
from elections.labels import BALLOT_LABELS
from elections.models import Election
from voters.models import Person
from voters.rules.eligibility import ADULT, Fact, Verdict, birthday
from voters.selectors.dossier import Answer
from voters.words.persons import FIELDS, shown
from voters.words.verdicts import VERDICT_LABELS


def boxes(answers: Iterable[Answer], person: Person, election: Election, place: str) -> list[dict[str, Any]]:
    """One box for the ballots with the same answer: ``ok``, ``title``, ``reason`` and ``article``."""
    groups: dict[tuple[bool, str, str], list[str]] = {}
    for answer in answers:
        may = answer.result.verdict is Verdict.ELIGIBLE
        reason = _why(person, election, place) if may else _why_not(answer, person)
        article = answer.result.rule.article if answer.result.rule else ""
        groups.setdefault((may, reason, article), []).append(str(BALLOT_LABELS[answer.ballot]))
    return [
        {
            "ok": may,
            "title": (_("May vote for: %(ballots)s") if may else _("May not vote for: %(ballots)s")) % {"ballots": ", ".join(ballots)},
            "reason": reason,
            "article": article,
        }
        for (may, reason, article), ballots in groups.items()
    ]


def _why(person: Person, election: Election, place: str) -> str:
    facts = {
        "nationality": shown("nationality", person.nationality),
        "day": medium_date(election.date),
        "age": _age(person.born_on, election.date),
        "place": place,
        "since": medium_date(person.registered_on),
    }
    return _("%(nationality)s, %(age)s years old on %(day)s, registered in %(place)s since %(since)s") % facts


def _why_not(answer: Answer, person: Person) -> str:
    result = answer.result
    words = str(VERDICT_LABELS[result.verdict.code]).capitalize()
    if result.verdict is Verdict.TOO_YOUNG:
        age = result.rule.minimum_age if result.rule else ADULT
        return _("%(words)s: %(age)s years old on %(day)s") % {
            "words": words,
            "age": age,
            "day": medium_date(birthday(person.born_on, age)),
        }
    field = Fact.BIRTH_DATE.code if result.fact is Fact.BIRTH_DATE_ADJUSTED else result.fact.code
    value = medium_date(result.fact_date) if result.fact_date else shown(field, getattr(person, field))
    return _("%(words)s: %(fact)s %(value)s") % {"words": words, "fact": str(FIELDS[field]).lower(), "value": value}


def _age(born_on: date, day: date) -> int:
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1
