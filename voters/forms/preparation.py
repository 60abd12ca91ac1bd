"""Whose voters the preparatory checks look at."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _


class SourceForm(forms.Form):
    """The register as it is now, or the list of an extraction."""

    list = forms.ChoiceField(label=_("Whose voters"), required=False)

    def __init__(self, *args: Any, sources: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["list"]).choices = [*sources]
