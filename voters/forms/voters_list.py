"""How a voters list is filtered, and as what it is taken out."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from elections.labels import BALLOT_LABELS

YES_NO = [("", _("All")), ("yes", _("Yes")), ("no", _("No"))]


class SearchInput(forms.TextInput):
    """A search field: the browser offers to clear it."""

    input_type = "search"


class VoterFilter(forms.Form):
    """The filter row of the voters list; all of it stands in the address."""

    scope = ("extraction",)

    extraction = forms.ChoiceField(label=_("List"), required=False)
    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=100,
        widget=SearchInput(attrs={"placeholder": _("Peeters Jan, 120 or 100-200")}),
    )
    ballot = forms.ChoiceField(label=_("May vote for"), required=False)
    mark = forms.ChoiceField(label=_("Mark V"), required=False, choices=YES_NO)
    minor = forms.ChoiceField(label=_("16 or 17 years"), required=False, choices=YES_NO)
    compulsory = forms.ChoiceField(label=_("Voting compulsory"), required=False, choices=YES_NO)
    street = forms.ChoiceField(label=_("Street"), required=False)
    station = forms.ChoiceField(label=_("Polling station"), required=False)

    def __init__(
        self,
        *args: Any,
        extractions: list[tuple[str, str]],
        ballots: tuple[str, ...],
        streets: list[tuple[str, str]],
        stations: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._choose("station", [("", _("All")), *stations])
        if not stations:
            del self.fields["station"]
        self._choose("extraction", extractions)
        self._choose("ballot", [("", _("All")), *((code, BALLOT_LABELS[code]) for code in ballots)])
        postcodes = len({postcode for postcode, _name in streets}) > 1
        named = [(f"{code}|{name}", f"{name} ({code})" if postcodes else name) for code, name in streets if name]
        self._choose("street", [("", _("All")), ("-", _("Without a known address")), *named])

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def values(self) -> dict[str, str]:
        """What is filled in and makes sense, without the choice of the list itself."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value and name != "extraction"}


class ExportForm(forms.Form):
    """What kind of file, in which order."""

    format = forms.ChoiceField(
        label=_("File"),
        choices=[
            ("pdf", _("PDF: to print, 48 voters a page")),
            ("xlsx", _("XLSX: for a spreadsheet")),
            ("csv", _("CSV: for another program")),
        ],
        widget=forms.RadioSelect,
        initial="pdf",
    )
    order = forms.ChoiceField(label=_("Order"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, placed: bool, by_name: bool, **kwargs: Any) -> None:
        """``placed``: voters have a station; ``by_name``: the numbers follow the names."""
        super().__init__(*args, **kwargs)
        choices = [("name", _("By name, as the list is numbered"))]
        if not by_name:
            choices = [("number", _("By number on the list")), ("name", _("By name"))]
        choices += [("street", _("By street and house number"))]
        choices += [("station", _("By polling station; on paper each begins on a page of its own"))] if placed else []
        cast("forms.ChoiceField", self.fields["order"]).choices = choices
        asked = self.initial.get("order")
        self.initial["order"] = asked if asked in dict(choices) else choices[0][0]
