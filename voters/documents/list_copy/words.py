"""The words of copies of voters lists, in Dutch and French: on paper, nothing of them is translated by the screen's language."""

from dataclasses import dataclass

from voters.documents.list_copy.data import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of the list in one language."""

    title: str
    stamps: dict[str, str]
    present: str
    proxy: str
    number: str
    name: str
    born: str
    address: str
    house: str
    mark: str
    compulsory: str
    station_short: str
    station: str
    box: str
    yes: str
    no: str
    list_date: str
    voters: str
    struck: str
    added: str
    by_name: str
    by_street: str
    established: str
    as_of: str
    copy: str
    made_for: str
    made: str
    page_of: str
    continued: str
    no_street: str
    minors: str
    adults: str
    minors_short: str
    reasons: dict[str, str]
    legend: dict[str, str]


WORDS: dict[Language, Words] = {
    "nl": Words(
        title="Kiezerslijst",
        stamps={
            "station": "STEMBUREAU",
            "president": "VOORZITTER",
            "package": "VOORZITTER",
            "municipality": "GEMEENTE",
            "public": "TER INZAGE",
            "governor": "GOUVERNEUR",
            "party": "PARTIJ",
        },
        present="Stemt",
        proxy="Volm.",
        number="Nr.",
        name="Naam en voornamen",
        born="Geboren",
        address="Hoofdverblijfplaats",
        house="Nr. bus",
        mark="",
        compulsory="Plicht",
        station_short="Bureau",
        station="Stembureau",
        box="bus",
        yes="ja",
        no="–",
        list_date="lijstdatum",
        voters="kiezers",
        struck="doorgehaald",
        added="toegevoegd",
        by_name="op naam",
        by_street="per straat",
        established="zoals vastgesteld",
        as_of="toestand",
        copy="Exemplaar",
        made_for="voor",
        made="gemaakt",
        page_of="pagina {page} van",
        continued="vervolg",
        no_street="Zonder straat",
        minors="16 en 17 jaar: stemmen alleen voor het Europees Parlement",
        minors_short="16 en 17 jaar",
        adults="18 jaar en ouder",
        reasons={
            "deceased": "O",
            "struck_off": "A",
            "right_lost": "K",
            "struck_by_decision": "B",
        },
        legend={
            "mark": "V = niet-Belg",
            "minor": "16+ = 16 of 17 jaar",
            "struck": "doorgehaald = stemt niet",
            "added": "+ = later toegevoegd",
            "reason": "O = overleden, A = afgevoerd, K = kiesrecht verloren, B = beslissing",
            "ballots": "stemt alleen voor: {ballots}",
        },
    ),
    "fr": Words(
        title="Liste des électeurs",
        stamps={
            "station": "BUREAU DE VOTE",
            "president": "PRÉSIDENT",
            "package": "PRÉSIDENT",
            "municipality": "COMMUNE",
            "public": "CONSULTATION",
            "governor": "GOUVERNEUR",
            "party": "PARTI",
        },
        present="Vote",
        proxy="Proc.",
        number="N°",
        name="Nom et prénoms",
        born="Né(e) le",
        address="Résidence principale",
        house="N° boîte",
        mark="",
        compulsory="Oblig.",
        station_short="Bureau",
        station="Bureau de vote",
        box="boîte",
        yes="oui",
        no="–",
        list_date="date de la liste",
        voters="électeurs",
        struck="rayé(s)",
        added="ajouté(s)",
        by_name="par nom",
        by_street="par rue",
        established="telle qu’arrêtée",
        as_of="situation",
        copy="Exemplaire",
        made_for="pour",
        made="fait",
        page_of="page {page} sur",
        continued="suite",
        no_street="Sans rue",
        minors="16 et 17 ans : ne votent que pour le Parlement européen",
        minors_short="16 et 17 ans",
        adults="18 ans et plus",
        reasons={
            "deceased": "D",
            "struck_off": "R",
            "right_lost": "P",
            "struck_by_decision": "C",
        },
        legend={
            "mark": "V = non-Belge",
            "minor": "16+ = 16 ou 17 ans",
            "struck": "rayé = ne vote pas",
            "added": "+ = ajouté plus tard",
            "reason": "D = décédé, R = radié, P = droit perdu, C = décision",
            "ballots": "ne vote que pour : {ballots}",
        },
    ),
}
