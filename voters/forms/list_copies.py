"""What is asked of somebody who has a copy of a voters list made."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from voters.rules.list_copies import ALL, APART, Changes, Kind, KindRule, Order, Wish


class CopyForm(forms.Form):
    """Which stations, in which order and form, as of when, for whom; only what the kind has."""

    scope = forms.ChoiceField(label=_("Of which polling stations"))
    order = forms.ChoiceField(label=_("Order"), widget=forms.RadioSelect, initial=Order.NAME.value)
    format = forms.ChoiceField(
        label=_("File"),
        choices=[("pdf", _("PDF: to print")), ("xlsx", _("XLSX: for a spreadsheet")), ("csv", _("CSV: for another program"))],
        widget=forms.RadioSelect,
        initial="pdf",
    )
    as_of = forms.DateTimeField(
        label=_("As of"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Changes that were recorded until then are in it. Leave it empty for now."),
    )
    minors = forms.BooleanField(label=_("16 and 17 years old on pages of their own"), required=False)
    made_for = forms.CharField(
        label=_("For whom"), max_length=80, help_text=_("Stands on every page and every line, with a number of its own.")
    )
    purpose = forms.CharField(
        label=_("Request or undertaking"),
        required=False,
        max_length=200,
        help_text=_("Which letter or form asked for it, and when. The second person sees it."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("nl", "Nederlands"), ("fr", "Français")], widget=forms.RadioSelect, initial="nl"
    )

    def __init__(
        self, *args: Any, rule: KindRule, scopes: list[tuple[str, str]], orders: list[tuple[str, str]], with_minors: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        cast("forms.ChoiceField", self.fields["scope"]).choices = scopes
        cast("forms.ChoiceField", self.fields["order"]).choices = orders
        if rule.kind == Kind.PACKAGE:
            del self.fields["format"]
        if rule.changes == Changes.ESTABLISHED:
            del self.fields["as_of"]
        if not with_minors:
            del self.fields["minors"]
        if rule.two_persons:
            self.fields["purpose"].required = True
        else:
            del self.fields["purpose"]

    def wish(self) -> Wish:
        """What is asked for; the form is valid."""
        data = self.cleaned_data
        scope = data["scope"]
        return Wish(
            kind=self.rule.kind,
            file_format=data.get("format", "pdf"),
            order=Order(data["order"]),
            language=data["language"],
            station=None if scope in {ALL, APART} else int(scope),
            apart=data.get("minors", False),
            made_for=data["made_for"],
            split=scope == APART,
        )

    def moment(self) -> datetime | None:
        """As of when; ``None`` for now."""
        found: datetime | None = self.cleaned_data.get("as_of")
        return found
