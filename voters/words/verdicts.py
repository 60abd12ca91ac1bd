"""The words for verdicts on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from voters.rules.eligibility import Verdict

VERDICT_LABELS: dict[str, Promise] = {
    Verdict.ELIGIBLE.code: _("may vote"),
    Verdict.DECEASED.code: _("deceased"),
    Verdict.STRUCK_OFF.code: _("struck off ex officio"),
    Verdict.DEPARTED.code: _("left the municipality"),
    Verdict.NOT_YET_RESIDENT.code: _("came after the list date"),
    Verdict.WAITING_REGISTER.code: _("in the waiting register"),
    Verdict.NATIONALITY.code: _("no vote with this nationality"),
    Verdict.WRONG_REGISTER.code: _("in another register than asked"),
    Verdict.NOT_REGISTERED_AS_VOTER.code: _("not registered as a voter"),
    Verdict.REGISTRATION_GIVEN_UP.code: _("gave the registration up"),
    Verdict.TOO_YOUNG.code: _("too young"),
    Verdict.EXCLUDED.code: _("excluded from voting"),
    Verdict.SUSPENDED.code: _("suspended from voting"),
}
