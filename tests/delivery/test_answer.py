"""Answers in both forms give the same; leniency where bpost needs it, one error where it is none."""

import io
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from delivery.bpost.answer import read_answer
from delivery.bpost.answer_parts import (
    Acknowledged,
    ActionStatus,
    AnswerError,
    Correction,
    CustomerRefBack,
    Distribution,
    Head,
    Note,
    Severity,
)
from delivery.bpost.answer_records import message_code
from delivery.bpost.answer_txt import split
from delivery.words import ANSWER_ERRORS, MESSAGES, message_text
from tests.delivery.gathered import collect
from tests.delivery.samples import RESPONSE, RESPONSE_TXT, item, mailing

ACK = '<RequestAck><FileReceived fileName="MID_0200_40312_KAART00001_240902143000_0RQ.XML" timeStamp="2024-09-02T14:31:07"/></RequestAck>'


def _read(data: str | bytes, **options):
    return collect(read_answer(io.BytesIO(data.encode("iso-8859-1") if isinstance(data, str) else data), **options))


def _zip(*files: tuple[str, bytes], packed: int = ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", packed) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(("text", "form"), [(RESPONSE, "XML"), (RESPONSE_TXT, "TXT")])
def test_a_response_says_all_it_says(text: str, form: str) -> None:
    answer = _read(text)

    assert answer.head == Head("0200", "40312", "40312", f"MID_0200_40312_KAART00001_240902143000_0RQ.{form}", "KAART00001")
    assert answer.is_response
    assert answer.statuses == [
        ActionStatus("MailingCreate", 1, "halle-2024-1", 100),
        ActionStatus("MailingDelete", 2, "halle-2024-0", 999),
    ]
    assert [status.ok for status in answer.statuses] == [True, False]
    assert answer.customer_refs == [CustomerRefBack("", "run", "12"), CustomerRefBack("halle-2024-1", "part", "1")]
    assert answer.distribution == [
        Distribution(
            "halle-2024-1", 1, 2, "HALLE", "R12", 40, (("orgInfo", "1500"), ("icti", "a"), ("isec", "b"), ("ioff", "c"), ("irnd", "Begin"))
        ),
        Distribution("halle-2024-1", 2, 1, "HALLE", "R12", 7),
    ]
    assert answer.notes == []


@pytest.mark.parametrize("text", [RESPONSE, RESPONSE_TXT])
def test_messages_are_of_the_file_of_a_mailing_or_of_a_letter(text: str) -> None:
    answer = _read(text)
    [of_file] = answer.file_replies
    street, unknown = answer.item_replies("halle-2024-1")

    assert [(message.code, message.severity, message.description) for message in of_file.messages] == [
        ("MID-2070", Severity.WARN, "Count of items is other")
    ]
    assert answer.rates("halle-2024-1") == {"complianceRate": Decimal("97.25"), "compliancyRateAtBuildingLevel": Decimal("98.5")}
    assert (street.item_seq, street.locations) == (2, (("Item", "seq", "2"),))
    assert [message.code for message in street.messages] == ["MID-7001", "MID-4030"]
    assert street.messages[0].corrections == (Correction(9, "Kerkstréét"),)
    assert street.messages[0].components == (9, 15)
    assert (street.messages[1].mail_id, street.messages[1].ps_code) == ("91007210000004", "PS1")
    assert (unknown.item_seq, unknown.messages[0].severity) == (3, Severity.ERROR)
    assert answer.item_replies("another") == []


@pytest.mark.parametrize("data", [ACK, "\n " + ACK, "FileReceived|MID_0200_40312_KAART00001_240902143000_0RQ.XML|2024-09-02T14:31:07"])
def test_an_acknowledgement_says_what_came_in_and_when(data: str) -> None:
    answer = _read(data)

    assert answer.acknowledged == [Acknowledged("MID_0200_40312_KAART00001_240902143000_0RQ.XML", "2024-09-02T14:31:07")]
    assert not answer.is_response


@pytest.mark.parametrize("text", [RESPONSE, RESPONSE_TXT])
def test_a_zipped_answer_is_the_same(text: str) -> None:
    assert _read(_zip(("A.XML", text.encode("iso-8859-1")))) == _read(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_another_encoding_is_read_where_the_file_says_so(encoding: str) -> None:
    assert _read(RESPONSE.replace("ISO-8859-1", encoding).encode(encoding)) == _read(RESPONSE)


def test_a_byte_order_mark_is_no_letter() -> None:
    assert _read(b"\xef\xbb\xbf" + RESPONSE_TXT.encode("iso-8859-1")) == _read(RESPONSE_TXT)
    assert _read(RESPONSE.replace("ISO-8859-1", "utf-8").encode("utf-8-sig")) == _read(RESPONSE)


def test_namespaces_and_capitals_make_no_difference() -> None:
    spaced = RESPONSE.replace("<MailingResponse>", '<b:MailingResponse xmlns:b="urn:x" xmlns="urn:y">').replace(
        "</MailingResponse>", "</b:MailingResponse>"
    )
    capitals = (
        RESPONSE.replace("mailingRef=", "MAILINGREF=")
        .replace("<Status", "<STATUS")
        .replace("<Reply ", "<REPLY ")
        .replace("</Reply>", "</REPLY>")
    )

    assert _read(spaced) == _read(RESPONSE)
    assert _read(capitals) == _read(RESPONSE)


@pytest.mark.parametrize(
    ("version", "notes"), [("0100", []), ("0102", []), ("0200", []), ("0300", [Note("version", (("version", "0300"),))])]
)
def test_older_versions_are_read_and_others_are_noted(version: str, notes: list[Note]) -> None:
    answer = _read(RESPONSE.replace('version="0200"', f'version="{version}"'))

    assert answer.head is not None
    assert answer.head.version == version
    assert answer.notes == notes


def test_what_is_not_known_is_kept_as_a_note() -> None:
    xml = RESPONSE.replace('<Status code="100"/>', '<Status code="100"/><Weather wind="west">rain</Weather>')
    txt = RESPONSE_TXT.replace("Status|100\r\n", "Status|100|extra\r\nWeather|west|rain\r\n")

    assert _read(xml).notes == [Note("Weather", (("wind", "west"),)), Note("Weather", (), "rain")]
    assert _read(txt).notes == [Note("Status", (("2", "extra"),)), Note("Weather", (("1", "west"), ("2", "rain")))]
    assert _read(xml).statuses == _read(txt).statuses == _read(RESPONSE).statuses


def test_values_out_of_order_are_noted_and_the_rest_is_read() -> None:
    answer = _read(
        RESPONSE.replace('<Status code="999"/>', '<Status code="x"/>').replace(
            'code="MID-4010" severity="ERROR"', 'code="MID-4010" severity="BAD"'
        )
    )

    assert answer.statuses[1].code is None
    assert answer.replies[-1].messages[0].severity is Severity.UNKNOWN
    assert [note.name for note in answer.notes] == ["Message", "Status"]


def test_a_letter_that_is_given_back_with_a_check_is_no_place_in_a_round() -> None:
    check = RESPONSE.replace('<Messages><Message code="MID-4010"', '<Item seq="3"/><Messages><Message code="MID-4010"')

    assert _read(check).distribution == _read(RESPONSE).distribution
    assert _read(check).notes == [Note("Item", (("seq", "3"),))]


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("7001", "MID-7001"),
        ("MID-7001", "MID-7001"),
        (" mid-3012A ", "MID-3012a"),
        ("3012a", "MID-3012a"),
        ("MPW-5009", "MPW-5009"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_bare_codes_are_those_of_mail_id(code: str, read: str) -> None:
    assert message_code(code) == read


def test_known_codes_have_words_and_others_bposts_own() -> None:
    assert message_text("MID-4010") == MESSAGES["MID-4010"]
    assert message_text("MID-4999", "Something") == "Something"
    assert message_text("MID-4999") == "MID-4999"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a|b", ["a", "b"]),
        ("a|", ["a", ""]),
        (r"a\|b|c", ["a|b", "c"]),
        (r"a\|\|b", ["a||b"]),
        (r"a\b|c", ["a\\b", "c"]),
        ("a|b\\", ["a", "b\\"]),
    ],
)
def test_a_separator_may_stand_in_a_field(line: str, fields: list[str]) -> None:
    assert split(line) == fields


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><RequestAck><FileReceived fileName="&b;"/></RequestAck>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><RequestAck><FileReceived fileName="a"/>&x;</RequestAck>'
OTHERS_DTD = '<!DOCTYPE r SYSTEM "http://example.be/x.dtd"><RequestAck><FileReceived fileName="a"/></RequestAck>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"good day\r\nall is well", "no_answer"),
        (b"<html><body/></html>", "no_answer"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no_answer"),
        (RESPONSE[:900].encode(), "not_xml"),
        (b"<RequestAck>", "not_xml"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "not_xml"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not_xml"),
        (BOMB.encode(), "document_type"),
        (OUTSIDE.encode(), "document_type"),
        (OTHERS_DTD.encode(), "document_type"),
        (b"<a>" * 100, "too_deep"),
        (b"<a>" + b"x" * 30_000 + b"</a>", "too_long"),
        (b"x" * 30_000, "too_long"),
        (_zip(), "no_answer"),
        (_zip(("a", b"1"), ("b", b"2")), "not_one_file"),
        (_zip(("a", RESPONSE.encode()))[:-30], "broken_archive"),
        (_zip(("a", b"x" * 100), packed=ZIP_LZMA), "broken_archive"),
        (b"PK\x03\x04 and nothing", "broken_archive"),
    ],
)
def test_what_is_no_answer_is_one_kind_of_error(data: bytes, code: str) -> None:
    with pytest.raises(AnswerError) as refused:
        _read(data)

    assert refused.value.code == code
    assert code in ANSWER_ERRORS


def test_a_request_of_our_own_is_no_answer() -> None:
    from delivery.bpost.names import Form
    from delivery.bpost.request import chunks

    for form in Form:
        with pytest.raises(AnswerError, match="is_request"):
            _read(b"".join(chunks(mailing(), [item()], form)))


def test_no_more_is_read_than_is_allowed_also_of_what_was_zipped() -> None:
    data = RESPONSE.encode("iso-8859-1") + b"\n" * 2_000_000

    assert _read(data, largest=len(data)) == _read(RESPONSE)
    for one in (data, _zip(("A.XML", data))):
        with pytest.raises(AnswerError, match="too_large"):
            _read(one, largest=1_000_000)


def test_a_long_response_is_read_in_pieces() -> None:
    import tracemalloc

    head, _, rest = RESPONSE.partition('      <Reply seq="2">')
    one = (
        '<Reply seq="{0}"><XPath>/Items/Item[@seq="{0}"]</XPath><Messages><Message code="MID-4010" severity="ERROR"/></Messages></Reply>\n'
    )
    end = "</Replies></MailingCreate></MailingResponse>"
    data = io.BytesIO((head + "".join(one.format(seq) for seq in range(20_000)) + end).encode("iso-8859-1"))
    assert rest

    tracemalloc.start()
    try:
        count = sum(1 for part in read_answer(data) if getattr(part, "item_seq", None) is not None and hasattr(part, "messages"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 20_000
    assert peak < 2_000_000
