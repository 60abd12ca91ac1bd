"""A template as a page: drawn by the same stream as a run's cards, made into a picture, and looked at where nothing may stand."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final, NamedTuple

from convocations.cards.card import TemplateKey, layer_values, page_values
from convocations.cards.fixed import pages, without_slots
from convocations.cards.samples import samples
from convocations.cards.template import Occasion, Problem, TemplateRefusedError, compile_back, compile_card
from documents.stream import code128
from documents.stream.forms import CompiledForm, Slot, TemplateError
from documents.stream.singles import Singles
from documents.stream.stationery import Stationery
from documents.stream.values import RecordRefusedError, Value

MM: Final = 72 / 25.4
DPI: Final = 100


class Zone(NamedTuple):
    """A rectangle on the page, in mm from its left and upper edge."""

    left: float
    top: float
    right: float
    bottom: float


ADDRESS_ZONE: Final = Zone(105, 40, 195, 80)
"""What the window of the envelope shows: 15 mm from the right edge, 40 mm from the top, 30 mm above the lower edge of a C5/6
envelope, and not wider than 125 mm (docs/formats/convocation-card.md)."""
BELOW_MM: Final = 2.0
"""Between the Mail ID and the address."""


def checked_card(html: str, css: str, back: str = "", *, key: TemplateKey, occasion: Occasion) -> CompiledForm:
    """The form of a template on which every sample goes, whose address zone is free, and whose back side, if any, can be printed.

    Raises ``TemplateRefusedError``.
    """
    problems = _back_problems(back, key, occasion)
    try:
        form = compile_card(html, css, key=key, occasion=occasion)
    except TemplateRefusedError as refusal:
        raise TemplateRefusedError([*refusal.problems, *problems]) from refusal
    problems = [*zone_problems(form), *_sample_problems(form, key), *problems]
    if problems:
        raise TemplateRefusedError(problems)
    return form


def _back_problems(back: str, key: TemplateKey, occasion: Occasion) -> list[Problem]:
    if not back.strip():
        return []
    try:
        compile_back(back, key=key, occasion=occasion)
    except TemplateRefusedError as refusal:
        return refusal.problems
    return []


def sample_page(form: CompiledForm, key: TemplateKey, index: int = 0) -> bytes:
    """A sample as a file of one page. Raises ``RecordRefusedError``."""
    card, block = samples(key)[index]
    station = layer_values(form, block, language=key.language)
    return _pdf(form, page_values(form, card), station)


def back_page(back: str, key: TemplateKey, occasion: Occasion) -> bytes:
    """A back side as a file of one page. Raises ``TemplateRefusedError``."""
    form = compile_back(back, key=key, occasion=occasion)
    return pages({"back": form}, title="", author=occasion.municipality, language=key.language)


def png(pdf: bytes, *, dpi: int = DPI) -> bytes:
    """The first page of a file as a picture."""
    stream = BytesIO()
    _picture(pdf, dpi).save(stream, "PNG", optimize=False)
    return stream.getvalue()


def zone_problems(form: CompiledForm) -> Iterator[Problem]:
    """What is wrong with the address zone: slots outside it, others in it, anything printed in it, a barcode too near the address."""
    there = {slot.name: slot for slot in form.slots}
    own = [there[name] for name in ("address", "mail_id")]
    for slot in own:
        margin = code128.QUIET_MM if slot.code else 0
        box, zone = box_of(form, slot), ADDRESS_ZONE
        if box.left < zone.left + margin - 0.05 or box.top < zone.top or box.right > zone.right - margin + 0.05 or box.bottom > zone.bottom:
            yield Problem("outside_zone", slot.name)
    if box_of(form, there["address"]).top - box_of(form, there["mail_id"]).bottom < BELOW_MM:
        yield Problem("barcode_near")
    for slot in form.slots:
        if slot not in own and _overlap(box_of(form, slot), ADDRESS_ZONE):
            yield Problem("inside_zone", slot.name)
    if not _is_blank(form):
        yield Problem("zone_not_blank")


def box_of(form: CompiledForm, slot: Slot) -> Zone:
    """Where a slot lies, in mm from the left and upper edge of the page."""
    ascent = 0 if slot.code else slot.size * 0.8
    top = slot.y + (slot.height if slot.code else ascent)
    bottom = slot.y if slot.code else slot.y - slot.leading * (slot.lines - 1) - slot.size * 0.25
    return Zone(slot.x / MM, (form.height - top) / MM, (slot.x + slot.width) / MM, (form.height - bottom) / MM)


def _overlap(one: Zone, other: Zone) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def _is_blank(form: CompiledForm) -> bool:
    """Whether the form itself prints nothing in the zone, whatever the voters' names."""
    pdf = Singles(Stationery({"card": without_slots(form)}, title="")).pdf("card", {}, record="form")
    scale = 72 / 25.4
    crop = _picture(pdf, 72).convert("L").crop(tuple(round(edge * scale) for edge in ADDRESS_ZONE))
    low, _high = crop.getextrema()
    return bool(low >= 250)


def _sample_problems(form: CompiledForm, key: TemplateKey) -> Iterator[Problem]:
    for card, block in samples(key):
        try:
            _pdf(form, page_values(form, card), layer_values(form, block, language=key.language))
        except TemplateError as error:  # a barcode of another size than can be read
            yield Problem("layout", str(error))
            return
        except RecordRefusedError as refusal:
            yield Problem("sample", f"{refusal.slot}: {card.last_name}" if refusal.slot in {"voter", "address"} else refusal.slot)
            return


def _pdf(form: CompiledForm, values: dict[str, Value], station: dict[str, Value]) -> bytes:
    return Singles(Stationery({"card": form}, title="")).pdf("card", values, station=station or None, record="sample")


def _picture(pdf: bytes, dpi: int) -> Any:
    import pypdfium2  # noqa: PLC0415  # only who looks at a page needs it

    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
