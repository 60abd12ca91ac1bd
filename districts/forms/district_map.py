"""What was picked on the map of the districts, piece by piece, and the district that it is given to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from districts.forms.districts import MoveForm
from districts.models import District
from districts.rules.giving import Piece
from districts.rules.street_ranges import HIGHEST, NumberRange, Side, normalised
from districts.selectors.split import SplitDay

MOST_PIECES: Final = 100
_HOUSE = re.compile(r"([0-9]{1,15}):([0-9]{4}):([0-9]{1,6})\Z")
_SIDE = re.compile(r"([0-9]{1,15}):([0-9]{4}):(odd|even)\Z")
_STREET = re.compile(r"([0-9]{1,15})(?::([0-9]{4}))?\Z")


@dataclass(frozen=True, slots=True)
class Picked:
    """What was pointed at: houses as (street, postcode, number), streets as (street, postcode or empty for all, side), a box as sent."""

    houses: frozenset[tuple[int, str, int]]
    streets: tuple[tuple[int, str, Side], ...]
    box: str


def picked(data: Any) -> Picked:
    """Read what was sent: ``house``, ``street`` and ``side`` as often as picked, ``box`` once. What makes no sense is left out."""
    houses = [_HOUSE.match(value) for value in data.getlist("house")]
    streets = [_STREET.match(value) for value in data.getlist("street")]
    sides = [_SIDE.match(value) for value in data.getlist("side")]
    return Picked(
        frozenset((int(found[1]), found[2], int(found[3])) for found in houses if found),
        (
            *((int(found[1]), found[2] or "", Side.ALL) for found in streets if found),
            *((int(found[1]), found[2], Side(found[3])) for found in sides if found),
        ),
        data.get("box", "")[:100],
    )


class PieceForm(forms.Form):
    """House numbers of a street in one postcode."""

    street = forms.IntegerField(widget=forms.HiddenInput)
    postcode = forms.RegexField(r"\A[0-9]{4}\Z", widget=forms.HiddenInput)
    side = forms.ChoiceField(label=_("Side"), choices=[(Side.ALL, _("both sides")), (Side.EVEN, _("even side")), (Side.ODD, _("odd side"))])
    number_from = forms.IntegerField(label=_("From"), required=False, min_value=0, max_value=HIGHEST)
    number_to = forms.IntegerField(label=_("To"), required=False, min_value=0, max_value=HIGHEST)
    gone = forms.BooleanField(label=_("Leave out"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].widget.attrs["class"] = "form-select"
        self.fields["gone"].widget.attrs["class"] = "form-check-input"
        for name in ("number_from", "number_to"):
            self.fields[name].widget = forms.TextInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "size": 5, "class": "form-control"}
            )

    def clean(self) -> dict[str, Any]:
        """The numbers stand in their order, and the side has some of them."""
        data = self.cleaned_data
        first, last = data.get("number_from"), data.get("number_to")
        if first is not None and last is not None and first > last:
            self.add_error("number_to", _("The last number lies below the first."))
        elif not self.errors and normalised(self.piece().numbers) is None:
            self.add_error("number_from", _("This side has none of these numbers."))
        return data

    def piece(self) -> Piece:
        """What it says: as it was sent and is in order, else as it was shown."""
        data = self.cleaned_data if self.is_bound else self.initial
        return Piece(data["street"], data["postcode"], NumberRange(Side(data["side"]), data["number_from"], data["number_to"]))


PieceFormSet = forms.formset_factory(PieceForm, extra=0, max_num=MOST_PIECES, validate_max=True)


class GiveEditor:
    """The pieces picked so far, where they go, and from when."""

    def __init__(self, data: Any = None, *, districts: Sequence[District], split: SplitDay, pieces: Sequence[Piece] = ()) -> None:
        initial = [_initial(piece) for piece in pieces]
        # One of which nothing was sent is wrong as well, not an extra one that nobody filled in.
        self.pieces = PieceFormSet(data, prefix="pieces", initial=initial, form_kwargs={"empty_permitted": False})
        self.give = MoveForm(data, districts=districts, split=split)

    def is_valid(self) -> bool:
        """Whether every piece, the district and the day can be used; all are looked at."""
        pieces, give = self.pieces.is_valid(), self.give.is_valid()
        return bool(pieces and give)

    def chosen(self) -> list[Piece]:
        """The pieces that can be read and were not left out."""
        self.pieces.is_valid()
        return [form.piece() for form in self.pieces.forms if not form.errors and not form.cleaned_data["gone"]]


def _initial(piece: Piece) -> dict[str, Any]:
    numbers = piece.numbers
    return {
        "street": piece.street_id,
        "postcode": piece.postcode,
        "side": numbers.side,
        "number_from": numbers.number_from,
        "number_to": numbers.number_to,
    }
