"""One voter, one file: for a message, a counter or a preview. What all such files share is made once."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate

from documents.stream.composer import Composer, Offset
from documents.stream.faces import resource
from documents.stream.forms import CompiledForm
from documents.stream.stationery import (
    EMBEDDED,
    HEADER,
    PER_FONT,
    Stationery,
    font_objects,
    form_objects,
    information,
    plain_object,
    stream_object,
)
from documents.stream.values import SlotMissingError, Value


class Singles:
    """Makes files of one page. ``overprint``: only what changes, moved, for paper on which the form is printed already.

    ``back``: what the other side of the sheet says, whoever the voter is: a second page.
    """

    def __init__(self, stationery: Stationery, *, overprint: Offset | None = None, back: CompiledForm | None = None) -> None:
        # Of one page nothing comes back: phrases are written as other texts are.
        self.stationery = replace(stationery, phrases={})
        self._composer = Composer(self.stationery, overprint=overprint)
        self._blank, self._back = overprint is not None, back
        self._starts: dict[tuple[str, tuple[bool, ...]], _Start] = {}

    def pdf(self, form: str, values: Mapping[str, Value], *, station: Mapping[str, Value] | None = None, record: str) -> bytes:
        """The file; the same bytes for the same values. Raises as ``Composer.page`` does."""
        page, layer = self._composer.page(form, values, record=record), None
        if form in self.stationery.layers:
            layer = self._composer.layer(form, station or {}, record=record)
        elif station:
            raise SlotMissingError(f"{record}: {form} has no slot for a station")
        drawn = page + (layer or b"")
        # A font that the page does not use stays out of the file; bytes of a picture that look like its name only bring it in.
        key = form, tuple(_called(which) in drawn for which in EMBEDDED)
        if key not in self._starts:
            self._starts[key] = _Start(self.stationery, *key, blank=self._blank, back=self._back)
        return self._starts[key].finish(page, layer)


def _called(which: tuple[str, int]) -> bytes:
    return f"/{resource(*which)} ".encode()


class _Start:
    """The bytes with which all files of one form and the same fonts begin, and the places of their objects."""

    def __init__(self, stationery: Stationery, form: str, used: tuple[bool, ...], *, blank: bool, back: CompiledForm | None) -> None:
        fonts = [which for which, is_used in zip(EMBEDDED, used, strict=True) if is_used]
        first_font, compiled = 6, stationery.forms[form]
        first_form = first_font + PER_FONT * len(fonts)
        first_back = first_form + (0 if blank else len(compiled.objects))
        other_side = _back_page(first_back, back) if back else []
        pages = ["5 0 R", f"{first_back} 0 R"] if back else ["5 0 R"]
        self._content = first_back + len(other_side)
        self._layered = form in stationery.layers
        place, width, height = stationery.form(form), compiled.width, compiled.height
        self._fonts = "".join(f"/{resource(*which)} {first_font + PER_FONT * n} 0 R" for n, which in enumerate(fonts))
        self._box = f"[0 0 {width:.3f} {height:.3f}]"
        drawn = ("" if blank else f"/F{place} {first_form} 0 R") + (f"/U{place} {self._content + 1} 0 R" if self._layered else "")
        objects = [
            plain_object(1, f"<</Type/Catalog/Pages 2 0 R/Lang({stationery.language})/ViewerPreferences<</DisplayDocTitle true>>>>"),
            plain_object(2, f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(pages)}]/MediaBox{self._box}>>"),
            plain_object(3, information(stationery)),
            plain_object(4, f"<</Font<<{self._fonts}>>/XObject<<{drawn}>>>>"),
            plain_object(5, f"<</Type/Page/Parent 2 0 R/Resources 4 0 R/Contents {self._content} 0 R>>"),
        ]
        for n, which in enumerate(fonts):
            objects += font_objects(first_font + PER_FONT * n, *which)
        if not blank:
            objects += form_objects(first_form, compiled)
        objects += other_side
        self._start = HEADER + b"".join(objects)
        places = list(accumulate(map(len, objects), initial=len(HEADER)))[:-1]
        self._table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in places)
        self._digest = hashlib.sha256(self._start)
        self._layer_head = f"/Type/XObject/Subtype/Form/BBox{self._box}/Resources<</Font<<{self._fonts}>>>>".encode()

    def finish(self, page: bytes, layer: bytes | None) -> bytes:
        """Add what is this voter's own."""
        number, start = self._content, len(self._start)
        content = b"%d 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n" % (number, len(page), page)
        table = b"%b%010d 00000 n \n" % (self._table, start)
        if layer is not None:
            table += b"%010d 00000 n \n" % (start + len(content))
            content += b"%d 0 obj\n<<%b/Length %d>>stream\n%b\nendstream\nendobj\n" % (number + 1, self._layer_head, len(layer), layer)
        digest = self._digest.copy()
        digest.update(content)
        own, size = digest.hexdigest()[:32].encode(), number + 1 + (layer is not None)
        return b"%b%bxref\n0 %d\n%btrailer\n<</Size %d/Root 1 0 R/Info 3 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (
            self._start,
            content,
            size,
            table,
            size,
            own,
            own,
            start + len(content),
        )


def _back_page(number: int, back: CompiledForm) -> list[bytes]:
    """The objects of the other side, from ``number``: the page, its content, the form."""
    form = number + 2
    resources = f"<</XObject<</F0 {form} 0 R>>>>"
    box = f"[0 0 {back.width:.3f} {back.height:.3f}]"
    return [
        plain_object(number, f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Resources{resources}/Contents {number + 1} 0 R>>"),
        stream_object(number + 1, "", b"/F0 Do"),
        *form_objects(form, back),
    ]
