"""Opening an answer: unpacked where it is zipped, no more of it than is allowed, and whether it is XML."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from delivery.bpost.answer_parts import AnswerError

LARGEST = 64 * 1024 * 1024
CHUNK = 64 * 1024
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# Whatever a broken archive makes of zipfile.
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, OverflowError, OSError)


@dataclass(frozen=True, slots=True)
class Opened:
    """An answer in pieces, without a byte order mark before text."""

    pieces: Iterator[bytes]
    is_xml: bool
    start: bytes = b""


def open_answer(source: BinaryIO, *, largest: int = LARGEST) -> Opened:
    """Open an answer from its beginning. Raises ``AnswerError``; the pieces may raise it too."""
    source.seek(0)
    start = source.read(4)
    source.seek(0)
    pieces = _unzipped(source, largest) if start == b"PK\x03\x04" else _pieces(source, largest)
    first = next(pieces, b"")
    if not first.strip():
        raise AnswerError("empty")
    is_xml = first.startswith(_MARKS[1:]) or first.removeprefix(_MARKS[0]).lstrip().startswith(b"<")
    # A mark is part of XML, and expat wants nothing before the declaration.
    head = first.lstrip() if is_xml and not first.startswith(_MARKS) else first
    text = head if is_xml else first.removeprefix(_MARKS[0])
    return Opened(_chain(text, pieces), is_xml, text[:80])


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _pieces(stream: IO[bytes], largest: int) -> Iterator[bytes]:
    size = 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > largest:
            raise AnswerError("too_large")
        yield piece


def _unzipped(source: BinaryIO, largest: int) -> Iterator[bytes]:
    """The one file of an archive; what it says of its own size is not believed."""
    try:
        with ZipFile(source) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise AnswerError("not_one_file", f"{len(members)} files")
            if members[0].flag_bits & 1 or members[0].compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise AnswerError("broken_archive", "encrypted, or packed in another way than deflate")
            with archive.open(members[0]) as stream:
                yield from _pieces(stream, largest)
    except _BROKEN as error:
        raise AnswerError("broken_archive", type(error).__name__) from error
