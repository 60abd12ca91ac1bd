"""What somebody fills in about drafts of the assignment."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.widgets import TypedWordField
from districts.models import District, Station, StreetRange
from voters.forms.voters_list import SearchInput
from voters.models import Draft
from voters.rules.assignment import DraftSettings, ListOrder, Numbering, Rooms, Wishes
from voters.words import drafts as words

DEFAULTS = DraftSettings()


class DraftForm(forms.Form):
    """How a draft is to be made. ``ADVANCED`` fields are folded away until one of them is another than usual."""

    ADVANCED = ("wishes", "row", "balance", "whole_buildings", "rooms", "rest")

    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("By which you know it again among others: “Short walks”.")
    )
    previous = forms.TypedChoiceField(
        label=_("Compare with"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Voters keep the building of that election where they can."),
    )
    move = forms.IntegerField(
        label=_("Metres that a move must save"),
        min_value=0,
        max_value=100_000,
        initial=DEFAULTS.move,
        help_text=_("A voter goes to another building only if that is so much nearer. More metres: fewer moves, longer walks."),
    )
    numbering = forms.ChoiceField(
        label=_("Numbers on the list"),
        choices=[(one.value, words.NUMBERING[one]) for one in Numbering],
        initial=DEFAULTS.numbering.value,
        widget=forms.RadioSelect,
        help_text=_("Given when the assignment is frozen: from 1, without a gap."),
    )
    order = forms.ChoiceField(
        label=_("In which order"),
        choices=[(one.value, words.ORDER[one]) for one in ListOrder],
        initial=DEFAULTS.order.value,
        widget=forms.RadioSelect,
    )
    wishes = forms.ChoiceField(
        label=_("What goes first"),
        choices=[(one.value, words.WISHES[one]) for one in Wishes],
        initial=DEFAULTS.wishes.value,
        help_text=_("Whatever goes first, nobody votes outside their district, no household is split and no polling station is too full."),
    )
    row = forms.IntegerField(
        label=_("Metres that a street row may cost"),
        min_value=0,
        max_value=10_000_000,
        initial=DEFAULTS.row,
        help_text=_(
            "Cutting a street side in two lets some voters walk less. It is done only if all of them together save so much. More metres: more streets stay whole."
        ),
    )
    balance = forms.IntegerField(
        label=_("Spread of the load (%)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("How far a polling station may lie from the mean of its district. Empty: as far as its least and most voters allow."),
    )
    whole_buildings = forms.BooleanField(
        label=_("Never split a house number"), required=False, help_text=_("An apartment building then votes in one polling station.")
    )
    rooms = forms.ChoiceField(
        label=_("Polling stations in one building"),
        choices=[(one.value, words.ROOMS[one]) for one in Rooms],
        initial=DEFAULTS.rooms.value,
        widget=forms.RadioSelect,
        help_text=_("How voters know which room is theirs. A household stays together: the name of its reference person counts."),
    )
    rest = forms.TypedChoiceField(
        label=_("Voters whose street nobody knows"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("No district can be told for them. They vote in this polling station, or wait until you place them by hand."),
    )

    def __init__(self, *args: Any, earlier: Sequence[Draft], stations: Sequence[Station], next_number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._earlier = {one.pk: one for one in earlier}
        self._choose("previous", [("", _("with no election")), *((one.pk, words.before_name(one)) for one in earlier)])
        self._choose("rest", [("", _("wait to be placed by hand")), *((one.number, words.station_name(one)) for one in stations)])
        self.fields["name"].widget.attrs["placeholder"] = _("Draft %(number)s") % {"number": next_number}
        if not earlier:
            for name in ("previous", "move"):
                del self.fields[name]

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def unusual(self) -> bool:
        """Whether a folded field says something else than it does by itself, or is wrong."""
        return any(self[name].errors or self._differs(name) for name in self.ADVANCED)

    def _differs(self, name: str) -> bool:
        value, usual = self[name].value(), DEFAULTS.as_json()[name]
        return str(value or "") != str(usual or "")

    def asked(self) -> DraftSettings:
        """What was filled in; a field that was not asked keeps its usual value."""
        return DraftSettings.of({name: value for name, value in self.cleaned_data.items() if name not in {"name", "previous"}})

    def earlier_draft(self) -> Draft | None:
        """The frozen assignment to compare with."""
        return self._earlier.get(self.cleaned_data.get("previous") or 0)


class NameForm(forms.Form):
    """What a draft is called."""

    name = forms.CharField(label=_("Name"), max_length=80)


class FreezeForm(forms.Form):
    """The word that stands for: I know that nobody's station or number changes any more."""

    word = TypedWordField(word=_("freeze"))  # type: ignore[arg-type]  # put into the language when shown


class StreetFilterForm(forms.Form):
    """Which streets of a draft to show."""

    q = forms.CharField(label=_("Street"), required=False, max_length=80, widget=SearchInput())
    district = forms.TypedChoiceField(label=_("District"), required=False, coerce=int, empty_value=None)
    station = forms.TypedChoiceField(label=_("Polling station"), required=False, coerce=int, empty_value=None)
    split = forms.ChoiceField(
        label=_("Which streets"), required=False, choices=[("", _("all")), ("yes", _("only with a side that is split"))]
    )

    def __init__(self, *args: Any, districts: Sequence[District], stations: Sequence[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("district", [("", pgettext_lazy("districts", "all")), *((one.pk, f"{one.code} {one.name}") for one in districts)])
        self._choose("station", [("", pgettext_lazy("polling stations", "all")), *((one.pk, words.station_name(one)) for one in stations)])

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def values(self) -> dict[str, Any]:
        """What is filled in and makes sense."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return {
            "q": data.get("q", ""),
            "district_id": data.get("district"),
            "station_id": data.get("station"),
            "split": data.get("split") == "yes",
        }


class HousesForm(forms.Form):
    """A piece of a street: its side, and from and to which number."""

    side = forms.ChoiceField(label=_("Side"), choices=StreetRange.Side.choices, initial=StreetRange.Side.ALL.value)
    number_from = forms.IntegerField(label=_("From number"), required=False, min_value=0, max_value=99_999)
    number_to = forms.IntegerField(label=_("To number"), required=False, min_value=0, max_value=99_999)

    def clean(self) -> dict[str, Any] | None:
        """From before to."""
        data = super().clean()
        first, last = self.cleaned_data.get("number_from"), self.cleaned_data.get("number_to")
        if first is not None and last is not None and last < first:
            self.add_error("number_to", _("This number lies before the first."))
        return data


class StationChoiceForm(forms.Form):
    """To which station households are to go."""

    station = forms.TypedChoiceField(label=_("To polling station"), coerce=int)

    def __init__(self, *args: Any, stations: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["station"]).choices = [("", _("choose")), *stations]


class CompareDraftsForm(forms.Form):
    """Two drafts; before may be the assignment of an earlier election."""

    before = forms.ChoiceField(label=_("Before"))
    after = forms.ChoiceField(label=_("After"))

    def __init__(self, *args: Any, before: list[tuple[str, str]], after: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["before"]).choices = before
        cast("forms.ChoiceField", self.fields["after"]).choices = after
