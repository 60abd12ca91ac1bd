"""Forms of the register import: the file, its filters, the guards, a column map."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.widgets import DutchDateField
from voters.models import ColumnMap, RegisterStaging
from voters.rules.imports import as_of_in, manifest_of
from voters.rules.register_columns import NAMES, REQUIRED
from voters.words.imports import COLUMN_LABELS, EXPECTED_SHORT, column_called

LARGEST_MANIFEST = 64 * 1024


class RegisterImportForm(forms.Form):
    """A register file with its manifest or date, and the column map it needs."""

    file = forms.FileField(label=_("Register file"), help_text=_("CSV, plain or gzip (.csv or .csv.gz), up to 8 GB."))
    manifest = forms.FileField(
        label=_("Manifest"),
        required=False,
        help_text=_(
            "The small .manifest.json file that came with it: number of rows, SHA-256, municipality and date. Recommended: it shows that the file is whole."
        ),
    )
    as_of = DutchDateField(
        label=_("State of the register on"), required=False, help_text=_("Day/month/year. Needed when there is no manifest.")
    )
    column_map = forms.ModelChoiceField(
        queryset=ColumnMap.objects.none(),
        label=_("Column map"),
        required=False,
        empty_label=_("None: the columns have the names of the format"),
    )

    def __init__(self, *args: Any, column_maps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[ColumnMap]", self.fields["column_map"]).queryset = column_maps

    def clean_manifest(self) -> Any:
        """The manifest as an object."""
        upload = self.cleaned_data["manifest"]
        if upload is None:
            return None
        if upload.size > LARGEST_MANIFEST:
            raise ValidationError(_("This is no manifest: it is larger than 64 kB."))
        try:
            return manifest_of(upload.read().decode("utf-8"))
        except ValueError as error:
            raise ValidationError(_("This is no manifest: it cannot be read as JSON.")) from error

    def clean(self) -> dict[str, Any]:
        """A date from somewhere."""
        cleaned = super().clean() or {}
        manifest = cleaned.get("manifest")
        try:
            known = cleaned.get("as_of") or (isinstance(manifest, dict) and as_of_in(manifest))
        except ValueError:
            known = True  # the check reports it with everything else
        if not known and "as_of" not in self.errors and "manifest" not in self.errors:
            self.add_error("as_of", _("Give the date, or a manifest with a date."))
        return cleaned


class ProblemFilter(forms.Form):
    """Which problems to look at."""

    column = forms.ChoiceField(label=_("Column"), required=False)
    code = forms.ChoiceField(label=_("Problem"), required=False)

    def __init__(self, *args: Any, groups: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = sorted({group["column"] for group in groups if group["column"]})
        codes = sorted({group["code"] for group in groups})
        cast("forms.ChoiceField", self.fields["column"]).choices = [("", _("All")), *((name, column_called(name)) for name in columns)]
        cast("forms.ChoiceField", self.fields["code"]).choices = [
            ("", _("All")),
            *((code, EXPECTED_SHORT.get(code, code)) for code in codes),
        ]

    def values(self) -> dict[str, str]:
        """What is filled in and known."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


class DifferenceFilter(forms.Form):
    """Which differences to look at."""

    change = forms.ChoiceField(label=_("Difference"), required=False, choices=[("", _("All")), *RegisterStaging.Change.choices])
    column = forms.ChoiceField(
        label=_("Changed column"),
        required=False,
        choices=[("", _("All")), *((n, COLUMN_LABELS[n]) for n in NAMES if n != "national_number")],
    )
    street = forms.CharField(label=_("Street (postcode|name)"), required=False, widget=forms.HiddenInput)
    unmatched = forms.BooleanField(label=_("Without a known address"), required=False)

    def values(self) -> dict[str, Any]:
        """What is filled in and known, as the selector takes it."""
        self.is_valid()
        values: dict[str, Any] = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        if "street" in values:
            postcode, _sign, name = values["street"].partition("|")
            values["street"] = (postcode, name)
        return values


class HeaderForm(forms.Form):
    """A file of the supplier: only its first line is read."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Such as the name of the supplier or the program."))
    file = forms.FileField(label=_("A file of this supplier"), help_text=_("Only the names of its columns are read; the file is not kept."))


class ColumnMapForm(forms.Form):
    """For each column of the supplier: which of ours it is, or none."""

    name = forms.CharField(label=_("Name"), max_length=60)

    def __init__(self, *args: Any, columns: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What nothing was found for first, then in the order of the format.
        self.theirs = sorted(columns, key=lambda theirs: (NAMES.index(columns[theirs]) if columns[theirs] else -1, theirs))
        choices = [("", _("leave out")), *((name, f"{COLUMN_LABELS[name]} ({name})") for name in NAMES)]
        for place, theirs in enumerate(self.theirs):
            self.fields[f"column_{place}"] = forms.ChoiceField(label=theirs, choices=choices, required=False, initial=columns[theirs])

    def columns(self) -> dict[str, str]:
        """Their name → ours, or → nothing."""
        return {theirs: self.cleaned_data.get(f"column_{place}", "") for place, theirs in enumerate(self.theirs)}

    def clean(self) -> dict[str, Any]:
        """Each of ours once, and every required one."""
        cleaned = super().clean() or {}
        chosen = [value for name, value in cleaned.items() if name.startswith("column_") and value]
        twice = sorted({name for name in chosen if chosen.count(name) > 1})
        missing = [name for name in NAMES if name in REQUIRED and name not in chosen]
        if twice:
            self.add_error(None, _("Chosen more than once: %(names)s.") % {"names": ", ".join(str(COLUMN_LABELS[n]) for n in twice)})
        if missing:
            self.add_error(None, _("Still missing: %(names)s.") % {"names": ", ".join(str(COLUMN_LABELS[n]) for n in missing)})
        return cleaned
