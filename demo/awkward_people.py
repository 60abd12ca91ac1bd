"""Awkward names, national numbers, languages and households; all of these people are voters unless their row says otherwise."""

from demo.awkward_case import ELIGIBLE, Case, belgian, case, everywhere, foreign
from demo.register import BIS_KNOWN_SEX, BIS_UNKNOWN_SEX

_ALL = everywhere(ELIGIBLE)
_FOREIGN_MARKED = foreign(municipal=ELIGIBLE)
_YOUNG = "too_young"

NAMES_AND_NUMBERS: tuple[Case, ...] = (
    case("name_particle_capital", _ALL, last_name="Van den Broeck", first_names="Jan"),
    case("name_particle_small", _ALL, last_name="van den Broeck", first_names="Jan"),
    case("name_joined", _ALL, last_name="Vandenbroeck", first_names="Jan"),
    case("name_apostrophe", _ALL, last_name="D'hondt", first_names="Els", sex="F"),
    case("name_typographic_apostrophe", _ALL, last_name="D’hondt", first_names="Els", sex="F"),
    case("name_apostrophe_first", _ALL, last_name="'t Kint de Roodenbeke", first_names="Charles-Albert"),
    case("name_noble", _ALL, last_name="de la Vallée Poussin", first_names="Aurélie Marie-Ghislaine", sex="F", language="fr"),
    case(
        "name_very_long",
        _ALL,
        last_name="van der Straten Ponthoz de Lichtervelde-van Outryve d'Ydewalle de la Vallée Poussin",
        first_names="Marie-Antoinette Joséphine Charlotte Ghislaine Adélaïde Wilhelmina Hubertine Emmanuelle",
        sex="F",
    ),
    case("name_hyphen", _ALL, last_name="Vanden Eynde-Vandenbroucke", first_names="Jean-Baptiste"),
    case("name_comma_and_quotes", _ALL, last_name="Peeters, baron", first_names='Jozef "Jef"'),
    case("name_one_letter", _ALL, last_name="O", first_names="Y"),
    case("name_last_only", _ALL, last_name="Mononiem", first_names=""),
    case("name_capitals", _ALL, last_name="JANSSENS", first_names="JOZEF MARIA"),
    case("name_romanian", _ALL, last_name="Ștefănescu-Țurcanu", first_names="Șerban Ionuț"),
    case("name_polish", _ALL, last_name="Gołębiewska", first_names="Łucja Świętosława", sex="F"),
    case("name_hungarian", _ALL, last_name="Erdős", first_names="Győző Jenő"),
    case("name_danish", _ALL, last_name="Østergaard", first_names="Jørgen Åge"),
    case("name_german", _ALL, last_name="Groß-Weiß", first_names="Jürgen", language="de"),
    case("name_czech", _ALL, last_name="Dvořáková", first_names="Šárka Růžena", sex="F"),
    case(
        "name_vietnamese",
        _FOREIGN_MARKED,
        last_name="Nguyễn",
        first_names="Thị Mỹ Lệ",
        sex="F",
        nationality="VN",
        local_voter_since="2018-05-02",
    ),
    case("name_turkish", _ALL, last_name="Yılmaz", first_names="İbrahim Çağlar"),  # noqa: RUF001 - the dotless i is the point
    case("name_icelandic", _FOREIGN_MARKED, last_name="Þorláksson", first_names="Ægir", nationality="IS", local_voter_since="2018-05-02"),
    case("name_portuguese", _ALL, last_name="da Conceição Guimarães", first_names="João António"),
    case("name_french_ligature", _ALL, last_name="Crèvecœur", first_names="Noël Loïc", language="fr"),
    case("name_maltese", _ALL, last_name="Għaxaq Ħaż-Żebbuġ", first_names="Ġorġ"),
    case("name_decomposed_accents", _ALL, last_name="Leo\u0301n Mu\u0308ller", first_names="Andre\u0301"),
    case("language_french", _ALL, language="fr"),
    case("language_german", _ALL, language="de"),
    case("sex_x", _ALL, sex="X"),
    case("sex_not_given", _ALL, sex=""),
    case("sex_other_than_number", _ALL, sex="F", birth_date="1977-07-07", serial=997),
    case("number_highest_man", _ALL, birth_date="1966-06-06", serial=997),
    case("number_highest_woman", _ALL, birth_date="1966-06-06", sex="F", serial=998),
    case("number_check_97", _ALL, birth_date="1973-04-02", serial=919),
    case("number_check_01", _ALL, birth_date="1974-04-02", serial=939),
    case("number_check_97_after_2000", _ALL, birth_date="2001-04-05", serial=995),
    case("number_last_day_of_1999", _ALL, birth_date="1999-12-31"),
    case("number_first_day_of_2000", _ALL, birth_date="2000-01-01"),
    case("number_same_nine_1924", _ALL, birth_date="1924-01-05", serial=905),
    case("number_same_nine_2024", everywhere("not_yet_resident"), birth_date="2024-01-05", serial=905, registered_on="2024-09-01"),
    case("bis_sex_known", _ALL, birth_date="1988-08-18", bis=BIS_KNOWN_SEX),
    case("bis_sex_unknown", _ALL, birth_date="1988-08-18", sex="", bis=BIS_UNKNOWN_SEX),
    case("bis_after_2000", _ALL, birth_date="2003-03-30", sex="F", bis=BIS_KNOWN_SEX),
    case("bis_unknown_birth", _ALL, birth_date="1990-00-00", bis=BIS_KNOWN_SEX, adjusted=True),
    case("homonym_one", _ALL, last_name="Peeters", first_names="Maria Josepha", birth_date="1951-09-21", sex="F"),
    case("homonym_other", _ALL, last_name="Peeters", first_names="Maria Josepha", birth_date="1951-09-21", sex="F"),
    case("homonym_accents_one", _ALL, last_name="Lefèvre", first_names="Renée", birth_date="1960-02-02", sex="F"),
    case("homonym_accents_other", _ALL, last_name="Lefevre", first_names="Renee", birth_date="1960-02-02", sex="F"),
    case(
        "homonym_struck_off", everywhere("struck_off"), last_name="Maes", first_names="Luc", birth_date="1958-05-05", struck_on="2022-02-02"
    ),
    case("homonym_of_struck_off", _ALL, last_name="Maes", first_names="Luc", birth_date="1958-05-05"),
)

_BORN_OF_SEVENTEEN = (
    ("1931-01-05", "F"), ("1958-03-09", "M"), ("1960-11-30", "F"), ("1981-04-17", "M"), ("1983-08-08", "F"), ("1985-12-24", "F"),
    ("1986-02-14", "M"), ("2004-05-05", "F"), ("2005-01-31", "M"), ("2005-09-09", "F"), ("2009-09-01", "M"), ("2010-10-10", "F"),
    ("2012-02-29", "M"), ("2014-06-06", "F"), ("2014-06-06", "F"), ("2018-07-01", "M"), ("2021-12-31", "F"),
)  # fmt: skip
HOUSEHOLDS: tuple[Case, ...] = (
    *(
        case(
            f"household_of_seventeen_{index:02d}",
            belgian(local=_YOUNG, state=_YOUNG, european=_YOUNG) if birth > "2008-06-09" else _ALL,
            household_id="AWK-17",
            household_role=str(1 + index),
            last_name="Vandewalle",
            birth_date=birth,
            sex=sex,
        )
        for index, (birth, sex) in enumerate(_BORN_OF_SEVENTEEN)
    ),
    case("household_without_reference_one", _ALL, household_id="AWK-NOREF", household_role="2", last_name="Wouters"),
    case("household_without_reference_two", _ALL, household_id="AWK-NOREF", household_role="3", last_name="Wouters"),
    case("household_two_references_one", _ALL, household_id="AWK-TWOREF", household_role="1", last_name="Willems"),
    case("household_two_references_two", _ALL, household_id="AWK-TWOREF", household_role="1", last_name="Leclercq", sex="F"),
    case("household_without_id", _ALL, household_id=""),
    case("household_of_one_with_id", _ALL, household_id="AWK-ONE"),
    case("household_parent_gone_parent", everywhere("deceased"), household_id="AWK-GONE", deceased_on="2024-03-15", last_name="Desmet"),
    case(
        "household_parent_gone_child",
        everywhere(_YOUNG),
        household_id="AWK-GONE",
        household_role="3",
        last_name="Desmet",
        birth_date="2013-03-03",
    ),
)
