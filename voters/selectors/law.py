"""The law of an election day, from its rows, as the rules of eligibility take it."""

from elections.models import Election
from elections.selectors import ballot_codes, rules_on, union_members
from voters.rules.eligibility import Law, Rule, law


def law_of(election: Election) -> Law:
    """The rules in force on election day for the ballots that are held, with the member states of that day."""
    ballots = ballot_codes(election)
    rules = [
        Rule(
            ballot=row.ballot,
            group=row.nationality_group,
            registers=frozenset(row.registers.split()),
            minimum_age=row.minimum_age,
            mark=row.mark,
            compulsory=row.compulsory,
            article=row.article,
            suspension_article=row.suspension_article,
            certainty=row.certainty,
        )
        for row in rules_on(day=election.date, ballots=ballots)
    ]
    return law(
        list_date=election.list_date,
        election_day=election.date,
        ballots=ballots,
        rules=rules,
        union=union_members(day=election.date),
    )
