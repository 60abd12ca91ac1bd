"""What people type about polling stations."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.templatetags.presentation import medium_date
from districts.forms.buildings import PlainField
from districts.models import Building, District, Station
from districts.rules.station_file import MOST
from districts.rules.station_findings import DistrictFacts, StationFacts
from districts.selectors.buildings import address_line
from districts.selectors.stations import Order, Source
from districts.services.stations import StationData


class StationFilter(forms.Form):
    """Which stations to show."""

    q = forms.CharField(
        label=_("Number, name or building"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"})
    )
    district = forms.ChoiceField(label=_("District"), required=False)
    voting = forms.ChoiceField(
        label=_("Way of voting"),
        required=False,
        choices=[("", pgettext_lazy("polling stations", "all")), ("paper", _("paper")), ("electronic", _("electronic"))],
    )
    accessible = forms.ChoiceField(
        label=_("Accessible"), required=False, choices=[("", pgettext_lazy("polling stations", "all")), ("yes", _("Yes")), ("no", _("No"))]
    )

    def __init__(self, *args: Any, districts: Sequence[DistrictFacts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.code, f"{row.code} {row.name}") for row in districts]
        cast("forms.ChoiceField", self.fields["district"]).choices = [("", pgettext_lazy("districts", "all")), *choices]

    def chosen(self, rows: Sequence[StationFacts]) -> list[StationFacts]:
        """The rows that are asked for; what is not valid is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        text = data.get("q", "").casefold()
        voting, accessible = data.get("voting", ""), data.get("accessible", "")
        return [
            row
            for row in rows
            if (not text or text == str(row.number) or text in f"{row.name}\n{row.building.name}".casefold())
            and data.get("district", "") in {"", row.district.code}
            and (not voting or row.electronic == (voting == "electronic"))
            and (not accessible or row.accessible == (accessible == "yes"))
        ]


class StationForm(forms.Form):
    """A polling station."""

    number = forms.IntegerField(label=pgettext_lazy("of a polling station", "Number"), min_value=1, max_value=MOST)
    name = PlainField(label=_("Name"), max_length=120, required=False, help_text=_("Empty: the name of the building."))
    district = forms.TypedChoiceField(label=_("District"), coerce=int)
    building = forms.TypedChoiceField(label=_("Building"), coerce=int)
    room = PlainField(label=_("Room"), max_length=80, required=False, help_text=_("Which room of the building: the refectory, class 3B."))
    electronic = forms.BooleanField(label=_("Electronic voting"), required=False)
    accessible = forms.BooleanField(label=_("Accessible for wheelchair users"), required=False, initial=True)
    minimum = forms.IntegerField(label=_("Voters at least"), min_value=0, max_value=MOST, required=False)
    maximum = forms.IntegerField(label=_("Voters at most"), min_value=1, max_value=MOST, required=False)

    def __init__(
        self, *args: Any, districts: Sequence[District], buildings: Sequence[Building], norm: str = "", frozen: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._districts = {row.pk: row for row in districts}
        self._buildings = {row.pk: row for row in buildings}
        empty = [("", _("choose"))]
        self._choose("district", [*empty, *((row.pk, f"{row.code} {row.name}") for row in districts)])
        self._choose("building", [*empty, *((row.pk, f"{row.name} – {address_line(row)}") for row in buildings)])
        self.fields["minimum"].help_text = self.fields["maximum"].help_text = norm
        if frozen:
            for name in ("number", "district"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("The assignment is frozen: this stays as it is.")

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.TypedChoiceField", self.fields[name]).choices = choices

    def station(self) -> StationData:
        """What was filled in, for the service."""
        data = dict(self.cleaned_data)
        district, building = self._districts[data.pop("district")], self._buildings[data.pop("building")]
        return StationData(district=district, building=building, **data)

    @staticmethod
    def values(station: Station) -> dict[str, Any]:
        """What the form shows of a station."""
        own = {name: getattr(station, name) for name in StationForm.base_fields}
        return {**own, "district": station.district_id, "building": station.building_id}


class SizesForm(forms.Form):
    """What a station outside its sizes means for the freeze of the assignment."""

    refuse = forms.TypedChoiceField(
        label=_("A polling station outside its sizes"),
        coerce=lambda value: value == "refuse",
        choices=[("warn", _("gives a warning")), ("refuse", _("stops the freeze of the assignment"))],
        widget=forms.RadioSelect,
    )


MOST_SENT: Final = 500_000
"""Bytes; some four thousand stations. The file travels with the page that shows its differences."""


class StationImportForm(forms.Form):
    """A file of stations."""

    file = forms.FileField(label=_("File of polling stations"), help_text=_("CSV with one row a polling station, at most 500 kB."))

    def clean_file(self) -> Any:
        """No larger than what can travel along."""
        file = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_SENT:
            raise forms.ValidationError(_("This file is larger than 500 kB."))
        return file


class AgreedForm(forms.Form):
    """The file whose differences were shown, and which differences those were; it travels with the page and is kept nowhere."""

    content = forms.CharField(widget=forms.HiddenInput)
    file_name = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    agreed = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_content(self) -> bytes:
        """The bytes of the file."""
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise forms.ValidationError(_("The file did not come along. Choose it again.")) from error

    @staticmethod
    def of(content: bytes, file_name: str, agreed: str) -> "AgreedForm":
        """The form that sends the file back."""
        return AgreedForm(initial={"content": base64.b64encode(content).decode(), "file_name": file_name[-200:], "agreed": agreed})


class CopyForm(forms.Form):
    """From which election to take stations over."""

    source = forms.ChoiceField(label=_("Election"))

    def __init__(self, *args: Any, sources: Sequence[tuple[Source, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sources = {source.election.date.isoformat(): source for source, _title in sources}
        cast("forms.ChoiceField", self.fields["source"]).choices = [
            (source.election.date.isoformat(), f"{title}, {medium_date(source.election.date)} ({source.stations})")
            for source, title in sources
        ]

    def chosen(self) -> Source:
        """The election."""
        return self._sources[self.cleaned_data["source"]]


class RenumberForm(forms.Form):
    """How to number the stations again."""

    order = forms.ChoiceField(
        label=_("Order"),
        choices=[
            ("district", _("by district, then by building")),
            ("building", _("by building")),
            ("number", _("as they are numbered now, without gaps")),
        ],
        initial="district",
    )
    start = forms.IntegerField(label=_("First number"), min_value=1, max_value=90_000, initial=1)

    def chosen(self) -> tuple[Order, int]:
        """Order and first number; by district from 1 as long as nothing valid was chosen."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data["order"], self.cleaned_data["start"]
        return "district", 1
