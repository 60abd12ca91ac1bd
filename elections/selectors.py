"""Reads about elections and the law that holds for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise

from elections.labels import BALLOT_LABELS, REGISTER_LABELS
from elections.models import Election, EligibilityRule, UnionMember
from elections.rules import BALLOT_CODES
from municipalities.models import Municipality


def election(*, municipality: Municipality, day: date) -> Election | None:
    """The election of a municipality on a day, with its ballots; ``None`` when there is none."""
    return Election.objects.filter(municipality=municipality, date=day).prefetch_related("ballots").first()


def elections(*, municipality: Municipality) -> list[Election]:
    """All elections of a municipality, the newest first, with their ballots."""
    return list(Election.objects.filter(municipality=municipality).order_by("-date").prefetch_related("ballots"))


def ballot_codes(election: Election) -> tuple[str, ...]:
    """The ballots of an election in the order of lists and screens."""
    held = {row.ballot for row in election.ballots.all()}
    return tuple(code for code in BALLOT_CODES if code in held)


@dataclass(frozen=True, slots=True)
class BallotRules:
    """The rules of one ballot on one day; ``registers[i]`` are the words for the registers of ``rules[i]``."""

    ballot: str
    label: Promise
    rules: Sequence[tuple[EligibilityRule, Sequence[Promise | str]]]


def rules_in_force(election: Election) -> list[BallotRules]:
    """The eligibility rules of the election's ballots that hold on its day, Belgians first."""
    rows = rules_on(day=election.date, ballots=ballot_codes(election))
    return [
        BallotRules(
            ballot=code,
            label=BALLOT_LABELS[code],
            rules=[(row, [REGISTER_LABELS.get(name, name) for name in row.registers.split()]) for row in rows if row.ballot == code],
        )
        for code in ballot_codes(election)
    ]


def rules_on(*, day: date, ballots: Collection[str]) -> list[EligibilityRule]:
    """The eligibility rules of some ballots that hold on an election day."""
    holding = Q(valid_until=None) | Q(valid_until__gte=day)
    return list(EligibilityRule.objects.filter(holding, ballot__in=ballots, valid_from__lte=day).order_by("ballot", "nationality_group"))


def union_members(*, day: date) -> frozenset[str]:
    """The country codes of the member states of the European Union on a day."""
    holding = Q(member_until=None) | Q(member_until__gte=day)
    return frozenset(UnionMember.objects.filter(holding, member_from__lte=day).values_list("country", flat=True))
