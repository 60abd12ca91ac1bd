"""What ``benchmarks.documents`` is compared with, each made to do well. All are given our QR modules, which would else decide.

ReportLab: fixed parts as forms, page content as raw operators, no compression. typst: the fixed part as a PDF picture, no tags. WeasyPrint:
one document of absolute boxes. fpdf2: plain calls, and raw operators for the code.
"""

import json
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import documents_content as content
from benchmarks.documents_content import FIXED, MM, QR_BOX, SLOTS, STATION_LINES, STRONG, Voter, placed
from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD
from documents.stream import qr

HEIGHT = 297
FILES = {content.REGULAR: FOLDER / f"{REGULAR}.ttf", STRONG: FOLDER / f"{SEMIBOLD}.ttf"}


def symbols() -> qr.Symbols:
    """Our tables of QR codes."""
    return qr.symbols(version=2, level="Q", length=content.QR_LENGTH, start=content.QR_START)


def changing(voter: Voter) -> dict[str, str]:
    """The texts of one card."""
    return {"name": voter.name, "street": voter.street, "place": voter.place, "number": str(voter.number), "token": voter.token}


def code_operators(found: qr.Symbols, text: str) -> str:
    """Our inline image in hexadecimal, at its place."""
    x, y, side = QR_BOX
    bitmap = found.bitmap(text).hex()
    place = f"{side * MM:.2f} 0 0 {side * MM:.2f} {x * MM:.2f} {(HEIGHT - y - side) * MM:.2f}"
    return f"q {place} cm BI /W {found.side} /H {found.side} /IM true /F/AHx ID {bitmap}> EI Q"


def reportlab(voters: Sequence[Voter], target: Path) -> None:
    """The best that ReportLab's canvas was brought to."""
    from io import BytesIO

    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    faces = {}
    for face, name in ((content.REGULAR, REGULAR), (STRONG, SEMIBOLD)):
        faces[face] = TTFont(name, str(FILES[face]))
        pdfmetrics.registerFont(faces[face])
    canvas: Any = Canvas(str(target), pagesize=(210 * MM, HEIGHT * MM), pageCompression=0, initialFontName=REGULAR)  # type: ignore[arg-type]
    found, document = symbols(), canvas._doc  # noqa: SLF001 - raw operators have no public way in

    def show(x: float, y: float, face: str, size: float, text: str) -> str:
        operators = [f"BT 1 0 0 1 {x * MM:.2f} {(HEIGHT - y) * MM:.2f} Tm"]
        for subset, codes in faces[face].splitString(text, document):
            name = faces[face].getSubsetInternalName(subset, document)
            escaped = codes.decode("latin-1").replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            operators.append(f"{name} {size} Tf ({escaped}) Tj")
        return " ".join([*operators, "ET"])

    def form(name: str, draw: Callable[[], None]) -> None:
        canvas.beginForm(name)
        draw()
        canvas.endForm()

    def fixed() -> None:
        x, y, side = content.ARMS_BOX
        canvas.drawImage(ImageReader(BytesIO(content.arms())), x * MM, (HEIGHT - y - side) * MM, side * MM, side * MM)
        for x, y, end in content.RULES:
            canvas.line(x * MM, (HEIGHT - y) * MM, end * MM, (HEIGHT - y) * MM)
        for text in FIXED:
            canvas.setFont(faces[text.face].fontName, text.size)
            canvas.drawString(text.x * MM, (HEIGHT - text.y) * MM, text.text)

    form("fixed", fixed)
    for place, voter in enumerate(voters):
        station, first = divmod(place, content.STATION)
        if not first:
            lines = zip(STATION_LINES, content.station_lines(station), strict=True)
            block = [show(x, y, face, size, text) for (x, y, face, size), text in lines]
            form(f"s{station}", lambda block=block: canvas._code.extend(block))  # type: ignore[misc]  # noqa: SLF001
        canvas.doForm("fixed")
        canvas.doForm(f"s{station}")
        texts = changing(voter)
        canvas._code += [show(x, y, face, size, texts[name]) for name, (x, y, _, face, size) in SLOTS.items()]  # noqa: SLF001
        canvas._code.append(code_operators(found, voter.qr))  # noqa: SLF001
        canvas.showPage()
    canvas.save()


def fpdf2(voters: Sequence[Voter], target: Path) -> None:
    """fpdf2: everything on every page, since it has no forms."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    for face, path in FILES.items():
        pdf.add_font(face, fname=path)
    found, arms = symbols(), content.arms()
    for place, voter in enumerate(voters):
        pdf.add_page()
        pdf.image(arms, *content.ARMS_BOX, content.ARMS_BOX[2])
        for left, top, end in content.RULES:
            pdf.line(left, top, end, top)
        texts = changing(voter)
        lines = zip(STATION_LINES, content.station_lines(place // content.STATION), strict=True)
        shown = [
            *FIXED,
            *((*where, text) for where, text in lines),
            *((x, y, face, size, texts[name]) for name, (x, y, _, face, size) in SLOTS.items()),
        ]
        for x, y, face, size, text in shown:
            pdf.set_font(face, size=size)
            pdf.text(x, y, text)
        pdf._out(code_operators(found, voter.qr))  # noqa: SLF001 - an inline image has no public way in
    pdf.output(str(target))


def weasyprint(voters: Sequence[Voter], target: Path) -> None:
    """One HTML document, a section a card, every text at its place."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from documents.engine.pages import FACES
    from documents.stream.layout import Fetcher

    found = symbols()
    pictures: dict[str, str | bytes] = {"arms": content.arms()}
    sections = []
    x, y, side = QR_BOX
    for place, voter in enumerate(voters):
        pictures[f"qr{place}"] = png(found, voter.qr)
        texts = changing(voter)
        slots = "".join(placed(left, base, face, size, texts[name]) for name, (left, base, _, face, size) in SLOTS.items())
        lines = zip(STATION_LINES, content.station_lines(place // content.STATION), strict=True)
        slots += "".join(placed(*where, text) for where, text in lines)
        slots += (
            f'<img src="picture:qr{place}" alt="" style="left:{x}mm;top:{y}mm;width:{side}mm;height:{side}mm;image-rendering:pixelated">'
        )
        sections.append(f"<section>{content.html(slots=slots)}</section>")
    fonts, fetcher = FontConfiguration(), Fetcher(pictures)
    css = FACES + content.CSS + "body { margin: 0 }"
    document = HTML(string="".join(sections), url_fetcher=fetcher)
    document.write_pdf(target, stylesheets=[CSS(string=css, font_config=fonts, url_fetcher=fetcher)], font_config=fonts)


def png(found: qr.Symbols, text: str) -> bytes:
    """A code as a picture of one bit a module."""
    from struct import pack

    bitmap, stride = found.bitmap(text), -(-found.side // 8)
    rows = b"".join(b"\0" + bitmap[start : start + stride] for start in range(0, len(bitmap), stride))
    parts = ((b"IHDR", pack(">IIBBBBB", found.side, found.side, 1, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def typst(voters: Sequence[Voter], target: Path) -> None:
    """The fixed part as a PDF picture (made beforehand, as it would be once a municipality), what changes placed over it, no tags."""
    import typst as compiler

    with tempfile.TemporaryDirectory() as name:
        folder, found = Path(name), symbols()
        fixed(folder / "fixed.pdf")
        rows = [[*changing(voter).values(), *content.station_lines(place // content.STATION)] for place, voter in enumerate(voters)]
        (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
        (folder / "codes.bin").write_bytes(b"".join(_grey(found, voter.qr) for voter in voters))
        (folder / "cards.typ").write_text(_typst_source(found.side), encoding="utf-8")
        compiler.compile(str(folder / "cards.typ"), output=str(target), font_paths=[str(FOLDER)], ignore_system_fonts=True, pdf_tags=False)


def fixed(target: Path) -> None:
    """The fixed part as a PDF of one page."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from documents.engine.pages import FACES
    from documents.stream.layout import Fetcher

    fonts, fetcher = FontConfiguration(), Fetcher({"arms": content.arms()})
    css = FACES + content.CSS + "body { margin: 0 }"
    HTML(string=content.html(slots=""), url_fetcher=fetcher).write_pdf(
        target, stylesheets=[CSS(string=css, font_config=fonts, url_fetcher=fetcher)], font_config=fonts
    )


def _grey(found: qr.Symbols, text: str) -> bytes:
    stride = -(-found.side // 8)
    bitmap = found.bitmap(text)
    rows = (int.from_bytes(bitmap[start : start + stride], "big") for start in range(0, len(bitmap), stride))
    return b"".join(bytes(255 if row >> (8 * stride - 1 - column) & 1 else 0 for column in range(found.side)) for row in rows)


def _typst_source(side: int) -> str:
    places = [(x, y, face, size) for x, y, _, face, size in SLOTS.values()] + list(STATION_LINES)
    texts = "\n".join(
        f"  place(top + left, dx: {x}mm, dy: {y}mm, text(size: {size}pt, weight: {600 if face == STRONG else 400}, row.at({place})))"
        for place, (x, y, face, size) in enumerate(places)
    )
    x, y, wide = QR_BOX
    return f"""#set page(paper: "a4", margin: 0pt)
#set text(font: "Source Sans 3", top-edge: "baseline", bottom-edge: "baseline")
#let rows = json("rows.json")
#let codes = read("codes.bin", encoding: none)
#for (place-in-list, row) in rows.enumerate() [#page({{
  place(top + left, image("fixed.pdf", width: 210mm))
{texts}
  place(top + left, dx: {x}mm, dy: {y}mm, image(
    codes.slice(place-in-list * {side * side}, (place-in-list + 1) * {side * side}),
    format: (encoding: "luma8", width: {side}, height: {side}), width: {wide}mm, scaling: "pixelated"))
}})]
"""
