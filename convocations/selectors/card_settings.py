"""On which paper the cards of an election are printed, and with which set of texts."""

from convocations.cards.papers import Paper, paper_of
from convocations.cards.text_sets import TextSet, default_set
from convocations.models import CardSettings
from elections.models import Election


def kept(election: Election) -> CardSettings | None:
    """What was chosen, if anything was."""
    return CardSettings.objects.filter(municipality_id=election.municipality_id, election=election).first()


def papers_of(election: Election) -> dict[str, str]:
    """Type of voter → paper, of those that are not on white."""
    row = kept(election)
    return dict(sorted(row.papers.items())) if row else {}


def paper_for(election: Election, template: str) -> Paper:
    """The paper of a template (``TemplateKey.name``) now."""
    return paper_of(template, papers_of(election))


def text_set_of(election: Election) -> TextSet:
    """The set that was chosen, else the one of the municipality."""
    row = kept(election)
    return TextSet(row.text_set) if row and row.text_set else default_set(election.municipality.nis_code)
