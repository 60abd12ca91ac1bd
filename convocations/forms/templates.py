"""What somebody fills in about the texts of cards and the letterhead."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from convocations.cards.template import MOST
from convocations.models import CardLetterhead

MOST_LINES, LONGEST_LINE = 3, 45
CODE = {"spellcheck": "false", "autocapitalize": "off", "class": "code-text"}


class TemplateForm(forms.Form):
    """The text of a card: HTML with places, and its style."""

    html = forms.CharField(label=_("Text (HTML)"), max_length=MOST, strip=False, widget=forms.Textarea(attrs={**CODE, "rows": 30}))
    css = forms.CharField(
        label=_("Style (CSS)"), max_length=MOST, strip=False, required=False, widget=forms.Textarea(attrs={**CODE, "rows": 12})
    )
    back = forms.CharField(
        label=_("Back side (HTML)"),
        max_length=MOST,
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={**CODE, "rows": 10}),
        help_text=_("Instructions and articles of the law, the same for everybody: h1, h2, p, ul. Left empty there is no back side."),
    )
    note = forms.CharField(
        label=_("What changed"), max_length=200, required=False, help_text=_("For who approves it, and who reads it years later.")
    )
    based_on = forms.IntegerField(min_value=0, max_value=999_999, widget=forms.HiddenInput)


class LetterheadForm(forms.Form):
    """How the municipality signs its cards."""

    lines_nl = forms.CharField(
        label=_("Lines under the name, Dutch"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Street, place, e-mail and telephone: at most three lines."),
    )
    lines_fr = forms.CharField(
        label=_("Lines under the name, French"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    foot_nl = forms.CharField(
        label=_("Line at the foot, Dutch"),
        max_length=200,
        required=False,
        help_text=_("Where somebody gets an answer: the counter and its hours."),
    )
    foot_fr = forms.CharField(label=_("Line at the foot, French"), max_length=200, required=False)
    arms = forms.FileField(label=_("Coat of arms"), required=False, help_text=_("SVG or PNG, at most 300 kB. Left empty: as it is."))
    no_arms = forms.BooleanField(label=_("Print no coat of arms"), required=False)

    def __init__(self, *args: Any, with_french: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_french:
            del self.fields["lines_fr"], self.fields["foot_fr"]

    @classmethod
    def filled(cls, row: CardLetterhead | None, *, with_french: bool) -> "LetterheadForm":
        """The form with what is kept."""
        names = ("lines_nl", "lines_fr", "foot_nl", "foot_fr")
        return cls(initial={name: getattr(row, name) for name in names} if row else None, with_french=with_french)

    def clean(self) -> dict[str, Any]:
        """Three lines of so many signs go beside the coat of arms; more would run into the title."""
        for name in ("lines_nl", "lines_fr"):
            lines = self.cleaned_data.get(name, "").splitlines()
            if len(lines) > MOST_LINES or any(len(line.strip()) > LONGEST_LINE for line in lines):
                self.add_error(name, _("At most three lines of 45 signs."))
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        """What was typed."""
        return {name: text for name, text in self.cleaned_data.items() if name.startswith(("lines", "foot"))}

    def picture(self) -> bytes | None:
        """The new coat of arms; ``b""`` for none, ``None`` to keep what is there."""
        file = self.cleaned_data["arms"]
        if file:
            return bytes(file.read())
        return b"" if self.cleaned_data["no_arms"] else None
