"""How a copy of a voters list reaches a request: the municipality's own, of that election, or 404; a kind as far as the role allows it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from core.actor import Actor
from core.http import or_404
from elections.models import Election
from voters.models import ListCopy
from voters.rules.list_copies import KINDS, Kind, KindRule
from voters.selectors import list_copies as selectors


def access_copy(election: Election, pk: int) -> ListCopy:
    """Return a copy of the election's list, or 404."""
    return or_404(selectors.copies(election=election).filter(pk=pk).first())


def access_kind(actor: Actor, code: str) -> KindRule:
    """Return the rule of a kind: 404 for one that there is not, 403 for one that the role may not have made."""
    if code not in {kind.value for kind in Kind}:
        raise Http404
    rule = KINDS[Kind(code)]
    if not actor.may(rule.permission):
        raise PermissionDenied
    return rule
