"""How the ledger is looked through, between which moments, and what a decision says."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast

from django import forms
from django.utils.timezone import localdate, localtime, make_aware
from django.utils.translation import gettext_lazy as _

from core.http import whole
from core.widgets import DutchDateField
from districts.models import Station
from elections.labels import BALLOT_LABELS
from elections.rules import BALLOT_NUMBERS
from voters.forms.imports import RegisterImportForm
from voters.forms.voters_list import SearchInput
from voters.models import ListDecision
from voters.rules.ledger import ADDRESS_FIELDS, Event
from voters.selectors.voters_list import WORD
from voters.sql.changes import LedgerFilter
from voters.words import ledger as words


class MutationsForm(RegisterImportForm):
    """A file of mutations with its manifest; the date is that of its last event, unless one is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("File of mutations")
        self.fields["as_of"].help_text = _("Day/month/year. May stay empty: then the date of the last event counts.")

    def clean(self) -> dict[str, Any]:
        """No date is asked."""
        return forms.Form.clean(self) or {}


class EventFilter(forms.Form):
    """Which events of a file to look at."""

    event = forms.ChoiceField(label=_("Event"), required=False, choices=[("", _("All")), *words.EVENTS.items()])

    def values(self) -> dict[str, str]:
        """What is filled in and known."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}


AUDIT_NAMES = {"outcome": "effects", "since": "from_date", "until": "until_date"}
"""What the fields of the ledger's filter are called in the audit trail (electionadmin.event_fields)."""


class LedgerForm(forms.Form):
    """The filter row of the ledger; all of it stands in the address."""

    q = forms.CharField(
        label=_("Name or number"),
        required=False,
        max_length=100,
        widget=SearchInput(attrs={"placeholder": _("Peeters Jan, or 120")}),
    )
    source = forms.ChoiceField(
        label=_("What happened"),
        required=False,
        choices=[
            ("", _("All")),
            *((event.value, words.EVENTS[event]) for event in Event if event is not Event.BIRTH),
            ("decision", _("decision")),
        ],
    )
    outcome = forms.ChoiceField(label=_("Effect"), required=False, choices=[("", _("All")), *words.OUTCOMES.items()])
    station = forms.ChoiceField(label=_("Polling station"), required=False)
    since = DutchDateField(label=_("Recorded from"), required=False)
    until = DutchDateField(label=_("Recorded until"), required=False)

    def __init__(self, *args: Any, stations: Sequence[Station], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((str(one.number), f"{one.number} {one.name}") for one in stations)]
        cast("forms.ChoiceField", self.fields["station"]).choices = choices

    def chosen(self) -> LedgerFilter:
        """What is filled in and makes sense."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        text = data.get("q", "")
        number = whole(text)
        return LedgerFilter(
            words=() if number is not None else tuple(dict.fromkeys(WORD.findall(text)))[:6],
            number=number,
            source=data.get("source", ""),
            outcome=data.get("outcome", ""),
            station=int(data["station"]) if data.get("station") else None,
            since=data.get("since"),
            until=data.get("until"),
        )

    def as_text(self) -> dict[str, str]:
        """What is filled in and makes sense, for the audit trail: that somebody was looked for, never their name."""
        self.is_valid()
        given = {AUDIT_NAMES.get(name, name): str(value) for name, value in getattr(self, "cleaned_data", {}).items() if value}
        return given | {"q": "…"} if "q" in given and not given["q"].isdecimal() else given


class HourField(forms.TimeField):
    """An hour that may be left open, ``20.00`` or ``20:00``."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H.%M", attrs={"class": "hour"})
        super().__init__(required=False, input_formats=["%H.%M", "%H:%M"], widget=widget, **kwargs)


class MomentsForm(forms.Form):
    """The two moments of a change sheet; the first is not in it, the second is."""

    since = DutchDateField(label=_("Changes after"), help_text=_("Such as the day on which the list was last given out."))
    since_time = HourField(label=_("Changes after: hour"), help_text=_("Hours and minutes, such as 20.00; empty: the end of that day."))
    until = DutchDateField(label=_("Until"))
    until_time = HourField(label=_("Until: hour"), help_text=_("Empty: the end of that day."))

    def moments(self) -> tuple[datetime, datetime]:
        """Both, in the zone of this country."""
        data = self.cleaned_data
        return _moment(data["since"], data["since_time"]), _moment(data["until"], data["until_time"])

    def clean(self) -> dict[str, Any]:
        """The second is not before the first."""
        cleaned = super().clean() or {}
        if "since" in cleaned and "until" in cleaned and not self.errors:
            first, second = self.moments()
            if second < first:
                self.add_error("until", _("This moment lies before the first one."))
        return cleaned


def _moment(day: date, clock: time | None) -> datetime:
    return make_aware(datetime.combine(day, clock or time(23, 59, 59)))


def first_moments(frozen_at: datetime | None, now: datetime) -> dict[str, Any]:
    """What the form proposes: from the freeze of the list until now."""
    start = localtime(frozen_at or now)
    return {
        "since": start.date(),
        "since_time": start.strftime("%H:%M"),
        "until": localdate(now),
        "until_time": "",
    }


class DecisionBase(forms.Form):
    """Who decided, when, under which reference, and why."""

    authority = forms.ChoiceField(
        label=_("Decided by"), choices=ListDecision.Authority.choices, widget=forms.RadioSelect, initial="college"
    )
    decided_on = DutchDateField(label=_("Date of the decision"))
    reference = forms.CharField(label=_("Reference"), max_length=60, help_text=_("Of the minutes or the judgment."))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("One sentence, as the decision gives it."))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AddForm(DecisionBase):
    """A voter is added: for which ballots, and where. ``restores``: a line of theirs is struck and counts again; nothing is asked then."""

    ballots = forms.MultipleChoiceField(label=_("May vote for"), widget=forms.CheckboxSelectMultiple)
    station = forms.ChoiceField(label=_("Polling station"), required=False)

    field_order = ("ballots", "station", "authority", "decided_on", "reference", "reason", "note")

    def __init__(
        self, *args: Any, ballots: Sequence[str], stations: Sequence[Station], proposed: str = "", restores: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if restores:
            del self.fields["ballots"], self.fields["station"]
            return
        cast("forms.MultipleChoiceField", self.fields["ballots"]).choices = [(code, BALLOT_LABELS[code]) for code in ballots]
        station = cast("forms.ChoiceField", self.fields["station"])
        station.required = not proposed
        by_address = [("", _("By address: %(station)s") % {"station": proposed})] if proposed else []
        station.choices = [*by_address, *((str(one.pk), f"{one.number} {one.name}") for one in stations)]

    def values(self) -> dict[str, Any]:
        """The ballots as a mask."""
        chosen = self.cleaned_data.get("ballots", [])
        return {"ballots": sum(1 << BALLOT_NUMBERS[code] for code in chosen)} if chosen else {}


class StrikeForm(DecisionBase):
    """A voter is struck."""


class CorrectForm(DecisionBase):
    """What the list is to say of a voter."""

    last_name = forms.CharField(label=_("Last name"), max_length=120)
    first_names = forms.CharField(label=_("First names"), max_length=160, required=False)
    ballots = forms.MultipleChoiceField(label=_("May vote for"), widget=forms.CheckboxSelectMultiple)
    street_name = forms.CharField(label=_("Street"), max_length=120, required=False)
    house_number = forms.CharField(label=_("House number"), max_length=20, required=False)
    box_number = forms.CharField(label=_("Box"), max_length=20, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)

    field_order = (
        *("last_name", "first_names", "ballots", "street_name", "house_number", "box_number", "postcode"),
        *("authority", "decided_on", "reference", "reason", "note"),
    )

    def __init__(self, *args: Any, ballots: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["ballots"]).choices = [(code, BALLOT_LABELS[code]) for code in ballots]

    def values(self) -> dict[str, Any]:
        """Everything that the list may say; what does not differ is left out later."""
        data = self.cleaned_data
        mask = sum(1 << BALLOT_NUMBERS[code] for code in data["ballots"])
        return {"ballots": mask, **{name: data[name] for name in ("last_name", "first_names", *ADDRESS_FIELDS)}}


class WithdrawForm(DecisionBase):
    """An earlier decision is taken back."""
