"""Why somebody may or may not vote, in one sentence a ballot, with the fact, its date and the article of law."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.presentation import medium_date
from elections.labels import REGISTER_LABELS
from elections.rules import Ballot
from municipalities.place_words import country_called
from voters.rules.eligibility import Fact, Verdict
from voters.selectors.verdicts import Explained, Explanation

BALLOTS: dict[str, Promise] = {
    Ballot.CHAMBER.value: gettext_lazy("the Chamber of Representatives"),
    Ballot.FLEMISH.value: gettext_lazy("the Flemish Parliament"),
    Ballot.EUROPEAN.value: gettext_lazy("the European Parliament"),
    Ballot.MUNICIPAL.value: gettext_lazy("the municipal council"),
    Ballot.DISTRICT.value: gettext_lazy("the urban district council"),
    Ballot.PROVINCIAL.value: gettext_lazy("the provincial council"),
    Ballot.OCMW.value: gettext_lazy("the council for social welfare"),
}

REASONS: dict[Verdict, Promise] = {
    Verdict.ELIGIBLE: gettext_lazy("May vote for %(ballot)s: %(age)s years old on %(date)s"),
    Verdict.DECEASED: gettext_lazy("May not vote for %(ballot)s: deceased on %(date)s"),
    Verdict.STRUCK_OFF: gettext_lazy("May not vote for %(ballot)s: struck off ex officio on %(date)s"),
    Verdict.DEPARTED: gettext_lazy("May not vote for %(ballot)s: left the municipality on %(date)s"),
    Verdict.NOT_YET_RESIDENT: gettext_lazy(
        "May not vote for %(ballot)s: registered in the municipality on %(date)s, after the list date (%(list_date)s)"
    ),
    Verdict.WAITING_REGISTER: gettext_lazy("May not vote for %(ballot)s: in the waiting register since %(date)s"),
    Verdict.NATIONALITY: gettext_lazy("May not vote for %(ballot)s: this nationality (%(country)s) gives no vote for it"),
    Verdict.WRONG_REGISTER: gettext_lazy(
        "May not vote for %(ballot)s: registered since %(date)s in the %(register)s, which is not the one that the law asks"
    ),
    Verdict.NOT_REGISTERED_AS_VOTER: gettext_lazy("May not vote for %(ballot)s: not registered as a voter"),
    Verdict.REGISTRATION_GIVEN_UP: gettext_lazy("May not vote for %(ballot)s: gave up the registration as a voter from %(date)s"),
    Verdict.TOO_YOUNG: gettext_lazy("May not vote for %(ballot)s: %(age)s years old only on %(date)s, after election day"),
    Verdict.EXCLUDED: gettext_lazy("May not vote for %(ballot)s: excluded from voting until %(date)s"),
    Verdict.SUSPENDED: gettext_lazy("May not vote for %(ballot)s: suspended from voting until %(date)s"),
}
# Where the fact has no date, or a date that says something else.
WITHOUT_END: dict[Verdict, Promise] = {
    Verdict.EXCLUDED: gettext_lazy("May not vote for %(ballot)s: excluded from voting, without an end date"),
    Verdict.SUSPENDED: gettext_lazy("May not vote for %(ballot)s: suspended from voting, without an end date"),
}
REGISTERED_LATE = gettext_lazy(
    "May not vote for %(ballot)s: registered as a voter on %(date)s, and not before the list date (%(list_date)s)"
)


_INNER = str.maketrans("()", "[]")
"""What stands between round brackets inside an article stands between square ones inside the sentence."""


def sentence(line: Explanation) -> str:
    """One ballot in one sentence: ``Mag stemmen voor de gemeenteraad: 18 jaar op 14 mei 1998 (LPKD …).``"""
    text = str(_reason(line)) % _values(line)
    if line.fact == Fact.BIRTH_DATE_ADJUSTED:
        text += _("; part of the birth date is unknown and counts as 1")
    return f"{text} ({line.article.translate(_INNER)})."


def _reason(line: Explanation) -> Promise:
    if line.verdict == Verdict.NOT_REGISTERED_AS_VOTER and line.fact_date is not None:
        return REGISTERED_LATE
    if line.fact_date is None and line.verdict in WITHOUT_END:
        return WITHOUT_END[line.verdict]
    return REASONS[line.verdict]


def _values(line: Explanation) -> dict[str, Any]:
    return {
        "ballot": BALLOTS[line.ballot],
        "date": medium_date(line.fact_date),
        "list_date": medium_date(line.list_date),
        "age": line.minimum_age,
        "register": REGISTER_LABELS.get(line.register, line.register),
        "country": _country(line.nationality),
    }


def _country(code: str) -> str:
    return _("stateless or unknown") if code == "XX" else country_called(code)


def headline(lines: Sequence[Explanation]) -> str:
    """All ballots together: ``Mag stemmen voor de gemeenteraad en de provincieraad.``"""
    ballots = [str(BALLOTS[line.ballot]) for line in lines if line.verdict == Verdict.ELIGIBLE]
    if not ballots:
        return _("May not vote.")
    listed = ballots[0]
    if len(ballots) > 1:
        listed = _("%(ballots)s and %(last)s") % {"ballots": ", ".join(ballots[:-1]), "last": ballots[-1]}
    return _("May vote for %(ballots)s.") % {"ballots": listed}


def source(explained: Explained) -> str:
    """Where the answer comes from: the final list, a trial, or the register as it stands."""
    if explained.extraction is None:
        return _("by the register as it stands today")
    if explained.extraction.frozen_at is not None:
        return _("by the final list of %(date)s") % {"date": medium_date(explained.extraction.finished_at)}
    number, made = explained.extraction.number, medium_date(explained.extraction.finished_at)
    return _("by trial extraction %(number)s of %(date)s") % {"number": number, "date": made}
