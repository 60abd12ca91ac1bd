"""Lists of postcodes and municipalities as bytes: what is recognised, which place is the main one, and everything that is wrong at once.

The names are made up where it does not matter.
"""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.place_file import (
    MOST_BYTES,
    MOST_PROBLEMS,
    FileProblem,
    MunicipalityNames,
    Place,
    PlaceFileRefusedError,
    read_municipality_names,
    read_places,
    with_french,
)
from municipalities.place_words import PROBLEMS

BPOST = "Postcode;Plaatsnaam;Deelgemeente;Hoofdgemeente;Provincie"


def stream(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([*lines, ""]).encode(encoding))


def refused(content: io.BytesIO, read=read_places) -> list[tuple]:
    with pytest.raises(PlaceFileRefusedError) as refusal:
        read(content)
    assert all(problem.code in PROBLEMS for problem in refusal.value.problems)
    return [(problem.row, problem.column, problem.value, problem.code) for problem in refusal.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_the_list_of_bpost_is_read_as_it_comes(encoding: str, sign: str) -> None:
    lines = [line.replace(";", sign) for line in (BPOST, "1000;Brussel;Neen;BRUSSEL;BRUSSEL", "4000;Liège;Neen;LIÈGE;LUIK")]

    assert read_places(stream(*lines, encoding=encoding)) == [
        Place("1000", "Brussel", "", main=True),
        Place("4000", "Liège", "", main=True),
    ]


def test_one_file_may_have_both_languages_and_columns_we_do_not_know() -> None:
    content = stream("nis_code_2025,Postcode,name_fr,place_name,x", "21004,1000,Bruxelles,Brussel,?")

    assert read_places(content) == [Place("1000", "Brussel", "Bruxelles", main=True)]


@pytest.mark.parametrize(
    ("rows", "main", "others"),
    [
        (["9000;Dorp;Ja;STAD;P"], "Dorp", []),
        (["9000;Aard;Ja;STAD;P", "9000;Stad;Neen;STAD;P"], "Stad", ["Aard"]),
        (["9000;Aard;Neen;STAD;P", "9000;Stad;Neen;STAD;P"], "Stad", ["Aard"]),
        (["9000;Aard;Ja;STAD;P", "9000;Berg;Ja;STAD;P"], "Stad", ["Aard", "Berg"]),
        (["9000;Aard;Ja;STAD;P", "9000;Berg;Ja;DORP;P"], "Aard", ["Berg"]),
        (["9000;Aard;Ja;STAD;P", "9000;Aard;Ja;STAD;P"], "Aard", []),
    ],
    ids=["the only one", "no part", "called as the municipality", "the municipality", "the first", "twice the same"],
)
def test_every_postcode_has_one_main_place(rows: list[str], main: str, others: list[str]) -> None:
    places = read_places(stream(BPOST, *rows))

    assert [place.name_nl for place in places if place.main] == [main]
    assert [place.name_nl for place in places if not place.main] == others


def test_what_the_list_calls_the_main_place_is_it() -> None:
    places = read_places(stream("postcode,name_nl,main", "9000,Aard,", "9000,Berg,ja"))

    assert places == [Place("9000", "Berg", "", main=True), Place("9000", "Aard", "", main=False)]


def test_names_in_capitals_get_small_letters_back() -> None:
    content = stream("Postcode;Plaatsnaam", "2220;HEIST-OP-DEN-BERG", "3700;'S HERENELDEREN", "8660;DE PANNE", "1044;RTBF")

    assert [place.name_nl for place in read_places(content)] == ["Rtbf", "Heist-op-den-Berg", "'s Herenelderen", "De Panne"]
    assert [place.name_nl for place in read_places(stream(BPOST, "1043;VRT;Neen;BRUSSEL;B", "9000;Gent;Neen;GENT;O"))] == ["VRT", "Gent"]


def test_a_second_list_gives_the_french_names() -> None:
    dutch = read_places(
        stream(BPOST, "1000;Brussel;Neen;BRUSSEL;B", "4000;Luik;Neen;LUIK;L", "4000;Glain;Ja;LUIK;L", "9000;Gent;Neen;GENT;O")
    )
    french = read_places(
        stream(
            "Code postal;Localité;Sous-commune;Commune principale;Province",
            "1000;Bruxelles;Non;BRUXELLES;B",
            "4000;Liège;Non;LIÈGE;L",
            "4000;Glain;Oui;LIÈGE;L",
        )
    )

    assert [(place.name_nl, place.name_fr) for place in with_french(dutch, french)] == [
        ("Brussel", "Bruxelles"), ("Luik", "Liège"), ("Glain", "Glain"), ("Gent", ""),
    ]  # fmt: skip


def test_everything_that_is_wrong_is_told_at_once() -> None:
    rows = (
        "900;Gent;Neen;GENT;O",
        ";Gent;Neen;GENT;O",
        "9000;;Neen;GENT;O",
        f"9000;{'n' * 81};x;GENT;O",
        "9000;Gent",
        "9000;Ge\x07nt;Ja;GENT;O",
        ";;;;",
    )

    assert refused(stream(BPOST, *rows)) == [
        (6, "", "2", "cells"),
        (7, "Plaatsnaam", "Ge�nt", "not_printable"),
        (2, "Postcode", "900", "postcode"),
        (3, "Postcode", "", "required"),
        (4, "Plaatsnaam", "", "required"),
        (5, "Plaatsnaam", "n" * 81, "too_long"),
        (5, "Deelgemeente", "x", "yes_or_no"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "column_missing"),
        (b"Naam;Adres\nA;B\n", "column_missing"),
        (b"Postcode;Plaatsnaam;Postnummer\n", "column_twice"),
        (b"Postcode;Plaatsnaam\n\n", "empty"),
        (b'Postcode;Plaatsnaam\n9000;"Gent\n', "not_csv"),
        (b"PK\x03\x04rest of a spreadsheet", "not_text"),
        ("Postcode;Plaatsnaam\n".encode("utf-16"), "not_text"),
        (b"Postcode;Plaatsnaam\n9000;\x81\xff\n", "not_text"),
        (b"Postcode;Plaatsnaam;hoofdplaats\n9000;A;ja\n9000;B;ja\n", "two_main"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str) -> None:
    assert code in {problem[3] for problem in refused(io.BytesIO(content))}


def test_a_file_that_is_too_large_or_wrong_everywhere_is_not_read_on() -> None:
    assert [problem[3] for problem in refused(io.BytesIO(b"Postcode;Plaatsnaam\n".ljust(MOST_BYTES + 1)))] == ["too_large"]
    assert len(refused(stream("Postcode;Plaatsnaam", *["x;Gent"] * (MOST_PROBLEMS + 5)))) == MOST_PROBLEMS
    assert refused(stream("Postcode;Plaatsnaam", *["9000;Gent"] * 50_001))[-1][3] == "too_many_rows"


def test_municipalities_are_read_by_their_code_each_once() -> None:
    content = stream(
        "postcode,place_name,nis_code_2025,municipality_2025",
        "9000,Gent,44021,Gent",
        "9030,Mariakerke,44021,Gent",
        "1000,Brussel,21004,Brussel",
    )

    assert read_municipality_names(content) == [MunicipalityNames("21004", "Brussel", ""), MunicipalityNames("44021", "Gent", "")]


def test_of_the_list_of_statbel_only_municipalities_and_the_names_that_hold_are_taken() -> None:
    content = stream(
        "LVL_REFNIS|CD_REFNIS|CD_SUP_REFNIS|TX_REFNIS_NL|TX_REFNIS_FR|DT_VLDT_START|DT_VLDT_END",
        "1|02000|01000|Vlaams Gewest|Région flamande|01/01/1970|31/12/9999",
        "4|11002|11000|Oud|Vieux|01/01/1970|31/12/1982",
        "4|11002|11000|Antwerpen|Anvers|01/01/1983|31/12/9999",
        "4|11007|11000|Borsbeek|Borsbeek|01/01/1970|31/12/2024",
    )

    assert read_municipality_names(content) == [
        MunicipalityNames("11002", "Antwerpen", "Anvers"),
        MunicipalityNames("11007", "Borsbeek", "Borsbeek"),
    ]


def test_a_code_with_two_names_or_none_is_refused() -> None:
    content = stream("NIS-code;Gemeente", "44021;Gent", "44021;Gend", "4402;X", "44022;")

    assert refused(content, read_municipality_names) == [
        (3, "NIS-code", "44021", "two_names"),
        (4, "NIS-code", "4402", "nis_code"),
        (5, "Gemeente", "", "required"),
    ]


CELL = st.text(st.characters(codec="utf-8"), max_size=12)


@given(
    st.lists(st.lists(st.one_of(CELL, st.sampled_from(["9000", "Gent", "Ja", "GENT"])), min_size=1, max_size=6), max_size=12),
    st.sampled_from(";,\t|"),
)
def test_any_rows_give_places_with_one_main_one_each_or_are_refused(rows: list[list[str]], sign: str) -> None:
    content = stream(BPOST.replace(";", sign), *(sign.join(row) for row in rows))

    try:
        places = read_places(content)
    except PlaceFileRefusedError:
        pass
    else:
        main = [place.postcode for place in places if place.main]
        assert sorted(set(main)) == main == sorted({place.postcode for place in places})
        assert len({(place.postcode, place.name_nl, place.name_fr) for place in places}) == len(places)
        assert all(place.name_nl or place.name_fr for place in places)


@given(st.binary(max_size=300), st.sampled_from([read_places, read_municipality_names]))
def test_any_bytes_are_read_or_refused(content: bytes, read) -> None:
    problems: list[FileProblem] = []
    try:
        read(io.BytesIO(content))
    except PlaceFileRefusedError as refusal:
        problems = refusal.problems
    assert all(problem.code in PROBLEMS for problem in problems)
