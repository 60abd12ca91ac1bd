"""How a kind of card or a version of its text reaches a request: known, and the municipality's own, or 404."""

from convocations.cards.card import TemplateKey
from convocations.selectors import templates
from core.http import or_404
from elections.models import Election


def access_key(election: Election, name: str) -> TemplateKey:
    """Return the kind of card that is called so, if the election can need it, or 404."""
    return or_404(next((key for key in templates.possible_keys(election) if key.name == name), None))


def access_text(election: Election, key: TemplateKey, number: int) -> templates.Text:
    """Return a version of a text, 0 for the built-in one, or 404."""
    return or_404(templates.text_of(election=election, key=key, number=number))
