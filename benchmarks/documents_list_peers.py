"""What ``benchmarks.documents`` compares our voters lists with, each made to do well: 48 rows of five columns a page, a head, page x of y.

ReportLab: the head as a form, rows in one raw text object. typst: a table a page, no tags. fpdf2: plain calls. WeasyPrint: one table a page.
"""

import json
import tempfile
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import documents_content as content
from benchmarks.documents_content import MM, STRONG, Voter
from benchmarks.documents_peers import FILES, HEIGHT
from documents.engine.fonts import FOLDER, REGULAR, SEMIBOLD

TITLE = "Halle Kiezerslijst"
STEP = 4.95
COLUMNS = (14, 30, 98, 119, 185, 196)
"""Where columns begin and the last one ends, in mm."""


def reportlab_list(voters: Sequence[Voter], target: Path) -> None:
    """ReportLab's canvas: the head as a form, rows in one raw text object, deflated."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    for face, name in ((content.REGULAR, REGULAR), (STRONG, SEMIBOLD)):
        pdfmetrics.registerFont(TTFont(name, str(FILES[face])))
    canvas: Any = Canvas(str(target), pagesize=(210 * MM, HEIGHT * MM), pageCompression=1, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.beginForm("head")
    canvas.setFont(SEMIBOLD, 17)
    canvas.drawString(14 * MM, 278 * MM, "Halle Kiezerslijst")
    canvas.setLineWidth(0.35)
    for row in range(content.LIST_ROWS):
        canvas.line(14 * MM, (253 - 4.95 * row) * MM, 196 * MM, (253 - 4.95 * row) * MM)
    canvas.endForm()
    pages = content.list_pages(voters)
    for number, page in enumerate(pages, 1):
        canvas.doForm("head")
        text = canvas.beginText()
        for row, voter in enumerate(page):
            y = (254.7 - 4.95 * row) * MM
            for x, face, cell in (
                (20, REGULAR, str(voter.number)),
                (30, SEMIBOLD, voter.name),
                (98, REGULAR, voter.born),
                (119, REGULAR, voter.street),
                (185, REGULAR, voter.mark),
            ):
                if cell:
                    text.setTextOrigin(x * MM, y)
                    text.setFont(face, 8.8)
                    text.textOut(cell)
        canvas.drawText(text)
        canvas.setFont(REGULAR, 7.5)
        canvas.drawRightString(196 * MM, 10 * MM, f"Bladzijde {number} van {len(pages)}")
        canvas.showPage()
    canvas.save()


def fpdf2_list(voters: Sequence[Voter], target: Path) -> None:
    """fpdf2: texts and lines at their places."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    for face, path in FILES.items():
        pdf.add_font(face, fname=path)
    pages = content.list_pages(voters)
    for number, page in enumerate(pages, 1):
        pdf.add_page()
        pdf.set_font(STRONG, size=17)
        pdf.text(14, 19, TITLE)
        for row, voter in enumerate(page):
            y = 42.3 + STEP * row
            pdf.set_font(content.REGULAR, size=8.8)
            for x, cell in zip((14, 98, 119, 185), (str(voter.number), voter.born, voter.street, voter.mark), strict=True):
                if cell:
                    pdf.text(x, y, cell)
            pdf.set_font(STRONG, size=8.8)
            pdf.text(30, y, voter.name)
            pdf.line(14, y + 1.7, 196, y + 1.7)
        pdf.set_font(content.REGULAR, size=7.5)
        pdf.text(170, 287, f"Bladzijde {number} van {len(pages)}")
    pdf.output(str(target))


def weasyprint_list(voters: Sequence[Voter], target: Path) -> None:
    """One document, a table of fixed columns a page."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from documents.engine.pages import FACES
    from documents.stream.layout import Fetcher

    pages = content.list_pages(voters)
    parts = []
    for number, page in enumerate(pages, 1):
        rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in content.list_row(voter)) + "</tr>" for voter in page)
        parts.append(f"<section><h1>{TITLE}</h1><table>{rows}</table><footer>Bladzijde {number} van {len(pages)}</footer></section>")
    widths = "".join(f"td:nth-child({n}) {{ width: {end - start}mm }}" for n, (start, end) in enumerate(pairwise(COLUMNS), 1))
    css = (
        f"{FACES} {widths} @page {{ size: A4; margin: 12mm 14mm }} section {{ break-after: page }} body {{ margin: 0; font: 8.8pt 'Source Sans 3' }}"
        f" table {{ table-layout: fixed; border-collapse: collapse }} td {{ height: {STEP}mm; padding: 0; border-bottom: .35pt solid #bbb;"
        " white-space: nowrap }} td:nth-child(2) { font-weight: 600 } h1 { font-size: 17pt; margin: 0 } footer { font-size: 7.5pt; text-align: right }"
    ).replace("}}", "}")
    fonts = FontConfiguration()
    HTML(string="".join(parts), url_fetcher=Fetcher({})).write_pdf(
        target, stylesheets=[CSS(string=css, font_config=fonts, url_fetcher=Fetcher({}))], font_config=fonts
    )


def typst_list(voters: Sequence[Voter], target: Path) -> None:
    """A table a page, from JSON, without tags."""
    import typst as compiler

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = [[content.list_row(voter) for voter in page] for page in content.list_pages(voters)]
        (folder / "pages.json").write_text(json.dumps(pages), encoding="utf-8")
        (folder / "list.typ").write_text(_TYPST, encoding="utf-8")
        compiler.compile(str(folder / "list.typ"), output=str(target), font_paths=[str(FOLDER)], ignore_system_fonts=True, pdf_tags=False)


_TYPST = f"""#set page(paper: "a4", margin: (x: 14mm, y: 12mm))
#set text(font: "Source Sans 3", size: 8.8pt)
#let pages = json("pages.json")
#for (number, rows) in pages.enumerate(start: 1) {{
  if number > 1 {{ pagebreak() }}
  text(size: 17pt, weight: 600)[{TITLE}]
  table(columns: (16mm, 68mm, 21mm, 66mm, 11mm), inset: (x: 0pt, y: 0.9mm), stroke: (x: none, y: 0.35pt + luma(184)),
    ..rows.map(row => (row.at(0), text(weight: 600, row.at(1)), row.at(2), row.at(3), row.at(4))).flatten())
  place(bottom + right, text(size: 7.5pt)[Bladzijde #number van #pages.len()])
}}
"""
