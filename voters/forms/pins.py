"""What somebody fills in to fix a street or a household in a place, or to close one to it."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.models import Building, Station, Street
from voters.forms.drafts import HousesForm
from voters.models import Person, Pin
from voters.services.pins import PinData
from voters.words import drafts as words


class PinForm(HousesForm):
    """A piece of a street, or the household of ``person``; where; fixed there or closed there; and a note."""

    field_order = ("kind", "street", "side", "number_from", "number_to", "place", "note")

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[(Pin.Kind.HERE.value, _("votes here")), (Pin.Kind.NOT_HERE.value, _("does not vote here"))],
        initial=Pin.Kind.HERE.value,
        widget=forms.RadioSelect,
    )
    street = forms.ChoiceField(label=_("Street"))
    place = forms.ChoiceField(
        label=_("Where"), help_text=_("A whole building, or one of its polling stations. “Not here” is of a whole building.")
    )
    note = forms.CharField(
        label=_("Why"), max_length=200, required=False, help_text=_("For who looks at it later: access, a request, an agreement.")
    )

    def __init__(
        self,
        *args: Any,
        streets: Sequence[tuple[Street, str]],
        stations: Sequence[Station],
        buildings: Sequence[Building],
        person: Person | None = None,
        household: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._streets = {f"{street.pk}|{postcode}": (street, postcode) for street, postcode in streets}
        self._stations = {one.pk: one for one in stations}
        self._buildings = {one.pk: one for one in buildings}
        self.person, self._household = person, household
        if person is not None:
            for name in ("street", "side", "number_from", "number_to"):
                del self.fields[name]
        else:
            shown = [(key, f"{street.name} ({postcode})") for key, (street, postcode) in self._streets.items()]
            cast("forms.ChoiceField", self.fields["street"]).choices = [("", _("choose")), *shown]
        cast("forms.ChoiceField", self.fields["place"]).choices = [
            ("", _("choose")),
            (_("Polling stations"), [(f"station-{one.pk}", words.station_name(one)) for one in stations]),
            (_("Buildings"), [(f"building-{one.pk}", one.name) for one in buildings]),
        ]

    def clean(self) -> dict[str, Any] | None:
        """One room of a building cannot be closed to somebody."""
        data = super().clean()
        if self.cleaned_data.get("kind") == Pin.Kind.NOT_HERE and self.cleaned_data.get("place", "").startswith("station-"):
            self.add_error("place", _("Choose the building: one of its polling stations cannot be closed to somebody."))
        return data

    def pin(self) -> PinData:
        """What was filled in, for the service."""
        data = self.cleaned_data
        which, _sep, pk = data["place"].partition("-")
        place: dict[str, Any] = {"station": self._stations[int(pk)]} if which == "station" else {"building": self._buildings[int(pk)]}
        common: dict[str, Any] = {"kind": Pin.Kind(data["kind"]), "note": data["note"], **place}
        if self.person is not None:
            return PinData(**common, person=self.person, household=self._household)
        street, postcode = self._streets[data["street"]]
        numbers = {name: data[name] for name in ("side", "number_from", "number_to")}
        return PinData(**common, street=street, postcode=postcode, **numbers)
