"""What somebody fills in about an election."""

import datetime
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DutchDateField
from elections.deadlines import default_list_date, next_local_election
from elections.labels import BALLOT_LABELS, LOCAL
from elections.rules import DISTRICT_MUNICIPALITIES, OCMW_MUNICIPALITIES, Ballot

SCREEN_ORDER = (
    Ballot.MUNICIPAL,
    Ballot.PROVINCIAL,
    Ballot.DISTRICT,
    Ballot.OCMW,
    Ballot.CHAMBER,
    Ballot.FLEMISH,
    Ballot.EUROPEAN,
)

REFUSALS = {
    "exists": _("There is an election on this day already."),
    "not_before_election": _("The list date must lie before the election day."),
    "no_ballots": _("Choose at least one ballot."),
    "not_held_here": _("One of these ballots is not held in this municipality."),
    "no_rules": _("For one of these ballots no rule is known on this day: nobody would be on its list."),
    "frozen": _("The assignment of this election is frozen: its dates and ballots stay as they are."),
}


class ElectionForm(forms.Form):
    """An election, new or changed (``initial``): its day, the date on which its list is closed, and what is voted for."""

    date = DutchDateField(label=_("Election day"), help_text=_("A Sunday."))
    list_date = DutchDateField(
        label=_("List date"),
        required=False,
        help_text=_(
            "Who meets the conditions on this date is a voter. Left empty: 1 August for a local election, "
            "else the first day of the second month before the month of the election."
        ),
    )
    ballots = forms.MultipleChoiceField(
        label=_("What is voted for"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one ballot.")},
    )

    def __init__(self, *args: Any, today: datetime.date, nis_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elsewhere = {Ballot.DISTRICT: nis_code not in DISTRICT_MUNICIPALITIES, Ballot.OCMW: nis_code not in OCMW_MUNICIPALITIES}
        held = [ballot for ballot in SCREEN_ORDER if not elsewhere.get(ballot)]
        cast("forms.MultipleChoiceField", self.fields["ballots"]).choices = [(ballot.value, BALLOT_LABELS[ballot.value]) for ballot in held]
        day = next_local_election(today)
        self.fields["date"].initial = day
        self.fields["list_date"].initial = default_list_date(day, local=True)
        self.fields["ballots"].initial = [Ballot.MUNICIPAL.value, Ballot.PROVINCIAL.value]

    def clean_date(self) -> datetime.date:
        """Elections are held on Sundays; one that is on another day already may stay there."""
        day: datetime.date = self.cleaned_data["date"]
        if day.isoweekday() != 7 and day != self.initial.get("date"):
            raise forms.ValidationError(_("This is not a Sunday. Elections are held on a Sunday."))
        return day

    def clean(self) -> dict[str, Any]:
        """Fill in the list date that follows from the rest; it lies before the election."""
        data = super().clean() or self.cleaned_data
        day, ballots = data.get("date"), data.get("ballots")
        if day and ballots and not data.get("list_date") and "list_date" not in self.errors:
            data["list_date"] = default_list_date(day, local=bool(LOCAL & set(ballots)))
        if day and data.get("list_date") and data["list_date"] >= day:
            self.add_error("list_date", _("The list date must lie before the election day."))
        return data

    def refuse(self, problems: Iterable[tuple[str, str]]) -> None:
        """Say beside each field what the service refused."""
        for field, code in problems:
            self.add_error(field or None, REFUSALS.get(code.split(":")[0], _("This is not possible.")))
