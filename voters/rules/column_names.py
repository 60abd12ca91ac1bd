"""Guesses which of our columns a supplier's column is, from its name. A person confirms every guess."""

import re
import unicodedata

from voters.rules.register_columns import NAMES

# Words that suppliers in Belgium use, folded and without signs; the first of our columns that fits wins.
WORDS: dict[str, tuple[str, ...]] = {
    "national_number": (
        "rijksregisternummer",
        "rijksregisternr",
        "rijksregnr",
        "rrn",
        "rrnr",
        "insz",
        "niss",
        "nationaalnummer",
        "nationalnumber",
        "numeronational",
    ),
    "last_name": ("naam", "familienaam", "achternaam", "nom", "nomdefamille", "lastname", "surname"),
    "first_names": ("voornaam", "voornamen", "prenom", "prenoms", "firstname", "firstnames"),
    "birth_date": ("geboortedatum", "geboren", "datenaissance", "datedenaissance", "birthdate", "gebdat"),
    "sex": ("geslacht", "sexe", "sex", "gender"),
    "nationality": ("nationaliteit", "nat", "natcode", "nationalite", "nationality"),
    "register": ("register", "registertype", "typeregister", "soortregister"),
    "registered_on": ("inschrijvingsdatum", "ingeschrevenop", "inschrijving", "dateinscription", "hoofdverblijfsinds"),
    "legal_stay_since": ("wettigverblijfsinds", "verblijfsinds", "legaalverblijf", "sejourlegal"),
    "postcode": ("postcode", "postnummer", "codepostal", "zip"),
    "street_name": ("straat", "straatnaam", "rue", "street", "streetname"),
    "house_number": ("huisnummer", "huisnr", "nummer", "nr", "numero", "housenumber"),
    "box_number": ("bus", "busnummer", "busnr", "boite", "box"),
    "household_id": ("gezin", "gezinsnummer", "gezinsid", "gezinnr", "menage", "household"),
    "household_role": ("gezinsrol", "gezinspositie", "volgnummergezin", "plaatsingezin", "role"),
    "language": ("taal", "taalcode", "langue", "language"),
    "suspension": ("schorsing", "suspension", "uitsluiting"),
    "suspension_until": ("schorsingtot", "eindeschorsing", "suspensionjusque"),
    "deceased_on": ("overlijdensdatum", "overledenop", "datedeces", "deceased"),
    "struck_on": ("afvoeringsdatum", "afgevoerdop", "ambtshalveafvoering", "radiation"),
    "departed_on": ("vertrekdatum", "vertrokkenop", "datedepart"),
    "departed_to": ("vertrokkennaar", "bestemming", "destination"),
    "eu_voter_since": ("eukiezersinds", "inschrijvingeu", "electeurue"),
    "eu_voter_until": ("eukiezertot", "eindeeu"),
    "local_voter_since": ("lokalekiezersinds", "gemeentekiezersinds", "inschrijvinggemeente"),
    "local_voter_until": ("lokalekiezertot", "gemeentekiezertot"),
}


def fold(name: str) -> str:
    """Lower case letters and figures only."""
    plain = unicodedata.normalize("NFD", name.lower())
    return re.sub(r"[^a-z0-9]", "", plain)


def suggest(names: list[str]) -> dict[str, str]:
    """Their name → our best guess, or → nothing; none of ours twice."""
    result = dict.fromkeys(names, "")
    taken: set[str] = set()
    for exact in (True, False):
        for theirs in names:
            if result[theirs]:
                continue
            key = fold(theirs)
            for ours in NAMES:
                words = (fold(ours), *WORDS[ours])
                fits = key in words if exact else any(len(word) > 3 and word in key for word in words)
                if fits and ours not in taken:
                    result[theirs] = ours
                    taken.add(ours)
                    break
    return result
