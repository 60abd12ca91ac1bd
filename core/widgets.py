"""Fields and widgets that forms share."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

DATE_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


class DutchDateInput(forms.DateInput):
    """A date as it is said here: 13/10/2024, whatever the language of the browser."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {
            "placeholder": _("dd/mm/yyyy"),
            "inputmode": "numeric",
            "autocomplete": "off",
            "data-date": _("Choose a date in the calendar"),
            "class": "date",
        }
        super().__init__(attrs={**defaults, **(attrs or {})}, format="%d/%m/%Y")


class DutchDateField(forms.DateField):
    """Accepts 13/10/2024, 13-10-2024, 13.10.2024 and 2024-10-13; shows 13/10/2024."""

    widget = DutchDateInput
    default_error_messages = {"invalid": _("Type the date as day/month/year, such as 13/10/2024.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=DATE_FORMATS, **kwargs)


class TypedWordField(forms.CharField):
    """The word that a person types to confirm what cannot be undone; capitals and spaces around it do not matter."""

    default_error_messages = {"word": _("Type “%(word)s” to confirm. Nothing has changed.")}

    def __init__(self, *, word: str, **kwargs: Any) -> None:
        self.word = word
        kwargs.setdefault("label", lazy(lambda: gettext("Type “%(word)s” to confirm") % {"word": word}, str)())
        super().__init__(**kwargs)
        self.widget.attrs |= {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if typed.strip().casefold() != str(self.word).casefold():
            raise forms.ValidationError(self.error_messages["word"], code="word", params={"word": self.word})
        return typed
