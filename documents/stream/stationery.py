"""What all pages of a file share: the fonts and the forms, and the bytes with which such a file begins."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

from documents.engine.fonts import SEMIBOLD
from documents.stream.faces import FACES, LETTERS, face, resource
from documents.stream.forms import CompiledForm
from documents.stream.sheets import Sheet
from documents.stream.slots import draw_slot
from documents.stream.styles import Style
from documents.stream.values import RecordRefusedError

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FIRST_OBJECT = 5
"""The first number that is not the file's own."""
EMBEDDED = tuple((name, subset) for name in FACES for subset in (0, 1))
PER_FONT = 4
"""Objects of a font: itself, its descriptor, its program, its table of letters."""
FONTS = FIRST_OBJECT
"""The dictionary of fonts; the fonts themselves follow."""
_POINTER = re.compile("\x01(\\d+)\x02")


@dataclass(frozen=True)
class Stationery:
    """The forms by name (a language, a type of voter) and what the file says about itself.

    ``layers``: the names of the forms that have slots filled once a station, in order; a page drawn on one of these
    shows the station's layer. The forms' order decides their numbers.
    ``phrases``: texts that many pages show in a slot, by form and slot. Such a text is drawn once for all pages, and a slot
    named here shows nothing for ``""``; any other text can stand in it as well.
    """

    forms: Mapping[str, CompiledForm]
    title: str
    language: str = "nl"
    author: str = ""
    layers: tuple[str, ...] = ()
    phrases: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    phrase_places: Mapping[tuple[str, str, str], int] = field(init=False, repr=False)
    """The place of each phrase, by form, slot and text: ``/P0`` is the first."""
    phrase_contents: tuple[bytes, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.forms:
            raise ValueError("stationery without a form")
        layers = tuple(name for name, form in self.forms.items() if any(slot.layer == "station" for slot in form.slots))
        object.__setattr__(self, "layers", self.layers or layers)
        drawn = dict(_drawn_phrases(self.forms, self.phrases))
        contents = tuple(dict.fromkeys(drawn.values()))
        object.__setattr__(self, "phrase_contents", contents)
        object.__setattr__(self, "phrase_places", {which: contents.index(content) for which, content in drawn.items()})

    def form(self, name: str) -> int:
        """The place of a form: ``/F0`` is the first."""
        return list(self.forms).index(name)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the pages, in points: those of the first form."""
        first = next(iter(self.forms.values()))
        return first.width, first.height

    @property
    def count(self) -> int:
        """How many objects it takes."""
        return 1 + len(EMBEDDED) * PER_FONT + sum(len(form.objects) for form in self.forms.values()) + len(self.phrase_contents)

    def form_objects(self) -> dict[str, int]:
        """The object of each form."""
        found, number = {}, FONTS + 1 + len(EMBEDDED) * PER_FONT
        for name, form in self.forms.items():
            found[name] = number
            number += len(form.objects)
        return found

    def resources(self, layers: Mapping[str, int]) -> bytes:
        """The resources of a page; ``layers`` are the objects of the station's layers, by form."""
        own = [f"/F{place} {number} 0 R" for place, number in enumerate(self.form_objects().values())]
        own += [f"/U{self.form(name)} {number} 0 R" for name, number in layers.items()]
        first = FIRST_OBJECT + self.count - len(self.phrase_contents)
        own += [f"/P{place} {first + place} 0 R" for place in range(len(self.phrase_contents))]
        return f"<</Font {FONTS} 0 R/XObject<<{''.join(own)}>>>>".encode()

    def objects(self) -> Iterator[bytes]:
        """Its objects, whole, in order of their numbers."""
        fonts = "".join(f"/{resource(*which)} {FONTS + 1 + place * PER_FONT} 0 R" for place, which in enumerate(EMBEDDED))
        yield plain_object(FONTS, f"<<{fonts}>>")
        for place, which in enumerate(EMBEDDED):
            yield from font_objects(FONTS + 1 + place * PER_FONT, *which)
        for name, number in self.form_objects().items():
            yield from form_objects(number, self.forms[name])
        first, (width, height) = FIRST_OBJECT + self.count - len(self.phrase_contents), self.size
        head = f"/Type/XObject/Subtype/Form/BBox[0 0 {width:.3f} {height:.3f}]/Resources<</Font {FONTS} 0 R>>"
        for place, content in enumerate(self.phrase_contents):
            yield stream_object(first + place, head, content)

    def prologue(self) -> tuple[bytes, list[int]]:
        """The start of the file, and the length of each object in it."""
        objects = list(self.objects())
        return HEADER + b"".join(objects), [len(one) for one in objects]


def _drawn_phrases(
    forms: Mapping[str, CompiledForm], phrases: Mapping[str, Mapping[str, Sequence[str]]]
) -> Iterator[tuple[tuple[str, str, str], bytes]]:
    """The operators of each phrase. One that the slot cannot hold is left out: it is refused with the voter that has it."""
    for name, form in forms.items():
        for slot in form.slots:
            for text in phrases.get(name, {}).get(slot.name, ()):
                sheet = Sheet([(slot, draw_slot(slot, Style(slot.face, slot.size)))])
                try:
                    yield (name, slot.name, text), sheet.draw({slot.name: text}, record=name)
                except RecordRefusedError:
                    continue


def plain_object(number: int, content: str) -> bytes:
    """An object that is no stream."""
    return f"{number} 0 obj\n{content}\nendobj\n".encode()


def information(stationery: Stationery) -> str:
    """What the file says about itself. No dates: the same input gives the same bytes."""
    return (
        f"<</Title{text_string(stationery.title)}/Author{text_string(stationery.author)}/Creator(electionadmin)/Producer(electionadmin)>>"
    )


def text_string(text: str) -> str:
    """A text string that no reader misreads (ISO 32000-1, 7.9.2.2)."""
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>"


def stream_object(number: int, entries: str, data: bytes) -> bytes:
    """A stream as it is. ``entries`` are those of its dictionary beside the length."""
    return b"%d 0 obj\n<<%b/Length %d>>stream\n%b\nendstream\nendobj\n" % (number, entries.encode(), len(data), data)


def deflated_object(number: int, entries: str, data: bytes) -> bytes:
    """A stream, made small."""
    return stream_object(number, f"{entries}/Filter/FlateDecode", zlib.compress(data, 9))


def form_objects(number: int, form: CompiledForm) -> Iterator[bytes]:
    """A form and what it needs, the form itself as ``number``."""
    for place, (head, data) in enumerate(form.objects):
        text = _POINTER.sub(lambda found: f"{number + int(found[1])} 0 R", head)
        yield plain_object(number + place, text) if data is None else stream_object(number + place, text, data)


def font_objects(number: int, name: str, subset: int) -> Iterator[bytes]:
    """One embedded font: simple, symbolic, with the table by which its text is found."""
    cut = face(name)
    tag, widths, program = cut.tag(subset), cut.advances(subset), cut.program(subset)
    yield plain_object(
        number,
        f"<</Type/Font/Subtype/TrueType/BaseFont/{tag}/FirstChar 1/LastChar {len(widths)}/Widths[{' '.join(map(str, widths))}]"
        f"/FontDescriptor {number + 1} 0 R/ToUnicode {number + 3} 0 R>>",
    )
    yield plain_object(
        number + 1,
        f"<</Type/FontDescriptor/FontName/{tag}/Flags 4/FontBBox[{' '.join(map(str, cut.box))}]/ItalicAngle 0/Ascent {cut.ascent}"
        f"/Descent {cut.descent}/CapHeight {cut.cap_height}/StemV {110 if name == SEMIBOLD else 80}/FontFile2 {number + 2} 0 R>>",
    )
    yield deflated_object(number + 2, f"/Length1 {len(program)}", program)
    yield deflated_object(number + 3, "", to_unicode(subset))


@cache
def to_unicode(subset: int) -> bytes:
    """The letters of the codes, for whoever searches or copies the text."""
    pairs = [f"<{code:02x}> <{ord(letter):04x}>" for letter, code in sorted(LETTERS[subset].items(), key=itemgetter(1))]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    ranges = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n/CMapName /Latin def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <ff>\nendcodespacerange\n{ranges}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
