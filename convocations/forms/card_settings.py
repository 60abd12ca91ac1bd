"""What is chosen of the paper and the texts of cards."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.cards.card import VoterType
from convocations.cards.papers import Paper
from convocations.cards.text_sets import TextSet
from convocations.models import CardSettings
from convocations.words.papers import PAPERS, SETS
from convocations.words.templates import VOTERS


class CardSettingsForm(forms.Form):
    """A paper for each type of voter, and a set of texts where parliaments are voted for."""

    def __init__(self, *args: Any, voters: Sequence[VoterType], with_sets: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = [(paper.value, PAPERS[paper.value]) for paper in Paper]
        for one in voters:
            self.fields[f"paper_{one}"] = forms.ChoiceField(label=str(VOTERS[one.value]), choices=papers, initial=Paper.WHITE.value)
        if with_sets:
            sets = [("", _("by the municipality")), *((one.value, SETS[one.value]) for one in TextSet)]
            self.fields["text_set"] = forms.ChoiceField(
                label=_("Set of texts"),
                choices=sets,
                required=False,
                help_text=_("For the built-in texts. A text of your own stays as it is."),
            )

    @classmethod
    def filled(cls, row: CardSettings | None, **kwargs: Any) -> "CardSettingsForm":
        """The form with what is kept."""
        initial = {f"paper_{voters}": paper for voters, paper in row.papers.items()} | {"text_set": row.text_set} if row else None
        return cls(initial=initial, **kwargs)

    def papers(self) -> dict[VoterType, Paper]:
        """Type of voter → paper."""
        chosen = self.cleaned_data.items()
        return {VoterType(name.removeprefix("paper_")): Paper(value) for name, value in chosen if name.startswith("paper_")}

    def text_set(self) -> TextSet | None:
        """The set; ``None``: by the municipality."""
        name = self.cleaned_data.get("text_set", "")
        return TextSet(name) if name else None
