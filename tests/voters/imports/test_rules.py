"""The rules of a register file: numbers, characters, headers, guards; and the database's idea of each is ours."""

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.be import bis, nn

from core.tenancy import tenant
from documents import characters
from tests.voters.imports.conftest import problems
from tests.voters.imports.numbers import check_digits, is_national_number
from voters.models import RegisterProblem
from voters.rules.column_names import suggest
from voters.rules.imports import GuardCode, Problem, StreetLoss, guards, manifest_of
from voters.rules.register_columns import NAMES, REQUIRED
from voters.rules.register_file import RefusedFileError, RegisterReader, compose, read_header
from voters.sql import problems as problem_sql
from voters.sql import staging
from voters.words.imports import EXPECTED, EXPECTED_SHORT, expected

FONTS = Path(__file__).resolve().parents[3] / "documents" / "fonts"


@pytest.mark.parametrize("face", ["SourceSans3-Regular", "SourceSans3-Semibold"])
def test_every_accepted_character_is_in_the_face(face):
    known = set(TTFont(FONTS / f"{face}.ttf").getBestCmap())

    assert [hex(c) for low, high in characters.RANGES for c in range(low, high + 1) if c not in known] == []


def test_names_of_europe_can_be_printed_and_others_cannot():
    assert characters.unprintable("Șerban Ţurcanu Łukasz Győző Nguyễn Ünlü Ərəb Þór Ġorġ D’Hondt") == ""
    assert characters.unprintable("Иван O'Neil") == "Иван"


@given(st.integers(0, 10**9 - 1), st.booleans())
def test_numbers_with_their_own_check_digits_are_accepted_where_their_date_can_be(nine, later):
    text = f"{nine:09d}"
    number = text + check_digits(text, born_from_2000=later)
    possible = int(text[2:4]) in {*range(13), *range(20, 33), *range(40, 53)}

    assert is_national_number(number) == possible
    if nn.is_valid(number) or bis.is_valid(number):
        assert possible


def test_remainder_nothing_gives_97():
    assert check_digits("850730097", born_from_2000=False) == f"{97 - 850730097 % 97:02d}"
    assert is_national_number("00010100" + "0" + check_digits("000101000", born_from_2000=True))
    multiple = next(n for n in range(850730001, 850730998) if n % 97 == 0)
    assert is_national_number(f"{multiple}97")
    assert not is_national_number(f"{multiple}00")


def test_a_header_is_found_by_name_in_any_order():
    header = read_header([*reversed(NAMES)], None)

    assert (header.columns, header.problems) == ([*reversed(NAMES)], [])


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_with_another_separator_is_told_in_one_problem(separator):
    header = read_header([separator.join(NAMES)], None)

    assert [(found.row, found.value, found.code) for found in header.problems] == [(1, separator, "separator")]


@pytest.mark.parametrize(
    ("names", "said"), [(["%PDF-1.7"], "%PDF-1.7"), (["naam", "stad"], "naam,stad"), (["85073003328", "Aerts"], "Aerts")]
)
def test_a_file_of_another_kind_is_told_in_one_problem(names, said):
    assert [(found.value, found.code) for found in read_header(names, None).problems] == [(said, "no_column")]
    assert len(read_header([*names, NAMES[0]], None).problems) == len(names) + len(NAMES) - 1


@pytest.mark.parametrize("begin", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_workbook_is_called_one(begin):
    with pytest.raises(RefusedFileError) as refused:
        RegisterReader(io.BytesIO(begin + b"\x14\x00\n\xff")).header()

    assert [(found.row, found.code) for found in refused.value.problems] == [(0, "workbook")]


def test_a_column_map_may_leave_out_what_is_not_required():
    header = read_header(["Volgnr", *sorted(REQUIRED)], {"Volgnr": ""})

    assert header.problems == []
    assert header.columns[0] == "ignored_0"


def test_columns_of_a_supplier_are_guessed():
    assert suggest(["Rijksregisternr", "Familienaam", "Voornaam", "Geb. datum", "Straat", "Huisnr", "Bus", "Volgnr"]) == {
        "Rijksregisternr": "national_number", "Familienaam": "last_name", "Voornaam": "first_names", "Geb. datum": "birth_date",
        "Straat": "street_name", "Huisnr": "house_number", "Bus": "box_number", "Volgnr": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "removed", "fires"), [(0, 0, False), (10_000, 50, False), (10_000, 51, True), (1_000, 10, False), (1_000, 11, True)]
)
def test_removals_above_one_percent_or_fifty_persons_are_held(before, removed, fires):
    found = guards(before=before, removed=removed, streets=[], as_of=None)

    assert [g.code for g in found] == ([GuardCode.REMOVALS] if fires else [])


@pytest.mark.parametrize(
    ("before", "removed", "present", "fires"),
    [(30, 3, 3, False), (29, 3, 1, True), (29, 3, 0, False), (10, 2, 2, False), (100, 11, 11, True)],
)
def test_a_street_that_loses_over_a_tenth_is_held(before, removed, present, fires):
    found = guards(before=100_000, removed=removed, streets=[StreetLoss("1500", "Kerkstraat", before, removed, present)], as_of=None)

    assert [g.code for g in found] == ([GuardCode.STREETS] if fires else [])


@pytest.mark.parametrize("text", ['{"sha256": "\\u0000"}', '{"\\u0000": 1}', '{"rows": NaN}', '{"as_of": "\\ud800"}', "[" * 60_000, "{"])
def test_a_manifest_that_no_database_keeps_is_none(text):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever it says: the form and the command have words of their own
        manifest_of(text)
    assert manifest_of('{"rows": 2, "as_of": "2024-08-01"}') == {"rows": 2, "as_of": "2024-08-01"}


def test_a_header_with_the_character_nul_is_refused():
    with pytest.raises(RefusedFileError) as refused:
        RegisterReader(io.BytesIO(b"last\0_name,first_names\n")).header()

    assert [problem.code for problem in refused.value.problems] == [Problem.NUL]


def test_a_state_before_the_list_date_is_a_warning_only():
    found = guards(before=0, removed=0, streets=[], as_of=date(2024, 7, 31), list_dates={"2024-10-13": date(2024, 8, 1)})

    assert [(g.code, g.confirm) for g in found] == [(GuardCode.BEFORE_LIST_DATE, False)]


@pytest.mark.parametrize("code", list(Problem))
def test_every_code_has_a_sentence(code):
    assert expected(code, "x") not in {"", code.value}


@pytest.mark.parametrize("code", list(Problem))
def test_what_is_counted_is_named_without_what_would_complete_the_sentence(code):
    short = str(EXPECTED_SHORT.get(code, EXPECTED[code]))

    assert "%(" not in short
    assert not short.endswith(":")


def in_database(rows: list[list[str]]) -> bool:
    """Whether the one scan calls every row sound; the rows stay in the temporary table."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    staging.prepare(NAMES)
    count = staging.copy_rows(NAMES, iter((n, row) for n, row in enumerate(rows, 2)))
    assert count == len(rows)
    return staging.every_row_sound()


GOOD = dict.fromkeys(NAMES, "") | {
    "national_number": "85073003328", "last_name": "Peeters", "birth_date": "1985-07-30", "nationality": "BE", "register": "BR",
    "registered_on": "2015-03-02", "language": "nl",
}  # fmt: skip
values = st.one_of(
    st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=14),
    st.sampled_from(["", " ", "00", "1985-07-30", "1985-00-00", "2023-02-29", "2024-02-29", "0000-01-01", "infinity", "today", "-1", "+1", "1_0", "1e3", "99999",
                     "85073003328", "8507300332", " 85073003328", "BE", "be", "XX", "11001", "nl", "M", "BR", "NaN", "2024-1-1", "20240101", "9999-12-31"]),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{11}", fullmatch=True),
)  # fmt: skip


@given(st.sampled_from(NAMES), values)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_quick_scan_and_the_report_agree_on_every_value(world, name, value):
    with tenant(world.halle.pk):
        quick = in_database([list((GOOD | {name: value}).values())])
        RegisterProblem.objects.filter(municipality=world.halle).delete()
        listed = problem_sql.store(municipality_id=world.halle.pk, import_id=1)

        assert quick == (listed == 0)
        found = list(RegisterProblem.objects.filter(municipality=world.halle).values_list("row", "column", "code"))
        assert all(row == 2 and column == name for row, column, _code in found)
        if name == "national_number":
            assert quick == is_national_number(value)
        with connection.cursor() as cursor:  # what is called sound can be read in its own type
            cursor.execute(f"SELECT {', '.join(staging.typed('i', column) for column in NAMES)} FROM voters_incoming i") if quick else None


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_at_all_break_the_reader(data):
    reader = RegisterReader(io.BytesIO(data))
    try:
        names = reader.header()
        assert names
        list(reader.blocks())
        reader.header()
        for record in reader.records(len(names)):
            assert record.problems or len(record.fields) == len(names)
    except RefusedFileError:
        pass


@given(st.lists(st.text(max_size=12), min_size=0, max_size=8), st.binary(max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_random_file_gives_problems_and_never_an_accident(halle, fields, tail):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([NAMES, list(GOOD.values()), [*fields]])

    sent = halle.send(text.getvalue().encode("utf-8", "replace") + tail)

    assert sent.state in {"invalid", "compared"}
    assert (sent.state == "invalid") == bool(problems(sent))


def test_the_key_of_a_name_is_the_folded_name(world):
    from voters.sql.differences import NAME_KEY

    with tenant(world.halle.pk), connection.cursor() as cursor:
        in_database([list((GOOD | {"last_name": "Ștefănescu-Łos", "first_names": "Zoë Œ"}).values())])
        cursor.execute(f"SELECT {NAME_KEY}, core_fold(i.last_name || '  ' || i.first_names) FROM voters_incoming i")
        ours, reference = cursor.fetchone()
    assert ours == reference
    assert unicodedata.normalize("NFD", ours) == ours


@pytest.mark.parametrize("text", ["", "1", "12", "999", "123456789"])
def test_plain_numbers_are_their_own_keys(db, text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT districts_number_key(%s), districts_box_key(%s)", [text, text])
        assert cursor.fetchone() == (text, text)


def test_accents_are_composed_and_nothing_else():
    assert compose("Zoe\u0308 \u212b") == "Zoë \u212b"
    assert compose("\u0308x") == "\u0308x"
