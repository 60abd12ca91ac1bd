"""Reads about elections and the law that holds for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise

from elections.labels import BALLOT_LABELS, REGISTER_LABELS
from elections.models import Election, EligibilityRule, StationNorm, UnionMember
from elections.rules import BALLOT_CODES, norm_kind
from municipalities.models import Municipality


def election(*, municipality: Municipality, day: date) -> Election | None:
    """The election of a municipality on a day, with its ballots and the municipality itself; ``None`` when there is none."""
    found = Election.objects.filter(municipality=municipality, date=day).prefetch_related("ballots").first()
    if found is not None:
        found.municipality = municipality
    return found


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


def station_norms(election: Election) -> dict[bool, StationNorm]:
    """The norms for the size of polling stations that hold on the election's day, by whether one votes electronically."""
    holding = Q(valid_until=None) | Q(valid_until__gte=election.date)
    found = StationNorm.objects.filter(holding, kind=norm_kind(ballot_codes(election)), valid_from__lte=election.date)
    return {norm.electronic: norm for norm in found.order_by("electronic", "valid_from")}


def station_norm(election: Election, *, electronic: bool) -> StationNorm | None:
    """The norm for one way of voting; ``None`` where none is known, which is not the same as a norm without limits."""
    return station_norms(election).get(electronic)


def current_election(*, municipality: Municipality, today: date) -> Election | None:
    """The election that people are at work on: the next one, else the last one; with its ballots."""
    own = Election.objects.filter(municipality=municipality).prefetch_related("ballots")
    return own.filter(date__gte=today).order_by("date").first() or own.order_by("-date").first()
