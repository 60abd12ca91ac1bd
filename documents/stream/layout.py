"""What WeasyPrint made of a template, taken over: the drawing as objects of ours, and where the slots came to stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from documents.engine.fonts import REGULAR, SEMIBOLD
from documents.engine.pages import FACES, AddressRefusedError
from documents.stream.compiled import CompiledForm, Slot, TemplateError

POINTS = 0.75
"""Points in a CSS pixel."""
SHEET = """
@page { size: A4; margin: 0 }
body { margin: 0; font-family: "Source Sans 3"; font-variant-ligatures: none }
[data-slot] { visibility: hidden }
[data-slot]:empty::before { content: "\\200b" }
"""
LAYERS, CODES = ("voter", "station"), ("", "qr", "code128", "drawing")
ALIGNMENT = {"start": "left", "left": "left", "justify": "left", "center": "center", "end": "right", "right": "right"}


class Fetcher:
    """Our fonts and the template's own pictures; anything else ends the compilation: no file, no network."""

    _fail_on_errors = True

    def __init__(self, pictures: Mapping[str, str | bytes]) -> None:
        self.pictures = pictures

    def __call__(self, url: str, *_: object, **__: object) -> Any:
        """Answer WeasyPrint."""
        from weasyprint.urls import URLFetcherResponse

        from documents.engine.pages import face_program

        kind, _sign, name = url.partition(":")
        if kind == "font" and name in {REGULAR, SEMIBOLD}:
            return URLFetcherResponse(url, body=face_program(name), headers={"Content-Type": "font/ttf"})
        if kind == "picture" and name in self.pictures:
            picture = self.pictures[name]
            body, form = (picture.encode(), "image/svg+xml") if isinstance(picture, str) else (picture, "image/png")
            return URLFetcherResponse(url, body=body, headers={"Content-Type": form})
        raise AddressRefusedError(url.split(":", 1)[0])


def lay_out(html: str, css: str, pictures: Mapping[str, str | bytes]) -> CompiledForm:
    """Lay the page out and take it over. Raises ``TemplateError``."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    fonts, fetcher = FontConfiguration(), Fetcher(pictures)
    # Ours after the author's, so that no style of his prints the samples in the slots.
    sheets = [
        CSS(string=text, font_config=fonts, url_fetcher=fetcher)
        for text in (FACES + SHEET, css, "[data-slot] { visibility: hidden !important }")
    ]
    try:
        document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=sheets, font_config=fonts)
    except FatalURLFetchingError as error:
        raise AddressRefusedError(str(error)) from error
    if len(document.pages) != 1:
        raise TemplateError(f"{len(document.pages)} pages instead of one")
    page = document.pages[0]
    slots = tuple(_slots(page))
    repeated = {slot.name for slot in slots if sum(other.name == slot.name for other in slots) > 1}
    if repeated:
        raise TemplateError(f"more than one slot called {', '.join(sorted(repeated))}")
    pdf = document.write_pdf(pdf_identifier=b"form", uncompressed_pdf=False)
    return CompiledForm(page.width * POINTS, page.height * POINTS, _objects(pdf), slots)


def _slots(page: Any) -> Iterator[Slot]:
    """The slots in the order of the document."""
    seen: set[int] = set()
    for box in page._page_box.descendants():  # noqa: SLF001 - WeasyPrint has no public way to ask where an element came to stand
        element = getattr(box, "element", None)
        if element is None or element.get("data-slot") is None or id(element) in seen:
            continue
        seen.add(id(element))
        yield _slot(getattr(box, "_box", box), element, page.height)


def _slot(box: Any, element: Any, page_height: float) -> Slot:
    name, style = element.get("data-slot"), box.style
    code, layer = element.get("data-code", ""), element.get("data-layer", "voter")
    if layer not in LAYERS or code not in CODES:
        raise TemplateError(f"slot {name}: data-layer is one of {LAYERS}, data-code one of {CODES}")
    x, top, width, height = box.content_box_x(), box.content_box_y(), box.width, box.height
    line = next((child for child in box.descendants() if type(child).__name__ == "LineBox"), None)
    if line is None or not width:
        raise TemplateError(f"slot {name}: not a block with a width")
    lines = _number(element, "data-lines", 1, int)
    least = _number(element, "data-shrink", 0.8, float)
    if not 1 <= lines <= 20 or not 0.5 <= least <= 1:
        raise TemplateError(f"slot {name}: data-lines is 1 to 20, data-shrink 0.5 to 1")
    if not code and lines * line.height > height + 0.5:
        raise TemplateError(f"slot {name}: {lines} lines of {line.height * POINTS:.1f} pt are higher than its {height * POINTS:.1f} pt")
    below = top + height if code else line.position_y + line.baseline
    return Slot(
        name=name,
        layer=layer,
        x=round(x * POINTS, 3),
        y=round((page_height - below) * POINTS, 3),
        width=round(width * POINTS, 3),
        height=round(height * POINTS, 3),
        face=SEMIBOLD if style["font_weight"] >= 550 else REGULAR,
        size=round(style["font_size"] * POINTS, 3),
        lines=lines,
        leading=round(line.height * POINTS, 3),
        least=least,
        align=ALIGNMENT[style["text_align_all"]],
        colour=tuple(round(part, 3) for part in style["color"].to("srgb").coordinates),
        code=code,
        version=_number(element, "data-version", 2, int),
        level=element.get("data-level", "Q"),
        length=_number(element, "data-length", 0, int),
        start=element.get("data-start", ""),
    )


def _number(element: Any, attribute: str, default: Any, kind: type) -> Any:
    try:
        return kind(element.get(attribute, default))
    except ValueError as error:
        raise TemplateError(f"slot {element.get('data-slot')}: {attribute} is not a number") from error


def _objects(pdf: bytes) -> tuple[tuple[str, bytes | None], ...]:
    """The page as a form XObject and all that it needs, numbered by place; ``\\x01n\\x02`` points at place n."""
    from io import BytesIO

    import pikepdf

    with pikepdf.Pdf.open(BytesIO(pdf)) as document:
        page = document.pages[0]
        page.contents_coalesce()
        walk = _Walk()
        resources = walk.text(page.obj.get("/Resources", pikepdf.Dictionary()))
        box = walk.text(page.obj.MediaBox)
        content = page.obj.Contents
        head = f"/Type/XObject/Subtype/Form/BBox{box}/Resources {resources}{walk.entries(content, skip={'/Length'})}"
        return walk.finish(head, content.read_raw_bytes())


class _Walk:
    """Writes pikepdf's objects as text, with numbers of its own for what is pointed at."""

    def __init__(self) -> None:
        self.places: dict[tuple[int, int], int] = {}
        self.waiting: list[Any] = []

    def finish(self, head: str, data: bytes) -> tuple[tuple[str, bytes | None], ...]:
        """The form itself, then everything that was pointed at, and what that points at."""
        done: list[tuple[str, bytes | None]] = [(head, data)]
        for thing in self.waiting:  # grows as it is walked
            import pikepdf

            if isinstance(thing, pikepdf.Stream):
                done.append((self.entries(thing, skip={"/Length"}), thing.read_raw_bytes()))
            else:
                done.append((self.text(thing, inside=True), None))
        return tuple(done)

    def entries(self, thing: Any, skip: set[str]) -> str:
        """The entries of a dictionary, in order of their names."""
        return "".join(f"{_name(key)} {self.text(thing.get(key))}" for key in sorted(thing.keys()) if key not in skip)

    def text(self, thing: Any, *, inside: bool = False) -> str:
        """The object as it is written; a reference when it has a number of its own."""
        import pikepdf

        if isinstance(thing, pikepdf.Object) and thing.is_indirect and not inside:
            if thing.objgen not in self.places:
                self.places[thing.objgen] = len(self.waiting) + 1
                self.waiting.append(thing)
            return f"\x01{self.places[thing.objgen]}\x02"
        if isinstance(thing, pikepdf.Dictionary):
            return f"<<{self.entries(thing, skip=set())}>>"
        if isinstance(thing, pikepdf.Array):
            return f"[{' '.join(self.text(part) for part in thing)}]"
        if isinstance(thing, pikepdf.Name):
            return _name(str(thing))
        if isinstance(thing, pikepdf.String):
            return f"<{bytes(thing).hex()}>"
        return {True: "true", False: "false", None: "null"}[thing] if thing is None or isinstance(thing, bool) else str(thing)


def _name(name: str) -> str:
    return "/" + "".join(c if (c.isalnum() and c.isascii()) or c in "-_+." else f"#{ord(c):02X}" for c in name[1:])
