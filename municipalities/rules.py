"""Roles as code: what each is for and what it may do. Grants are rows (municipalities.models.Membership)."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What somebody may do in a municipality. Each view and service that changes or reveals something names one."""

    VIEW = "view"  # everything of the municipality but what is named below
    REVEAL_NUMBER = "reveal_number"  # read a national number in full
    IMPORT = "import"  # bring in addresses and register files, link addresses by hand
    MANAGE_ELECTION = "manage_election"  # create and change elections, run trial extractions
    REQUEST_APPROVAL = "request_approval"  # ask a second person
    APPROVE = "approve"  # be the second person
    EXPORT = "export"  # take data out as a file
    MANAGE_PEOPLE = "manage_people"  # grant and end memberships
    MANAGE_SETTINGS = "manage_settings"  # change what is agreed with others, such as bpost
    HAND_OUT = "hand_out"  # make duplicates at the counter, count blank cards
    STOP_WORK = "stop_work"  # stop long work, one's own or somebody else's
    VIEW_AUDIT = "view_audit"  # read the audit trail


class Role(StrEnum):
    """A role's code. The words on the screen are in municipalities.roles."""

    CLERK = "clerk"
    HEAD = "head"
    READER = "reader"
    PLATFORM = "platform"


_P = Permission
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: frozenset({_P.VIEW}),
    Role.CLERK: frozenset(
        {_P.VIEW, _P.REVEAL_NUMBER, _P.IMPORT, _P.MANAGE_ELECTION, _P.REQUEST_APPROVAL, _P.EXPORT, _P.HAND_OUT, _P.STOP_WORK}
    ),
    Role.HEAD: frozenset(_P),
    # Platform staff in a support session look on: they neither change nor approve nor take data out.
    Role.PLATFORM: frozenset({_P.VIEW, _P.VIEW_AUDIT}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A set of roles and the permissions that follow from them."""

    roles: tuple[Role, ...]

    @property
    def permissions(self) -> frozenset[str]:
        """The union of what the roles allow."""
        return frozenset().union(*(PERMISSIONS[role] for role in self.roles))
