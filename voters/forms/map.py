"""What the map shows, and where one looks on it; all of it stands in the address."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from voters.forms.voters_list import SearchInput


class MapForm(forms.Form):
    """A draft, another one to compare it with, and a street or an address."""

    draft = forms.ChoiceField(label=_("What the map shows"), required=False)
    before = forms.ChoiceField(label=_("Compared with"), required=False)
    q = forms.CharField(
        label=_("Street or address"),
        required=False,
        max_length=100,
        widget=SearchInput(attrs={"placeholder": _("Basiliekstraat 12"), "list": "map-streets", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, drafts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("draft", [*drafts, ("none", _("Districts, without an assignment"))])
        self._choose("before", [("", _("Nothing")), *drafts])
        if len(drafts) < 2:
            del self.fields["before"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices
