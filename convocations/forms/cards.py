"""Forms about cards: which to show, what came back, what was done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.models import Card, CardCase
from convocations.rules.returns import Action
from convocations.selectors.cards import CaseQuery
from convocations.services.cases import LONGEST_NOTE
from convocations.services.returned import LONGEST_NOTE as LONGEST_RETURN_NOTE
from convocations.words import cards as words
from delivery.bpost.mailing import LONGEST_DEPOSIT, Deposit, DepositKind, Mode, RefusedError, deposit_of
from delivery.bpost.names import Form
from delivery.words import DEPOSIT_KINDS, FORMS, MODES, PROBLEMS

EVERY_STATE = "all"


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
    """Which cases to show. The open ones are the list itself; all or the closed ones are asked for, as a kind or a street is.

    A street is chosen by its link, and kept while the rest changes.
    """

    state = forms.ChoiceField(label=_("State"), required=False, choices=[*CardCase.State.choices, (EVERY_STATE, _("all"))])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *CardCase.Kind.choices])
    postcode = forms.CharField(label=_("Postcode"), required=False, max_length=10, widget=forms.HiddenInput)
    street = forms.CharField(label=_("Street"), required=False, max_length=120, widget=forms.HiddenInput)

    def clean_state(self) -> str:
        """Empty for the open ones, which leave nothing out of the list."""
        state = str(self.cleaned_data["state"])
        return "" if state == CardCase.State.OPEN else state

    def chosen(self) -> CaseQuery:
        """What was asked for; a value that does not exist asks for nothing."""
        if not self.is_valid():
            return CaseQuery()
        asked = self.cleaned_data
        state = {"": CardCase.State.OPEN.value, EVERY_STATE: ""}.get(asked["state"], asked["state"])
        return CaseQuery(state, asked["kind"], asked["postcode"], asked["street"])


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
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_RETURN_NOTE)


class ReturnFileForm(forms.Form):
    """Letters that came back, in a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV: the code of each letter; behind it, if you like, cause, action and note. A list of codes will do."),
    )
    cause = forms.ChoiceField(
        label=_("Why they came back"),
        required=False,
        choices=[("", _("as the file says")), *words.CAUSES.items()],
        help_text=_("For letters of which the file does not say it."),
    )
    action = forms.ChoiceField(
        label=_("What was done with them"),
        choices=list(words.ACTIONS.items()),
        initial=Action.KEPT,
        help_text=_("For letters of which the file does not say it."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=LONGEST_RETURN_NOTE)


class NoteForm(forms.Form):
    """What was done about a case."""

    note = forms.CharField(label=_("What was done"), max_length=LONGEST_NOTE)


class BpostForm(forms.Form):
    """A list for bpost."""

    mode = forms.ChoiceField(label=_("What bpost does with it"), choices=[(mode.value, MODES[mode.value]) for mode in Mode], initial="T")
    form = forms.ChoiceField(label=_("Form of the file"), choices=[(form.value, FORMS[form.value]) for form in Form], initial="XML")
    deposit = forms.CharField(
        label=_("Deposit at bpost"),
        required=False,
        help_text=_(
            "Only where the deposit was made before the list. At most 20 characters; otherwise leave this and the next field empty."
        ),
        widget=forms.TextInput(attrs={"maxlength": LONGEST_DEPOSIT, "autocomplete": "off", "spellcheck": "false"}),
    )
    deposit_kind = forms.ChoiceField(
        label=_("What names the deposit"),
        required=False,
        choices=[("", _("no deposit")), *((kind.value, DEPOSIT_KINDS[kind.value]) for kind in DepositKind)],
    )
    link: Deposit | None = None
    """The deposit, once the form is valid."""

    def clean(self) -> dict[str, Any]:
        """Both fields of the deposit or neither; the table has no place for one."""
        found = self.cleaned_data
        if self.errors:
            return found
        try:
            self.link = deposit_of(found["deposit"], found["deposit_kind"])
        except RefusedError as refusal:
            for problem in refusal.problems:
                self.add_error(problem.field, str(PROBLEMS[problem.code]))
            return found
        if self.link is not None and found["form"] == Form.AFT.value:
            self.add_error("deposit", _("The table holds no deposit: name it in the tool of bpost itself."))
        return found


class UploadForm(forms.Form):
    """A file that came back."""

    file = forms.FileField(label=_("File"))


class WishForm(forms.Form):
    """Which hour a household would like."""

    wish = forms.TypedChoiceField(
        label=_("Preferred hour"), coerce=int, choices=[(0, _("no wish")), (-1, _("rather earlier")), (1, _("rather later"))]
    )
