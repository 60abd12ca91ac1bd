"""Whatever is given to the reader: parts, or the one error that it documents."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.bpost.answer import read_answer
from delivery.bpost.answer_parts import AnswerError
from delivery.words import ANSWER_ERRORS
from tests.delivery.gathered import Answer, collect
from tests.delivery.samples import RESPONSE, RESPONSE_AFT, RESPONSE_TXT


def _zipped(text: str) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("A.XML", text.encode("iso-8859-1"))
    return target.getvalue()


FILES = [
    RESPONSE.encode("iso-8859-1"),
    RESPONSE_TXT.encode("iso-8859-1"),
    RESPONSE_AFT.encode("iso-8859-1"),
    _zipped(RESPONSE),
    _zipped(RESPONSE_TXT),
]
TAGS = ["MailingResponse", "Context", "Header", "MailingCreate", "Status", "Reply", "XPath", "Message", "MessageContent", "Item", "Location", "Description", "CustomerRef", "x:y", "Odd"]  # fmt: skip
NAMES = ["seq", "code", "severity", "key", "value", "version", "mailingRef", "prtOrder", "xmlns:x", "a:b", "requestName"]
values = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def _survives(data: bytes) -> Answer | None:
    """The answer, or nothing where the reader refused as it says it does; anything else that is raised ends the test."""
    try:
        answer = collect(read_answer(io.BytesIO(data), largest=200_000))
    except AnswerError as error:
        _ = ANSWER_ERRORS[error.code]
        return None
    for reply in answer.replies:
        for message in reply.messages:
            _ = (message.components, message.corrections, message.rates, message.mail_id, message.ps_code)
    return answer


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            b"",
            b"<",
            b"PK\x03\x04",
            b'<?xml version="1.0" encoding="ISO-8859-1"?>',
            b"Context|",
            b"SEQ|FEEDBACK\r\n1|",
            b"SEQ;FEEDBACK\r\n1;",
            b"\xff\xfe",
        ]
    ),
)
def test_any_bytes(data: bytes, start: bytes) -> None:
    _survives(start + data)


@settings(max_examples=300)
@given(
    st.sampled_from(FILES),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255), st.sampled_from(["put", "add", "cut"])), max_size=6),
)
def test_an_answer_with_bytes_changed(data: bytes, changes) -> None:
    changed = bytearray(data)
    for place, byte, how in changes:
        at = place % max(len(changed), 1)
        if how == "put":
            changed[at : at + 1] = bytes([byte])
        elif how == "add":
            changed[at:at] = bytes([byte])
        else:
            del changed[at : at + byte]
    _survives(bytes(changed))


def _element(draw_tag: str, attributes: dict[str, str], inside: list[str]) -> str:
    from xml.sax.saxutils import quoteattr

    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    spaces = ' xmlns:x="u" xmlns:a="v"'
    return f"<{draw_tag}{spaces}{written}>{''.join(inside)}</{draw_tag}>"


elements = st.recursive(
    st.builds(
        _element,
        st.sampled_from(TAGS),
        st.dictionaries(st.sampled_from([n for n in NAMES if ":" not in n]), values, max_size=3),
        st.just([]),
    ),
    lambda inner: st.builds(
        _element,
        st.sampled_from(TAGS),
        st.dictionaries(st.sampled_from([n for n in NAMES if ":" not in n]), values, max_size=3),
        st.lists(inner | st.from_regex("[a-z0-9 ]{1,9}", fullmatch=True), max_size=4),
    ),
    max_leaves=25,
)


@given(elements)
def test_known_elements_in_any_order_and_depth(text: str) -> None:
    _survives(text.encode("utf-8"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*TAGS, "FileReceived", ""]), st.lists(values | st.sampled_from(["1", "100", "FATAL", "7001"]), max_size=12)
        ),
        max_size=15,
    )
)
def test_known_records_in_any_order(records) -> None:
    data = "\r\n".join("|".join((name, *fields)) for name, fields in records).encode("iso-8859-1", "replace")

    answer = _survives(data)

    if answer is None:  # a request's context, or nothing that says anything
        assert b"FileReceived" not in data or b"Context" in data


@given(st.integers(1, 400))
def test_the_size_of_the_pieces_makes_no_difference(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, wanted: int | None = -1, /) -> bytes:
            return super().read(size if wanted is None or wanted < 0 or wanted > size else wanted)

    for data in FILES[:2]:
        assert collect(read_answer(Slow(data))) == collect(read_answer(io.BytesIO(data)))
