"""What bpost answers: an acknowledgement or a response, as XML, text or a table of the Address File Tool, zipped or not; read leniently, in pieces.

``read_answer`` yields what stands in the file, in its order. Only what is no answer is an error, and ``AnswerError`` is the only one. Whatever is not known is a ``Note``.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from delivery.bpost import answer_aft, answer_txt, answer_xml
from delivery.bpost.answer_parts import AnswerError, Note, Part
from delivery.bpost.answer_source import LARGEST, Opened, open_answer


def read_answer(source: BinaryIO, *, largest: int = LARGEST, watch: Callable[[bytes], object] | None = None) -> Iterator[Part]:
    """Yield the parts of an answer. ``source`` is opened for bytes and can seek; ``largest`` is in bytes, unzipped too.

    ``watch`` is given every piece of the unzipped bytes as it is read. Raises ``AnswerError`` and nothing else, where the fault shows:
    what came before is as it stands in the file.
    """
    found = open_answer(source, largest=largest)
    pieces = found.pieces if watch is None else _watched(found.pieces, watch)
    known = False
    for part in _reader(found)(pieces):
        known = known or not isinstance(part, Note)
        yield part
    if not known:
        raise AnswerError("no_answer")


def _reader(found: Opened) -> Callable[[Iterator[bytes]], Iterator[Part]]:
    if found.is_xml:
        return answer_xml.read
    return answer_aft.read if answer_aft.is_table(found.start) else answer_txt.read


def _watched(pieces: Iterator[bytes], watch: Callable[[bytes], object]) -> Iterator[bytes]:
    for piece in pieces:
        watch(piece)
        yield piece
