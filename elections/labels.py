"""The words for ballots, groups and elections on the screen."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from elections.rules import Ballot

BALLOT_LABELS: dict[str, Promise] = {
    Ballot.CHAMBER.value: _("Chamber of Representatives"),
    Ballot.FLEMISH.value: _("Flemish Parliament"),
    Ballot.EUROPEAN.value: _("European Parliament"),
    Ballot.MUNICIPAL.value: _("municipal council"),
    Ballot.DISTRICT.value: _("urban district council"),
    Ballot.PROVINCIAL.value: _("provincial council"),
    Ballot.OCMW.value: _("council for social welfare"),
}
BALLOT_SHORT_LABELS: dict[str, Promise] = {
    Ballot.CHAMBER.value: _("Chamber"),
    Ballot.FLEMISH.value: _("Flemish P."),
    Ballot.EUROPEAN.value: _("European P."),
    Ballot.MUNICIPAL.value: _("Municipality"),
    Ballot.DISTRICT.value: pgettext_lazy("ballot", "District"),
    Ballot.PROVINCIAL.value: _("Province"),
    Ballot.OCMW.value: _("Social welfare"),
}
REGISTER_LABELS: dict[str, Promise] = {
    "BR": _("population register"),
    "VR": _("register of foreigners"),
    "WR": _("waiting register"),
}
LOCAL = frozenset({Ballot.MUNICIPAL.value, Ballot.DISTRICT.value, Ballot.PROVINCIAL.value, Ballot.OCMW.value})


def election_title(ballots: Collection[str]) -> Promise:
    """What people call an election day with these ballots."""
    local = bool(LOCAL & set(ballots))
    parliaments = bool(set(ballots) - LOCAL)
    if local and parliaments:
        return _("Elections")
    if local:
        return _("Local elections")
    if set(ballots) == {Ballot.EUROPEAN.value}:
        return _("European elections")
    return _("Elections of the parliaments")
