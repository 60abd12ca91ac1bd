"""The table for the Address File Tool holds what the other two forms hold, under the tool's own head; what comes back is read leniently."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.bpost.answer import read_answer
from delivery.bpost.answer_parts import AnswerError, Distribution, Message, Reply, Severity
from delivery.bpost.answer_txt import split
from delivery.bpost.mailing import Item, RefusedError
from delivery.bpost.names import FileName, Form, Kind, read_name
from delivery.bpost.request import chunks
from delivery.bpost.request_aft import COMPONENTS
from tests.delivery.gathered import Answer, collect
from tests.delivery.samples import BLOCK, RESPONSE, RESPONSE_AFT, components, file_name, full_mailing, item, mailing, read_txt, read_xml

HEAD = (
    "SEQ|GREETING|FIRST_NAME|MIDDLE_NAME|LAST_NAME|SUFFIX|COMPANY_NAME|DEPARTMENT|BUILDING|ADDRESS_LINE_1|ADDRESS_LINE_2|ADDRESS_LINE_3|"
    "HOUSE_NUMBER|BOX_NUMBER|PO_BOX_NUMBER|POSTAL_CODE|CITY|ISO_COUNTRY_CODE|COUNTRY_NAME|STATE|UNSTRUCTURED_NAME|"
    "UNSTRUCTURED_COMPANY_DEPARTMENT|UNSTRUCTURED_BUILDING_STREET_HOUSE_BOX|UNSTRUCTURED_POST_CODE_CITY|MIDNUMBER|PRESORTING_CODE|LANGUAGE|"
    "PRIORITY|FIELDTOPRINT1|FIELDTOPRINT2|FIELDTOPRINT3|FEEDBACK|ORGINFO|ICTI|IZON|IMAC|IWAV|IOFF|PRINTORDER"
)
"""The head of bpost's own template."""


def _table(items: list[Item], one=None) -> list[str]:
    return b"".join(chunks(one or mailing(), items, Form.AFT)).decode("iso-8859-1").split("\r\n")


def _read(text: str) -> Answer:
    return collect(read_answer(io.BytesIO(text.encode("iso-8859-1"))))


def test_the_head_is_that_of_the_template_and_a_letter_a_line() -> None:
    lines = _table([item(0, lang="nl"), item(1, components=((92, 'Kerkstr|at "1"; bus A'), (15, "1500")))], full_mailing())

    assert lines[0] == HEAD
    assert lines[1] == f"1||Jan||Peeters|||||Kerkstraat|||1|||1500|Halle||||||||{BLOCK[0]}||nl|NP|||||||||||"
    assert lines[2] == f"2|||||||||||||||1500|||||||Kerkstr\\|at '1', bus A||{BLOCK[1]}||nl|NP|||||||||||"
    assert lines[3:] == [""]


def _with_columns(parts: tuple[tuple[int, str], ...]) -> bool:
    return all(code in COMPONENTS.values() for code, _value in parts)


@given(st.lists(components.filter(_with_columns), min_size=1, max_size=6))
def test_it_says_the_same_letters_in_the_same_order_as_the_other_two_forms(parts) -> None:
    items = [Item(index + 1, part, mail_id=BLOCK[index], lang="nl") for index, part in enumerate(parts)]
    names = HEAD.split("|")

    found = []
    for line in _table(items)[1:-1]:
        row = dict(zip(names, split(line), strict=True))
        said = [(code, row[name]) for name, code in COMPONENTS.items() if row[name]]
        found.append({"seq": row["SEQ"], "midNum": row["MIDNUMBER"], "priority": row["PRIORITY"], "components": sorted(said)})

    in_txt = read_txt(b"".join(chunks(mailing(), items, Form.TXT)))
    in_xml = read_xml(b"".join(chunks(mailing(), items, Form.XML)))
    assert found == [_letter(one) for one in in_txt]
    assert [one["seq"] for one in found] == [one["seq"] for one in in_xml]


def _letter(one: dict) -> dict:
    return {**{name: one[name] for name in ("seq", "midNum", "priority")}, "components": sorted(one["components"])}


def test_what_has_no_column_is_refused_rather_than_left_out() -> None:
    with pytest.raises(RefusedError) as refused:
        _table([item(0, components=((9, "Kerkstraat"), (70, "own")))])

    assert [(problem.code, problem.field, problem.seq) for problem in refused.value.problems] == [("unknown_value", "component.70", 1)]


@pytest.mark.parametrize("given_name", ["AFT_40312_KAART00001_240902143000.CSV", "aft_40312_kaart00001_240902143000 antwoord.csv"])
def test_the_name_leads_back_to_the_list(given_name: str) -> None:
    expected = file_name(Form.AFT)

    assert str(expected) == "AFT_40312_KAART00001_240902143000.CSV"
    assert read_name(given_name) == FileName("40312", "KAART00001", expected.at, Form.AFT, Kind.REQUEST)
    assert read_name("AFT_40312_KAART00001_2409021430001.CSV") is None
    assert read_name("AFT_40312_KAART00001_249902143000.CSV") is None


def test_the_answer_says_what_the_other_forms_say() -> None:
    answer, other = _read(RESPONSE_AFT), collect(read_answer(io.BytesIO(RESPONSE.encode("iso-8859-1"))))

    assert answer.replies[:1] == [
        Reply(
            1,
            "",
            2,
            (
                Message("MID-7001", Severity.ERROR, "Street is written otherwise"),
                Message("MID-4030", Severity.INFO, "", (("midNum", "91007210000004"), ("psCode", "PS1"))),
            ),
        )
    ]
    assert answer.replies[1] == Reply(1, "", 3, (Message("MID-4010", Severity.ERROR, "no match"),))
    assert answer.distribution == [
        Distribution("", 1, 2, marks=(("orgInfo", "1500"), ("icti", "a"))),
        Distribution("", 2, 1, marks=(("fieldToPrint1", "R12 / 7"),)),
    ]
    letters = [reply.item_seq for reply in other.replies if reply.item_seq is not None]
    assert [reply.item_seq for reply in answer.replies] == letters
    assert answer.notes == []


@pytest.mark.parametrize(
    ("feedback", "code", "severity", "description"),
    [
        ("MID-4010", "MID-4010", Severity.ERROR, ""),
        ("mid4020: two addresses", "MID-4020", Severity.ERROR, "two addresses"),
        ("4060", "MID-4060", Severity.WARN, ""),
        ("WARNING MID-4010 no match", "MID-4010", Severity.WARN, "no match"),
        ("MID-8123 something new", "MID-8123", Severity.UNKNOWN, "something new"),
        ("OK", "", Severity.UNKNOWN, "OK"),
        ("1500 Halle is not known", "", Severity.UNKNOWN, "1500 Halle is not known"),
        ("4010 Luik", "", Severity.UNKNOWN, "4010 Luik"),
        ("Error in the street", "", Severity.ERROR, "Error in the street"),
    ],
)
def test_feedback_is_read_as_far_as_it_is_known(feedback: str, code: str, severity: Severity, description: str) -> None:
    [reply] = _read(f"SEQ|FEEDBACK\r\n7|{feedback}\r\n").replies

    assert (reply.item_seq, reply.messages) == (7, (Message(code, severity, description),))


@pytest.mark.parametrize("separator", ["|", ";", ",", "\t"])
def test_columns_are_found_by_name_whatever_a_spreadsheet_made_of_the_table(separator: str) -> None:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([["seq", "Feedback", "Eigen", "PrintOrder"], ["3", f"MID-4010 a{separator}b", "x", "12"], ["", "", "", ""]])

    answer = _read("\ufeff".encode().decode("iso-8859-1") + target.getvalue())

    assert [(reply.item_seq, reply.messages[0].description) for reply in answer.replies] == [(3, f"a{separator}b")]
    assert [one.print_order for one in answer.distribution] == [12]
    assert [note.name for note in answer.notes] == ["column", "row"]


def test_a_table_that_the_tool_has_not_filled_in_is_no_answer() -> None:
    with pytest.raises(AnswerError, match="is_request"):
        _read("\r\n".join(_table([item(0)])))
    assert _read(HEAD + "\r\n1" + "|" * 31 + "OK\r\n").notes == []
