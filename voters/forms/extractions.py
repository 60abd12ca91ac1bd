"""What somebody fills in about extractions."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import TypedWordField


class FinalListForm(forms.Form):
    """The word that stands for: I know that nothing in the final list changes any more."""

    word = TypedWordField(word=_("final"))  # type: ignore[arg-type]  # put into the language when shown


class DeletionForm(forms.Form):
    """The word that stands for: I know that this does not come back."""

    word = TypedWordField(word=_("delete"))  # type: ignore[arg-type]  # put into the language when shown


class CompareForm(forms.Form):
    """Two finished extractions of one election, by number."""

    before = forms.TypedChoiceField(label=_("Before"), coerce=int)
    after = forms.TypedChoiceField(label=_("After"), coerce=int)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("before", "after"):
            cast("forms.TypedChoiceField", self.fields[name]).choices = choices
