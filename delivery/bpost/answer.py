"""What bpost answers: an acknowledgement or a response, as XML, text or a table of the Address File Tool, zipped or not; read leniently, in pieces.

``read_answer`` yields what stands in the file, in its order; ``collect`` gathers it. Only what is no answer is an error, and
``AnswerError`` is the only one. Whatever is not known is a ``Note``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO

from delivery.bpost import answer_aft, answer_txt, answer_xml
from delivery.bpost.answer_parts import (
    Acknowledged,
    ActionStatus,
    AnswerError,
    CustomerRefBack,
    Distribution,
    Head,
    Note,
    Part,
    Reply,
)
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


@dataclass(slots=True)
class Answer:
    """A whole answer. For a response of many letters, go through ``read_answer`` instead."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    head: Head | None = None
    statuses: list[ActionStatus] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    distribution: list[Distribution] = field(default_factory=list)
    customer_refs: list[CustomerRefBack] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def is_response(self) -> bool:
        """Whether bpost has looked at the list; an acknowledgement only says that the file came in."""
        return self.head is not None or bool(self.statuses)

    @property
    def file_replies(self) -> list[Reply]:
        """What is said of the file as a whole."""
        return [reply for reply in self.replies if reply.action_seq is None]

    def item_replies(self, mailing_ref: str) -> list[Reply]:
        """What is said of the letters of one mailing."""
        return [reply for reply in self.replies if reply.mailing_ref == mailing_ref and reply.item_seq is not None]

    def rates(self, mailing_ref: str) -> dict[str, Decimal]:
        """The rates of compliance of a mailing, in hundredths, by bpost's name for each."""
        found: dict[str, Decimal] = {}
        for reply in self.replies:
            if reply.mailing_ref == mailing_ref and reply.item_seq is None:
                for message in reply.messages:
                    found.update(message.rates)
        return found


def collect(parts: Iterable[Part]) -> Answer:
    """Gather the parts of an answer."""
    answer = Answer()
    for part in parts:
        match part:
            case Acknowledged():
                answer.acknowledged.append(part)
            case Head():
                answer.head = answer.head or part
            case ActionStatus():
                answer.statuses.append(part)
            case Reply():
                answer.replies.append(part)
            case Distribution():
                answer.distribution.append(part)
            case CustomerRefBack():
                answer.customer_refs.append(part)
            case Note():
                answer.notes.append(part)
    return answer
