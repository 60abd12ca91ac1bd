"""What the page of a voter's language calls things."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: Final[dict[str, Promise]] = {
    "not_here": _("Cards are in Dutch here: this municipality has no language facilities."),
    "future": _("This day is yet to come."),
    "over": _("A request of that day holds no longer: its term has passed."),
    "open": _("A later request holds already. Nothing has changed."),
    "none": _("There is no request that holds. Nothing has changed."),
}
