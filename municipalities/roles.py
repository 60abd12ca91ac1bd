"""The words for the roles on the screen."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from municipalities.rules import Role

ROLE_LABELS: dict[str, Promise] = {
    Role.CLERK.value: _("Clerk of civil affairs"),
    Role.HEAD.value: _("Head of civil affairs"),
    Role.READER.value: _("Reader"),
    Role.PLATFORM.value: _("Platform staff"),
}
# In the trail there are two more: nobody holds them.
TRAIL_ROLES: dict[str, Promise] = {**ROLE_LABELS, "system": _("system"), "operator": _("operator of the machine")}
ROLE_DESCRIPTIONS: dict[str, Promise] = {
    Role.CLERK.value: _("Prepares everything: imports, trial extractions, lists. Asks a second person for what cannot be undone."),
    Role.HEAD.value: _("Does what a clerk does, approves what others ask, manages the people and reads the audit trail."),
    Role.READER.value: _("Looks things up. Sees no national numbers in full and takes nothing out."),
    Role.PLATFORM.value: _("Helps from the platform, for a stated reason and a limited time. Changes nothing."),
}
