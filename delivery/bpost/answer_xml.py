"""An answer in XML, read as it comes: no tree, no entities, no document type, no more text or depth than an answer has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from delivery.bpost.answer_parts import AnswerError, Part
from delivery.bpost.answer_records import ACTIONS, Reader

DEEPEST = 32
LONGEST_TEXT = 20_000


def read(pieces: Iterator[bytes]) -> Iterator[Part]:
    """Yield the parts. Raises ``AnswerError``."""
    reading = _Reading()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(0)  # never
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.ExternalEntityRefHandler = reading.refuse
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield from reading.given()
        parser.Parse(b"", True)
    except (ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is not there, or not of one byte
        raise AnswerError("not_xml", str(error)) from error
    yield from reading.given()
    yield from reading.reader.end()


@dataclass(slots=True)
class _Reading:
    """Where the parser stands: the texts of the elements that are open, and the parts that wait to be given."""

    reader: Reader = field(default_factory=Reader)
    texts: list[str] = field(default_factory=list)
    waiting: list[Part] = field(default_factory=list)

    def given(self) -> list[Part]:
        parts, self.waiting = self.waiting, []
        return parts

    def refuse(self, *_details: object) -> int:
        raise AnswerError("document_type")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.texts) >= DEEPEST:
            raise AnswerError("too_deep")
        self.texts.append("")
        values = {_local(key).casefold(): value for key, value in attributes.items() if not key.startswith(("xmlns", "xsi:"))}
        if _local(name).casefold() in _TEXTS and not values:
            return  # taken with its text, when it ends
        self.waiting.extend(self.reader.take(_local(name), values))

    def end(self, name: str) -> None:
        text, known = self.texts.pop(), _local(name).casefold()
        self.waiting.extend(self.reader.take_text(_local(name), text))
        if known == "reply":
            self.waiting.extend(self.reader.end_reply())
        elif known in ACTIONS:
            self.waiting.extend(self.reader.end_action())

    def characters(self, text: str) -> None:
        # Line ends between the elements of a long list are no text.
        kept = self.texts[-1] + (text if not text.isspace() else " " * bool(self.texts[-1].strip() and self.texts[-1][-1] != " "))
        if len(kept) > LONGEST_TEXT:
            raise AnswerError("too_long")
        self.texts[-1] = kept


_TEXTS = frozenset({"xpath", "description"})


def _local(name: str) -> str:
    """The name without a prefix: bpost writes namespaces in some files and in others not."""
    return name.rpartition(":")[2]
