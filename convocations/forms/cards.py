"""Forms about cards: which to show, what came back, what was done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.models import Card, CardCase
from convocations.words import cards as words
from delivery.bpost.mailing import Mode
from delivery.bpost.names import Form
from delivery.words import FORMS, MODES


class SearchInput(forms.TextInput):
    """A field to search in."""

    input_type = "search"


class CardFilter(forms.Form):
    """Which cards to show."""

    q = forms.CharField(label=_("Code, number on the list or family name"), required=False, max_length=80, widget=SearchInput())
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("all")), *Card.State.choices])
    run = forms.TypedChoiceField(label=_("Print run"), required=False, coerce=int, empty_value=None)
    station = forms.TypedChoiceField(label=_("Polling station"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, runs: list[int], stations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].choices = [("", _("all")), *((number, str(number)) for number in runs)]  # type: ignore[attr-defined]
        self.fields["station"].choices = [("", _("all")), *((number, f"{number} {name}") for number, name in stations)]  # type: ignore[attr-defined]


class CaseFilter(forms.Form):
    """Which cases to show."""

    state = forms.ChoiceField(label=_("State"), required=False, initial="open", choices=[("", _("all")), *CardCase.State.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *CardCase.Kind.choices])


class ReturnForm(forms.Form):
    """A letter that came back."""

    code = forms.CharField(
        label=_("Code on the letter"),
        max_length=20,
        help_text=_("Scan it, or type it: twelve letters and figures, a dash and two figures."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    cause = forms.ChoiceField(label=_("Why it came back"), choices=list(words.CAUSES.items()), widget=forms.RadioSelect)
    action = forms.ChoiceField(label=_("What was done with it"), choices=list(words.ACTIONS.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class NoteForm(forms.Form):
    """What was done about a case."""

    note = forms.CharField(label=_("What was done"), max_length=300)


class BpostForm(forms.Form):
    """A list for bpost."""

    mode = forms.ChoiceField(label=_("What bpost does with it"), choices=[(mode.value, MODES[mode.value]) for mode in Mode], initial="T")
    form = forms.ChoiceField(label=_("Form of the file"), choices=[(form.value, FORMS[form.value]) for form in Form], initial="XML")


class UploadForm(forms.Form):
    """A file that came back."""

    file = forms.FileField(label=_("File"))


class WishForm(forms.Form):
    """Which hour a household would like."""

    wish = forms.TypedChoiceField(
        label=_("Preferred hour"), coerce=int, choices=[(0, _("no wish")), (-1, _("rather earlier")), (1, _("rather later"))]
    )
