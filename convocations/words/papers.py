"""What papers and sets of texts are called, and how many sheets of each a run takes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from convocations.cards.papers import Paper
from convocations.cards.text_sets import TextSet
from convocations.rules.stacks import Stack, stack_at
from core.templatetags.presentation import number

PAPERS: Final[dict[str, Promise]] = {
    Paper.WHITE.value: gettext_lazy("white"),
    Paper.BLUE.value: gettext_lazy("blue"),
    Paper.YELLOW.value: gettext_lazy("yellow"),
    Paper.GREEN.value: gettext_lazy("green"),
    Paper.PINK.value: gettext_lazy("pink"),
}
SETS: Final[dict[str, Promise]] = {
    TextSet.USUAL.value: gettext_lazy("usual texts"),
    TextSet.RODE.value: gettext_lazy("canton of Sint-Genesius-Rode"),
    TextSet.VOEREN.value: gettext_lazy("Voeren"),
}
CERTAINTIES: Final[dict[str, Promise]] = {
    "H": gettext_lazy("read in a source"),
    "M": gettext_lazy("well known"),
    "L": gettext_lazy("verify first"),
}


def page_of(stacks: Sequence[Stack], position: int) -> str:
    """Where a card lies: its page, with the paper and the file where a run has several."""
    if not position:
        return "–"
    stack = stack_at(stacks, position)
    page, papers = number(position - stack.first + 1), {one.paper for one in stacks}
    where = [str(PAPERS[stack.paper])] if len(papers) > 1 else []
    if len(stacks) > len(papers):
        where.append(_("file %(number)s") % {"number": number(stacks.index(stack) + 1)})
    return f"{page} ({', '.join(where)})" if where else page


def sheets(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Paper → sheets, as figures: *sheets on blue paper*."""
    return [
        {"label": _("sheets on paper: %(paper)s") % {"paper": PAPERS[paper]}, "value": number(count)} for paper, count in counts.items()
    ]
