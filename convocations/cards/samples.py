"""Made-up voters and stations with which a template is tried: the plain ones and those that break layouts."""

from dataclasses import replace

from convocations.cards import sketch
from convocations.cards.card import Address, Card, StationBlock, TemplateKey, VoterType
from convocations.cards.texts import hours

_BALLOTS = {
    VoterType.BELGIAN: ("chamber", "flemish", "european"),
    VoterType.EUROPEAN: ("european",),
    VoterType.EUROPEAN_MINOR: ("european",),
    VoterType.LOCAL: ("municipal", "provincial"),
    VoterType.LOCAL_FOREIGNER: ("municipal",),
}


def samples(key: TemplateKey) -> list[tuple[Card, StationBlock]]:
    """Cards to look at on a template, each with its station; the first is an ordinary one."""
    first, block = _card(key), _block(key)
    long_block = replace(
        block,
        number=1027,
        name="Gemeentelijke basisschool De Zonnebloem en buitenschoolse kinderopvang ’t Speelnest",
        building="Sporthal en gemeenschapscentrum Sint-Katharina-Lombeek",
        room="refter op de eerste verdieping, ingang achteraan",
        street="Burgemeester Kanunnik Van den Broeckstraat",
        house_number="124-126A",
        postcode="1742",
        place="Sint-Katherina-Lombeek",
        accessible=False,
    )
    return [
        (first, block),
        (
            replace(
                first,
                last_name="Vandenbroucke-Van der Straeten de Ribaucourt",
                first_names=("Marie-Antoinette", "Josephine", "Wilhelmina", "Alexandrina"),
                address=Address("Burgemeester Kanunnik Van den Broeckstraat", "124A", "0301", "1742", "Sint-Katherina-Lombeek"),
                list_number=104_216,
                station_number=1027,
            ),
            long_block,
        ),
        (replace(first, last_name="Nguyễn Trần", first_names=("Thị", "Ngọc Ánh"), slot=None, mail_id=None), block),
        (replace(first, last_name="Ștefănescu-Țîrlea", first_names=("Ionuț", "Răzvan"), duplicate=True, issue=2), block),
        (
            replace(
                first,
                last_name="Þórðarson Őszi-Wójcik",
                first_names=("Łukasz", "Çağlar"),
                address=Address("Rue de l’Abbé Joseph Cuypers", "3", "12", "7500", "Tournai"),
            ),
            block,
        ),
    ]


def _card(key: TemplateKey) -> Card:
    return Card(
        token="7K3M9XQ2T4WZ",  # noqa: S106 - a made-up card's
        issue=1,
        list_number=1042,
        station_number=12,
        last_name="Janssens",
        first_names=("Jan", "Pieter"),
        address=Address("Dorpsstraat", "14", "", "1500", "Halle"),
        language=key.language,
        voter_type=key.voter_type,
        ballots=_BALLOTS[key.voter_type],
        slot=("09:30", "10:00"),
        mail_id="121234500000001042",
    )


def _block(key: TemplateKey) -> StationBlock:
    kind = "local" if key.voter_type in {VoterType.LOCAL, VoterType.LOCAL_FOREIGNER} else "federal"
    held = hours(elections=kind, electronic=key.electronic)
    return StationBlock(
        number=12,
        name="Gemeenteschool De Regenboog",
        building="Gemeenteschool De Regenboog",
        room="lokaal 3, gelijkvloers",
        street="Kerkstraat",
        house_number="27",
        postcode="1500",
        place="Halle",
        accessible=True,
        electronic=key.electronic,
        opening=held.opening,
        closing=held.closing,
        position=(50.7361, 4.2372),
        sketch=sketch.sample(),
    )
