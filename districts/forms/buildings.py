"""What people type about buildings."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from districts.models import Building
from districts.rules.accessibility import Feature, Verdict
from districts.rules.position import LATITUDES, LONGITUDES
from districts.rules.station_file import BuildingAddress
from districts.selectors.buildings import BuildingCriteria
from districts.services.buildings import BuildingData
from districts.words.buildings import FEATURES, VERDICTS
from documents.characters import unprintable


def printable(value: str) -> None:
    """Names stand on posters and letters: what these cannot print is not kept."""
    if wrong := unprintable(value):
        raise ValidationError(_("These characters cannot be printed: %(wrong)s"), params={"wrong": wrong})


class PlainField(forms.CharField):
    """One line of text that documents can print."""

    default_validators = [printable]


class DegreesField(forms.FloatField):
    """A latitude or longitude, with a point or a comma."""

    def __init__(self, *, bounds: tuple[float, float], **kwargs: Any) -> None:
        super().__init__(required=False, validators=[MinValueValidator(bounds[0]), MaxValueValidator(bounds[1])], **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # the stubs make it a whole number
        """Take ``50,7345`` as well as ``50.7345``."""
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


class BuildingFilter(forms.Form):
    """Which buildings to show."""

    q = forms.CharField(label=_("Name or street"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("in use now")), ("closed", pgettext_lazy("building", "closed")), ("all", pgettext_lazy("buildings", "all"))],
    )
    accessible = forms.ChoiceField(
        label=_("Accessibility"), required=False, choices=[("", _("all")), *((verdict.value, VERDICTS[verdict]) for verdict in Verdict)]
    )
    position = forms.ChoiceField(
        label=_("Place on the map"), required=False, choices=[("", _("all")), ("with", _("known")), ("without", _("unknown"))]
    )

    def criteria(self) -> BuildingCriteria:
        """What ``selectors.buildings`` is asked; what is not valid is left out."""
        data = self.cleaned_data if self.is_valid() else {}
        state = {"": "open", "all": ""}.get(data.get("state", ""), data.get("state", ""))
        return BuildingCriteria(data.get("q", ""), state, data.get("accessible", ""), data.get("position", ""))


class BuildingForm(forms.Form):
    """A building; a place that is left empty is that of the address."""

    PARTS: Final = (
        (_("Building"), ("name", "street_name", "house_number", "postcode", "locality")),
        (_("Place on the map"), ("latitude", "longitude")),
        (_("On election day"), ("rooms", "entrance", "opening", "keys")),
        (_("Contact"), ("contact_name", "contact_phone", "contact_email")),
    )

    name = PlainField(label=_("Name"), max_length=120, help_text=_("As it stands on the letter to the voter: GBS De Regenboog."))
    street_name = PlainField(label=_("Street"), max_length=120, widget=forms.TextInput(attrs={"list": "streets", "autocomplete": "off"}))
    house_number = PlainField(label=_("House number"), max_length=20)
    postcode = forms.CharField(
        label=_("Postcode"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
        validators=[RegexValidator(r"^[1-9][0-9]{3}\Z", _("A postcode has four figures."))],
    )
    locality = PlainField(label=_("Locality"), max_length=80, required=False, help_text=_("Empty: the name that goes with the postcode."))
    latitude = DegreesField(
        label=_("Latitude"), bounds=LATITUDES, help_text=_("Degrees, such as 50,7345. Empty: the place of the address.")
    )
    longitude = DegreesField(label=_("Longitude"), bounds=LONGITUDES, help_text=_("Degrees, such as 4,2375."))
    rooms = forms.IntegerField(
        label=_("Rooms"), min_value=1, max_value=99, initial=1, help_text=_("How many polling stations fit in it side by side.")
    )
    entrance = PlainField(
        label=_("Entrance"), max_length=200, required=False, help_text=_("Where one goes in: across the playground, gate on the left.")
    )
    opening = PlainField(label=_("Opening"), max_length=200, required=False, help_text=_("When the building is opened, and by whom."))
    keys = PlainField(label=_("Keys"), max_length=200, required=False, help_text=_("Who has them."))
    contact_name = PlainField(label=_("Contact person"), max_length=120, required=False)
    contact_phone = PlainField(label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    contact_email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)

    def clean(self) -> dict[str, Any]:
        """A place has two halves."""
        data = super().clean() or self.cleaned_data
        for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if data.get(one) is None and data.get(other) is not None and one not in self.errors:
                self.add_error(one, _("Fill in both, or neither."))
        return data

    def building(self) -> BuildingData:
        """What was filled in, for the service."""
        data = dict(self.cleaned_data)
        address = BuildingAddress(data.pop("postcode"), data.pop("street_name"), data.pop("house_number"))
        latitude, longitude = data.pop("latitude"), data.pop("longitude")
        return BuildingData(address=address, position=None if latitude is None else (latitude, longitude), **data)

    @staticmethod
    def values(building: Building) -> dict[str, Any]:
        """What the form shows of a building. A place that is the address's own stays empty, so that it moves along with the address."""
        values = {name: getattr(building, name) for name in BuildingForm.base_fields}
        address = building.address
        if address and (address.latitude, address.longitude) == (building.latitude, building.longitude):
            values["latitude"] = values["longitude"] = None
        return values

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(title, [self[name] for name in names]) for title, names in self.PARTS]


ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("", _("not looked at")))


class AccessibilityForm(forms.Form):
    """The checklist: yes, no, or not looked at."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for feature in Feature:
            self.fields[feature.value] = forms.ChoiceField(
                label=str(FEATURES[feature]), choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    def answers(self) -> dict[str, bool]:
        """The questions that were answered."""
        return {name: answer == "yes" for name, answer in self.cleaned_data.items() if answer}

    @staticmethod
    def values(building: Building) -> dict[str, str]:
        """What was answered before."""
        return {name: "yes" if answer else "no" for name, answer in building.accessibility.items()}


class PhotoForm(forms.Form):
    """A photo of a building."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_(
            "JPEG, PNG or WebP, at most 12 MB. It is made smaller, and what the camera wrote in it (place, time, owner) is removed."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
