"""The template of an entry, one at a time and in Python: what convocations.sql.preparing decides for a whole run is compared with this."""

from collections.abc import Collection

from convocations.cards.card import PARLIAMENTS, DocumentKind, Language, TemplateKey, VoterType


def voter_type(*, ballots: Collection[str], minor: bool, mark: str) -> VoterType:
    """The type that follows from an entry: its ballots, whether 16 or 17 on the day, and its mark (``V``: not Belgian)."""
    if set(ballots) == {"european"}:
        return VoterType.EUROPEAN_MINOR if minor else VoterType.EUROPEAN
    if not PARLIAMENTS.intersection(ballots):
        return VoterType.LOCAL_FOREIGNER if mark == "V" else VoterType.LOCAL
    return VoterType.BELGIAN


def template_key(
    *, ballots: Collection[str], compulsory: Collection[str], minor: bool, mark: str, language: Language, electronic: bool
) -> TemplateKey:
    """The template of an entry. ``compulsory``: the ballots for which the voter has to come, as the entry's mask says."""
    kind = DocumentKind.CONVOCATION if compulsory else DocumentKind.INVITATION
    return TemplateKey(kind, voter_type(ballots=ballots, minor=minor, mark=mark), electronic, language)
