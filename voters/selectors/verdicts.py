"""Why somebody may or may not vote: the stored verdicts of an extraction, and what the register says today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from elections.models import Election
from elections.rules import BALLOT_CODES
from voters.models import Extraction, Person, Verdict
from voters.rules.articles import cited
from voters.rules.eligibility import BELGIAN, Fact, Law, PersonFacts, Rule, VerdictResult, judge
from voters.rules.eligibility import Verdict as Reason
from voters.selectors.law import law_of
from voters.sql import verdicts as sql

_FACTS = tuple(PersonFacts.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One ballot: the verdict, the fact and date it rests on, and the article of law that makes it so."""

    ballot: str
    verdict: Reason
    fact: Fact
    fact_date: date | None
    article: str
    certainty: str
    minimum_age: int
    nationality: str
    register: str
    list_date: date


@dataclass(frozen=True, slots=True)
class Explained:
    """What holds for a person on an election day, ballot by ballot.

    ``lines`` are the verdicts of ``extraction``, or today's when there is none that knows the person. ``today`` is filled
    when the register has changed since and says otherwise now: the list stays as it is, but somebody should know.
    """

    lines: Sequence[Explanation]
    extraction: Extraction | None
    today: Sequence[Explanation]


def deciding_extraction(election: Election) -> Extraction | None:
    """The final extraction, else the newest trial; ``None`` when nothing was made yet."""
    done = Extraction.objects.filter(municipality_id=election.municipality_id, election_id=election.pk, state=Extraction.State.DONE)
    final = done.filter(kind=Extraction.Kind.FINAL).first()
    return final or done.order_by("-number").first()


def explain(*, person: Person, election: Election) -> Explained:
    """Say for each ballot of the election why the person may or may not vote, voter or not."""
    law = law_of(election)
    extraction = deciding_extraction(election)
    stored = _stored(person, extraction) if extraction is not None else {}
    today = {} if person.removed_import_id is not None else judge_today(person, law)
    now = _explanations(person, law, today)
    if not stored:
        return Explained(lines=now, extraction=None, today=())
    lines = _explanations(person, law, stored)
    # A person who was taken out of the register has no verdict today, and nothing to compare.
    differs = bool(today) and stored != {ballot: (found.verdict, found.fact, found.fact_date) for ballot, found in today.items()}
    return Explained(lines=lines, extraction=extraction, today=now if differs else ())


def judge_today(person: Person, law: Law) -> dict[str, VerdictResult]:
    """The verdicts by ballot as the register stands now."""
    facts = PersonFacts(**{name: getattr(person, name) for name in _FACTS})
    return {ballot: judge(facts, ballot, law) for ballot in law.ballots}


_Found = tuple[Reason, Fact, date | None]


def _stored(person: Person, extraction: Extraction) -> dict[str, _Found]:
    rows = Verdict.objects.filter(municipality_id=person.municipality_id, extraction_id=extraction.pk, person_id=person.pk)
    return {
        BALLOT_CODES[ballot]: (Reason(verdict), Fact(fact), day)
        for ballot, verdict, fact, day in rows.order_by("ballot").values_list("ballot", "verdict", "fact", "fact_date")
    }


def _explanations(person: Person, law: Law, found: "dict[str, _Found] | dict[str, VerdictResult]") -> list[Explanation]:
    lines = []
    for ballot, result in found.items():
        verdict, fact, day = (result.verdict, result.fact, result.fact_date) if isinstance(result, VerdictResult) else result
        rule = _rule(law, ballot, person.nationality)
        if rule is None:
            continue
        lines.append(
            Explanation(
                ballot=ballot,
                verdict=verdict,
                fact=fact,
                fact_date=day,
                article=cited(rule, verdict),
                certainty=rule.certainty,
                minimum_age=rule.minimum_age,
                nationality=person.nationality,
                register=person.register,
                list_date=law.list_date,
            )
        )
    return lines


def _rule(law: Law, ballot: str, nationality: str) -> Rule | None:
    """The rule that the person falls under; where the law gives their group no vote, the rule of who does vote is cited."""
    return law.rules.get((ballot, law.group(nationality))) or law.rules.get((ballot, BELGIAN))


def verdict_rows(*, election: Election, extraction: Extraction) -> Iterator[bytes]:
    """The verdicts of an extraction as CSV, in pieces, with a header (docs/formats/voters-list.md, "Verdicts")."""
    return sql.verdict_csv(municipality_id=election.municipality_id, extraction_id=extraction.pk)
