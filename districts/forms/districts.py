"""What people type about districts and the rows of a street."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.widgets import DutchDateField, DutchDateInput
from districts.forms.buildings import PlainField
from districts.models import Area, District, StreetRange
from districts.rules.split import SplitRow
from districts.rules.street_ranges import HIGHEST, NumberRange, Side
from districts.selectors.split import SplitDay, split_row
from districts.services.districts import LEVELS, DistrictData
from districts.words.districts import LEVELS as LEVEL_NAMES
from districts.words.districts import start_hint


class DistrictFilter(forms.Form):
    """Which districts to show, on which day."""

    q = forms.CharField(label=_("Code or name"), required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("in use now")), ("closed", pgettext_lazy("district", "closed")), ("all", pgettext_lazy("districts", "all"))],
    )
    day = DutchDateField(label=_("As on"), required=False)

    def criteria(self) -> dict[str, str]:
        """What ``selectors.districts`` is asked besides the day; what is not valid is left out."""
        data = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        state = {"": "open", "all": ""}.get(data.get("state", ""), data.get("state", ""))
        return {"text": data.get("q", ""), "state": state}


class DayForm(forms.Form):
    """A day from the address."""

    day = DutchDateField(label=_("As on"), required=False)

    def chosen(self) -> date | None:
        """The day; nothing where none or no day was given."""
        return self.cleaned_data.get("day") if self.is_valid() else None


class DistrictForm(forms.Form):
    """A district."""

    code = PlainField(
        label=_("Code"),
        max_length=20,
        help_text=_("Text: 2 and 02 are two codes. It stands on lists and in files."),
        widget=forms.TextInput,
    )
    name = PlainField(label=_("Name"), max_length=80, help_text=_("Something people recognise: a village, a quarter, a hamlet."))

    def __init__(self, *args: Any, areas: Mapping[str, Sequence[Area]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._areas = {area.pk: area for kind in areas.values() for area in kind}
        for kind in LEVELS:
            if areas.get(kind):
                choices = [("", "–"), *((area.pk, f"{area.code} {area.name}") for area in areas[kind])]
                self.fields[kind] = forms.TypedChoiceField(
                    label=str(LEVEL_NAMES[kind]), coerce=int, empty_value=None, required=False, choices=choices
                )

    def district(self) -> DistrictData:
        """What was filled in, for the service."""
        data = self.cleaned_data
        areas = {kind.value: self._areas.get(data.get(kind) or 0) for kind in LEVELS}
        return DistrictData(code=data["code"], name=data["name"], areas=areas)

    @staticmethod
    def values(district: District) -> dict[str, Any]:
        """What the form shows of a district."""
        return {"code": district.code, "name": district.name, **{kind.value: getattr(district, f"{kind}_id") for kind in LEVELS}}


class AreaForm(forms.Form):
    """A level above districts."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, LEVEL_NAMES[kind]) for kind in LEVELS])
    code = PlainField(label=_("Code"), max_length=20)
    name = PlainField(label=_("Name"), max_length=80)


class StreetForm(forms.Form):
    """A street that has no addresses yet."""

    name = PlainField(
        label=_("Name of the street"),
        max_length=100,
        help_text=_("As it will stand on the signs: the address file brings it under this name."),
    )


class RowForm(forms.Form):
    """A row of a street in the editor: an existing one, or a new one when ``pk`` is empty."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    district = forms.TypedChoiceField(label=_("District"), coerce=int, required=False, empty_value=None)
    postcode = forms.ChoiceField(label=_("Postcode"))
    side = forms.ChoiceField(label=_("Side"), choices=[(Side.ALL, _("both sides")), (Side.EVEN, _("even side")), (Side.ODD, _("odd side"))])
    number_from = forms.IntegerField(label=_("From"), required=False, min_value=0, max_value=HIGHEST)
    number_to = forms.IntegerField(label=_("To"), required=False, min_value=0, max_value=HIGHEST)
    gone = forms.BooleanField(label=_("Take away"), required=False)

    def __init__(self, *args: Any, districts: Sequence[District], postcodes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("district", [("", _("choose")), *((row.pk, f"{row.code} {row.name}") for row in districts)])
        self._choose("postcode", [(postcode, postcode) for postcode in postcodes])
        if len(postcodes) == 1:
            self.fields["postcode"].widget = forms.HiddenInput()
            self.fields["postcode"].initial = postcodes[0]
        for name in ("number_from", "number_to"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 6})
        for field in self.fields.values():
            field.widget.attrs["class"] = {
                "Select": "form-select", "CheckboxInput": "form-check-input", "HiddenInput": "",
            }.get(type(field.widget).__name__, "form-control")  # fmt: skip

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in of a new row."""
        data = self.cleaned_data
        return not data.get("pk") and not data.get("district") and data.get("number_from") is None and data.get("number_to") is None

    def clean(self) -> dict[str, Any]:
        """A row needs a district, and its numbers in order."""
        data = self.cleaned_data
        if self.blank or data.get("gone"):
            return data
        if not data.get("district") and "district" not in self.errors:
            self.add_error("district", _("Choose a district."))
        first, last = data.get("number_from"), data.get("number_to")
        if first is not None and last is not None and first > last:
            self.add_error("number_to", _("The last number lies below the first."))
        return data

    def numbers(self) -> NumberRange:
        """The house numbers as typed."""
        data = self.cleaned_data
        return NumberRange(Side(data["side"]), data["number_from"], data["number_to"])


class ValidFromForm(forms.Form):
    """From when a change holds."""

    valid_from = DutchDateField(label=_("Holds from"), required=False)

    def __init__(self, *args: Any, split: SplitDay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._start = split.start
        self.fields["valid_from"].help_text = start_hint(split)

    def day(self) -> date:
        """The day that was filled in, else that of the split that holds."""
        return cast("date", self.cleaned_data.get("valid_from") or self._start)


RowFormSet = forms.formset_factory(RowForm, extra=2, max_num=200, validate_max=True)


class StreetEditor:
    """All rows of a street on a day, to be changed at once; two empty ones below for new rows."""

    def __init__(
        self,
        data: Any = None,
        *,
        rows: Sequence[StreetRange],
        districts: Sequence[District],
        postcodes: Sequence[str],
        split: SplitDay,
        district: int | None = None,
    ) -> None:
        self._rows = {row.pk: row for row in rows}
        initial: list[dict[str, Any]] = [
            {
                "pk": row.pk,
                "district": row.district_id,
                "postcode": row.postcode,
                "side": row.side,
                "number_from": row.number_from,
                "number_to": row.number_to,
            }
            for row in rows
        ]
        self.rows = RowFormSet(data, initial=initial, prefix="rows", form_kwargs={"districts": districts, "postcodes": postcodes})
        self.days = ValidFromForm(data, split=split)
        if data is None and district and not rows:
            self.rows.extra_forms[0].initial["district"] = district

    def is_valid(self) -> bool:
        """Whether every row and the day can be used; all are looked at."""
        rows, days = self.rows.is_valid(), self.days.is_valid()
        return bool(rows and days)

    def removed(self) -> list[int]:
        """The rows that are taken away or are another now; also some that are no longer there."""
        return [form.cleaned_data["pk"] for form in self._touched() if form.cleaned_data["pk"]]

    def added(self, *, street_id: int, until: date | None) -> list[SplitRow]:
        """The rows that come in their place, or new; new ones end where a later split of the street begins (``until``)."""
        return [
            SplitRow(
                form.cleaned_data["district"],
                street_id,
                form.cleaned_data["postcode"],
                form.numbers(),
                self.days.day(),
                self._until(form, until),
            )
            for form in self._touched()
            if not form.cleaned_data["gone"]
        ]

    def _until(self, form: RowForm, until: date | None) -> date | None:
        row = self._rows.get(form.cleaned_data["pk"] or 0)
        return row.valid_until if row else until

    def _touched(self) -> list[RowForm]:
        return [form for form in self.rows.forms if not form.blank and not self._same(form)]

    def _same(self, form: RowForm) -> bool:
        """Whether an existing row is to stay as it is."""
        data = form.cleaned_data
        row = self._rows.get(data["pk"] or 0)
        if row is None or data["gone"]:
            return False
        known = split_row(row)
        return (known.district_id, known.postcode, known.numbers) == (data["district"], data["postcode"], form.numbers())


NOWHERE = "none"


class MoveForm(ValidFromForm):
    """Where some rows of a district go: to another district, or out of the split."""

    target = forms.ChoiceField(label=_("To district"))

    field_order = ["target", "valid_from"]

    def __init__(self, *args: Any, districts: Sequence[District], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("choose")), *((str(row.pk), str(row)) for row in districts), (NOWHERE, _("no district: take the rows away"))]
        cast("forms.ChoiceField", self.fields["target"]).choices = choices

    def district(self) -> int | None:
        """The district that was chosen; ``None`` for no district."""
        target = self.cleaned_data["target"]
        return None if target == NOWHERE else int(target)


class CopyForm(ValidFromForm):
    """Which day's split is copied, and from when it holds."""

    source = DutchDateField(label=_("As it was on"))

    field_order = ["source", "valid_from"]


class DistrictImportForm(ValidFromForm):
    """A file of districts."""

    file = forms.FileField(label=_("File of districts"), help_text=_("CSV with one row for each street or part of a street, plain or .gz."))

    field_order = ["file", "valid_from"]


class WhereForm(forms.Form):
    """An address to look for."""

    q = forms.CharField(
        label=_("Street, with or without number"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    day = DutchDateField(label=_("As on"), required=False, widget=DutchDateInput(attrs={"class": "form-control date"}))


class FindingFilter(forms.Form):
    """Which findings to show, on which day."""

    day = DutchDateField(label=_("As on"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [("", _("all")), *kinds]
